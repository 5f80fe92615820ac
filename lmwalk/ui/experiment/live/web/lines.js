// @ts-check
// A line on the stage: its points in the order of t, and how many of them are shown: 2.5 is half way between the third
// and the fourth, -1 none.
import { placeAt } from "../../../parts/web/player.js";
/** @import { Line, Points } from "../../../parts/web/messages.d.ts" */

/**
 * @typedef {object} Course
 * @property {number[]} t ascending
 * @property {number[]} x
 * @property {number[]} y
 * @property {number} shown
 * @property {boolean} [changed] whether points that were drawn were put elsewhere
 */
/**
 * @typedef {object} Trace as Plotly takes it
 * @property {(number | null)[]} x
 * @property {(number | null)[]} y
 * @property {string} mode
 * @property {number} [opacity]
 * @property {{ color: string, width: number, dash?: string, shape?: string }} [line]
 * @property {object} [marker]
 * @property {string} [hoverinfo]
 * @property {number} [zorder]
 * @property {boolean} [cliponaxis]
 */
/** @typedef {{ view: string, x: number[], at: number, d: string }} Pen what was written of a line, by strokes.js */
/** @typedef {Line & Course & { index: number, pen?: Pen }} DrawnLine ``index`` is its place among Plotly's traces */

const CATCH_UP_MS = 350;
const GROW_MS = 250;
export const MOST_POINTS = 5000;

/**
 * Adds points to a line.
 *
 * @param {Course} line
 * @param {Pick<Points, "t" | "x" | "y">} points
 * @param {boolean} moving whether points can move: those that are known are put where the newest message has them
 * @param {number} [most] points that the line may hold
 */
export function mergeInto(line, { t, x, y }, moving, most = MOST_POINTS) {
  const last = line.t.length ? line.t[line.t.length - 1] : -1;
  if (t.length && t[0] > last) {
    for (let i = 0; i < t.length; i++) push(line, t[i], x[i], y[i]);
  } else if (moving || t.some((time) => time > last) || t.length > line.t.length) {
    mixInto(line, { t, x, y });
  }
  if (line.t.length > most) thin(line);
}

/** @param {Course} line @param {number} t @param {number} x @param {number} y */
function push(line, t, x, y) {
  line.t.push(t);
  line.x.push(x);
  line.y.push(y);
}

/**
 * Points before the newest, or in the place of known ones.
 *
 * @param {Course} line
 * @param {Pick<Points, "t" | "x" | "y">} points
 */
function mixInto(line, { t, x, y }) {
  const all = new Map(line.t.map((time, i) => [time, [line.x[i], line.y[i]]]));
  t.forEach((time, i) => all.set(time, [x[i], y[i]]));
  const before = line.t[Math.floor(line.shown)] ?? -1;
  const sorted = [...all].sort(([a], [b]) => a - b);
  line.t = sorted.map(([time]) => time);
  line.x = sorted.map(([, place]) => place[0]);
  line.y = sorted.map(([, place]) => place[1]);
  line.shown = Math.max(0, line.t.findLastIndex((time) => time <= before));
  line.changed = true;
}

/**
 * Keeps the newer half whole and every second point of the older half; the head stays at its t.
 *
 * @param {Course} line
 */
export function thin(line) {
  const half = Math.floor(line.t.length / 2);
  const keep = (/** @type {number} */ _, /** @type {number} */ i) => i >= half || i % 2 === 0;
  const t = line.shown < 0 ? -Infinity : along(line.t, line.shown);
  line.t = line.t.filter(keep);
  line.x = line.x.filter(keep);
  line.y = line.y.filter(keep);
  line.shown = placeAt(line.t, t);
}

/** The value at a place between two of them. @param {number[]} values @param {number} place */
function along(values, place) {
  const i = Math.max(0, Math.min(Math.floor(place), values.length - 1));
  const part = place - i;
  return part <= 0 || i + 1 >= values.length ? values[i] : values[i] + part * (values[i + 1] - values[i]);
}

/**
 * Moves the head on as time passes; whether it moved. Along its last segment it slows down, so that a single answer is
 * seen to arrive; what lags behind flows.
 *
 * @param {Course} line
 * @param {number} elapsed milliseconds
 */
export function reveal(line, elapsed) {
  const end = line.t.length - 1;
  const left = end - line.shown;
  if (left <= 0) return false;
  if (left > 1) line.shown = Math.min(end, line.shown + (left / CATCH_UP_MS) * elapsed);
  else line.shown = end - Math.max(0, Math.cbrt(left) - elapsed / GROW_MS) ** 3;
  return true;
}

/** Shows what there is up to t; whether that changed anything. @param {Course} line @param {number} t */
export function place(line, t) {
  const shown = placeAt(line.t, t);
  const moved = shown !== line.shown || Boolean(line.changed);
  Object.assign(line, { shown, changed: false });
  return moved;
}

/** Where a line's head is, as it is drawn. @param {Course & { shift?: number }} line @returns {[number, number]} */
export function headOf(line) {
  const shift = line.shift ?? 0;
  return [along(line.x, line.shown) + shift, along(line.y, line.shown) + shift];
}

/** The points that are shown and the head, as they are drawn. @param {Course & { shift?: number }} line */
export function revealed(line) {
  if (!line.t.length || line.shown < 0) return { x: [], y: [] };
  const whole = Math.floor(line.shown) + 1;
  const [x, y] = headOf(line);
  const shifted = (/** @type {number[]} */ values) => values.slice(0, whole).map((value) => value + (line.shift ?? 0));
  return { x: [...shifted(line.x), x], y: [...shifted(line.y), y] };
}
