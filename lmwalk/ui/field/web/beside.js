// @ts-check
// What stands beside what: two models or two templates that were asked, or two moments or two samplers of one.
import { make, select } from "../../parts/web/dom.js";
import { offer } from "./controls.js";
/** @import { Field, FieldPart } from "../../parts/web/messages.d.ts" */

/** @typedef {"" | "model" | "template" | "moment" | "sampler"} Differ */
/** @typedef {{ field: number, name: string, second: boolean }} Shown */

const ALONE = "";

/** A time as it is read. @param {number} t */
const timed = (t) => `t = ${t.toLocaleString("en")}`;

export class Beside {
  /** @param {() => void} changed */
  constructor(changed) {
    this.node = make("div", "lmw-beside-choice");
    this.choice = select("Side by side", () => { this.tell(); changed(); });
    this.label = make("label", "lmw-named");
    this.label.append(make("span", "", "Side by side"), this.choice);
    this.label.title = "Two moments, or two samplers, of what was asked: no question is asked for that.";
    this.moments = [0, 1].map(() => {
      const list = select("Moment t", changed);
      const title = make("span");
      const label = make("label", "lmw-named");
      label.append(title, list);
      return { list, title, label };
    });
    this.node.append(this.label, ...this.moments.map(({ label }) => label));
    /** @type {FieldPart[]} */
    this.parts = [];
    /** What two columns differ in, where there are two. @type {Differ} */
    this.columns = ALONE;
    /** @type {number[]} */
    this.times = [];
  }

  /** @param {Field} data */
  offer({ fields, differ }) {
    this.parts = fields;
    this.columns = /** @type {Differ} */ (new Set(fields.map(({ column }) => column)).size > 1 ? differ : ALONE);
    this.times = [...new Set(fields.map(({ t }) => t))].sort((one, other) => one - other);
    offer(this.choice, [
      [ALONE, "One picture"],
      ...(this.times.length > 1 ? /** @type {[string, string][]} */ ([["moment", "Two moments"]]) : []),
      ...(fields.some(({ tempers }) => tempers) ? /** @type {[string, string][]} */ ([["sampler", "Two samplers"]]) : []),
    ]);
    for (const { list } of this.moments) offer(list, this.times.map((t) => [String(t), timed(t)]));
    this.tell();
  }

  get differ() {
    return this.columns || /** @type {Differ} */ (this.choice.value);
  }

  tell() {
    this.label.hidden = this.columns !== ALONE || this.choice.options.length < 2;
    const two = this.differ === "moment";
    const [first, second] = this.moments.map(({ list }) => list);
    // nothing would differ
    if (two && first.value === second.value) second.selectedIndex = first.selectedIndex === second.options.length - 1 ? 0 : second.options.length - 1;
    this.moments.forEach(({ label, title, list }, i) => {
      label.hidden = this.times.length < 2 || (i === 1 && !two);
      title.textContent = two ? `Moment, ${i ? "second" : "first"}` : "Moment t";
      list.setAttribute("aria-label", title.textContent);
    });
  }

  /** The fields that are shown, one or two. @param {[string, string]} samplers what the two samplers are called @returns {Shown[]} */
  shown(samplers) {
    const [t, later] = this.moments.map(({ list }) => Number(list.value));
    const { differ } = this;
    const wanted = differ === "moment" ? [t, later].map((time) => ({ time, column: undefined, name: timed(time) }))
      : differ === "sampler" ? samplers.map((name) => ({ time: t, column: undefined, name }))
        : [...new Set(this.parts.map(({ column }) => column))].map((column) => ({ time: t, column, name: "" }));
    return wanted.flatMap(({ time, column, name }, place) => {
      const field = this.parts.findIndex((part) => part.t === time && (column === undefined || part.column === column));
      return field < 0 ? [] : [{ field, name: name || this.parts[field].name, second: differ === "sampler" && place === 1 }];
    });
  }

  /** What two pictures differ in, in a sentence. @param {Shown[]} shown @param {boolean} stacked */
  words(shown, stacked) {
    if (shown.length < 2) return "";
    const [one, other] = stacked ? ["Above", "below"] : ["Left", "right"];
    return `${one} ${shown[0].name}, ${other} ${shown[1].name}: nothing but the ${this.differ} differs.`;
  }
}
