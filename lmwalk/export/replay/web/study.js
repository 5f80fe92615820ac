// @ts-check
// What the page holds, as lmwalk/export/replay/contents.py packs it.
/** @import { Grid, Model, Cell } from "../../../ui/parts/web/messages.d.ts" */

/**
 * @typedef {object} Reading a reply in pieces, each with whether it was gone by, and how it was read
 * @property {[string, boolean][]} pieces
 * @property {string} status
 * @property {string} how
 * @property {string} beside
 * @property {string} [sign]
 * @property {string} [thought]
 * @property {string} [weight]
 * @property {[string, number][]} [chances]
 */
/**
 * @typedef {object} Trajectory `prompts` and `readings` are places in the tables of the study
 * @property {number} cell
 * @property {number} number
 * @property {string} name
 * @property {string} short the same for a small button, or the same where there is no shorter one
 * @property {string} [start]
 * @property {number[]} t
 * @property {number[]} prompts
 * @property {number[]} readings
 */
/**
 * @typedef {object} Picture of a figure; each position of its slider is a name and an SVG, `width` pixels wide
 * @property {string} choice
 * @property {string} caption
 * @property {number} width
 * @property {[string, string][]} positions
 * @property {string} [fault]
 */
/** @typedef {{ title: string, about: string, pictures: Picture[], left: number }} Figure */
/**
 * @typedef {object} Study
 * @property {string} study
 * @property {string[]} about
 * @property {string} noun
 * @property {string} legend
 * @property {string[]} said
 * @property {boolean} stepwise whether the clock counts the steps of a trajectory
 * @property {Grid} grid
 * @property {[string, number][]} prompts a question and the place of its system message, or -1
 * @property {string[]} systems
 * @property {Reading[]} readings
 * @property {Trajectory[]} trajectories
 * @property {string} left
 * @property {Figure[]} figures
 * @property {[string, string][]} facts
 * @property {[string, string][]} words
 * @property {string} settings
 * @property {string} made
 */

/** The study in the letters of the page. @param {string} letters @returns {Promise<Study>} */
export async function unpacked(letters) {
  const bytes = Uint8Array.from(atob(letters.trim()), (letter) => letter.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(plain).text());
}

/**
 * Where in the rising numbers of its steps a trajectory stands at t: before the first it is -1.
 *
 * @param {number[]} steps
 * @param {number} t
 */
export function stepAt(steps, t) {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Which walk of a cell has come nearest to a place by t; nothing where there is none.
 *
 * @param {Cell} cell
 * @param {number} x
 * @param {number} y
 * @param {number} t
 */
export function nearestWalk(cell, x, y, t) {
  let [nearest, least] = [/** @type {number | undefined} */ (undefined), Infinity];
  for (const walk of cell.walks ?? []) {
    for (let i = 0; i < walk.x.length && (walk.t?.[i] ?? i) <= t; i++) {
      const distance = Math.hypot(walk.x[i] + walk.shift - x, walk.y[i] + walk.shift - y);
      if (distance < least) [nearest, least] = [walk.trajectory, distance];
    }
  }
  return nearest;
}
