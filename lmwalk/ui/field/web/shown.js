// @ts-check
// What the heat map shows: its choice, the number at each position, and the ends of its scale.
import { make, select } from "../../parts/web/dom.js";
import { offer } from "./controls.js";
import { roundEnd } from "./heat.js";
/** @import { Room } from "./room.js" */
/** @import { Side } from "./side.js" */

/** @typedef {{ title: string, unit: string, least: number, most: number, values: ((at: number) => number)[], own: boolean }} Chosen */

const MOVE = "move ";

/** A box to tick. @param {HTMLInputElement} input @param {string} words @param {string} about */
function checked(input, words, about) {
  const label = Object.assign(make("label", "lmw-check"), { title: about });
  label.append(input, make("span", "", words));
  return label;
}

export class Shown {
  /** @param {() => void} changed @param {() => void} filled */
  constructor(changed, filled) {
    this.node = make("div", "lmw-shown");
    this.choice = select("Picture shows", changed);
    const label = make("label", "lmw-named");
    label.append(make("span", "", "Picture shows"), this.choice);
    this.check = Object.assign(make("input"), { type: "checkbox", checked: true });
    this.check.addEventListener("change", changed);
    this.fill = Object.assign(make("input"), { type: "checkbox" });
    this.fill.addEventListener("change", filled);
    this.filling = checked(this.fill, "Fill in positions not asked", "Each from the asked positions around it, the more the nearer: nobody was asked there, so it is drawn pale and dashed.");
    this.node.append(label);
    this.checks = make("div", "lmw-buttons");
    this.checks.append(checked(this.check, "Arrows", "Arrows show the mean move: where the walker goes on average, and how surely."), this.filling);
    this.node.append(this.checks);
  }

  /** @param {string[]} moves */
  offer(moves) {
    offer(this.choice, [
      ["entropy", "Entropy of the move"],
      ...moves.map((move, i) => /** @type {[string, string]} */ ([`${MOVE}${i}`, `Probability of ${move}`])),
      ["outside", "Mass outside the moves"],
      ["open", "What cut lists leave open"],
      ["density", "Where the walkers are"],
    ]);
  }

  get arrows() {
    return this.check.checked;
  }

  /** Whether the picture changes with each step. */
  get follows_walkers() {
    return this.choice.value === "density";
  }

  /** @param {Room} room @param {Side[]} sides @returns {Chosen} */
  heat(room, sides) {
    const chosen = this.choice.value;
    const of = (/** @type {(side: Side) => (at: number) => number} */ look) => sides.map(look);
    const probability = { unit: "", least: 0, most: 1, own: false };
    if (chosen.startsWith(MOVE)) {
      const move = Number(chosen.slice(MOVE.length));
      return { ...probability, title: `Probability of ${room.moves[move]}`, values: of(({ laws }) => (at) => laws.p[at * laws.moves + move]) };
    }
    if (chosen === "outside") return { ...probability, title: "Mass outside the moves", values: of(({ laws }) => (at) => laws.outside[at]) };
    if (chosen === "open") return { ...probability, title: "What cut lists leave open", values: of(({ laws }) => (at) => laws.unseen[at]) };
    if (chosen === "density") {
      const most = Math.max(...sides.map(({ density }) => density.visits.reduce((far, each) => Math.max(far, each), 0) / (density.total || 1)));
      return { title: "Share of the walkers' time, lately", unit: "", least: 0, most: roundEnd(most), values: of(({ density }) => (at) => density.share(at)), own: true };
    }
    return { title: "Entropy of the move", unit: "bits", least: 0, most: Math.log2(room.moves.length), values: of(({ laws }) => (at) => laws.entropy[at]), own: false };
  }
}
