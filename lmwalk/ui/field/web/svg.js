// @ts-check
// A pen that writes SVG: as much of a canvas's as pictures are drawn with.
import { shape } from "../../parts/web/dom.js";

/** Digits behind the point, in pixels. */
const FINE = 2;

/** @typedef {{ fillStyle: unknown, strokeStyle: unknown, lineWidth: number, globalAlpha: number, lineCap: string, lineJoin: string, font: string, textAlign: string, textBaseline: string, group: SVGElement, x: number, y: number, dash: number[] }} Ink */

/** @type {Record<string, string>} */
const ANCHORS = { center: "middle", right: "end", left: "start" };

/** A length as it is written. @param {number} value */
const fine = (value) => String(Number(value.toFixed(FINE)));

export class SvgPen {
  /** @param {number} width @param {number} height in pixels */
  constructor(width, height) {
    this.root = shape("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` });
    this.fillStyle = /** @type {unknown} */ ("#000");
    this.strokeStyle = /** @type {unknown} */ ("#000");
    this.lineWidth = 1;
    this.globalAlpha = 1;
    this.lineCap = "butt";
    this.lineJoin = "miter";
    this.font = "10px sans-serif";
    this.textAlign = "left";
    this.textBaseline = "alphabetic";
    /** Where what is drawn is put, and how far it is moved. */
    this.group = /** @type {SVGElement} */ (this.root);
    this.x = 0;
    this.y = 0;
    this.path = "";
    /** @type {number[]} */
    this.dash = [];
    this.count = 0;
    /** @type {Ink[]} */
    this.kept = [];
  }

  save() {
    const { fillStyle, strokeStyle, lineWidth, globalAlpha, lineCap, lineJoin, font, textAlign, textBaseline, group, x, y, dash } = this;
    this.kept.push({ fillStyle, strokeStyle, lineWidth, globalAlpha, lineCap, lineJoin, font, textAlign, textBaseline, group, x, y, dash });
  }

  restore() {
    Object.assign(this, this.kept.pop());
  }

  /** @param {number} x @param {number} y */
  translate(x, y) {
    this.x += x;
    this.y += y;
  }

  /** @param {number[]} dash */
  setLineDash(dash) {
    this.dash = dash;
  }

  beginPath() {
    this.path = "";
  }

  closePath() {
    this.path += "Z";
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    this.path += `M${fine(x + this.x)} ${fine(y + this.y)}`;
  }

  /** @param {number} x @param {number} y */
  lineTo(x, y) {
    this.path += `${this.path ? "L" : "M"}${fine(x + this.x)} ${fine(y + this.y)}`;
  }

  /** @param {number} x @param {number} y @param {number} wide @param {number} high */
  rect(x, y, wide, high) {
    this.moveTo(x, y);
    this.path += `h${fine(wide)}v${fine(high)}h${fine(-wide)}Z`;
  }

  /** A whole circle. @param {number} x @param {number} y @param {number} radius @param {number} _from @param {number} _to */
  arc(x, y, radius, _from, _to) {
    const r = fine(radius);
    this.moveTo(x - radius, y);
    this.path += `a${r} ${r} 0 1 0 ${fine(2 * radius)} 0a${r} ${r} 0 1 0 ${fine(-2 * radius)} 0Z`;
  }

  fill() {
    this.group.append(shape("path", { d: this.path, fill: String(this.fillStyle), ...(this.globalAlpha < 1 && { "fill-opacity": this.globalAlpha }), "shape-rendering": "crispEdges" }));
  }

  stroke() {
    this.group.append(shape("path", {
      d: this.path, fill: "none", stroke: String(this.strokeStyle), "stroke-width": this.lineWidth, "stroke-opacity": this.globalAlpha,
      "stroke-linecap": this.lineCap, "stroke-linejoin": this.lineJoin,
      ...(this.dash.length && { "stroke-dasharray": this.dash.join(" ") }),
    }));
  }

  /** @param {number} x @param {number} y @param {number} wide @param {number} high */
  fillRect(x, y, wide, high) {
    this.beginPath();
    this.rect(x, y, wide, high);
    this.fill();
  }

  /** What is drawn from here on shows inside of the path alone. */
  clip() {
    const id = `clip${(this.count += 1)}`;
    const window = shape("clipPath", { id });
    window.append(shape("path", { d: this.path }));
    const group = shape("g", { "clip-path": `url(#${id})` });
    this.group.append(window, group);
    this.group = group;
  }

  /** @param {string} words @param {number} x @param {number} y */
  fillText(words, x, y) {
    const [, size, family] = /([\d.]+)px (.*)$/.exec(this.font) ?? ["", "11", "sans-serif"];
    const text = shape("text", {
      x: fine(x + this.x), y: fine(y + this.y), fill: String(this.fillStyle), "font-size": size, "font-family": family,
      "font-weight": this.font.startsWith("600") ? 600 : 400,
      "text-anchor": ANCHORS[this.textAlign] ?? "start",
      "dominant-baseline": this.textBaseline === "middle" ? "central" : "auto",
    });
    text.textContent = words;
    this.group.append(text);
  }

  /** Thin lines aslant. @param {string} colour */
  hatch(colour) {
    const id = `hatch${(this.count += 1)}`;
    const pattern = shape("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse" });
    pattern.append(shape("path", { d: "M-6 6L0 0M0 6L6 0M6 6L12 0", stroke: colour, "stroke-opacity": 0.55 }));
    this.root.append(pattern);
    return `url(#${id})`;
  }

  text() {
    return new XMLSerializer().serializeToString(this.root);
  }
}
