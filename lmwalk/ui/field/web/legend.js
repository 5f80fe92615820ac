// @ts-check
// The scale of a heat map, with its numbers, and the mean over all positions.
import { make } from "../../parts/web/dom.js";
import { heatColours, written } from "./heat.js";
/** @import { Shade } from "../../parts/web/palette.js" */
/** @import { Chosen } from "./shown.js" */

export class Legend {
  constructor() {
    this.node = make("div", "lmw-legend");
    this.title = make("span", "lmw-legend-title");
    this.ramp = make("span", "lmw-ramp");
    this.ends = make("span", "lmw-ends");
    this.mean = make("p", "lmw-said");
    this.node.append(this.title, this.ramp, this.ends, this.mean);
  }

  /** @param {Chosen} heat @param {Shade} theme */
  show({ title, unit, least, most }, theme) {
    this.title.textContent = title;
    this.ramp.style.background = `linear-gradient(to right, ${heatColours(theme).join(", ")})`;
    const digits = most < 0.1 ? 4 : 2;
    this.ends.replaceChildren(...[least, (least + most) / 2, most].map((end, i) =>
      make("span", "", i === 2 && unit ? `${written(end, digits)} ${unit}` : written(end, digits))));
  }

  /** @param {number[]} entropies in bits, one a field @param {number} moves @param {(number | undefined)[]} replies how many each position was sampled with */
  said(entropies, moves, replies) {
    this.mean.hidden = entropies.every(Number.isNaN);
    const few = [...new Set(replies.flatMap((count) => count ?? []))];
    // Miller and Madow (1955): to first order, however likely the moves are
    const low = few.map((count) => ` Of ${count} replies it comes out too low, by some ${written((moves - 1) / (2 * Math.LN2 * count))} bits where all moves occur.`);
    this.mean.textContent = `Mean entropy ${entropies.map((bits) => written(bits)).join(" and ")} bits.${low.join("")}`;
  }
}
