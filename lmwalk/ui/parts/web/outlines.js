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
