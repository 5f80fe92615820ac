// @ts-check
// The atlas: models down, temperatures across, one small square picture a cell, all with the same range and under one
// clock. Cells hold either walks of the plane or, as draws do, a ready picture made of shapes. They are built once and
// then filled in place.
import { Paths } from "../../families/walks/web/walk_cell.js";
import { make, mounted } from "../../parts/web/dom.js";
import { themeOf } from "../../parts/web/palette.js";
import { Player } from "../../parts/web/player.js";
import { Shapes } from "./shapes.js";
/** @import { Cell as Message, Grid, Model, Stat } from "../../parts/web/messages.d.ts" */
/** @import { Theme } from "../../parts/web/palette.js" */

/** @typedef {(name: string, value: unknown) => void} Tell */

/** @type {WeakMap<object, Atlas>} */
const atlases = new WeakMap();
/** Which cell a square on the page is of. @type {WeakMap<Element, Cell>} */
const cellOf = new WeakMap();

class Atlas {
  /** @param {HTMLElement} parent @param {Tell} tell @param {number | null} [t] */
  constructor(parent, tell, t) {
    this.root = make("div", "lmw-atlas");
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "group");
    this.grid = make("div", "lmw-grid");
    this.player = new Player(this.root, {
      show: (at, live) => this.at(at, live), tell: (at) => tell("seek", { t: at }), t,
    });
    this.asked = false;
    this.plan = "";
    /** @type {string | null} */
    this.picked = null;
    this.pick = (/** @type {string | undefined} */ condition) => {
      this.asked = true;
      tell("pick", condition);
    };
    this.root.append(this.player.node, this.grid);
    parent.append(this.root);
    /** @type {Cell[]} */
    this.cells = [];
    this.resizer = new ResizeObserver((entries) => {
      for (const { target } of entries) cellOf.get(target)?.picture?.resize();
    });
  }

  /** @param {Grid} data */
  accept(data) {
    const theme = themeOf(this.root);
    this.root.classList.toggle("lmw-dark", theme.dark);
    const { models, columns, corner } = data;
    const plan = JSON.stringify([models, columns, corner, labelsOf(data)]);
    if (plan !== this.plan) this.build(data);
    this.plan = plan;
    const known = new Map(data.cells.map((cell) => [`${cell.row} ${cell.column}`, cell]));
    for (const cell of this.cells) cell.accept(known.get(cell.place), data, theme);
    this.follow(data.picked);
    this.player.open(data.clock);
    this.player.reach(data.clock?.first ?? 0, data.clock?.last ?? 0);
  }

  /** What a click has opened stands further down the page. @param {string | null} picked */
  follow(picked) {
    if (!this.asked || picked === this.picked) return;
    this.asked = false;
    this.picked = picked;
    if (picked) setTimeout(() => document.querySelector(".st-key-detail")?.scrollIntoView({ behavior: "smooth" }), 150);
  }

  /** @param {Grid} data */
  build(data) {
    this.resizer.disconnect();
    this.cells = [];
    this.grid.style.setProperty("--lmw-columns", String(data.columns.length));
    this.grid.replaceChildren(...head(data), ...data.models.flatMap((model, row) => this.row(data, model, row)));
  }

  /** @param {Grid} data @param {Model} model @param {number} row */
  row(data, model, row) {
    const cells = data.columns.map((_, column) => new Cell(`${row} ${column}`, this));
    this.cells.push(...cells);
    return [side(data, model), ...cells.map((cell) => cell.node)];
  }

  /** @param {number} t @param {boolean} live */
  at(t, live) {
    for (const cell of this.cells) cell.at(t, live);
  }

  close() {
    this.player.close();
    this.resizer.disconnect();
    this.root.remove();
  }
}

/** What the lines below the pictures are: the same in all cells. @param {Grid} data */
function labelsOf(data) {
  return data.cells.find(({ stats }) => stats.length)?.stats.map(({ label }) => label) ?? [];
}

/** @param {Grid} data */
function head(data) {
  const corner = make("div", "lmw-corner", data.corner);
  const span = Math.max(1, data.columns.length - 1);
  const warm = data.columns.map((name, place) => {
    const cell = make("div", "lmw-top", name);
    cell.style.setProperty("--lmw-warmth", String(place / span));
    return cell;
  });
  return [corner, ...warm];
}

/** @param {Grid} data @param {Model} model */
function side(data, model) {
  const node = make("div", "lmw-side");
  const name = make("strong");
  for (const part of model.name.split(/(?<=[/:_-])/)) name.append(document.createTextNode(part), make("wbr"));
  name.title = model.name;
  node.append(name);
  if (model.simulation) node.append(make("span", "lmw-tag", "simulation"));
  const labels = make("div", "lmw-lines");
  labels.append(...labelsOf(data).map((label) => make("span", "", label)));
  node.append(labels);
  return node;
}

class Cell {
  /** @param {string} place @param {Atlas} atlas */
  constructor(place, { pick, resizer }) {
    this.place = place;
    this.resizer = resizer;
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
    this.node.addEventListener("click", () => this.picks && pick(this.condition));
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
      this.room.append(this.ring.node);
      this.resizer.observe(this.room);
    }
    this.pickable(cell, data);
    this.node.title = cell.meaning;
    this.write(cell.stats);
    this.ring.show(cell.done ?? 0, cell.total ?? 0);
    this.picture.accept(cell, theme, data);
  }

  /** @param {Stat[]} stats */
  write(stats) {
    const written = JSON.stringify(stats);
    if (written !== this.written) this.lines.replaceChildren(...stats.map(lineOf));
    this.written = written;
  }

  /** A button, where there is something to open. @param {Message} cell @param {Grid} data */
  pickable(cell, { picks, picked }) {
    this.condition = cell.condition;
    this.picks = picks && cell.condition !== undefined;
    const chosen = this.picks && picked === cell.condition;
    this.node.classList.toggle("lmw-pickable", this.picks);
    this.node.classList.toggle("lmw-picked", chosen);
    if (!this.picks) return;
    this.node.tabIndex = 0;
    this.node.setAttribute("role", "button");
    this.node.setAttribute("aria-pressed", String(chosen));
    this.node.setAttribute("aria-label", [cell.meaning.split("\n")[0], cell.alt].join(". "));
  }

  /** @param {number} t @param {boolean} live */
  at(t, live) {
    const points = this.picture?.at(t, live);
    if (points === undefined || points === this.points) return;
    this.points = points;
    this.node.dataset.points = String(points);
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
function lineOf({ text, meaning, bad }) {
  const line = make("span", bad ? "lmw-bad" : "", text);
  if (meaning) line.title = meaning;
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
