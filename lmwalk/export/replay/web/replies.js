// @ts-check
// What was asked and said on one trajectory: the step of the clock in full, and all steps as a list. All of it is text.
import { button, folded, make } from "../../../ui/parts/web/dom.js";
import { stepAt } from "./study.js";
/** @import { Reading, Study, Trajectory } from "./study.js" */

const LONGEST_LINE = 160;

export class Replies {
  node = make("div", "lmw-replies");
  head = make("div", "lmw-step");
  asked = make("div", "lmw-text lmw-asked");
  said = make("div", "lmw-text lmw-said");
  how = make("div", "lmw-how");
  beside = make("div", "lmw-beside");
  list = make("ol", "lmw-steps");
  /** @type {Trajectory | undefined} */
  trajectory = undefined;
  /** @type {HTMLElement[]} */
  lines = [];
  step = -2;

  /** @param {Study} study @param {(t: number) => void} seek called with the t of a step that was pressed */
  constructor(study, seek) {
    this.study = study;
    this.seek = seek;
    for (const [node, name] of /** @type {[HTMLElement, string][]} */ ([[this.asked, "the question"], [this.said, "the reply as it came"]])) {
      node.tabIndex = 0;
      node.setAttribute("role", "region");
      node.setAttribute("aria-label", name);
    }
    this.list.setAttribute("aria-label", "all steps");
    const card = make("div", "lmw-card");
    this.labels = [make("div", "lmw-label lmw-label-asked", "asked"), make("div", "lmw-label", "said")];
    card.append(this.head, this.labels[0], this.asked, this.labels[1], this.said, this.how, this.beside);
    this.node.append(card, this.list);
  }

  /** @param {Trajectory | undefined} trajectory */
  open(trajectory) {
    const same = trajectory === this.trajectory;
    this.trajectory = trajectory;
    this.node.hidden = !trajectory;
    if (same || !trajectory) return;
    const before = this.step;
    this.step = -2;
    this.lines = trajectory.readings.map((reading, place) => this.line(trajectory.t[place], this.study.readings[reading], place));
    this.list.replaceChildren(...this.lines);
    this.fit();
    this.show(this.study.stepwise ? -1 : Math.min(Math.max(0, before), this.lines.length - 1));
  }

  /** Gives question, reply and how it was read the room of the longest of the trajectory, so that nothing moves while it replays. */
  fit() {
    if (!this.trajectory) return;
    const { prompts, readings, start } = this.trajectory;
    const found = [...new Set(readings)].map((place) => this.study.readings[place]);
    const said = found.map(({ pieces }) => pieces.map(([text]) => text).join(""));
    fitted(this.asked, prompts.map((place) => this.study.prompts[place][0]));
    fitted(this.said, [...said, start ?? ""]);
    fitted(this.how, found.map(({ how }) => how));
  }

  /** @param {number} t @param {Reading} reading @param {number} place */
  line(t, reading, place) {
    const item = make("li");
    const press = () => (this.study.stepwise ? this.seek(t) : this.show(place));
    const opener = button("", press, "lmw-line");
    opener.dataset.status = reading.status;
    const words = reading.pieces.map(([text]) => text).join("").slice(0, LONGEST_LINE) || reading.how;
    opener.append(make("span", "lmw-t", String(t)), make("bdi", "lmw-sign", reading.sign ?? (reading.status === "ok" ? "" : "?")), make("bdi", "lmw-words", words));
    item.append(opener);
    return item;
  }

  /** @param {number} t */
  at(t) {
    if (this.trajectory && this.study.stepwise) this.show(stepAt(this.trajectory.t, t));
  }

  /** The step at that place in full; -1: before the first. @param {number} place */
  show(place) {
    if (place === this.step || !this.trajectory) return;
    this.lines[this.step]?.firstElementChild?.removeAttribute("aria-current");
    this.step = place;
    const { t, prompts, readings, name, start } = this.trajectory;
    const word = this.study.grid.clock && this.study.stepwise ? this.study.grid.clock.word : "question";
    const last = t[t.length - 1];
    this.head.textContent = place < 0 ? `${name}, at the start` : `${name}, ${word} ${t[place]} of ${last}`;
    if (place < 0) return this.begin(start);
    const [prompt, system] = this.study.prompts[prompts[place]];
    this.asked.replaceChildren(...(system < 0 ? [] : [textOf(`${this.study.systems[system]}\n\n`)]), textOf(prompt));
    this.read(this.study.readings[readings[place]]);
    this.lines[place].firstElementChild?.setAttribute("aria-current", "step");
    this.follow(this.lines[place]);
  }

  /** Before the first question. @param {string | undefined} start the text that a chain sets out from */
  begin(start) {
    this.node.dataset.status = "start";
    this.asked.replaceChildren();
    this.said.replaceChildren(textOf(start ?? ""));
    this.how.textContent = start === undefined ? "Nothing was asked yet." : "The initial text.";
    this.beside.replaceChildren();
    this.list.scrollTop = 0;
  }

  /** @param {Reading} reading */
  read({ pieces, status, how, beside, thought, weight, chances }) {
    this.node.dataset.status = status;
    const words = make("bdi");
    words.append(...pieces.map(([text, marked]) => (marked ? make("mark", "", text) : document.createTextNode(text))));
    this.said.replaceChildren(words);
    this.labels[1].hidden = this.said.hidden = !pieces.length && !!chances;
    this.how.textContent = how;
    const found = chances?.map(([outcome, p]) => `${outcome} ${p}`).join(" · ");
    const parts = [beside, found].filter(Boolean).map((text) => make("bdi", "", text));
    this.beside.replaceChildren(...parts, ...(thought ? [folded(thought, weight)] : []));
  }

  /** Keeps the line of the step in sight, without moving the page. @param {HTMLElement} line */
  follow(line) {
    const { offsetTop, offsetHeight } = line;
    const { scrollTop, clientHeight } = this.list;
    if (offsetTop < scrollTop) this.list.scrollTop = offsetTop;
    else if (offsetTop + offsetHeight > scrollTop + clientHeight) this.list.scrollTop = offsetTop + offsetHeight - clientHeight;
  }
}

/** @param {HTMLElement} node as high as the longest of the texts, up to what its style allows @param {string[]} texts */
function fitted(node, texts) {
  const longest = texts.reduce((most, text) => (text.length > most.length ? text : most), "");
  node.style.height = "auto";
  node.replaceChildren(textOf(longest));
  node.style.height = `${node.offsetHeight}px`;
}

/** @param {string} text */
const textOf = (text) => make("bdi", "", text);
