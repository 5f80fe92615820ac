// @ts-check
// The frame of the grid: the row of temperatures, and the names of the rows.
import { button, make } from "../../parts/web/dom.js";
/** @import { Grid, Model } from "../../parts/web/messages.d.ts" */

/** The grid as a row sees it, whose walks may have walls of their own. @param {Grid} data @param {{ row: number }} cell @returns {Grid} */
export function grounded(data, { row }) {
  const { outlines } = data.models[row] ?? {};
  return outlines ? { ...data, outlines } : data;
}

/** What the lines below the pictures of a row are. @param {Grid} data @param {number} row */
export function labelsOf(data, row) {
  return data.cells.find((cell) => cell.row === row && cell.stats.length)?.stats.map(({ label }) => label) ?? [];
}

/** @param {Grid} data @param {(column: number) => void} sort */
export function head(data, sort) {
  const corner = make("div", "lmw-corner", data.corner);
  const span = Math.max(1, data.columns.length - 1);
  const warm = data.columns.map((name, place) => {
    const cell = button(name, () => sort(place), "lmw-top");
    cell.tabIndex = -1;
    cell.title = "Sort the rows by the number here";
    cell.style.setProperty("--lmw-warmth", String(place / span));
    return cell;
  });
  const row = make("div", "lmw-row lmw-head");
  row.append(corner, ...warm);
  return row;
}

/** @param {HTMLElement} row @param {{ column: number | null, down: boolean }} wish */
export function markSorted(row, { column, down }) {
  for (const [place, cell] of row.querySelectorAll(".lmw-top").entries()) {
    cell.setAttribute("aria-sort", place === column ? (down ? "descending" : "ascending") : "none");
  }
}

/** @param {Grid} data @param {Model} model @param {number} row */
export function side(data, model, row) {
  const node = make("div", "lmw-side");
  const name = make("strong");
  const cut = model.name.lastIndexOf("/") + 1;
  if (cut) name.append(make("span", "lmw-maker", model.name.slice(0, cut)));
  for (const part of model.name.slice(cut).split(/(?<=[_-])/)) name.append(document.createTextNode(part), make("wbr"));
  name.title = model.name;
  node.append(name);
  if (model.study) node.append(Object.assign(make("span", "lmw-study-name", model.study), { title: model.settings ?? "" }));
  if (model.simulation) node.append(make("span", "lmw-tag", "simulation"));
  const labels = make("div", "lmw-lines");
  labels.append(...labelsOf(data, row).map((label) => make("span", "", label)));
  node.append(labels);
  return node;
}

/** What a cell is called. @param {Grid} data @param {{ row: number, column: number }} cell */
export function headingOf({ models, columns, corner }, { row, column }) {
  const { name, study } = models[row];
  const across = corner === "temperature" ? `T = ${columns[column]}` : columns[column];
  return [study, name, across].filter(Boolean).join(" · ");
}

/** What the study of a row sets otherwise than usual. @param {Grid} data @param {number} row */
export function settingsOf({ models }, row) {
  const { study, settings } = models[row];
  return settings ? [study, settings].filter(Boolean).join(": ") : "";
}
