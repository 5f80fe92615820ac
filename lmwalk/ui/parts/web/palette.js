// @ts-check
// The colours of palette.json as a theme has them, and the theme of a place in the page.
import palette from "../../../palette.json" with { type: "json" };

/** @typedef {{ light: string, dark?: string }} Colour */
/** @typedef {{ dark: boolean, background: string, text: string, border: string, font: string, size?: number }} Theme */
/** @typedef {Pick<Theme, "dark">} Shade */

/** @param {Element} element @returns {Theme} */
export function themeOf(element) {
  const style = getComputedStyle(element);
  const value = (/** @type {string} */ name, /** @type {string} */ otherwise) =>
    style.getPropertyValue(name).trim() || otherwise;
  const background = value("--st-background-color", "#ffffff");
  return {
    dark: luminance(background) < 0.4,
    background,
    text: value("--st-text-color", "#222222"),
    border: value("--st-border-color", "#d9d9d9"),
    font: value("--st-font", "sans-serif"),
  };
}

/** Between 0 and 1, of any colour that a canvas understands. @param {string} colour */
function luminance(colour) {
  const probe = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  probe.fillStyle = colour;
  const hex = probe.fillStyle;
  if (!hex.startsWith("#")) return 1;
  const [r, g, b] = channels(hex).map((channel) => channel / 255);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Red, green and blue from 0 to 255. @param {string} hex */
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** @param {Colour} colour @param {Shade} theme */
const shaded = (colour, theme) => (theme.dark && colour.dark) || colour.light;

/** One colour for one trajectory, on every page. @param {number} trajectory @param {Shade} theme */
export function trajectoryColour(trajectory, theme) {
  return shaded(palette.trajectories[trajectory % palette.trajectories.length], theme);
}

/** On the scale from cool, 0, to warm, 1. @param {number} warmth */
export function scaleColour(warmth) {
  const stops = palette.scale.map(channels);
  const place = Math.min(Math.max(warmth, 0), 1) * (stops.length - 1);
  const from = Math.min(Math.floor(place), stops.length - 2);
  const part = place - from;
  const mixed = stops[from].map((value, i) => Math.round(value + part * (stops[from + 1][i] - value)));
  return `rgb(${mixed.join(",")})`;
}

/**
 * A line's own place on the scale, or else its number.
 *
 * @param {{ warmth?: number | null, colour?: number, trajectory: number }} line
 * @param {Shade} theme
 */
export function lineColour({ warmth, colour, trajectory }, theme) {
  return typeof warmth === "number" ? scaleColour(warmth) : trajectoryColour(colour ?? trajectory, theme);
}

/** @param {Shade} theme */
export const startColour = (theme) => shaded(palette.start, theme);
/** @param {Shade} theme */
export const endColour = (theme) => shaded(palette.end, theme);
/** @param {Shade} theme */
export const referenceColour = (theme) => shaded(palette.reference, theme);
