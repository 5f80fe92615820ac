// @ts-check
// From which temperature on what a server did not list is too much to trust the picture.
import { make } from "../../parts/web/dom.js";
import { written } from "./heat.js";
import { opensFrom } from "./laws.js";
/** @import { Side } from "./side.js" */

/** It is looked for once nothing has been moved for so many milliseconds. */
const CALM_MS = 350;

export class Trust {
  /** @param {() => Side[]} sides */
  constructor(sides) {
    this.sides = sides;
    /** @type {number | null} */
    this.from = null;
    /** What that was looked for of. */
    this.asked = "";
    this.node = make("p", "lmw-open");
    this.node.setAttribute("role", "status");
  }

  look() {
    clearTimeout(this.calm);
    this.calm = setTimeout(() => this.say(), CALM_MS);
  }

  say() {
    const sides = this.sides();
    const asked = JSON.stringify(sides.map((side) => [side.name, side.laws.lists.size, { ...side.acting(), temperature: 0 }]));
    if (asked !== this.asked) this.from = opensFrom((degrees) => sides.some((side) => side.opens(degrees)));
    this.asked = asked;
    const now = sides.reduce((sum, { laws }) => sum + laws.open(), 0);
    const hatched = now ? ` Hatched now: ${now.toLocaleString("en")} of them.` : "";
    this.node.textContent = this.from === null ? "" : `From about T = ${written(this.from)} on, cut lists leave more than 5% open at some positions.${hatched}`;
  }

  close() {
    clearTimeout(this.calm);
  }
}
