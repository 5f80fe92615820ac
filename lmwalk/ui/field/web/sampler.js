// @ts-check
// The sampler that is imitated: one temperature for all pictures, and for each an order of cuts with their settings.
import { make, select } from "../../parts/web/dom.js";
import { named, offer, range } from "./controls.js";
import { written } from "./heat.js";
import { HOTTEST } from "./laws.js";
/** @import { FieldPart, FieldSampler } from "../../parts/web/messages.d.ts" */
/** @import { Settings } from "./laws.js" */

/** @typedef {"top_k" | "top_p" | "min_p"} Cut */
/** @type {Cut[]} */
export const CUTS = ["top_k", "top_p", "min_p"];
/** Least, most and step of each cut. */
const RANGES = { top_k: [0, 1000, 1], top_p: [0.01, 1, 0.01], min_p: [0, 1, 0.01] };
const CUT_WORDS = {
  top_k: "Keep the so many likeliest tokens; 0 keeps all.",
  top_p: "Keep the likeliest tokens that hold this share together; 1 keeps all.",
  min_p: "Keep tokens that have at least this share of the likeliest one's probability; 0 keeps all.",
};
/** Where nothing is cut. */
const NEUTRAL = { top_k: 0, top_p: 1, min_p: 0 };

/** @param {FieldPart[]} parts */
const modelsOf = (parts) => [...new Set(parts.map(({ model }) => model))];

/** What was sampled, and why that cannot be moved. @param {FieldPart[]} parts */
function saidOf(parts) {
  const of = new Set(parts.map(({ model, sampled }) => `${model} at T = ${sampled?.temperature}`));
  return `Sampled: ${[...of].join(", ")}, under its server's own sampler. Replies at one temperature say nothing of another, so the temperature cannot be moved.`;
}

/** The temperature of all pictures. */
export class Degrees {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.slider = range(0, HOTTEST, 0.05, 1);
    this.output = make("output", "lmw-degrees");
    const line = make("span", "lmw-slider");
    line.append(this.slider, this.output);
    this.node = named("Temperature", line, "Acts at once, with no question asked: a sampler only rearranges what was told at T = 1.");
    this.node.classList.add("lmw-wide");
    this.slider.addEventListener("input", () => this.told());
    this.output.textContent = "1.00";
    /** Why it moves nothing, or not everything. */
    this.why = make("p", "lmw-said lmw-sampled");
    this.why.setAttribute("role", "status");
  }

  /** Says what was sampled, which it cannot move. @param {FieldPart[]} parts those that are shown */
  tell(parts) {
    const sampled = parts.filter((part) => part.sampled);
    const fixed = parts.filter((part) => !part.tempers);
    this.slider.disabled = fixed.length > 0 && fixed.length === parts.length;
    this.node.classList.toggle("lmw-idle", this.slider.disabled);
    this.output.textContent = (this.slider.disabled ? (sampled[0]?.sampled?.temperature ?? 1) : this.value).toFixed(2);
    this.why.textContent = [...(sampled.length ? [saidOf(sampled)] : []), ...modelsOf(fixed.filter((part) => !part.sampled)).map((name) => `${name} has no sampler: one law at every temperature.`)].join(" ");
  }

  get value() {
    return Number(this.slider.value);
  }

  set value(degrees) {
    this.slider.value = String(degrees);
    this.output.textContent = this.value.toFixed(2);
  }

  told() {
    this.value = this.value;
    this.changed();
  }
}

/** A sampler's order and cuts. */
export class Pipeline {
  /** @param {() => void} changed @param {string} title */
  constructor(changed, title) {
    this.changed = changed;
    this.node = make("div", "lmw-sampler");
    this.chain = select(title, () => this.chosen());
    this.title = make("span", "", title);
    const label = make("label", "lmw-named");
    label.append(this.title, this.chain);
    this.about = make("p", "lmw-about");
    /** @type {Record<string, { node: HTMLElement, input: HTMLInputElement }>} */
    this.cuts = Object.fromEntries(CUTS.map((cut) => [cut, this.cut(cut)]));
    this.node.append(label, ...CUTS.map((cut) => this.cuts[cut].node), this.about);
    this.usual = "";
    /** @type {FieldSampler[]} */
    this.samplers = [];
  }

  /** @param {Cut} cut */
  cut(cut) {
    const [least, most, step] = RANGES[cut];
    const input = Object.assign(make("input"), { type: "number", min: String(least), max: String(most), step: String(step) });
    input.addEventListener("input", () => this.told());
    return { node: named(cut, input, CUT_WORDS[cut]), input };
  }

  /** @param {string} title */
  call(title) {
    this.title.textContent = title;
    this.chain.setAttribute("aria-label", title);
  }

  /** @param {FieldSampler[]} samplers @param {string} [first] the one that is chosen at first */
  offer(samplers, first) {
    const begins = !this.samplers.length;
    this.samplers = samplers;
    offer(this.chain, samplers.map(({ name, title }) => [name, title]));
    if (!begins) return;
    if (first && samplers.some(({ name }) => name === first)) this.chain.value = first;
    this.usual = this.chain.value;
    this.chosen();
  }

  get sampler() {
    return this.samplers.find(({ name }) => name === this.chain.value) ?? this.samplers[0];
  }

  /** Its own cuts, as it makes them where none is set. */
  chosen() {
    const { sampler } = this;
    for (const cut of CUTS) {
      this.cuts[cut].input.value = String(sampler[cut]);
      this.cuts[cut].node.hidden = !sampler.stages.includes(cut);
    }
    this.told();
  }

  told() {
    const { about, stages } = this.sampler;
    this.about.textContent = stages.length > 1 ? `In this order: ${stages.join(", ")}.` : "Nothing but the temperature.";
    this.chain.title = about;
    this.changed();
  }

  /** @param {Cut} cut */
  value(cut) {
    const { input } = this.cuts[cut];
    const [least, most] = RANGES[cut];
    const number = input.value === "" ? NaN : Number(input.value);
    return Number.isNaN(number) ? this.sampler[cut] : Math.min(Math.max(number, least), most);
  }

  /** @param {number} temperature @returns {Settings} */
  settings(temperature) {
    return { temperature, top_k: Math.round(this.value("top_k")), top_p: this.value("top_p"), min_p: this.value("min_p"), stages: this.sampler.stages };
  }

  /** Its name and the cuts that it makes. */
  words() {
    const made = CUTS.filter((cut) => this.sampler.stages.includes(cut) && this.value(cut) !== NEUTRAL[cut]);
    return [this.sampler.title, ...made.map((cut) => `${cut} ${written(this.value(cut))}`)].join(", ");
  }
}
