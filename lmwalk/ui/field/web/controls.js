// @ts-check
// Controls of what happens in the browser alone, and those of the walkers.
import { button, make, select } from "../../parts/web/dom.js";

export const MOST_WALKERS = 5000;
const COUNTS = [1, 10, 50, 200, 1000, 2000, MOST_WALKERS];

/** A control with its name above it. @param {string} name @param {HTMLElement} control @param {string} [about] */
export function named(name, control, about) {
  const label = make("label", "lmw-named");
  label.append(make("span", "", name), control);
  if (about) label.title = about;
  return label;
}

/** @param {number} least @param {number} most @param {number} step @param {number} value */
export function range(least, most, step, value) {
  return Object.assign(make("input"), { type: "range", min: String(least), max: String(most), step: String(step), value: String(value) });
}

/** @param {HTMLSelectElement} list @param {[string, string][]} options */
export function offer(list, options) {
  const kept = list.value;
  list.replaceChildren(...options.map(([value, words]) => Object.assign(make("option", "", words), { value })));
  if (options.some(([value]) => value === kept)) list.value = kept;
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
