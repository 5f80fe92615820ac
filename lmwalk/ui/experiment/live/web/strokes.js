// @ts-check
// While the player plays, lines and their heads are moved in the drawing that Plotly has made: it would lay out all of
// them anew for each frame. Once the player rests, Plotly is told, so that zoom and hover know what is shown. How that
// drawing is made is Plotly's own affair and may change; where it is not as it is known here, Plotly draws each frame.
import { headOf } from "./lines.js";
/** @import { DrawnLine } from "./lines.js" */
/** @import { Axis, PlotNode } from "./picture.js" */

const NEAR_PX = 1;

/**
 * Whether the drawing is as it is known here: each trace has paths of its own, and axes say where points lie in pixels.
 *
 * @param {PlotNode} node
 * @param {DrawnLine[]} lines
 * @returns {boolean | undefined} undefined while nothing that is drawn can tell
 */
export function isKnown(node, lines) {
  const { xaxis, yaxis } = node._fullLayout ?? {};
  if (!isAxis(xaxis) || !isAxis(yaxis) || !node._fullData?.every((trace) => trace.uid)) return false;
  for (const { index } of lines) {
    const { x, y } = node.data[index];
    if (x.length < 2) continue;
    const spot = [xaxis.c2p(x[0]), yaxis.c2p(y[0])];
    const inside = spot[0] > 0 && spot[0] < xaxis._length && spot[1] > 0 && spot[1] < yaxis._length;
    if (!inside || x.every((value, i) => value === x[0] && y[i] === y[0])) continue;
    const drawn = /^M(-?[\d.]+),(-?[\d.]+)/.exec(own(node, index, ".js-line")[0]?.getAttribute("d") ?? "");
    return drawn !== null && spot.every((pixel, i) => Math.abs(pixel - Number(drawn[i + 1])) < NEAR_PX);
  }
  return undefined;
}

/** @param {Axis | undefined} axis @returns {axis is Axis} */
const isAxis = (axis) => typeof axis?.c2p === "function" && typeof axis._length === "number";

/** @param {PlotNode} node @param {number} index @param {string} what */
function own(node, index, what) {
  return node.querySelectorAll(`.trace${node._fullData[index].uid} ${what}`);
}

/**
 * Moves lines and heads; whether it could be done: not where the drawing has no place for a line or a head yet.
 *
 * @param {PlotNode} node
 * @param {DrawnLine[]} lines
 * @param {{ x: (number | null)[], y: (number | null)[] }} heads
 */
export function strokes(node, lines, heads) {
  const { xaxis, yaxis } = node._fullLayout;
  const paths = lines.map((line) => own(node, line.index, ".js-line")[0]);
  const marks = own(node, node.data.length - 1, ".points path");
  const spots = heads.x.map((x, i) => [x, heads.y[i]]).filter(([x]) => x !== null);
  if (paths.some((path) => !path) || marks.length !== spots.length) return false;
  lines.forEach((line, i) => paths[i].setAttribute("d", stroke(line, xaxis, yaxis)));
  spots.forEach(([x, y], i) => {
    marks[i].setAttribute("transform", `translate(${xaxis.c2p(Number(x))},${yaxis.c2p(Number(y))})`);
  });
  return true;
}

/**
 * The way of a line in pixels. What was written for the frame before is kept while it still holds.
 *
 * @param {DrawnLine} line
 * @param {Axis} xaxis
 * @param {Axis} yaxis
 */
export function stroke(line, xaxis, yaxis) {
  const view = [xaxis.c2p(0), xaxis.c2p(1), yaxis.c2p(0), yaxis.c2p(1)].join(" ");
  const whole = Math.floor(line.shown);
  let pen = line.pen;
  if (!pen || pen.view !== view || pen.x !== line.x || pen.at > whole) pen = line.pen = { view, x: line.x, at: -1, d: "" };
  const spot = (/** @type {number} */ x, /** @type {number} */ y) => `${xaxis.c2p(x).toFixed(1)},${yaxis.c2p(y).toFixed(1)}`;
  const shift = line.shift ?? 0;
  while (pen.at < whole) {
    pen.at += 1;
    pen.d += (pen.at ? "L" : "M") + spot(line.x[pen.at] + shift, line.y[pen.at] + shift);
  }
  return whole < 0 ? "M0,0" : `${pen.d}L${spot(...headOf(line))}`;
}
