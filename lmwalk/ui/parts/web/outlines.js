// @ts-check
// The fixed background of walks: walls, tracks and references, closed curves in the process's own unit, y upwards.
import { referenceColour } from "./palette.js";
/** @import { Outline } from "./messages.d.ts" */
/** @import { Theme } from "./palette.js" */

/**
 * How an outline is drawn, in Plotly's words: walls solid, tracks thin, references grey and dashed.
 *
 * @param {Outline["kind"]} kind
 * @param {Theme} theme
 */
export function outlineStyle(kind, theme) {
  if (kind === "reference") return { color: referenceColour(theme), width: 1.2, dash: "dash" };
  return { color: theme.text, width: kind === "wall" ? 1.5 : 1, dash: "solid" };
}

/** The curve as SVG and Plotly write paths. @param {Outline} outline */
export function outlinePath({ points }) {
  return points.length ? `M${points.map(([x, y]) => `${x},${y}`).join("L")}Z` : "";
}

/**
 * How far from (0, 0) walls and tracks go in x or y; without any of them there is no limit.
 *
 * @param {Outline[]} outlines
 */
export function limitOf(outlines) {
  const ends = outlines.filter(({ kind }) => kind !== "reference").flatMap(({ points }) => points.flat().map(Math.abs));
  return ends.length ? Math.max(...ends) : Infinity;
}

/** Of an arrow's length, how long the two strokes of its head are, and how far they stand apart. */
const [HEAD, HALF] = [0.3, 0.16];

/**
 * The arrows of a field as curves that are closed: there and back, so that they are drawn as outlines are.
 *
 * @param {[number, number, number, number][]} field x, y, and how far each goes
 * @returns {[number, number][][]}
 */
export function arrowCurves(field) {
  return field.filter(([, , dx, dy]) => dx || dy).map(([x, y, dx, dy]) => {
    const [tipX, tipY, backX, backY] = [x + dx / 2, y + dy / 2, x + (0.5 - HEAD) * dx, y + (0.5 - HEAD) * dy];
    const [left, right] = [HALF, -HALF].map((side) => /** @type {[number, number]} */ ([backX - side * dy, backY + side * dx]));
    return [[x - dx / 2, y - dy / 2], [tipX, tipY], left, [tipX, tipY], right, [tipX, tipY]];
  });
}

/** All arrows as one path of SVG and Plotly. @param {[number, number, number, number][]} field */
export const arrowsPath = (field) => arrowCurves(field).map((points) => outlinePath({ kind: "reference", points: points.map(shortened) })).join("");

/** @param {[number, number]} point @returns {[number, number]} */
const shortened = ([x, y]) => [Math.round(100 * x) / 100, Math.round(100 * y) / 100];

/** How arrows are drawn, in Plotly's words. @param {Theme} theme */
export const arrowStyle = (theme) => ({ color: referenceColour(theme), width: theme.size ? 1.8 : 1, dash: "solid" });
