// @ts-check
// A small picture of draws: bands, lines, bars and dots in a square of 100 by 100. Where its x-axis is a course in time,
// the model's own lines and dots are uncovered from left to right.
import { shape, titleOf } from "../../parts/web/dom.js";
import { referenceColour, trajectoryColour } from "../../parts/web/palette.js";
import { placeAt } from "../../parts/web/player.js";
/** @import { Cell, ShapeLine, Thumbnail } from "../../parts/web/messages.d.ts" */
/** @import { Theme } from "../../parts/web/palette.js" */

const [INSET, SIDE] = [4, 100];
let windows = 0;

export class Shapes {
  /** @param {HTMLElement} room */
  constructor(room) {
    this.svg = shape("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img", class: "lmw-shapes" });
    this.window = shape("rect", { x: 0, y: 0, width: SIDE, height: SIDE });
    this.name = `lmw-window-${windows++}`;
    this.clip = shape("clipPath", { id: this.name });
    this.clip.append(this.window);
    this.known = "";
    this.own = shape("g", {});
    /** @type {Thumbnail["timed"]} */
    this.timed = undefined;
    /** @type {number | undefined} */
    this.clipped = undefined;
    /** The x of each point of each line of the model's own. @type {number[][]} */
    this.places = [];
    room.append(this.svg);
  }

  /** @param {Cell} cell @param {Theme} theme */
  accept({ picture = {}, alt }, theme) {
    const known = JSON.stringify([picture, alt, theme]);
    if (known === this.known) return;
    this.known = known;
    this.timed = picture.timed;
    this.own = shape("g", {});
    /** @type {Element[]} */
    const still = [];
    for (const { points, colour } of picture.bands ?? []) {
      still.push(shape("polygon", colour ? { class: "lmw-area", points, fill: colour } : { class: "lmw-band", points }));
    }
    for (const { x, y, width, height, colour } of picture.bars ?? []) {
      still.push(shape("rect", { x, y, width, height, fill: colour }));
    }
    const lines = picture.lines ?? [];
    const own = lines.filter(({ role }) => role === "own");
    still.push(...lines.filter(({ role }) => role !== "own").map((line) => lineOf(line, theme)));
    this.own.append(...own.map((line) => lineOf(line, theme)));
    for (const { x, y, colour } of picture.dots ?? []) {
      this.own.append(shape("circle", { cx: x, cy: y, r: 1.8, fill: colour }));
    }
    this.svg.replaceChildren(titleOf(alt), this.clip, ...still, this.own);
    this.places = own.map(({ points }) => across(points));
    this.clipped = undefined;
  }

  resize() {}

  /**
   * Uncovers everything up to t; how many points of the longest line that is.
   *
   * @param {number} t
   * @param {boolean} live
   */
  at(t, live) {
    const x = this.timed && !live ? acrossTo(t, this.timed.span) : SIDE;
    if (x !== this.clipped) {
      this.clipped = x;
      this.window.setAttribute("width", String(x));
      if (x < SIDE) this.own.setAttribute("clip-path", `url(#${this.name})`);
      else this.own.removeAttribute("clip-path");
    }
    return Math.max(0, ...this.places.map((places) => Math.floor(placeAt(places, x)) + 1));
  }
}

/**
 * How far the window reaches at t: half a dot further, so that the first point is seen.
 *
 * @param {number} t
 * @param {number[]} span
 */
function acrossTo(t, [first, last]) {
  return INSET + ((t - first) / Math.max(1e-9, last - first)) * (SIDE - 2 * INSET) + 0.6;
}

/** @param {ShapeLine} line @param {Theme} theme */
function lineOf({ points, role, colour, number }, theme) {
  const stroke = role === "own" ? colour ?? trajectoryColour(number ?? 0, theme) : referenceColour(theme);
  return shape("polyline", { points, stroke, fill: "none", class: `lmw-${role}` });
}

/** @param {string} points as SVG writes them */
const across = (points) => (points ? points.split(" ").map((pair) => parseFloat(pair)) : []);
