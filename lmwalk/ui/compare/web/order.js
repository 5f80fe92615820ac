// @ts-check
// Which rows of a grid are shown, and in which order.
/** @import { Sort } from "../../parts/web/messages.d.ts" */

/**
 * @typedef {object} Wish
 * @property {string} filter words that a row's name holds, in any order
 * @property {string} by "" as listed, "name", or the name of a number
 * @property {boolean} down whether the greatest comes first
 * @property {number | null} column the column whose number counts; the mean of all where it is null
 */

/**
 * The numbers of the rows that are shown, in their order. Rows without a number come last, both ways.
 *
 * @param {string[]} names
 * @param {Sort[]} sorts
 * @param {Wish} wish
 */
export function arranged(names, sorts, wish) {
  const words = wish.filter.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = names.map((_, row) => row).filter((row) => words.every((word) => names[row].toLowerCase().includes(word)));
  if (!wish.by) return wish.down ? rows.reverse() : rows;
  const sign = wish.down ? -1 : 1;
  if (wish.by === "name") {
    return rows.sort((one, other) => sign * names[one].localeCompare(names[other], "en", { numeric: true }));
  }
  const values = sorts.find(({ name }) => name === wish.by)?.values ?? [];
  const keys = names.map((_, row) => keyOf(values[row] ?? [], wish.column));
  return rows.sort((one, other) => ordered(keys[one], keys[other], sign));
}

/** @param {(number | null)[]} values @param {number | null} column */
function keyOf(values, column) {
  const known = (column === null ? values : [values[column] ?? null]).filter((value) => value !== null);
  return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}

/** @param {number | null} one @param {number | null} other @param {number} sign */
function ordered(one, other, sign) {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return sign * (one - other);
}
