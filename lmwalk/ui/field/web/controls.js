// @ts-check
// What is set in the browser alone: temperature and sampler, what the picture shows, and the walkers.
import { button, make, select } from "../../parts/web/dom.js";
import { HOTTEST } from "./laws.js";
/** @import { FieldSampler } from "../../parts/web/messages.d.ts" */
/** @import { Settings } from "./laws.js" */

export const MOST_WALKERS = 5000;
const COUNTS = [1, 10, 50, 200, 1000, 2000, MOST_WALKERS];
const CUTS = /** @type {const} */ (["top_k", "top_p", "min_p"]);
/** Least, most and step of each cut. */
const RANGES = { top_k: [0, 1000, 1], top_p: [0.01, 1, 0.01], min_p: [0, 1, 0.01] };
const CUT_WORDS = {
  top_k: "Keep the so many likeliest tokens; 0 keeps all.",
  top_p: "Keep the likeliest tokens that hold this share together; 1 keeps all.",
  min_p: "Keep tokens that have at least this share of the likeliest one's probability; 0 keeps all.",
};

/** A control with its name above it. @param {string} name @param {HTMLElement} control @param {string} [about] */
function named(name, control, about) {
  const label = make("label", "lmw-named");
  label.append(make("span", "", name), control);
  if (about) label.title = about;
  return label;
}

/** @param {number} least @param {number} most @param {number} step @param {number} value */
function range(least, most, step, value) {
  return Object.assign(make("input"), { type: "range", min: String(least), max: String(most), step: String(step), value: String(value) });
}

/** @param {HTMLSelectElement} list @param {[string, string][]} options */
export function offer(list, options) {
  const kept = list.value;
  list.replaceChildren(...options.map(([value, words]) => Object.assign(make("option", "", words), { value })));
  if (options.some(([value]) => value === kept)) list.value = kept;
}

/** Temperature, the sampler, and its cuts. */
export class SamplerControls {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.node = make("div", "lmw-sampler");
    this.slider = range(0, HOTTEST, 0.05, 1);
    this.slider.setAttribute("list", "lmw-field-degrees");
    this.degrees = make("output", "lmw-degrees", "1");
    const line = make("span", "lmw-slider");
    line.append(this.slider, this.degrees);
    this.slider.addEventListener("input", () => this.told());
    this.chain = select("Sampler", () => this.chosen());
    this.about = make("p", "lmw-about");
    /** @type {Record<string, { node: HTMLElement, input: HTMLInputElement }>} */
    this.cuts = Object.fromEntries(CUTS.map((cut) => [cut, this.cut(cut)]));
    this.node.append(
      named("Temperature", line, "Acts at once, with no question asked: a sampler only rearranges what was told at T = 1."),
      named("Sampler", this.chain), ...CUTS.map((cut) => this.cuts[cut].node), this.about,
    );
    this.node.children[0].classList.add("lmw-wide");
    /** @type {FieldSampler[]} */
    this.samplers = [];
  }

  /** @param {typeof CUTS[number]} cut */
  cut(cut) {
    const [least, most, step] = RANGES[cut];
    const input = Object.assign(make("input"), { type: "number", min: String(least), max: String(most), step: String(step) });
    input.addEventListener("input", () => this.told());
    return { node: named(cut, input, CUT_WORDS[cut]), input };
  }

  /** @param {FieldSampler[]} samplers */
  offer(samplers) {
    const first = !this.samplers.length;
    this.samplers = samplers;
    offer(this.chain, samplers.map(({ name, title }) => [name, title]));
    if (first) this.chosen();
  }

  get sampler() {
    return this.samplers.find(({ name }) => name === this.chain.value) ?? this.samplers[0];
  }

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
    this.degrees.textContent = Number(this.slider.value).toFixed(2);
    this.changed();
  }

  /** @param {number} [temperature] another one than is set @returns {Settings} */
  settings(temperature = Number(this.slider.value)) {
    const value = (/** @type {typeof CUTS[number]} */ cut) => {
      const { input } = this.cuts[cut];
      const [least, most] = RANGES[cut];
      const number = input.value === "" ? NaN : Number(input.value);
      return Number.isNaN(number) ? this.sampler[cut] : Math.min(Math.max(number, least), most);
    };
    const { stages } = this.sampler;
    return { temperature, top_k: Math.round(value("top_k")), top_p: value("top_p"), min_p: value("min_p"), stages };
  }
}

/** How many walk, from where, how fast, and with what behind them. */
export class WalkerControls {
  /** @param {{ play: () => void, restart: () => void, look: () => void }} act */
  constructor(act) {
    this.node = make("div", "lmw-walkers");
    this.button = button("Play", act.play);
    this.button.classList.add("lmw-main");
    this.count = select("How many walkers", act.restart);
    offer(this.count, COUNTS.map((count) => [String(count), count.toLocaleString("en")]));
    this.count.value = "200";
    this.from = select("From where they set out", act.restart);
    offer(this.from, [["origin", "the origin"], ["everywhere", "everywhere"]]);
    this.pace = range(0, 6, 0.25, 3);
    this.pace.setAttribute("aria-label", "Steps a second");
    this.paced = make("output", "lmw-paced");
    const tell = () => { this.paced.textContent = `${Math.round(this.steps_a_second)} a second`; };
    this.pace.addEventListener("input", tell);
    tell();
    const line = make("span", "lmw-slider");
    line.append(this.pace, this.paced);
    this.trails = Object.assign(make("input"), { type: "checkbox", checked: true });
    this.trails.addEventListener("change", act.look);
    const trails = make("label", "lmw-check");
    trails.append(this.trails, make("span", "", "Trails"));
    const buttons = make("div", "lmw-buttons");
    buttons.append(this.button, button("Start again", act.restart), trails);
    this.said = make("p", "lmw-said");
    this.node.append(
      make("h3", "", "Walkers"), buttons,
      named("How many", this.count), named("From", this.from), named("Steps", line), this.said,
    );
    this.node.children[4].classList.add("lmw-wide");
  }

  get steps_a_second() {
    return 2 ** Number(this.pace.value);
  }

  /** @param {boolean} playing */
  show(playing) {
    this.button.textContent = playing ? "Pause" : "Play";
  }
}
