// @ts-check
// Positions that were not asked, filled in from those that were: each law is a mean of laws that were asked around it.
import { entropy } from "./laws.js";
/** @import { Laws } from "./laws.js" */
/** @import { Room } from "./room.js" */

/**
 * What each filled position takes of asked ones: those of its row, from `first[row]` on, with their weights.
 *
 * @typedef {{ places: number[], first: number[], from: number[], weight: number[] }} Weights
 */

const SWEEPS = 400;
const STILL = 1e-6;

/** @param {Room} room @param {(at: number) => boolean} asked @param {number | undefined} stride at which all positions were asked @returns {Weights} */
export function weightsOf(room, asked, stride) {
  const places = room.points.map((_, at) => at).filter((at) => !asked(at));
  const rows = room.cells ? places.map((at) => between(room, at, asked, stride ?? 1)) : harmonic(room, places, asked);
  /** @type {Weights} */
  const weights = { places: [], first: [0], from: [], weight: [] };
  rows.forEach((row, i) => {
    if (!row.size) return;
    weights.places.push(places[i]);
    for (const [from, weight] of row) {
      weights.from.push(from);
      weights.weight.push(weight);
    }
    weights.first.push(weights.from.length);
  });
  return weights;
}

/** On a grid: the corners of the square of asked positions around it, each the more, the nearer. @param {Room} room @param {number} at @param {(at: number) => boolean} asked @param {number} stride */
function between(room, at, asked, stride) {
  /** @type {Map<number, number>} */
  const row = new Map();
  const sides = room.numbers[at].map((value) => {
    const low = stride * Math.floor(value / stride);
    return /** @type {[number, number][]} */ ([[low, 1 - (value - low) / stride], [low + stride, (value - low) / stride]]);
  });
  let all = 0;
  for (const [x, a] of sides[0]) for (const [y, b] of sides[1]) {
    const corner = a * b > 0 ? room.at(x, y) : undefined;
    if (corner === undefined || !asked(corner)) continue; // beyond the last multiple there is a rim
    row.set(corner, (row.get(corner) ?? 0) + a * b);
    all += a * b;
  }
  if (!all) {
    const corner = room.at(...(/** @type {[number, number]} */ (room.numbers[at].map((value) => stride * Math.trunc(value / stride)))));
    if (corner !== undefined && asked(corner)) row.set(corner, (all = 1));
  }
  for (const [from, weight] of row) row.set(from, weight / all);
  return row;
}

/** On other sites: weights that make each law the mean of its neighbours'. @param {Room} room @param {number[]} places @param {(at: number) => boolean} asked */
function harmonic(room, places, asked) {
  const moves = room.moves.length;
  /** @type {Map<number, Map<number, number>>} */
  const rows = new Map(places.map((at) => [at, new Map()]));
  const near = places.map((at) => [...new Set(room.leads.subarray(at * moves, (at + 1) * moves))].filter((to) => to !== at));
  for (let sweep = 0, changed = 1; sweep < SWEEPS && changed > STILL; sweep++) {
    changed = 0;
    places.forEach((at, i) => {
      /** @type {Map<number, number>} */
      const next = new Map();
      for (const to of near[i]) {
        const own = asked(to) ? [[to, 1]] : /** @type {Map<number, number>} */ (rows.get(to));
        for (const [from, weight] of own) next.set(from, (next.get(from) ?? 0) + weight / near[i].length);
      }
      const before = /** @type {Map<number, number>} */ (rows.get(at));
      for (const [from, weight] of next) changed = Math.max(changed, Math.abs(weight - (before.get(from) ?? 0)));
      rows.set(at, next);
    });
  }
  return places.map((at) => {
    const row = /** @type {Map<number, number>} */ (rows.get(at));
    const all = [...row.values()].reduce((sum, weight) => sum + weight, 0);
    return new Map([...row].map(([from, weight]) => [from, weight / all]));
  });
}

/** Writes the laws of filled positions. @template Lists @param {Laws<Lists>} laws @param {Weights} weights */
export function fillIn(laws, { places, first, from, weight }) {
  const { moves } = laws;
  const of = (/** @type {Float64Array} */ values, /** @type {number} */ row, /** @type {number} */ width, /** @type {number} */ offset) => {
    let sum = 0;
    for (let i = first[row]; i < first[row + 1]; i++) sum += weight[i] * values[from[i] * width + offset];
    return sum;
  };
  places.forEach((at, row) => {
    for (let move = 0; move < moves; move++) {
      laws.p[at * moves + move] = of(laws.p, row, moves, move);
      laws.masses[at * moves + move] = of(laws.masses, row, moves, move);
    }
    laws.outside[at] = of(laws.outside, row, 1, 0);
    laws.unseen[at] = of(laws.unseen, row, 1, 0);
    laws.entropy[at] = entropy(laws.p, at * moves, moves);
  });
}
