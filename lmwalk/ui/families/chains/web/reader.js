// @ts-check
// The reader of a chain: the text of the player's generation, whole or as what changed. A text is hostile until proven
// otherwise: text nodes only.
import { button, folded, make } from "../../../parts/web/dom.js";
/** @import { ChainText, Piece } from "../../../parts/web/messages.d.ts" */

/** @typedef {"text" | "previous" | "first"} View */
/** @type {[View, string][]} */
const VIEWS = [["text", "Text"], ["previous", "Since the one before"], ["first", "Since the first"]];

export class Reader {
  node = make("div", "lmw-reader");
  page = make("div", "lmw-page");
  note = make("div", "lmw-note");
  thought = make("div", "lmw-before-it");
  buttons = VIEWS.map(([view, words]) => this.button(view, words));
  /** @type {Map<number, ChainText>} */
  texts = new Map();
  /** @type {View} */
  view = "text";
  at = 0;
  late = false;
  /** @type {string | undefined} */
  drawn;

  constructor() {
    const views = make("div", "lmw-views");
    views.setAttribute("role", "radiogroup");
    views.setAttribute("aria-label", "what is shown of the text");
    views.append(...this.buttons);
    this.page.tabIndex = 0;
    this.page.setAttribute("aria-label", "the text of this generation");
    this.node.append(views, this.page, this.thought, this.note);
    this.look("text");
  }

  /** @param {View} view @param {string} words */
  button(view, words) {
    const choice = button(words, () => this.look(view));
    choice.setAttribute("role", "radio");
    return choice;
  }

  /** Another chain: the place and the view are kept, so that chains can be compared. */
  open() {
    this.texts = new Map();
  }

  /** @param {ChainText[]} texts */
  add(texts) {
    for (const text of texts) this.texts.set(text.t, text);
    this.drawn = undefined;
  }

  last() {
    return Math.max(0, ...this.texts.keys());
  }

  /** The text of generation t; of a chain that has not come so far, its latest. @param {number} t */
  turn(t) {
    this.at = Math.min(t, this.last());
    this.late = t > this.at;
    this.draw();
  }

  /** @param {View} view */
  look(view) {
    this.view = view;
    this.buttons.forEach((button, place) => {
      button.setAttribute("aria-checked", String(VIEWS[place][0] === view));
    });
    this.draw();
  }

  draw() {
    const state = [this.at, this.late, this.view].join(" ");
    if (state === this.drawn) return;
    this.drawn = state;
    const text = this.texts.get(this.at);
    const pieces = text && changesOf(text, this.view);
    this.page.replaceChildren(...(pieces ? pieces.map(pieceOf) : [make("bdi", "", text?.text ?? "")]));
    if (text?.cut && !pieces) this.page.append(make("span", "lmw-cut", " \u2026 [cut off here]"));
    this.thought.replaceChildren(...(text?.thought === undefined ? [] : [folded(text.thought, text.weight)]));
    this.note.textContent = noteOf(text, this.view, this.late);
    this.node.dataset.at = String(this.at);
  }
}

/**
 * What became of a text since another; nothing where the text is shown whole, as the initial one always is.
 *
 * @param {ChainText} text
 * @param {View} view
 */
export function changesOf(text, view) {
  return view === "text" || text.t === 0 ? undefined : text[view];
}

/**
 * What is said below a text.
 *
 * @param {ChainText | undefined} text
 * @param {View} view
 * @param {boolean} late whether a later generation was asked for than the chain has
 */
export function noteOf(text, view, late) {
  if (!text) return "";
  const same = changesOf(text, view)?.every(([change]) => change === "equal") ? "not a word changed" : "";
  const latest = late ? `generation ${text.t}, this chain's latest` : "";
  return [latest, text.note, same].filter(Boolean).join(" · ");
}

/** @type {Record<Piece[0], "span" | "ins" | "del">} */
const MARKS = { equal: "span", insert: "ins", delete: "del" };

/** @param {Piece} piece */
function pieceOf([change, words]) {
  return make(MARKS[change], "", words);
}
