// @ts-check
// The atlas: models down, temperatures across, one small square picture a cell, all with the same range and under one
// clock. Cells hold either walks of the plane or, as draws do, a ready picture made of shapes. They are built once and
// then filled in place. A click opens one large in the place of all.
import { Paths } from "../../families/walks/web/walk_cell.js";
import { make, mounted } from "../../parts/web/dom.js";
import { themeOf, trajectoryColour } from "../../parts/web/palette.js";
import { Player } from "../../parts/web/player.js";
import { Card } from "./card.js";
import { Keys } from "./keys.js";
import { Large } from "./large.js";
import { fit, flows, narrow } from "./layout.js";
import { arranged } from "./order.js";
import { said, tickAt } from "./said.js";
import { Shapes } from "./shapes.js";
import { Tools } from "./tools.js";
/** @import { Cell as Message, Grid, Model, Stat } from "../../parts/web/messages.d.ts" */
/** @import { Theme } from "../../parts/web/palette.js" */

/** @typedef {(name: string, value: unknown) => void} Tell */

/** @type {WeakMap<object, Atlas>} */
const atlases = new WeakMap();
/** Which cell a square on the page is of. @type {WeakMap<Element, Cell>} */
const cellOf = new WeakMap();

/** Pixels for the names of rows, and what is left below the frame. */
const [NAMES, BELOW, LEAST_HIGH, MOST_HIGH] = [140, 14, 320, 1100];
const LINE_PX = 17;

class Atlas {
  /** @param {HTMLElement} parent @param {Tell} tell @param {number | null} [t] */
  constructor(parent, tell, t) {
    this.root = make("div", "lmw-atlas");
    this.root.tabIndex = -1;
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "conditions");
    this.tell = tell;
    this.tools = new Tools({ arrange: () => this.arrange(), lay: () => this.lay() });
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
    /** @type {(Paths | Shapes)[]} */
    this.pictures = [];
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
    const replies = open?.condition === picked ? open : undefined;
    if (this.opened) this.large.say(replies, themeOf(this.root), Boolean(second));
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
    const both = [cell, ...others];
    const theme = themeOf(this.root);
    const rooms = this.large.rooms(cell.message.picture ? both.length : 1);
    this.pictures = both.map((each, place) => {
      const room = rooms[place] ?? rooms[0];
      const picture = each.message?.picture ? new Shapes(room) : new Paths(room);
      if (others.length && picture instanceof Paths) picture.tint = trajectoryColour(place, theme);
      if (each.message && this.data) picture.accept(each.message, theme, grounded(this.data, each));
      return picture;
    });
    this.large.name(both.map((each) => this.headingOf(each)), both.map(({ row }) => this.settingsOf(row)), theme);
    this.large.say(undefined, theme, others.length > 0);
    this.lay();
    this.at(this.t, this.live);
  }

  /** What its study sets otherwise than usual. @param {number} row */
  settingsOf(row) {
    const { study, settings } = /** @type {Grid} */ (this.data).models[row];
    return settings ? [study, settings].filter(Boolean).join(": ") : "";
  }

  /** @param {Cell} cell */
  headingOf({ row, column }) {
    const { models, columns, corner } = /** @type {Grid} */ (this.data);
    const { name, study } = models[row];
    const across = corner === "temperature" ? `T = ${columns[column]}` : columns[column];
    return [study, name, across].filter(Boolean).join(" · ");
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
      width, height, rows: Math.max(1, shown), columns: this.data.columns.length, names: NAMES,
      lines: bare ? 0 : most * LINE_PX + 8, size: this.tools.sizes.value,
    };
    const { classList, style } = this.root;
    classList.toggle("lmw-bare", bare);
    classList.toggle("lmw-flow", flows({ ...space, rows: this.rows.length }));
    classList.toggle("lmw-above", narrow(space) && !flows({ ...space, rows: this.rows.length }));
    const beside = Math.min(height, width * 0.52);
    const sizes = { cell: fit(space), names: NAMES, height, width, large: width < 700 ? width : beside };
    for (const [name, value] of Object.entries(sizes)) style.setProperty(`--lmw-${name}`, `${Math.floor(value)}px`);
    if (this.opened) for (const picture of this.pictures) picture.resize();
  }

  /** @param {number} t @param {boolean} live */
  at(t, live) {
    Object.assign(this, { t, live });
    const tick = tickAt(this.data?.ticks ?? [], t);
    const bare = this.root.classList.contains("lmw-bare");
    for (const cell of this.cells) cell.at(t, live, tick, bare);
    if (this.opened?.message) {
      for (const picture of this.pictures) picture.at(t, live);
      const beside = this.cells.find((cell) => this.second !== null && cell.condition === this.second);
      const stats = [this.opened, ...(beside ? [beside] : [])].map(({ message }) => message?.stats ?? []);
      this.large.at(stats, t, tick, live, this.player.place.textContent ?? "");
    }
    this.point(this.pointed);
  }

  /** Shows the numbers of a cell where none stand below it. @param {Cell | undefined} cell */
  point(cell) {
    this.pointed = cell;
    if (!cell?.message || !this.root.classList.contains("lmw-bare")) return this.card.hide();
    const { stats } = cell.message;
    const tick = tickAt(this.data?.ticks ?? [], this.t);
    const lines = stats.map((stat) => {
      const { text, now } = said(stat, tick, this.live);
      return { stat, text: now ? text : `${text}, at the end`, meaning: this.live ? stat.meaning : "" };
    });
    const clock = this.live || !this.data?.clock ? "" : ` · ${this.player.place.textContent}`;
    this.card.show(cell.node, `${this.headingOf(cell)}${clock}`, lines);
  }

  close() {
    this.player.close();
    this.resizer.disconnect();
    this.laid.disconnect();
    window.removeEventListener("resize", this.relay);
    this.root.remove();
  }
}

/** The grid as a row sees it, whose walks may have walls of their own. @param {Grid} data @param {Cell} cell @returns {Grid} */
function grounded(data, { row }) {
  const { outlines } = data.models[row] ?? {};
  return outlines ? { ...data, outlines } : data;
}

/** What the lines below the pictures of a row are. @param {Grid} data @param {number} row */
function labelsOf(data, row) {
  return data.cells.find((cell) => cell.row === row && cell.stats.length)?.stats.map(({ label }) => label) ?? [];
}

/** @param {Grid} data @param {(column: number) => void} sort */
function head(data, sort) {
  const corner = make("div", "lmw-corner", data.corner);
  const span = Math.max(1, data.columns.length - 1);
  const warm = data.columns.map((name, place) => {
    const cell = make("button", "lmw-top", name);
    cell.type = "button";
    cell.tabIndex = -1;
    cell.title = "Sort the rows by the number here";
    cell.addEventListener("click", () => sort(place));
    cell.style.setProperty("--lmw-warmth", String(place / span));
    return cell;
  });
  const row = make("div", "lmw-row lmw-head");
  row.append(corner, ...warm);
  return row;
}

/** @param {HTMLElement} row @param {{ column: number | null, down: boolean }} wish */
function markSorted(row, { column, down }) {
  for (const [place, cell] of row.querySelectorAll(".lmw-top").entries()) {
    cell.setAttribute("aria-sort", place === column ? (down ? "descending" : "ascending") : "none");
  }
}

/** @param {Grid} data @param {Model} model @param {number} row */
function side(data, model, row) {
  const node = make("div", "lmw-side");
  const name = make("strong");
  const cut = model.name.lastIndexOf("/") + 1;
  if (cut) name.append(make("span", "lmw-maker", model.name.slice(0, cut)));
  for (const part of model.name.slice(cut).split(/(?<=[_-])/)) name.append(document.createTextNode(part), make("wbr"));
  name.title = model.name;
  node.append(name);
  if (model.study) node.append(Object.assign(make("span", "lmw-study-name", model.study), { title: model.settings ?? "" }));
  if (model.simulation) node.append(make("span", "lmw-tag", "simulation"));
  const labels = make("div", "lmw-lines");
  labels.append(...labelsOf(data, row).map((label) => make("span", "", label)));
  node.append(labels);
  return node;
}

class Cell {
  /** @param {string} place @param {Atlas} atlas */
  constructor(place, { pick, resizer }) {
    this.place = place;
    this.row = Number(place.split(" ")[0]);
    this.column = Number(place.split(" ")[1]);
    this.resizer = resizer;
    /** @type {Message | undefined} */
    this.message = undefined;
    this.moment = "";
    this.node = make("figure", "lmw-cell");
    this.room = make("div", "lmw-room");
    cellOf.set(this.room, this);
    /** @type {Paths | Shapes | undefined} */
    this.picture = undefined;
    /** @type {string | undefined} */
    this.condition = undefined;
    this.picks = false;
    this.written = "";
    /** @type {number | undefined} */
    this.points = undefined;
    this.lines = make("figcaption", "lmw-lines");
    this.ring = new Ring();
    this.badge = make("span", "lmw-badge");
    this.node.addEventListener("click", (event) => this.picks && pick(this.condition, event.shiftKey));
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && this.picks) pick(this.condition);
    });
  }

  /** @param {Message | undefined} cell @param {Grid} data @param {Theme} theme */
  accept(cell, data, theme) {
    if (!cell) return;
    if (!this.picture) {
      this.node.append(this.room, this.lines);
      this.picture = cell.picture ? new Shapes(this.room) : new Paths(this.room);
      this.room.append(this.ring.node, this.badge);
      this.resizer.observe(this.room);
    }
    this.message = cell;
    this.pickable(cell, data);
    this.badge.textContent = cell.badge ?? "";
    this.badge.hidden = !cell.badge;
    this.write(cell.stats);
    this.ring.show(cell.done ?? 0, cell.total ?? 0);
    this.picture.accept(cell, theme, data);
  }

  /** @param {Stat[]} stats */
  write(stats) {
    const written = JSON.stringify(stats);
    if (written !== this.written) this.lines.replaceChildren(...stats.map(lineOf));
    if (written !== this.written) this.moment = "";
    this.written = written;
  }

  /** A button, where there is something to open. @param {Message} cell @param {Grid} data */
  pickable(cell, { picks, picked, second }) {
    this.condition = cell.condition;
    this.picks = picks && cell.condition !== undefined;
    const chosen = this.picks && picked === cell.condition;
    this.node.classList.toggle("lmw-pickable", this.picks);
    this.node.classList.toggle("lmw-picked", chosen);
    this.node.classList.toggle("lmw-second", this.picks && second === cell.condition);
    if (!this.picks) return;
    if (!this.node.hasAttribute("tabindex")) this.node.tabIndex = -1;
    this.node.setAttribute("role", "button");
    this.node.setAttribute("aria-pressed", String(chosen));
    this.node.setAttribute("aria-label", [cell.meaning.split("\n")[0], cell.alt].join(". "));
  }

  /** @param {number} t @param {boolean} live @param {number} tick @param {boolean} bare */
  at(t, live, tick, bare) {
    if (!bare) this.say(tick, live);
    const points = this.picture?.at(t, live);
    if (points === undefined || points === this.points) return;
    this.points = points;
    this.node.dataset.points = String(points);
  }

  /** The numbers below the picture, as they were at a tick. @param {number} tick @param {boolean} live */
  say(tick, live) {
    const moment = live ? "end" : String(tick);
    if (moment === this.moment) return;
    this.moment = moment;
    for (const [place, stat] of (this.message?.stats ?? []).entries()) {
      const line = this.lines.children[place];
      const { text, now } = said(stat, tick, live);
      line.textContent = now ? text : `${text}, at the end`;
      line.classList.toggle("lmw-late", !now);
    }
  }
}

/** How much of a condition is answered; gone once all is. */
class Ring {
  constructor() {
    this.node = make("div", "lmw-ring");
    this.node.setAttribute("role", "img");
    this.node.hidden = true;
  }

  /** @param {number} done @param {number} total */
  show(done, total) {
    this.node.hidden = !(done < total);
    if (this.node.hidden) return;
    this.node.style.setProperty("--lmw-done", `${(100 * done) / total}%`);
    this.node.title = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} answered`;
    this.node.setAttribute("aria-label", this.node.title);
  }
}

/** @param {Stat} stat */
function lineOf({ label, text, meaning, bad }) {
  const line = make("span", bad ? "lmw-bad" : "", text);
  line.dataset.label = label;
  line.title = [text, meaning].filter(Boolean).join("\n");
  return line;
}

/** @param {{ data: Grid | null, parentElement: HTMLElement, setTriggerValue: Tell }} place */
export default function ({ data, parentElement, setTriggerValue }) {
  if (!data) return undefined;
  const build = () => new Atlas(parentElement, setTriggerValue, data.t);
  const [atlas, leave] = mounted(atlases, parentElement, build);
  atlas.accept(data);
  return leave;
}
