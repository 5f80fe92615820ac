// @ts-check
// The page: one clock over the grid and over the condition that is looked at closely, then figures and settings.
import { make } from "../../../ui/parts/web/dom.js";
import { themeOf } from "../../../ui/parts/web/palette.js";
import { Player } from "../../../ui/parts/web/player.js";
import { Atlas } from "./atlas.js";
import { Close } from "./close.js";
import { figuresOf } from "./figures.js";
import { unpacked } from "./study.js";
/** @import { Study } from "./study.js" */

const HINT = "Press a cell to see it large, with what was asked and said.";
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const narrow = matchMedia("(max-width: 56rem)");

class Replay {
  /** @param {HTMLElement} main @param {Study} study */
  constructor(main, study) {
    this.stage = make("section", "lmw-stage");
    this.stage.tabIndex = -1;
    this.stage.setAttribute("aria-label", "replay of all conditions");
    this.atlas = new Atlas(study.grid, (place) => this.pick(place, true));
    this.close = new Close(study, {
      pick: (place) => this.pick(place, false), back: () => this.reveal(this.atlas.node), seek: (t) => this.player.seek(t),
    });
    this.player = new Player(this.stage, { show: (t, live) => this.at(t, live), tell: () => {} });
    const [bar, both] = [make("div", "lmw-transport"), make("div", "lmw-both")];
    bar.append(this.player.node);
    const grid = make("div");
    grid.append(this.atlas.node, ...this.fieldSwitch(study), make("p", "lmw-note", `${HINT} ${study.legend}`));
    both.append(grid, this.close.node);
    this.stage.append(bar, both);
    main.append(...introOf(study), this.stage, figuresOf(study), ...factsOf(study));
    this.pick(Math.max(0, study.grid.cells.findIndex(({ walks, picture }) => picture || walks?.length)), false);
    this.dress();
    dark.addEventListener("change", () => this.dress());
    const { clock } = study.grid;
    this.player.open(clock);
    this.player.reach(clock?.first ?? 0, clock?.last ?? 0);
    this.stage.focus({ preventScroll: true });
  }

  /** The switch that lays fields under walks; nothing where no cell has one. @param {Study} study */
  fieldSwitch({ grid }) {
    if (!grid.cells.some(({ field }) => field?.length)) return [];
    const [label, box] = [make("label", "lmw-switch"), make("input")];
    box.type = "checkbox";
    box.addEventListener("change", () => this.stage.classList.toggle("lmw-with-field", box.checked));
    label.append(box, make("span", "", "Field: the mean move at each position, by the model's own probabilities"));
    return [label];
  }

  dress() {
    const theme = themeOf(this.stage);
    this.atlas.dress(theme);
    this.close.dress(theme);
    this.at(this.player.t, this.player.live);
  }

  /** @param {number} t @param {boolean} live */
  at(t, live) {
    const at = calm.matches ? Math.floor(t) : t;
    this.atlas.at(at, live);
    this.close.at(at, live);
  }

  /** @param {number} place @param {boolean} tapped whether that was in the grid, below which the cell opens on a phone */
  pick(place, tapped) {
    this.atlas.mark(place);
    this.close.open(place);
    if (tapped && narrow.matches) this.reveal(this.close.node);
  }

  /** @param {HTMLElement} node */
  reveal(node) {
    node.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "start" });
  }
}

/** @param {Study} study */
function introOf({ about, said, left }) {
  return [
    make("p", "lmw-about", about.join(" · ")),
    ...[...said, left].filter(Boolean).map((sentence) => make("p", "lmw-note", sentence)),
  ];
}

/** @param {Study} study */
function factsOf({ words, settings, facts, made }) {
  const table = make("dl", "lmw-facts");
  for (const [what, text] of facts) table.append(make("dt", "", what), make("dd", "", text));
  const asked = words.flatMap(([what, text]) => [make("h3", "", what), make("pre", "", text)]);
  return [
    make("h2", "lmw-part", "The study"),
    folder("How it was asked", asked),
    folder("How it was set", [make("pre", "", settings)]),
    folder("What it was made with", [table]),
    make("footer", "", made),
  ];
}

/** @param {string} title @param {HTMLElement[]} nodes */
function folder(title, nodes) {
  const details = make("details", "lmw-folder");
  details.append(make("summary", "", title), ...nodes);
  return details;
}

const main = /** @type {HTMLElement} */ (document.getElementById("lmw-replay"));
const late = /** @type {HTMLElement} */ (document.getElementById("lmw-late"));
unpacked(document.getElementById("lmw-study")?.textContent ?? "").then((study) => {
  late.remove();
  new Replay(main, study);
});
