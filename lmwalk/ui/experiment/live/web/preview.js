// @ts-check
// The picture at once, while Plotly.js is still being read: the same lines at the same place, without axes.
import { make, penOf } from "../../../parts/web/dom.js";
import { revealed } from "./lines.js";
/** @import { Theme } from "../../../parts/web/palette.js" */
/** @import { DrawnLine } from "./lines.js" */
/** @import { Scene } from "./picture.js" */

/** @param {HTMLElement} node @param {Scene} scene @param {DrawnLine[]} walks @param {Theme} theme */
export function preview(node, scene, walks, theme) {
  const canvas = node.querySelector("canvas") ?? node.appendChild(make("canvas", "lmw-preview"));
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [node.clientWidth, node.clientHeight];
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const pen = penOf(canvas);
  pen.scale(ratio, ratio);
  const at = placing(scene, width, height);
  for (const { points, line } of scene.curves(theme)) {
    pen.beginPath();
    for (const [x, y] of points) pen.lineTo(...at(x, y));
    pen.closePath();
    ink(pen, line);
  }
  const lines = walks.map((walk) => ({ ...revealed(walk), ...scene.line(walk, theme) }));
  for (const trace of [...scene.others(walks, theme), ...lines]) {
    if (!trace.mode.includes("lines") || !trace.line) continue;
    pen.globalAlpha = trace.opacity ?? 1;
    pen.beginPath();
    for (let i = 0; i < trace.x.length; i++) pen.lineTo(...at(Number(trace.x[i]), Number(trace.y[i])));
    ink(pen, trace.line);
  }
  canvas.dataset.points = String(Math.max(0, ...walks.map((walk) => walk.t.length)));
}

/**
 * From numbers to pixels, as Plotly will place them: in the margins, and in a square where the axes are equal.
 *
 * @param {Scene} scene
 * @param {number} width
 * @param {number} height
 * @returns {(x: number, y: number) => [number, number]}
 */
function placing(scene, width, height) {
  const [[x0, x1], [y0, y1]] = scene.ranges();
  const { margin, y } = scene.axes({});
  let [across, down] = [width - margin.l - margin.r, height - margin.t - margin.b];
  let [left, top] = [margin.l, margin.t];
  if (y.scaleanchor) {
    const side = Math.min(across, down);
    [left, top] = [left + (across - side) / 2, top + (down - side) / 2];
    [across, down] = [side, side];
  }
  return (x, value) => [left + ((x - x0) / (x1 - x0)) * across, top + ((y1 - value) / (y1 - y0)) * down];
}

/** @type {Record<string, number[]>} */
const DASHES = { dash: [7, 5], dot: [2, 3] };

/** @param {CanvasRenderingContext2D} pen @param {{ color: string, width: number, dash?: string }} line */
function ink(pen, { color, width, dash }) {
  Object.assign(pen, { strokeStyle: color, lineWidth: width, lineJoin: "round" });
  pen.setLineDash(DASHES[dash ?? ""] ?? []);
  pen.stroke();
}
