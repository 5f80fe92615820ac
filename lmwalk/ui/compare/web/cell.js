// @ts-check
// One cell of the grid: a small picture, the numbers below it, how much of it is answered.
import { Paths } from "../../families/walks/web/walk_cell.js";
import { make } from "../../parts/web/dom.js";
import { said } from "./said.js";
import { Shapes } from "./shapes.js";
/** @import { Cell as Message, Grid, Stat } from "../../parts/web/messages.d.ts" */
/** @import { Theme } from "../../parts/web/palette.js" */

/** Which cell a square on the page is of. @type {WeakMap<Element, Cell>} */
export const cellOf = new WeakMap();

export class Cell {
  /**
   * @param {string} place
   * @param {{ pick: (condition: string | undefined, second: boolean) => void, resizer: ResizeObserver }} atlas
   */
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
      if (event.key === "Enter" && this.picks) pick(this.condition, event.shiftKey);
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
