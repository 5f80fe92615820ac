// @ts-check
// One picture of a field: a heat map, arrows and walls on one canvas, walkers on a second, what is pointed at on a third.
import { make, penOf } from "../../parts/web/dom.js";
import { outlineStyle } from "../../parts/web/outlines.js";
import { heatColours, heatStep } from "./heat.js";
import { TOO_WIDE } from "./laws.js";
import { SvgPen } from "./svg.js";
import { NOWHERE } from "./walkers.js";
/** @import { Theme } from "../../parts/web/palette.js" */
/** @import { Laws } from "./laws.js" */
/** @import { Room } from "./room.js" */

/** @typedef {CanvasRenderingContext2D | SvgPen} Pen */
/** @typedef {{ value: (at: number) => number, asked: (at: number) => boolean, least: number, most: number }} Heat */

/** How arrows of positions that were not asked are dashed, and how pale they and their cells are. */
const FILLED_DASH = [1.5, 2.5];
const PALE = 0.55;
/** Arrows are so many pixels apart, or more. */
const APART_PX = 14;

export class Picture {
  constructor() {
    this.node = make("figure", "lmw-picture");
    this.name = make("figcaption", "lmw-picture-name");
    this.place = make("div", "lmw-picture-place");
    this.place.tabIndex = 0;
    this.place.setAttribute("role", "group");
    this.ground = make("canvas", "lmw-ground");
    this.crowd = make("canvas", "lmw-crowd");
    this.heads = make("canvas", "lmw-heads");
    this.top = make("canvas", "lmw-top-mark");
    this.place.append(this.ground, this.crowd, this.heads, this.top);
    this.node.append(this.name, this.place);
    this.side = 0;
    /** How much of their fading the trails still owe. */
    this.due = 0;
    /** Draws again what is shown, with any pen. @type {(pen: Pen) => void} */
    this.again = () => undefined;
  }

  /** @param {number} side in pixels @returns {boolean} whether it is another one */
  resize(side) {
    const density = window.devicePixelRatio || 1;
    if (this.side === side && this.ground.width === Math.round(side * density)) return false;
    this.side = side;
    this.place.style.width = this.place.style.height = `${side}px`;
    for (const canvas of [this.ground, this.crowd, this.heads, this.top]) {
      canvas.width = canvas.height = Math.round(side * density);
      penOf(canvas).setTransform(density, 0, 0, density, 0, 0);
    }
    return true;
  }

  /**
   * @template Lists
   * @param {Room} room
   * @param {Heat} heat
   * @param {Int32Array} source whose value each position shows
   * @param {Theme} theme
   * @param {Laws<Lists> | null} laws whose arrows are drawn, and where they are too open to trust
   */
  draw(room, heat, source, theme, laws) {
    this.again = (pen) => {
      this.paint(pen, room, heat, source, theme, laws);
      if (laws) arrows(pen, room, laws, theme);
      frame(pen, room, theme);
    };
    const pen = penOf(this.ground);
    pen.clearRect(0, 0, this.side, this.side);
    this.again(pen);
  }

  /**
   * @template Lists
   * @param {Pen} pen @param {Room} room @param {Heat} heat @param {Int32Array} source @param {Theme} theme @param {Laws<Lists> | null} laws
   */
  paint(pen, room, heat, source, theme, laws) {
    const colours = heatColours(theme);
    const hatch = hatched(pen, theme);
    for (let at = 0; at < source.length; at++) {
      const value = source[at] === NOWHERE ? NaN : heat.value(source[at]);
      if (source[at] === NOWHERE) continue;
      this.cell(pen, room, at);
      pen.globalAlpha = heat.asked(at) ? 1 : PALE;
      pen.fillStyle = Number.isNaN(value) ? hatch : colours[heatStep(value, heat.least, heat.most)];
      pen.fill();
      if (laws && laws.unseen[source[at]] > TOO_WIDE) {
        pen.fillStyle = hatch;
        pen.fill();
      }
    }
    pen.globalAlpha = 1;
  }

  /** Begins the path of a cell. @param {Pen} pen @param {Room} room @param {number} at */
  cell(pen, room, at) {
    const [x, y] = room.points[at];
    pen.beginPath();
    if (!room.cells) {
      pen.arc(room.toX(x), room.toY(y), Math.min(0.42 * room.spacing * room.scale, 22), 0, 2 * Math.PI);
      return;
    }
    // on whole pixels, or hairlines of the page would show between cells
    const [left, right, above, below] = [room.toX(x - 0.5), room.toX(x + 0.5), room.toY(y + 0.5), room.toY(y - 0.5)].map(onPixel);
    pen.rect(left, above, right - left, below - above);
  }

  /** A ring around a position; none where none is given. @param {Room} room @param {number | undefined} at @param {Theme} theme */
  mark(room, at, theme) {
    const pen = penOf(this.top);
    pen.clearRect(0, 0, this.side, this.side);
    if (at === undefined) return;
    const [x, y] = room.points[at].map((value, axis) => (axis ? room.toY(value) : room.toX(value)));
    const radius = Math.max(0.75 * room.spacing * room.scale, 8);
    for (const [width, colour] of /** @type {[number, string][]} */ ([[4, theme.background], [2, theme.text]])) {
      Object.assign(pen, { lineWidth: width, strokeStyle: colour });
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.stroke();
    }
  }
}

/** @param {number} px */
function onPixel(px) {
  const density = window.devicePixelRatio || 1;
  return Math.round(px * density) / density;
}

/**
 * Arrows of the mean move, thinned so that they do not touch; they point from where they stand.
 *
 * @template Lists
 * @param {Pen} pen @param {Room} room @param {Laws<Lists>} laws @param {Theme} theme
 */
function arrows(pen, room, laws, theme) {
  const every = arrowStride(room, laws);
  const longest = (0.92 * Math.max(every * room.scale * room.spacing, APART_PX)) / room.spacing;
  pen.save();
  Object.assign(pen, { strokeStyle: theme.text, globalAlpha: 0.78, lineCap: "round", lineJoin: "round", lineWidth: longest * room.spacing > 30 ? 1.6 : 1.2 });
  pen.beginPath();
  pen.rect(room.toX(room.left), room.toY(room.top), room.scale * (room.right - room.left), room.scale * (room.top - room.bottom));
  pen.clip();
  for (const asked of [true, false]) {
    pen.beginPath();
    pen.setLineDash(asked ? [] : FILLED_DASH);
    for (let at = 0; at < room.points.length; at++) {
      if (laws.measured(at) !== asked || (every > 1 && !room.numbers[at].every((number) => number % every === 0))) continue;
      const [x, y] = meanMove(room, laws, at);
      if (Number.isNaN(x)) continue;
      arrow(pen, room.toX(room.points[at][0]), room.toY(room.points[at][1]), longest * x, -longest * y);
    }
    pen.stroke();
  }
  pen.restore();
}

/** @template Lists @param {Room} room @param {Laws<Lists>} laws @param {number} at @returns {[number, number]} */
export function meanMove(room, laws, at) {
  let [x, y] = [0, 0];
  for (let move = 0; move < laws.moves; move++) {
    const place = at * laws.moves + move;
    x += laws.p[place] * room.vectors[2 * place];
    y += laws.p[place] * room.vectors[2 * place + 1];
  }
  return [x, y];
}

/** How many positions apart arrows are: a multiple of the finest stride at which all are known. @template Lists @param {Room} room @param {Laws<Lists>} laws */
function arrowStride(room, laws) {
  const stride = room.wholeStride((at) => !Number.isNaN(laws.entropy[at])) ?? room.strides[room.strides.length - 1];
  return stride * Math.max(1, Math.ceil(APART_PX / (stride * room.spacing * room.scale)));
}

/** It stands at its place. @param {Pen} pen @param {number} px @param {number} py @param {number} dx @param {number} dy */
function arrow(pen, px, py, dx, dy) {
  const length = Math.hypot(dx, dy);
  const [x, y] = [px + dx, py + dy];
  pen.moveTo(px, py);
  pen.lineTo(x, y);
  if (length < 2.5) return;
  const head = Math.min(0.42 * length, 6) / length;
  for (const aside of [0.6, -0.6]) {
    pen.moveTo(x - head * (dx - aside * dy), y - head * (dy + aside * dx));
    pen.lineTo(x, y);
  }
}

/** Walls, tracks, and numbers along the edges. @param {Pen} pen @param {Room} room @param {Theme} theme */
function frame(pen, room, theme) {
  for (const { kind, points } of room.outlines) {
    const { color, width } = outlineStyle(kind, theme);
    Object.assign(pen, { strokeStyle: color, lineWidth: width });
    pen.beginPath();
    for (const [x, y] of points) pen.lineTo(room.toX(x), room.toY(y));
    pen.closePath();
    pen.stroke();
  }
  if (!room.cells) return;
  Object.assign(pen, { fillStyle: theme.text, font: `11px ${theme.font}`, textBaseline: "middle" });
  const ticks = [Math.ceil(room.left), 0, Math.floor(room.right)];
  for (const tick of ticks) {
    const words = String(tick).replace("-", "\u2212");
    pen.textAlign = "center";
    pen.fillText(words, room.toX(tick), room.toY(room.bottom) + 11);
    pen.textAlign = "right";
    pen.fillText(words, room.toX(room.left) - 6, room.toY(tick));
  }
}

/** @type {{ colour: string, pattern: CanvasPattern } | undefined} */
let hatch;

/** Thin lines aslant, for what cannot be told. @param {Pen} pen @param {Theme} theme */
function hatched(pen, theme) {
  if (pen instanceof SvgPen) return pen.hatch(theme.text);
  if (hatch?.colour === theme.text) return hatch.pattern;
  const tile = make("canvas");
  tile.width = tile.height = 6;
  const stroke = penOf(tile);
  Object.assign(stroke, { strokeStyle: theme.text, globalAlpha: 0.55, lineWidth: 1 });
  for (const shift of [-6, 0, 6]) {
    stroke.moveTo(shift, 6);
    stroke.lineTo(shift + 6, 0);
  }
  stroke.stroke();
  hatch = { colour: theme.text, pattern: /** @type {CanvasPattern} */ (pen.createPattern(tile, "repeat")) };
  return hatch.pattern;
}
