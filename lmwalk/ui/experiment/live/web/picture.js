// @ts-check
// The picture: one Plotly node for its whole life. Points are merged by (line, t) and revealed smoothly, or held at the
// t of the player; what is drawn around the lines is the scene's.
import { Series } from "../../../families/draws/web/series.js";
import { Plane } from "../../../families/walks/web/plane.js";
import { make } from "../../../parts/web/dom.js";
import { referenceColour } from "../../../parts/web/palette.js";
import { inset } from "./inset.js";
import { headOf, mergeInto, place, reveal, revealed } from "./lines.js";
import { preview } from "./preview.js";
import { isKnown, strokes } from "./strokes.js";
/** @import { Line, PlaneRoom, Points, SeriesRoom } from "../../../parts/web/messages.d.ts" */
/** @import { Theme } from "../../../parts/web/palette.js" */
/** @import { DrawnLine } from "./lines.js" */

/** @typedef {Plane | Series} Scene */
/** @typedef {{ range: number[], c2p(value: number): number, _length: number, _offset?: number }} Axis */
/**
 * @typedef {HTMLElement & {
 *   data: { x: number[], y: number[] }[],
 *   on(event: string, act: (change: any) => void): void,
 *   _fullLayout: { width: number, height: number, xaxis: Axis, yaxis: Axis },
 *   _fullData: { uid: string }[],
 * }} PlotNode
 */

/** Answers in a message up to which each is shown to arrive. */
const FEW = 3;
const GLIDE_MS = 350;
/** A frame that takes longer is one that the machine cannot keep up with. */
const SLOW_MS = 25;
/** Plotly is told at least so often what is shown, for zoom and hover. */
const SETTLE_MS = 1000;

export class Picture {
  /** @type {Scene} */
  scene;
  /** @type {any} */
  Plotly;
  /** @type {Theme} */
  theme;
  /** @type {string | undefined} */
  signature;

  /**
   * @param {HTMLElement} node
   * @param {(number: number) => void} pick called with the number of a line that is clicked
   */
  constructor(node, pick) {
    this.node = /** @type {PlotNode} */ (node);
    this.pick = pick;
    /** @type {Map<string, DrawnLine>} */
    this.walks = new Map();
    this.ready = false;
    this.frame = 0;
    this.restUntil = 0;
    this.before = 0;
    this.lastFrame = 0;
    /** @type {number | null} */
    this.held = null;
    this.playing = false;
    /** @type {Set<DrawnLine>} */
    this.owed = new Set();
    /** @type {Set<DrawnLine>} */
    this.sketched = new Set();
    this.settledAt = -Infinity;
    /** @type {Promise<void>} */
    this.drawing = Promise.resolve();
    /** @type {boolean | undefined} */
    this.known = undefined;
    this.fresh = false;
    this.zoomed = false;
    this.gliding = 0;
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.resizer = new ResizeObserver(() => this.resize());
  }

  /**
   * A new view: other lines, another room, the same node.
   *
   * @param {PlaneRoom | SeriesRoom} room
   * @param {Line[]} walks
   */
  open(room, walks) {
    this.scene = room.kind === "series" ? new Series(room) : new Plane(room);
    this.zoomed = false;
    const blank = () => ({ t: [], x: [], y: [], shown: 0 });
    this.walks = new Map(walks.map((walk, index) => [walk.key, { ...walk, ...blank(), index }]));
    this.owed.clear();
    this.sketched.clear();
    this.fresh = true;
  }

  /** The first and the last t that any line has. @returns {[number, number]} */
  span() {
    const known = [...this.walks.values()].filter((walk) => walk.t.length);
    if (!known.length) return [0, 0];
    return [Math.min(...known.map((walk) => walk.t[0])), Math.max(...known.map((walk) => walk.t[walk.t.length - 1]))];
  }

  /**
   * Shows every line up to t and nothing of what comes; null follows what comes.
   *
   * @param {number | null} t
   * @param {boolean} playing
   */
  hold(t, playing) {
    Object.assign(this, { held: t, playing });
    if (!playing) {
      for (const walk of this.sketched) this.owed.add(walk);
      this.sketched.clear();
    }
    if (t !== null) for (const walk of this.walks.values()) if (place(walk, t)) this.owed.add(walk);
    if (this.walks.size) this.grow(t === null);
    if (this.ready && !this.fresh) this.wake();
  }

  /** @param {Points[]} points @param {boolean} [begins] whether a run begins, whose first points are not there at once */
  merge(points, begins = false) {
    for (const piece of points) {
      const walk = this.walks.get(piece.key);
      if (walk) mergeInto(walk, piece, this.scene.moving);
    }
    if ((this.fresh && !begins) || this.still) for (const walk of this.walks.values()) walk.shown = walk.t.length - 1;
    this.grow(!begins && this.held === null);
    if (this.ready && !this.fresh && !this.still && this.held === null && points.length <= FEW) this.ping(points);
  }

  /** Where single answers lead to: a ring that spreads. @param {Points[]} points */
  ping(points) {
    const { xaxis, yaxis } = this.node._fullLayout;
    for (const { key, t } of points) {
      const walk = this.walks.get(key);
      if (!walk || walk.mean || t.length !== 1 || walk.t[walk.t.length - 1] !== t[0]) continue;
      const [x, y] = headOf({ ...walk, shown: walk.t.length - 1 });
      const ring = make("i", "lmw-ping");
      ring.style.left = `${(xaxis._offset ?? 0) + xaxis.c2p(x)}px`;
      ring.style.top = `${(yaxis._offset ?? 0) + yaxis.c2p(y)}px`;
      ring.style.borderColor = this.scene.line(walk, this.theme).line.color;
      ring.addEventListener("animationend", () => ring.remove());
      this.node.append(ring);
    }
  }

  /** What can be seen before Plotly is there. @param {Theme} theme */
  preview(theme) {
    if (!this.ready && !("Plotly" in window)) preview(this.node, this.scene, [...this.walks.values()], theme);
  }

  /** @param {any} Plotly @param {Theme} theme @param {object} config */
  async draw(Plotly, theme, config) {
    const signature = JSON.stringify(theme);
    const rebuild = this.fresh || signature !== this.signature;
    this.Plotly = Plotly;
    this.theme = theme;
    this.signature = signature;
    if (rebuild) {
      const first = !this.ready;
      const keptRanges = this.fresh ? null : this.ranges();
      this.fresh = false;
      this.ready = true;
      this.owed.clear();
      await this.draws(Plotly.react(this.node, this.traces(), this.layout(keptRanges), { ...config, ...CONFIG }));
      this.node.querySelector(":scope > canvas")?.remove();
      this.frameInset();
      if (first && this.ready) this.listen();
      if (this.ready) this.wake();
      return;
    }
    if (this.scene.moving && this.held === null) this.moved();
    this.wake();
  }

  /** Plotly ends a drawing later than it began it; the node must stay until then. @param {Promise<unknown>} drawing */
  draws(drawing) {
    // without their results: each would hold all those before it
    this.drawing = Promise.allSettled([this.drawing, drawing]).then(() => {});
    return drawing;
  }

  listen() {
    this.resizer.observe(this.node);
    this.node.on("plotly_relayout", (change) => {
      if (!Object.keys(change).some((name) => name.startsWith("xaxis."))) return;
      if ("xaxis.range[0]" in change) this.zoomed = true; // a user's view is told edge by edge, ours as a whole
      this.frameInset();
      if (this.sketched.size) this.settle();
    });
    this.node.on("plotly_doubleclick", () => {
      this.zoomed = false;
      this.view(this.scene.ranges());
    });
    this.node.on("plotly_click", ({ points }) => {
      const picked = [...this.walks.values()][points[0].curveNumber];
      if (picked?.number !== undefined) this.pick(picked.number);
    });
  }

  /** Where along the lines the reader is. @param {number} t */
  point(t) {
    if (!(this.scene instanceof Series) || !this.scene.room.reader || this.scene.at === t) return;
    this.scene.at = t;
    if (this.ready) this.draws(this.Plotly.relayout(this.node, { shapes: this.scene.shapes(this.theme) }));
  }

  ranges() {
    const full = this.node._fullLayout;
    return full ? [full.xaxis.range.slice(), full.yaxis.range.slice()] : null;
  }

  /** A line that leaves the view widens it, unless the user has chosen a view. @param {boolean} all whether points count that are not shown */
  grow(all) {
    if (!this.scene.grow(this.walks.values(), all) || !this.ready || this.fresh || this.zoomed) return;
    const [from, to] = [/** @type {number[][]} */ (this.ranges()), this.scene.ranges()];
    const began = performance.now();
    this.gliding += 1;
    this.glide(from, to, began, this.still ? 0 : GLIDE_MS, this.gliding);
  }

  /**
   * Goes from one view to another within a moment.
   *
   * @param {number[][]} from
   * @param {number[][]} to
   * @param {number} began
   * @param {number} lasts milliseconds
   * @param {number} own which glide it is; a later one takes over
   */
  glide(from, to, began, lasts, own) {
    if (own !== this.gliding || !this.ready || this.fresh || this.zoomed) return;
    const goesOn = () => requestAnimationFrame(() => this.glide(from, to, began, lasts, own));
    if (this.node.matches(":active")) return void goesOn(); // a box that is being drawn would be lost
    const part = lasts ? Math.min(1, (performance.now() - began) / lasts) : 1;
    const eased = 1 - (1 - part) ** 3;
    const [x, y] = from.map((range, axis) => range.map((edge, i) => edge + eased * (to[axis][i] - edge)));
    this.view([x, y]).then(() => part < 1 && goesOn());
  }

  /** @param {number[][]} ranges */
  view([x, y]) {
    if (this.sketched.size) this.settle(); // or they would be drawn as Plotly knew them last
    return this.draws(this.Plotly.relayout(this.node, { "xaxis.range": x, "yaxis.range": y }));
  }

  /** The whole plane in the corner, where the picture shows a part of it. */
  frameInset() {
    const ranges = this.ranges();
    if (!ranges) return;
    inset(this.node, this.scene, ranges);
    const place = /** @type {SVGElement | null} */ (this.node.querySelector(":scope > .lmw-inset"));
    const { xaxis, yaxis } = this.node._fullLayout;
    if (place) Object.assign(place.style, { left: `${(xaxis._offset ?? 0) + 6}px`, top: `${(yaxis._offset ?? 0) + 6}px` });
  }

  /** Points that were drawn before can have been put elsewhere. */
  moved() {
    const changed = [...this.walks.values()].filter((walk) => walk.changed);
    for (const walk of changed) walk.changed = false;
    if (changed.length) this.extend(changed);
  }

  wake() {
    if (!this.frame && this.behind()) {
      this.before = this.lastFrame = performance.now();
      this.frame = requestAnimationFrame((now) => this.tick(now));
    }
  }

  behind() {
    if (this.owed.size) return true;
    if (this.held !== null) return false;
    for (const walk of this.walks.values()) if (walk.shown < walk.t.length - 1) return true;
    return false;
  }

  /** @param {number} now milliseconds */
  tick(now) {
    this.frame = 0;
    const gap = Math.min(now - this.lastFrame, 100);
    this.lastFrame = now;
    if (now >= this.restUntil) {
      const elapsed = Math.min(Math.max(now - this.before, 0), 100);
      this.before = now;
      const moved = this.owed;
      this.owed = new Set();
      if (this.held === null) for (const walk of this.walks.values()) if (reveal(walk, elapsed)) moved.add(walk);
      if (moved.size && !this.sketch(moved, now)) this.settle(moved);
      // Drawing takes at most half of the time, so the page stays quick on a slow machine; what the browser paints
      // after this shows in the gap between two frames.
      const late = !this.playing && gap > SLOW_MS ? gap : 0;
      this.restUntil = now + 2 * Math.max(performance.now() - now, late);
    }
    if (this.behind()) this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  /**
   * Draws a frame without Plotly; whether it could, and Plotly need not be told what is shown yet.
   *
   * @param {Set<DrawnLine>} moved
   * @param {number} now milliseconds
   */
  sketch(moved, now) {
    if ("dots" in this.scene.room && this.scene.room.dots) return false;
    if (!this.playing && (!this.behind() || now - this.settledAt > SETTLE_MS)) return false;
    const walks = [...this.walks.values()];
    this.known ??= isKnown(this.node, walks);
    this.node.dataset.frames = this.known ? "strokes" : "plotly";
    if (!this.known || !strokes(this.node, [...moved], this.scene.heads(walks))) return false;
    for (const walk of moved) this.sketched.add(walk);
    return true;
  }

  /** Lets Plotly draw these lines, and those that were drawn without it. @param {Iterable<DrawnLine>} moved */
  settle(moved = []) {
    const lines = [...new Set([...moved, ...this.sketched])];
    this.sketched.clear();
    this.settledAt = performance.now();
    if (lines.length) this.extend(lines);
  }

  /** @param {DrawnLine[]} moved */
  extend(moved) {
    const lines = moved.map((walk) => revealed(walk));
    const heads = this.scene.heads([...this.walks.values()]);
    const points = { x: [...lines.map((line) => line.x), heads.x], y: [...lines.map((line) => line.y), heads.y] };
    const indices = [...moved.map((walk) => walk.index), this.node.data.length - 1];
    this.draws(this.Plotly.restyle(this.node, points, indices));
  }

  /** The lines first, then the background, then the marks at the lines' ends. */
  traces() {
    const walks = [...this.walks.values()];
    return [
      ...walks.map((walk) => ({ ...revealed(walk), ...this.scene.line(walk, this.theme) })),
      ...this.scene.others(walks, this.theme),
      this.scene.ends(walks, this.theme),
    ];
  }

  /** @param {number[][] | null} ranges */
  layout(ranges) {
    const [x, y] = ranges || this.scene.ranges();
    const faint = this.theme.dark ? "rgba(255,255,255,0.07)" : "rgba(20,30,40,0.07)";
    const axis = {
      gridcolor: faint, zerolinecolor: faint, zeroline: true, ticks: "", nticks: 7, fixedrange: false,
      tickfont: { size: this.theme.size ?? 11, color: this.theme.text }, constrain: "domain",
    };
    const own = this.scene.axes(this.theme);
    return {
      xaxis: { ...axis, range: x, ...own.x },
      yaxis: { ...axis, range: y, ...own.y },
      margin: own.margin,
      width: this.node.clientWidth,
      height: this.node.clientHeight,
      showlegend: false,
      hovermode: "closest",
      hoverlabel: { font: { size: this.theme.size ?? 13 } },
      dragmode: "zoom",
      font: { family: this.theme.font, color: this.theme.text },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      modebar: { bgcolor: "rgba(0,0,0,0)", color: referenceColour(this.theme), activecolor: this.theme.text },
      shapes: this.scene.shapes(this.theme),
    };
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.node;
    const full = this.node._fullLayout;
    if (!this.ready || !width || !height || !full || (full.width === width && full.height === height)) return;
    this.draws(this.Plotly.relayout(this.node, { width, height })).then(() => this.frameInset());
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.resizer.disconnect();
    if (this.ready) this.drawing.then(() => this.Plotly.purge(this.node));
    this.ready = false;
  }
}

const CONFIG = {
  responsive: false,
  doubleClick: false,
  modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
  toImageButtonOptions: { format: "png", scale: 3, filename: "lmwalk" },
};
