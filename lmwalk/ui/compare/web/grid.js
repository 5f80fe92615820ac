// @ts-check
// The atlas: models down, temperatures across, one small square picture a cell, all with the same range and under one
// clock. Cells hold either walks of the plane or, as draws do, a ready picture made of shapes. They are built once and
// then filled in place. A click opens one large in the place of all.
import { make, mounted } from "../../parts/web/dom.js";
import { themeOf } from "../../parts/web/palette.js";
import { Player } from "../../parts/web/player.js";
import { Card } from "./card.js";
import { Cell, cellOf } from "./cell.js";
import { Keys } from "./keys.js";
import { Large } from "./large.js";
import { apply } from "./layout.js";
import { arranged } from "./order.js";
import { grounded, head, headingOf, labelsOf, markSorted, side } from "./rows.js";
import { said, tickAt } from "./said.js";
import { Tools } from "./tools.js";
/** @import { Grid, Model } from "../../parts/web/messages.d.ts" */

/** @typedef {(name: string, value: unknown) => void} Tell */

/** @type {WeakMap<object, Atlas>} */
const atlases = new WeakMap();

/** Pixels for the names of rows, also where there is room for long ones, below the frame, and of its height. */
const [NAMES_PX, LONG_NAMES_PX, WIDE, BELOW, LEAST_HIGH, MOST_HIGH] = [140, 200, 1000, 14, 320, 1100];
const LINE_PX = 17;

class Atlas {
  /** @param {HTMLElement} parent @param {Tell} tell @param {number | null} [t] */
  constructor(parent, tell, t) {
    this.root = make("div", "lmw-atlas");
    this.root.tabIndex = -1;
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "conditions");
    this.tell = tell;
    this.tools = new Tools({ arrange: () => this.arrange(), lay: () => { this.lay(); this.at(this.t, this.live); } });
    this.frame = make("div", "lmw-frame");
    this.grid = make("div", "lmw-grid");
    this.none = make("div", "lmw-none", "No row has these words in its name.");
    this.card = new Card();
    this.large = new Large(() => this.close_large());
    this.keys = new Keys(this.grid, () => this.shown());
    this.player = new Player(this.root, {
      show: (at, live) => this.at(at, live), tell: (at) => tell("seek", { t: at }), t,
    });
    this.plan = "";
    /** What was picked here and is not yet known there; null where it was closed. @type {string | null | undefined} */
    this.wanted = undefined;
    /** @type {Cell | undefined} */
    this.opened = undefined;
    /** @type {string | null} */
    this.second = null;
    this.pick = (/** @type {string | undefined} */ condition, /** @type {boolean} */ second = false) => {
      if (condition === undefined) return;
      if (second) return tell("beside", { condition });
      this.open_large(condition);
      tell("pick", { condition });
    };
    this.bar = make("div", "lmw-bar");
    this.bar.append(this.player.node, this.tools.node);
    this.frame.append(this.grid, this.none);
    this.root.append(this.bar, this.frame, this.large.node, this.card.node);
    parent.append(this.root);
    /** @type {Cell[]} */
    this.cells = [];
    /** @type {{ node: HTMLElement, cells: Cell[] }[]} */
    this.rows = [];
    /** @type {Grid | undefined} */
    this.data = undefined;
    this.t = 0;
    this.live = true;
    this.resizer = new ResizeObserver((entries) => {
      for (const { target } of entries) cellOf.get(target)?.picture?.resize();
    });
    this.laid = new ResizeObserver(() => this.lay());
    this.laid.observe(this.root);
    this.relay = () => this.lay();
    window.addEventListener("resize", this.relay);
    this.listen();
  }

  listen() {
    const cellAt = (/** @type {Event} */ { target }) => {
      const node = /** @type {Element} */ (target).closest?.(".lmw-cell");
      return this.cells.find((cell) => cell.node === node);
    };
    for (const kind of ["pointerover", "focusin"]) this.grid.addEventListener(kind, (event) => this.point(cellAt(event)));
    for (const kind of ["pointerleave", "focusout"]) this.grid.addEventListener(kind, () => this.point(undefined));
    this.frame.addEventListener("scroll", () => this.point(undefined));
  }

  /** @param {Grid} data */
  accept(data) {
    const theme = themeOf(this.root);
    this.root.classList.toggle("lmw-dark", theme.dark);
    this.data = data;
    const { models, columns, corner } = data;
    const plan = JSON.stringify([models, columns, corner, models.map((_, row) => labelsOf(data, row))]);
    if (plan !== this.plan) this.build(data);
    const known = new Map(data.cells.map((cell) => [`${cell.row} ${cell.column}`, cell]));
    for (const cell of this.cells) cell.accept(known.get(cell.place), grounded(data, cell), theme);
    this.tools.offer(data.sorts ?? [], models.length);
    if (plan !== this.plan || data.sorts) this.arrange();
    this.plan = plan;
    this.follow(data);
    this.lay();
    this.player.open(data.clock);
    this.player.reach(data.clock?.first ?? 0, data.clock?.last ?? 0);
  }

  /** Opens what the address names; what was picked here goes before it until it is known there. @param {Grid} data */
  follow({ picked, open, second }) {
    if (this.wanted !== undefined && this.wanted !== picked) return;
    this.wanted = undefined;
    if (picked === null) this.show_grid();
    else if (this.opened?.condition !== picked || this.second !== (second ?? null)) this.show_large(picked, second);
    if (!this.opened || !this.data) return;
    this.large.refresh(this.data, themeOf(this.root));
    this.large.say(open?.condition === picked ? open : undefined, themeOf(this.root));
  }

  /** @param {string} condition */
  open_large(condition) {
    this.wanted = condition;
    this.show_large(condition);
    this.large.node.focus({ preventScroll: true });
  }

  close_large() {
    const { opened } = this;
    this.wanted = null;
    this.show_grid();
    opened?.node.focus({ preventScroll: true });
    this.tell("pick", { condition: null });
  }

  show_grid() {
    this.opened = undefined;
    this.large.node.hidden = true;
    this.frame.hidden = this.tools.node.hidden = false;
  }

  /** @param {string} condition @param {string | null} [second] what is laid over it */
  show_large(condition, second = null) {
    const cell = this.cells.find((each) => each.condition === condition);
    if (!cell?.message || !this.data) return;
    this.opened = cell;
    this.second = second;
    this.point(undefined);
    [this.frame.hidden, this.tools.node.hidden, this.large.node.hidden] = [true, true, false];
    const others = this.cells.filter((each) => second !== null && each.condition === second);
    this.large.show([cell, ...others], this.data, themeOf(this.root));
    this.lay();
    this.at(this.t, this.live);
  }

  /** @param {Grid} data */
  build(data) {
    this.resizer.disconnect();
    this.cells = [];
    this.grid.style.setProperty("--lmw-columns", String(data.columns.length));
    this.rows = data.models.map((model, row) => this.row(data, model, row));
    this.head = head(data, (column) => { this.tools.column(column, data.sorts ?? []); this.arrange(); });
  }

  /** @param {Grid} data @param {Model} model @param {number} row */
  row(data, model, row) {
    const cells = data.columns.map((_, column) => new Cell(`${row} ${column}`, this));
    this.cells.push(...cells);
    const node = make("div", "lmw-row");
    node.append(side(data, model, row), ...cells.map((cell) => cell.node));
    return { node, cells };
  }

  /** Puts the rows that are wanted into the order that is wanted. */
  arrange() {
    if (!this.data || !this.head) return;
    const { models, sorts = [] } = this.data;
    const names = models.map(({ name, study }) => `${name} ${study ?? ""}`); // the same model of two studies side by side
    const order = arranged(names, sorts, this.tools.wish);
    for (const [row, { node }] of this.rows.entries()) node.classList.toggle("lmw-out", !order.includes(row));
    const hidden = this.rows.map(({ node }) => node).filter((node) => node.classList.contains("lmw-out"));
    const listed = !this.tools.wish.by;
    for (const [place, row] of order.entries()) {
      const begins = listed && place > 0 && models[row].study !== models[order[place - 1]].study;
      this.rows[row].node.classList.toggle("lmw-begins", begins);
    }
    const all = [this.head, ...order.map((row) => this.rows[row].node), ...hidden];
    if (all.some((node, place) => this.grid.children[place] !== node) || this.grid.childElementCount !== all.length) {
      this.grid.replaceChildren(...all);
    }
    this.none.hidden = order.length > 0;
    this.tools.shown();
    markSorted(this.head, this.tools.wish);
    this.keys.settle();
    this.lay();
  }

  /** The cells as they stand, row by row. */
  shown() {
    const rows = [...this.grid.querySelectorAll(".lmw-row:not(.lmw-out)")];
    return rows.map((row) => /** @type {HTMLElement[]} */ ([...row.querySelectorAll(".lmw-pickable")])).filter((row) => row.length);
  }

  /** Makes the pictures as large as the window lets them be. */
  lay() {
    const { clientWidth: width } = this.root;
    if (!width || !this.data) return;
    const scroller = this.root.closest(".stMain");
    const top = (this.frame.hidden ? this.large.node : this.frame).getBoundingClientRect().top + (scroller?.scrollTop ?? 0);
    const height = Math.min(MOST_HIGH, Math.max(LEAST_HIGH, window.innerHeight - top - BELOW));
    const bare = !this.tools.shows.checked;
    const shown = this.rows.filter(({ node }) => !node.classList.contains("lmw-out")).length;
    const most = Math.max(0, ...this.data.cells.map(({ stats }) => stats.length));
    const space = {
      width, height, rows: Math.max(1, shown), columns: this.data.columns.length, names: width > WIDE ? LONG_NAMES_PX : NAMES_PX,
      lines: bare ? 0 : most * LINE_PX + 8, size: this.tools.sizes.value,
    };
    apply(this.root, space, this.rows.length);
    if (this.opened) this.large.resize();
  }

  /** @param {number} t @param {boolean} live */
  at(t, live) {
    Object.assign(this, { t, live });
    const tick = tickAt(this.data?.ticks ?? [], t);
    const bare = this.root.classList.contains("lmw-bare");
    for (const cell of this.cells) cell.at(t, live, tick, bare);
    if (this.opened) this.large.at(t, tick, live, this.player.place.textContent ?? "");
    this.point(this.pointed);
  }

  /** Shows the numbers of a cell where none stand below it. @param {Cell | undefined} cell */
  point(cell) {
    this.pointed = cell;
    if (!cell?.message || !this.data || !this.root.classList.contains("lmw-bare")) return this.card.hide();
    const { stats } = cell.message;
    const tick = tickAt(this.data?.ticks ?? [], this.t);
    const lines = stats.map((stat) => {
      const { text, now } = said(stat, tick, this.live);
      return { stat, text: now ? text : `${text}, at the end`, meaning: this.live ? stat.meaning : "" };
    });
    const clock = this.live || !this.data?.clock ? "" : ` · ${this.player.place.textContent}`;
    this.card.show(cell.node, `${headingOf(this.data, cell)}${clock}`, lines);
  }

  close() {
    this.player.close();
    this.resizer.disconnect();
    this.laid.disconnect();
    window.removeEventListener("resize", this.relay);
    this.root.remove();
  }
}

/** @param {{ data: Grid | null, parentElement: HTMLElement, setTriggerValue: Tell }} place */
export default function ({ data, parentElement, setTriggerValue }) {
  if (!data) return undefined;
  const build = () => new Atlas(parentElement, setTriggerValue, data.t);
  const [atlas, leave] = mounted(atlases, parentElement, build);
  atlas.accept(data);
  return leave;
}
