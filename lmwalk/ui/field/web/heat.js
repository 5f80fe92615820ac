// @ts-check
// The colours of a heat map: from a faint to a full one, as a theme has them, with numbers at its ends.
import palette from "../../../palette.json" with { type: "json" };
/** @import { Shade } from "../../parts/web/palette.js" */

const STEPS = 64;

/** @param {string} hex */
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** So many colours from the least to the most. @param {Shade} theme @returns {string[]} */
export function heatColours(theme) {
  const stops = (theme.dark ? palette.heat.dark : palette.heat.light).map(channels);
  return Array.from({ length: STEPS }, (_, step) => {
    const place = (step / (STEPS - 1)) * (stops.length - 1);
    const from = Math.min(Math.floor(place), stops.length - 2);
    const mixed = stops[from].map((value, i) => Math.round(value + (place - from) * (stops[from + 1][i] - value)));
    return `rgb(${mixed.join(",")})`;
  });
}

/** The place of a value among the colours; what lies beyond an end has its colour. @param {number} value @param {number} least @param {number} most */
export function heatStep(value, least, most) {
  const share = most > least ? (value - least) / (most - least) : 0;
  return Math.round(Math.min(Math.max(share, 0), 1) * (STEPS - 1));
}

/** The end of a scale that shows values up to `most`: 1, 2 or 5 times a power of ten. @param {number} most */
export function roundEnd(most) {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most) + 1e-9);
  return power * /** @type {number} */ ([1, 2, 5, 10].find((times) => times * power >= most * (1 - 1e-9)));
}

/** A number as it is read: without zeros at its end. @param {number} value @param {number} [digits] */
export function written(value, digits = 2) {
  return Number.isFinite(value) ? String(Number(value.toFixed(digits))).replace("-", "\u2212") : "\u2013";
}
