// @ts-check
// A small picture of one condition: one canvas, whatever it holds. Lines only gain what is new, so a frame costs the
// same however long they are.
import { make, penOf } from "../../../parts/web/dom.js";
import { headOf, mergeInto, place, reveal } from "./lines.js";
/** @import { Line, Points } from "../../../parts/web/messages.d.ts" */
/** @import { Theme } from "../../../parts/web/palette.js" */
/** @import { DrawnLine } from "./lines.js" */
/** @import { Scene } from "./picture.js" */

/** @typedef {DrawnLine & { drawn: number }} MiniLine ``drawn`` is how many of its segments are on the trail */
/**
 * @typedef {object} Look what all small pictures share
 * @property {Scene} scene
 * @property {Theme} theme
 * @property {number} ratio pixels of the canvas for one of the page
 * @property {HTMLCanvasElement} ground what stands still behind all of them
 */

const HEADS_UP_TO = 20;

export class Mini {
  /** @param {Line[]} lines */
  constructor(lines) {
    this.node = make("canvas", "lmw-mini");
    this.trail = make("canvas");
    const blank = () => ({ t: [], x: [], y: [], shown: -1, drawn: 0 });
    /** @type {Map<string, MiniLine>} */
    this.lines = new Map(lines.map((line, index) => [line.key, { ...line, ...blank(), index }]));
    this.stale = true;
    this.share = 0;
    /** How each line looks, until the theme changes. @type {Map<MiniLine, { color: string, width: number, opacity: number }>} */
    this.styles = new Map();
  }

  /** Draws everything anew, as the theme or the room is another. */
  redress() {
    this.styles.clear();
    this.stale = true;
  }

  /** @param {MiniLine} line @param {Scene} scene @param {Theme} theme */
  style(line, scene, theme) {
    const known = this.styles.get(line) ?? look(scene, theme)(line);
    this.styles.set(line, known);
    return known;
  }

  /**
   * @param {Points[]} points
   * @param {boolean} moving whether points can be put elsewhere
   * @param {number} most points that a line may hold
   */
  merge(points, moving, most) {
    for (const piece of points) {
      const line = this.lines.get(piece.key);
      if (!line) continue;
      const begun = line.t.length > 0;
      const before = line.t.length;
      mergeInto(line, piece, moving, most);
      if (!begun) line.shown = 0;
      if (line.changed || line.t.length < before) this.stale = true;
      line.changed = false;
    }
  }

  /** Shows all there is. */
  settle() {
    for (const line of this.lines.values()) line.shown = line.t.length - 1;
    this.stale = true;
  }

  /** Whether something is not shown yet. */
  behind() {
    for (const line of this.lines.values()) if (line.shown < line.t.length - 1) return true;
    return this.stale;
  }

  /** Moves heads on as time passes; whether one moved. @param {number} elapsed milliseconds */
  reveal(elapsed) {
    let moved = this.stale;
    for (const line of this.lines.values()) if (reveal(line, elapsed)) moved = true;
    return moved;
  }

  /** Shows everything up to t; whether that changed anything. @param {number} t */
  hold(t) {
    let moved = this.stale;
    for (const line of this.lines.values()) if (place(line, t)) moved = true;
    return moved;
  }

  /** @param {number} pixels */
  resize(pixels) {
    if (pixels === this.node.width) return;
    for (const canvas of [this.node, this.trail]) canvas.width = canvas.height = pixels;
    this.stale = true;
  }

  /** @param {Look} look */
  draw({ scene, theme, ratio, ground }) {
    const at = placing(scene, this.node.width);
    const [pen, trail] = [penOf(this.node), penOf(this.trail)];
    const lines = [...this.lines.values()];
    if (this.stale || lines.some((line) => Math.floor(line.shown) < line.drawn)) {
      trail.clearRect(0, 0, this.trail.width, this.trail.height);
      for (const line of lines) line.drawn = 0;
      if (scene.room.kind === "series" && scene.room.single) this.dot(trail, lines, look(scene, theme), at, ratio);
    }
    this.stale = false;
    pen.clearRect(0, 0, this.node.width, this.node.height);
    pen.drawImage(ground, 0, 0);
    const heads = scene.room.kind === "plane" || lines.length <= HEADS_UP_TO;
    for (const line of lines) {
      if (line.shown < 0 || !line.t.length) continue;
      const { color, width, opacity } = this.style(line, scene, theme);
      const style = { strokeStyle: color, fillStyle: color, lineWidth: width * ratio, lineJoin: "round", lineCap: "round" };
      for (const each of [pen, trail]) Object.assign(each, style, { globalAlpha: opacity });
      const whole = Math.floor(line.shown);
      if (whole > line.drawn) this.stroke(trail, line, line.drawn, whole, at);
      line.drawn = whole;
    }
    pen.globalAlpha = 1;
    pen.drawImage(this.trail, 0, 0);
    for (const line of lines) {
      if (line.shown < 0 || !line.t.length) continue;
      const { color, width, opacity } = this.style(line, scene, theme);
      Object.assign(pen, { strokeStyle: color, fillStyle: color, lineWidth: width * ratio, globalAlpha: opacity });
      const head = at(...headOf(line));
      if (line.shown > line.drawn) this.stroke(pen, line, line.drawn, line.drawn, at, head);
      if (!heads) continue;
      pen.globalAlpha = 1;
      pen.beginPath();
      pen.arc(...head, 1.7 * ratio, 0, 2 * Math.PI);
      pen.fill();
    }
    this.progress(pen, theme, ratio);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {MiniLine} line
   * @param {number} from
   * @param {number} to
   * @param {(x: number, y: number) => [number, number]} at
   * @param {[number, number]} [head]
   */
  stroke(pen, line, from, to, at, head) {
    const shift = line.shift ?? 0;
    pen.beginPath();
    for (let i = from; i <= to; i++) pen.lineTo(...at(line.x[i] + shift, line.y[i] + shift));
    if (head) pen.lineTo(...head);
    pen.stroke();
  }

  /**
   * Where each line is a point, not a way.
   *
   * @param {CanvasRenderingContext2D} pen
   * @param {MiniLine[]} lines
   * @param {(line: Line) => { color: string }} style
   * @param {(x: number, y: number) => [number, number]} at
   * @param {number} ratio
   */
  dot(pen, lines, style, at, ratio) {
    for (const line of lines) {
      pen.fillStyle = style(line).color;
      for (let i = 0; i < line.t.length; i++) {
        pen.beginPath();
        pen.arc(...at(line.x[i], line.y[i]), 1.8 * ratio, 0, 2 * Math.PI);
        pen.fill();
      }
    }
  }

  /** How much is answered, as a line along the lower edge. @param {CanvasRenderingContext2D} pen @param {Theme} theme @param {number} ratio */
  progress(pen, theme, ratio) {
    if (this.share <= 0 || this.share >= 1) return;
    const side = this.node.width;
    pen.globalAlpha = 0.55;
    pen.fillStyle = theme.text;
    pen.fillRect(0, side - 1.5 * ratio, side * this.share, 1.5 * ratio);
    pen.globalAlpha = 1;
  }
}

/**
 * From numbers to pixels of a square canvas.
 *
 * @param {Scene} scene
 * @param {number} side
 * @returns {(x: number, y: number) => [number, number]}
 */
export function placing(scene, side) {
  const [[x0, x1], [y0, y1]] = scene.ranges();
  return (x, y) => [((x - x0) / (x1 - x0)) * side, ((y1 - y) / (y1 - y0)) * side];
}

/** How a line looks when it is small. @param {Scene} scene @param {Theme} theme */
function look(scene, theme) {
  return (/** @type {Line} */ line) => {
    const { line: pen, opacity } = scene.line(line, theme);
    return { color: pen.color, width: line.mean ? 1.5 : 1.1, opacity: opacity ?? 1 };
  };
}

/**
 * What stands still behind every small picture: walls and tracks, or grey references.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Omit<Look, "ground">} all
 */
export function drawGround(canvas, { scene, theme, ratio }) {
  const [pen, at] = [penOf(canvas), placing(scene, canvas.width)];
  pen.clearRect(0, 0, canvas.width, canvas.height);
  for (const { points, line } of scene.curves(theme)) {
    Object.assign(pen, { strokeStyle: line.color, lineWidth: 0.8 * ratio, globalAlpha: 0.7 });
    pen.setLineDash(line.dash === "dash" ? [3 * ratio, 2 * ratio] : []);
    pen.beginPath();
    for (const [x, y] of points) pen.lineTo(...at(x, y));
    pen.closePath();
    pen.stroke();
  }
  if (scene.room.kind !== "series") return;
  for (const { x, y } of scene.room.references) {
    Object.assign(pen, { strokeStyle: theme.text, lineWidth: 0.7 * ratio, globalAlpha: 0.28 });
    pen.setLineDash([2 * ratio, 2 * ratio]);
    pen.beginPath();
    for (let i = 0; i < x.length; i++) pen.lineTo(...at(x[i], y[i]));
    pen.stroke();
  }
}
