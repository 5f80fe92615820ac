// @ts-check
// One cell of the grid, large, in the grid's place: its picture under the same clock, its numbers, its replies.
import { Paths } from "../../families/walks/web/walk_cell.js";
import { make } from "../../parts/web/dom.js";
import { trajectoryColour } from "../../parts/web/palette.js";
import { grounded, headingOf, settingsOf } from "./rows.js";
import { said } from "./said.js";
import { Shapes } from "./shapes.js";
/** @import { Cell as Message, Grid, Opened, Said, Stat } from "../../parts/web/messages.d.ts" */
/** @import { Cell } from "./cell.js" */
/** @import { Theme } from "../../parts/web/palette.js" */

/** Replies that stand in the list at once; a reader looks at the newest. */
const MOST_ROWS = 200;

export class Large {
  node = make("section", "lmw-large");
  field = make("div", "lmw-field");
  heading = make("div", "lmw-large-name");
  about = make("div", "lmw-large-about");
  numbers = make("dl", "lmw-large-numbers");
  count = make("div", "lmw-large-count");
  list = make("ol", "lmw-replies");
  back = make("button", "lmw-back", "← All cells");

  /** @param {() => void} close */
  constructor(close) {
    this.node.hidden = true;
    this.node.tabIndex = -1;
    this.back.type = "button";
    this.back.title = "Back to the grid (Escape)";
    this.back.addEventListener("click", close);
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    });
    const top = make("header");
    top.append(this.back, this.heading);
    const beside = make("div", "lmw-beside");
    beside.append(this.about, this.numbers, this.count, this.list);
    this.node.append(top, this.field, beside);
    /** @type {Cell[]} */
    this.cells = [];
    /** @type {(Paths | Shapes)[]} */
    this.pictures = [];
    /** @type {Said[]} */
    this.replies = [];
    this.more = false;
    this.written = "";
    /** @type {(trajectory: number) => string} */
    this.colour = () => "";
  }

  /** Draws a cell, and another laid over it or beside it. @param {Cell[]} cells @param {Grid} data @param {Theme} theme */
  show(cells, data, theme) {
    this.cells = cells;
    const rooms = Array.from({ length: cells[0].message?.picture ? cells.length : 1 }, () => make("div", "lmw-room"));
    this.field.replaceChildren(...rooms);
    this.pictures = cells.map((cell, place) => {
      const room = rooms[place] ?? rooms[0];
      const picture = cell.message?.picture ? new Shapes(room) : new Paths(room);
      if (cells.length > 1 && picture instanceof Paths) picture.tint = trajectoryColour(place, theme);
      if (cell.message) picture.accept(bareIf(cells.length > 1, cell.message), theme, grounded(data, cell));
      return picture;
    });
    this.name(cells.map((cell) => headingOf(data, cell)), cells.map(({ row }) => settingsOf(data, row)), theme);
    this.say(undefined, theme);
  }

  /** What has come meanwhile. @param {Grid} data @param {Theme} theme */
  refresh(data, theme) {
    for (const [place, cell] of this.cells.entries()) {
      if (cell.message) this.pictures[place].accept(bareIf(this.cells.length > 1, cell.message), theme, grounded(data, cell));
    }
  }

  resize() {
    for (const picture of this.pictures) picture.resize();
  }

  /** What is shown; of two, each in its colour. @param {string[]} headings @param {string[]} abouts @param {Theme} theme */
  name(headings, abouts, theme) {
    this.heading.replaceChildren(...headings.map((heading, place) => {
      const line = make("div", "", heading);
      if (headings.length > 1) line.prepend(dotOf(trajectoryColour(place, theme)));
      return line;
    }));
    const about = [...new Set(abouts.filter(Boolean))].join(" · ");
    this.about.textContent = about;
    this.about.hidden = !about;
    this.node.setAttribute("aria-label", headings.join(" and "));
  }

  /**
   * The replies of the cell, which come after its picture. Where another is laid over it, its walks have one colour.
   *
   * @param {Opened | undefined} opened
   * @param {Theme} theme
   */
  say(opened, theme) {
    this.replies = opened?.replies ?? [];
    this.more = opened?.more ?? false;
    this.colour = (trajectory) => trajectoryColour(this.cells.length > 1 ? 0 : trajectory, theme);
    this.written = "";
  }

  /**
   * @param {number} t
   * @param {number} tick
   * @param {boolean} live
   * @param {string} clock what the clock says, empty where there is none
   */
  at(t, tick, live, clock) {
    for (const picture of this.pictures) picture.at(t, live);
    const shown = this.cells.map(({ message }) => message?.stats ?? []);
    const replies = live ? this.replies : this.replies.filter((reply) => reply.t <= t);
    const written = JSON.stringify([shown, tick, live, replies.length]);
    if (written === this.written) return;
    this.written = written;
    this.numbers.style.setProperty("--lmw-shown", String(shown.length));
    this.numbers.replaceChildren(...shown[0].flatMap(({ label }, place) => [
      make("dt", "", label), ...shown.map((stats) => numberOf(stats[place], tick, live)),
    ]));
    const rows = replies.slice(0, MOST_ROWS);
    const of = shown.length > 1 ? " of the first" : "";
    this.count.textContent = countOf(rows.length, replies.length, this.more, of, live ? "" : clock);
    this.list.replaceChildren(...rows.map((reply) => rowOf(reply, this.colour)));
  }
}

/** A cell without its field: two of them, laid over each other, are neither. @param {boolean} laid @param {Message} cell */
const bareIf = (laid, cell) => (laid ? { ...cell, field: [] } : cell);

/** @param {Stat | undefined} stat @param {number} tick @param {boolean} live */
function numberOf(stat, tick, live) {
  if (!stat) return make("dd");
  const { text, now } = said(stat, tick, live);
  const value = make("dd", stat.bad ? "lmw-bad" : "", now ? text : `${text}, at the end`);
  if (stat.meaning && live) value.append(make("small", "", stat.meaning));
  return value;
}

/** @param {number} shown @param {number} known @param {boolean} more @param {string} of @param {string} clock */
function countOf(shown, known, more, of, clock) {
  if (!known) return "";
  const until = clock ? `${of} up to ${clock}` : of;
  if (shown === known && !more) return `${known.toLocaleString("en")} replies${until}, newest first`;
  return `The newest ${shown.toLocaleString("en")} replies${until}. The Data page has all of them.`;
}

/** @param {string} colour */
function dotOf(colour) {
  const dot = make("span", "lmw-dot");
  dot.style.background = colour;
  return dot;
}

/** @param {Said} reply @param {(trajectory: number) => string} colour */
function rowOf(reply, colour) {
  const row = make("li", reply.outcome === null ? "lmw-unread" : "");
  const dot = dotOf(colour(reply.trajectory));
  const place = make("span", "lmw-when", `t ${reply.t.toLocaleString("en")}`);
  place.title = `trajectory ${reply.trajectory}`;
  const words = make("bdi", "", reply.text);
  words.title = reply.text;
  row.append(dot, place, words, make("span", "lmw-read", reply.outcome ?? reply.status));
  return row;
}
