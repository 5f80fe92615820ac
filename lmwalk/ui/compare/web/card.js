// @ts-check
// The numbers of the cell that is pointed at, in a card beside it.
import { make } from "../../parts/web/dom.js";
/** @import { Stat } from "../../parts/web/messages.d.ts" */

const AWAY = 6;

export class Card {
  node = make("div", "lmw-card");

  constructor() {
    this.node.hidden = true;
    this.node.setAttribute("role", "status");
    /** @type {HTMLElement | undefined} */
    this.over = undefined;
    this.written = "";
  }

  /**
   * @param {HTMLElement} cell
   * @param {string} heading
   * @param {{ stat: Stat, text: string, meaning: string }[]} lines
   */
  show(cell, heading, lines) {
    const written = JSON.stringify([heading, lines.map(({ text }) => text)]);
    const same = this.over === cell && written === this.written && !this.node.hidden;
    if (same) return;
    Object.assign(this, { over: cell, written });
    this.node.replaceChildren(make("strong", "", heading), ...lines.map(lineOf));
    this.node.hidden = false;
    this.place(cell.getBoundingClientRect());
  }

  /** Below the cell, or above it where the window ends. @param {DOMRect} cell */
  place(cell) {
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const host = /** @type {HTMLElement} */ (this.node.parentElement).getBoundingClientRect();
    const below = cell.bottom + AWAY + height < window.innerHeight;
    const left = Math.min(Math.max(cell.left + (cell.width - width) / 2, AWAY), window.innerWidth - width - AWAY);
    const top = below ? cell.bottom + AWAY : Math.max(AWAY, cell.top - AWAY - height);
    Object.assign(this.node.style, { left: `${left - host.left}px`, top: `${top - host.top}px` });
  }

  hide() {
    this.node.hidden = true;
    this.over = undefined;
  }
}

/** @param {{ stat: Stat, text: string, meaning: string }} line */
function lineOf({ stat, text, meaning }) {
  const line = make("div", stat.bad ? "lmw-bad" : "");
  line.append(make("span", "lmw-card-label", stat.label), make("span", "", text));
  if (meaning) line.append(make("small", "", meaning));
  return line;
}
