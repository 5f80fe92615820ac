// @ts-check
// The stage for a lecture hall: over the whole screen, in large type, with the run's buttons and a theme of its own.
import { button, make, select, shape } from "../../../parts/web/dom.js";
/** @import { Bar, ByHand } from "../../../parts/web/messages.d.ts" */

export const LARGE_PX = 20;
const LARGER = "M2 2h5v2H4v3H2zM9 2h5v5h-2V4H9zM2 9h2v3h3v2H2zM12 9h2v5H9v-2h3z";
/** @type {Record<string, string>} */
const OTHER = { light: "dark", dark: "light" };

export class Presentation {
  button = this.press("Full screen", "The stage over the whole screen, in large type (F)", () => this.enter());
  model = select("model", (chosen) => this.choose(chosen, this.temperature.value));
  temperature = select("temperature", (chosen) => this.choose(this.model.value, chosen));
  theme = this.press("", "", () => this.turn());
  exit = this.press("Close", "Back to the page (Escape)", () => this.leave());
  choices = make("div", "lmw-show");
  main = this.press("", "", () => this.act({ do: this.state === "paused" ? "resume" : "pause" }));
  step = this.press("Step", "Ask one question for each, then pause (→)", () => this.act({ do: "step" }));
  run = make("div", "lmw-run");

  /**
   * @param {HTMLElement} root the stage
   * @param {(act: Record<string, unknown>) => void} act called with what is to be done
   * @param {() => void} changed called once it was begun, left, or given another theme
   */
  constructor(root, act, changed) {
    this.root = root;
    this.act = act;
    this.changed = changed;
    this.large = false;
    this.state = "";
    /** @type {ByHand["cells"]} */
    this.cells = [];
    const icon = shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
    icon.append(shape("path", { d: LARGER }));
    this.button.prepend(icon);
    this.exit.append(make("kbd", "", "Esc"));
    this.choices.append(this.model, this.temperature, this.theme, this.exit);
    this.run.append(this.main, this.step);
    this.left = () => {
      if (this.full && !document.fullscreenElement) this.leave();
    };
    this.full = false;
    document.addEventListener("fullscreenchange", this.left);
  }

  /** @param {string} words @param {string} meaning @param {() => void} act */
  press(words, meaning, act) {
    return Object.assign(button(words, act), { title: meaning });
  }

  enter() {
    if (this.large) return;
    this.large = true;
    this.root.classList.add("lmw-presenting");
    // above everything else of the page, wherever the stage stands in it
    this.root.popover = "manual";
    this.root.showPopover?.();
    document.documentElement.requestFullscreen?.().then(() => (this.full = true), () => {});
    this.dress(this.root.classList.contains("lmw-dark") ? "dark" : "light");
    this.act({ do: "present" });
  }

  leave() {
    if (!this.large) return;
    [this.large, this.full] = [false, false];
    if (document.fullscreenElement) document.exitFullscreen();
    this.root.classList.remove("lmw-presenting", "lmw-as-light", "lmw-as-dark");
    this.root.popover = null;
    this.act({ do: "leave" });
    this.changed();
  }

  turn() {
    this.dress(this.root.classList.contains("lmw-as-dark") ? "light" : "dark");
  }

  /** @param {string} theme */
  dress(theme) {
    this.root.classList.remove("lmw-as-light", "lmw-as-dark");
    this.root.classList.add(`lmw-as-${theme}`);
    this.theme.textContent = theme === "dark" ? "Light" : "Dark";
    this.theme.title = `Show it ${OTHER[theme]}`;
    this.changed();
  }

  /** @param {Bar} bar @param {ByHand | null} hand */
  show(bar, hand) {
    this.state = bar.state;
    this.main.textContent = bar.state === "paused" ? "Resume" : "Pause";
    this.main.title = bar.state === "paused" ? "Go on with the run (space)" : "Send no more questions (space)";
    this.run.hidden = !["running", "paused"].includes(bar.state);
    if (!hand) return;
    this.cells = hand.cells;
    const [model, temperature] = hand.cells.find(([, , , id]) => id === hand.condition) ?? ["", ""];
    entries(this.model, [...new Set(hand.cells.map((cell) => cell[0]))], model);
    const own = hand.cells.filter((cell) => cell[0] === model).map((cell) => cell[1]);
    entries(this.temperature, [...new Set(own)], temperature);
  }

  /** The cell of that model and temperature, or the model's first. @param {string} model @param {string} temperature */
  choose(model, temperature) {
    const own = this.cells.filter((cell) => cell[0] === model);
    const cell = own.find((each) => each[1] === temperature) ?? own[0];
    if (cell) this.act({ do: "cell", cell: cell[2] });
  }

  close() {
    this.leave();
    document.removeEventListener("fullscreenchange", this.left);
  }
}

/** @param {HTMLSelectElement} select @param {string[]} words @param {string} chosen */
function entries(select, words, chosen) {
  select.hidden = words.length < 2;
  if ([...select.options].map((option) => option.value).join("\n") !== words.join("\n")) {
    select.replaceChildren(...words.map((each) => Object.assign(make("option", "", each), { value: each })));
  }
  if (document.activeElement !== select) select.value = chosen;
}
