// @ts-check
// The live grid: every condition of a study, small, models down and temperatures across, as it is answered. One canvas a
// cell; those that were answered just now are lit, those on the stage are framed.
import { Series } from "../../../families/draws/web/series.js";
import { Plane } from "../../../families/walks/web/plane.js";
import { make } from "../../../parts/web/dom.js";
import { drawGround, Mini } from "./mini.js";
/** @import { CellsDelta, CellsSnapshot } from "../../../parts/web/messages.d.ts" */
/** @import { Theme } from "../../../parts/web/palette.js" */
/** @import { Scene } from "./picture.js" */

/** Of all cells together, so that a tab holds as much after an hour as after a minute. */
const MOST_POINTS = 200_000;
const [FEWEST_EACH, MOST_EACH] = [60, 2000];
const LIT_MS = 350;
/** The row of temperatures, which stays while the cells scroll beneath it. */
const HEAD_PX = 24;

export class LiveGrid {
  /** @type {Scene} */
  scene;
  /** @type {Theme} */
  theme;

  /** @param {(place: number) => void} pick called with the place of a cell that is clicked */
  constructor(pick) {
    this.pick = pick;
    this.node = make("div", "lmw-cells");
    this.node.hidden = true;
    this.table = make("div", "lmw-table");
    this.hint = make("div", "lmw-hint");
    this.node.append(this.table, this.hint);
    this.ground = make("canvas");
    /** @type {Mini[]} */
    this.cells = [];
    /** @type {CellsSnapshot | undefined} */
    this.plan = undefined;
    this.cursor = -1;
    this.large = -1;
    this.most = MOST_EACH;
    this.columns = 1;
    this.frame = 0;
    this.before = 0;
    this.ratio = 1;
    /** @type {number | null} */
    this.held = null;
    this.looks = "";
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    /** @type {Map<Element, ReturnType<typeof setTimeout>>} */
    this.lit = new Map();
    /** @type {Set<Mini>} */
    this.owed = new Set();
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(this.table);
    this.table.addEventListener("click", ({ target }) => this.clicked(target));
    this.table.addEventListener("keydown", (event) => this.key(event));
  }

  /**
   * Whether nothing was missed.
   *
   * @param {CellsSnapshot | CellsDelta} data
   * @param {Theme} theme
   * @param {{ running: boolean, begins: boolean }} run
   */
  accept(data, theme, { running, begins }) {
    if (data.kind === "delta" && (data.view !== this.plan?.view || data.from > this.cursor)) return false;
    if (data.kind === "snapshot" && this.isNew(data)) this.open(data);
    const fresh = data.kind === "snapshot";
    this.cursor = Math.max(this.cursor, data.to);
    for (const { place, done, points } of data.cells) {
      const cell = this.cells[place];
      cell.merge(points, this.scene.moving, this.most);
      cell.share = done / Math.max(1, this.plan?.total ?? 1);
      if ((fresh && !begins) || this.still) cell.settle();
      if (!fresh && points.length) this.light(cell);
      this.owed.add(cell);
    }
    this.widen(!(fresh && begins) && this.held === null);
    this.mark(data);
    this.hint.textContent = hintOf(data.follows, running);
    this.dress(theme);
    this.wake();
    return true;
  }

  /** The same plan again brings only what is new. @param {CellsSnapshot} data */
  isNew({ study, view, names }) {
    const known = this.plan;
    return !known || known.study !== study || known.view !== view || known.names.join() !== names.join();
  }

  /** @param {CellsSnapshot} data */
  open(data) {
    this.plan = data;
    this.cursor = -1;
    this.node.hidden = false;
    this.scene = data.room.kind === "series" ? new Series(data.room) : new Plane(data.room);
    this.cells = data.plan.map(() => new Mini(data.lines));
    const share = Math.floor(MOST_POINTS / Math.max(1, data.lines.length * this.cells.length));
    this.most = Math.min(MOST_EACH, Math.max(FEWEST_EACH, share));
    this.columns = data.columns.length;
    this.table.style.setProperty("--lmw-columns", String(this.columns));
    this.node.classList.toggle("lmw-few", data.models.length <= 3 && this.columns <= 3);
    this.table.replaceChildren(...head(data.columns), ...data.models.flatMap((model, row) => this.row(data, model, row)));
    this.cells.forEach(({ node }, place) => {
      Object.assign(node, { tabIndex: place ? -1 : 0, title: data.names[place] });
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", data.names[place]);
    });
    this.owed.clear();
    this.looks = "";
    this.resize();
  }

  /** @param {CellsSnapshot} data @param {string} model @param {number} row */
  row(data, model, row) {
    const name = make("span", "lmw-model");
    // broken where its parts end, before anywhere else
    name.append(...shortened(model, data.models).split(/(?<=[/:])/).flatMap((part) => [part, make("wbr")]));
    name.title = model;
    const own = data.plan.map(([down, across], place) => ({ down, across, place })).filter(({ down }) => down === row);
    own.sort((a, b) => a.across - b.across);
    return [name, ...own.map(({ place }) => this.cells[place].node)];
  }

  /** @param {CellsSnapshot | CellsDelta} data */
  mark({ shown, asked }) {
    if (shown.length === 1 && shown[0] !== this.large) this.bring((this.large = shown[0]));
    this.cells.forEach(({ node }, place) => {
      node.classList.toggle("lmw-shown", shown.includes(place));
      node.classList.toggle("lmw-asked", asked.includes(place));
      node.setAttribute("aria-pressed", String(shown.includes(place)));
    });
  }

  /** Scrolls the grid, and not the page, so that a cell is seen. @param {number} place */
  bring(place) {
    const { node } = this.cells[place];
    const [top, bottom] = [node.offsetTop - this.table.offsetTop, node.offsetTop - this.table.offsetTop + node.offsetHeight];
    const { scrollTop, clientHeight } = this.table;
    if (top - HEAD_PX < scrollTop) this.table.scrollTop = top - HEAD_PX;
    else if (bottom > scrollTop + clientHeight) this.table.scrollTop = bottom - clientHeight;
  }

  /** A cell that was answered is lit for a moment; one that is answered all the time stays so. @param {Mini} cell */
  light({ node }) {
    clearTimeout(this.lit.get(node));
    node.classList.add("lmw-lit");
    this.lit.set(node, setTimeout(() => node.classList.remove("lmw-lit"), LIT_MS));
  }

  /** @param {EventTarget | null} target */
  clicked(target) {
    const place = this.cells.findIndex(({ node }) => node === target);
    if (place >= 0) this.pick(place);
  }

  /** One cell can be tabbed to, the arrows lead from there to the others. @param {KeyboardEvent} event */
  key(event) {
    const at = this.cells.findIndex(({ node }) => node === event.target);
    const canvases = /** @type {HTMLElement[]} */ ([...this.table.querySelectorAll("canvas")]);
    const place = canvases.indexOf(/** @type {HTMLElement} */ (event.target));
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns }[event.key];
    if (place < 0 || (by === undefined && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation(); // or the player would take the key, too
    if (by === undefined) return this.pick(at);
    const next = canvases[place + by];
    if (!next) return;
    for (const canvas of canvases) canvas.tabIndex = canvas === next ? 0 : -1;
    next.focus();
  }

  /** All cells show as much of the plane. @param {boolean} all whether points count that are not shown yet */
  widen(all) {
    let grown = false;
    for (const cell of this.cells) if (this.scene.grow(cell.lines.values(), all)) grown = true;
    return grown;
  }

  /** Everything up to t; null follows what comes. @param {number | null} t */
  hold(t) {
    if (t === null && this.held === null) return;
    this.held = t;
    if (!this.scene) return;
    if (this.widen(t === null)) this.dress(this.theme);
    for (const cell of this.cells) if (t === null ? cell.behind() : cell.hold(t)) this.owed.add(cell);
    this.wake();
  }

  /** The first and the last t that any line has. @returns {[number, number] | null} */
  span() {
    let [first, last] = [Infinity, -Infinity];
    for (const cell of this.cells) {
      for (const { t } of cell.lines.values()) {
        if (!t.length) continue;
        first = Math.min(first, t[0]);
        last = Math.max(last, t[t.length - 1]);
      }
    }
    return last < first ? null : [first, last];
  }

  /** @param {Theme} theme */
  dress(theme) {
    const looks = JSON.stringify([theme, this.scene.ranges(), this.ground.width]);
    this.theme = theme;
    if (looks === this.looks) return;
    this.looks = looks;
    drawGround(this.ground, { scene: this.scene, theme, ratio: this.ratio });
    for (const cell of this.cells) {
      cell.redress();
      this.owed.add(cell);
    }
  }

  resize() {
    const side = this.cells[0]?.node.clientWidth;
    if (!side) return;
    this.ratio = window.devicePixelRatio || 1;
    const pixels = Math.round(side * this.ratio);
    this.ground.width = this.ground.height = pixels;
    for (const cell of this.cells) cell.resize(pixels);
    if (this.theme) this.dress(this.theme);
    this.wake();
  }

  wake() {
    if (this.frame || (!this.owed.size && !(this.held === null && this.cells.some((cell) => cell.behind())))) return;
    this.before = performance.now();
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  /** @param {number} now milliseconds */
  tick(now) {
    this.frame = 0;
    const elapsed = Math.min(Math.max(now - this.before, 0), 100);
    this.before = now;
    const moved = this.owed;
    this.owed = new Set();
    if (this.held === null) for (const cell of this.cells) if (cell.reveal(elapsed)) moved.add(cell);
    const look = { scene: this.scene, theme: this.theme, ratio: this.ratio, ground: this.ground };
    if (this.ground.width) for (const cell of moved) cell.draw(look);
    if (moved.size && this.held === null) this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.resizer.disconnect();
    for (const timer of this.lit.values()) clearTimeout(timer);
  }
}

/** @param {string[]} columns */
function head(columns) {
  const span = Math.max(1, columns.length - 1);
  const warm = columns.map((name, place) => {
    const cell = make("span", "lmw-degree", name);
    cell.style.setProperty("--lmw-warmth", String(place / span));
    return cell;
  });
  return [make("span", "lmw-corner", "T"), ...warm];
}

/** Where models of Hugging Face come from, before their names. */
const HOUSE = /(^|\/)(?:hf|huggingface)\.co\/[^/]+\//;

/** A model's name without the provider that all share, and without its house. @param {string} model @param {string[]} models */
export function shortened(model, models) {
  const provider = model.slice(0, model.indexOf("/") + 1);
  const shared = models.every((each) => each.startsWith(provider)) ? provider.length : 0;
  const names = new Set(models.map((each) => each.slice(shared).replace(HOUSE, "$1")));
  const bare = model.slice(shared);
  return names.size === models.length ? bare.replace(HOUSE, "$1") : bare;
}

/** @param {boolean} follows @param {boolean} running */
function hintOf(follows, running) {
  if (!running) return "A click shows a cell large.";
  return follows ? "The large picture follows the answers; a click keeps it." : "Click the framed cell again to follow the answers.";
}
