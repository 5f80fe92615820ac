// @ts-check
// A small picture of walks: the background as a drawing, the walks on a canvas above it, where they have come to on
// another. A walk only gains what is new, so playing costs the same however long the walks are.
import { make, penOf, shape, titleOf } from "../../../parts/web/dom.js";
import { arrowsPath, outlinePath } from "../../../parts/web/outlines.js";
import { endColour, startColour, trajectoryColour } from "../../../parts/web/palette.js";
import { placeAt } from "../../../parts/web/player.js";
/** @import { Cell, Grid, Outline } from "../../../parts/web/messages.d.ts" */
/** @import { Theme } from "../../../parts/web/palette.js" */

/** Half the width of a mark, however large the picture is. */
const LARGEST_MARK_PX = 5;

/**
 * @typedef {{ trajectory: number, t: number[], x: number[], y: number[], drawn: number }} Path places as they are drawn
 */

export class Paths {
  /** @param {HTMLElement} room */
  constructor(room) {
    this.svg = shape("svg", { role: "img" });
    this.trail = make("canvas", "lmw-layer");
    this.heads = make("canvas", "lmw-layer");
    room.append(this.svg, this.trail, this.heads);
    this.room = room;
    /** @type {Path[]} */
    this.walks = [];
    /** Where they set out. @type {number[] | undefined} */
    this.start = undefined;
    this.t = -1;
    this.points = 0;
    this.pixels = 0;
    this.unit = 0;
    this.reach = 1;
    this.stale = true;
    this.still = "";
    this.known = "";
    /** One colour for all walks, where two cells are laid over each other. @type {string | undefined} */
    this.tint = undefined;
    /** @type {Theme} */
    this.theme = { dark: false, background: "", text: "", border: "", font: "" };
  }

  /** @param {Cell} cell @param {Theme} theme @param {Grid} grid */
  accept(cell, theme, { reach = 1, outlines = [] }) {
    const { alt, crosses = [], field = [] } = cell;
    const still = JSON.stringify([reach, outlines, alt, crosses, field]);
    if (still !== this.still) this.svg.replaceChildren(...backdrop(this.svg, alt, reach, outlines, crosses, field));
    const known = JSON.stringify([cell.walks, theme, reach]);
    if (known !== this.known) {
      this.walks = (cell.walks ?? []).map(({ trajectory, shift, t, x, y }) => ({
        trajectory,
        t: t ?? x.map((_, place) => place),
        x: x.map((value) => value + shift),
        y: y.map((value) => value + shift),
        drawn: 0,
      }));
      this.start = cell.walks?.length ? [cell.walks[0].x[0], cell.walks[0].y[0]] : undefined;
      this.stale = true;
    }
    Object.assign(this, { still, known, reach, theme });
  }

  resize() {
    const { clientWidth: side } = this.room;
    const pixels = Math.round(side * (window.devicePixelRatio || 1));
    if (!side || pixels === this.pixels) return;
    this.pixels = pixels;
    for (const canvas of [this.trail, this.heads]) canvas.width = canvas.height = pixels;
    this.stale = true;
    if (this.t >= 0) this.at(this.t);
  }

  /** Shows everything up to t; how many steps the longest walk has made by then. @param {number} t */
  at(t) {
    if (!this.pixels) this.resize();
    if (t === this.t && !this.stale) return this.points;
    this.t = t;
    this.points = 0;
    const places = this.walks.map((walk) => placeAt(walk.t, t));
    for (const [i, place] of places.entries()) {
      this.points = Math.max(this.points, this.walks[i].t[Math.floor(place)] ?? 0);
      if (Math.floor(place) < this.walks[i].drawn) this.stale = true;
    }
    if (this.pixels) this.draw(places);
    return this.points;
  }

  /** @param {number[]} places how far along each walk its head is */
  draw(places) {
    const [trail, heads] = [this.pen(this.trail), this.pen(this.heads)];
    if (this.stale) wipe(this.trail);
    wipe(this.heads);
    for (const [i, place] of places.entries()) {
      const walk = this.walks[i];
      if (this.stale) walk.drawn = 0;
      const whole = Math.max(0, Math.floor(place));
      const colour = this.tint ?? trajectoryColour(walk.trajectory, this.theme);
      if (whole > walk.drawn) this.stroke(trail, walk, walk.drawn, whole, colour);
      walk.drawn = whole;
      if (place > whole) this.stroke(heads, walk, whole, place, colour);
    }
    this.stale = false;
    this.marks(heads, places);
  }

  /** Units are those of the walks, y upwards; widths are pixels of the page. @param {HTMLCanvasElement} canvas */
  pen(canvas) {
    const pen = penOf(canvas);
    const scale = this.pixels / (2 * this.reach);
    pen.setTransform(scale, 0, 0, -scale, this.pixels / 2, this.pixels / 2);
    this.unit = (2 * this.reach) / (this.room.clientWidth || 1);
    return Object.assign(pen, { lineWidth: 1.25 * this.unit, lineJoin: "round", lineCap: "round" });
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Path} walk
   * @param {number} from
   * @param {number} to
   * @param {string} colour
   */
  stroke(pen, walk, from, to, colour) {
    pen.strokeStyle = colour;
    pen.beginPath();
    pen.moveTo(walk.x[from], walk.y[from]);
    for (let i = from + 1; i <= to; i++) pen.lineTo(walk.x[i], walk.y[i]);
    if (to % 1) pen.lineTo(...spot(walk, to));
    pen.stroke();
  }

  /** @param {CanvasRenderingContext2D} pen @param {number[]} places */
  marks(pen, places) {
    const size = Math.min(this.reach / 19, LARGEST_MARK_PX * this.unit);
    Object.assign(pen, { strokeStyle: this.theme.background, lineWidth: 0.8 * this.unit });
    if (this.start) {
      pen.beginPath();
      pen.arc(this.start[0], this.start[1], size, 0, 2 * Math.PI);
      mark(pen, startColour(this.theme));
    }
    for (const [i, place] of places.entries()) {
      const [x, y] = spot(this.walks[i], Math.max(0, place));
      const s = 1.25 * size;
      pen.beginPath();
      for (const [dx, dy] of [[-s, 0], [0, s], [s, 0], [0, -s]]) pen.lineTo(x + dx, y + dy);
      pen.closePath();
      mark(pen, endColour(this.theme));
    }
  }
}

/**
 * @param {Element} svg
 * @param {string} alt
 * @param {number} reach
 * @param {Outline[]} outlines
 * @param {number[][]} crosses end points that somebody has published
 * @param {NonNullable<Cell["field"]>} field
 */
function backdrop(svg, alt, reach, outlines, crosses, field) {
  svg.setAttribute("viewBox", `${-reach} ${-reach} ${2 * reach} ${2 * reach}`);
  const plane = shape("g", { transform: "scale(1,-1)", fill: "none", "stroke-linejoin": "round" });
  plane.append(
    shape("path", { class: "lmw-axes", d: `M${-reach} 0H${reach}M0 ${-reach}V${reach}` }),
    ...(field.length ? [shape("path", { class: "lmw-arrows", d: arrowsPath(field) })] : []),
    ...outlines.map((outline) => shape("path", { class: `lmw-outline-${outline.kind}`, d: outlinePath(outline) })),
    ...crosses.map(([x, y]) => shape("path", { class: "lmw-published", d: crossPath(x, y, reach / 15) })),
  );
  return [titleOf(alt), plane];
}

/** @param {number} x @param {number} y @param {number} s half of its side */
const crossPath = (x, y, s) => `M${x - s} ${y - s}l${2 * s} ${2 * s}M${x - s} ${y + s}l${2 * s} ${-2 * s}`;

/**
 * A place along a walk, also between two of its points.
 *
 * @param {Path} walk
 * @param {number} place
 * @returns {[number, number]}
 */
function spot({ x, y }, place) {
  const i = Math.floor(place);
  const part = place - i;
  if (!part) return [x[i], y[i]];
  return [x[i] + part * (x[i + 1] - x[i]), y[i] + part * (y[i + 1] - y[i])];
}

/** @param {HTMLCanvasElement} canvas */
function wipe(canvas) {
  const pen = penOf(canvas);
  pen.save();
  pen.resetTransform();
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.restore();
}

/** @param {CanvasRenderingContext2D} pen @param {string} colour */
function mark(pen, colour) {
  pen.fillStyle = colour;
  pen.fill();
  pen.stroke();
}
