// @ts-check
// Which share of the positions was asked, and what becomes of the others.
import { make } from "../../parts/web/dom.js";
/** @import { Room } from "./room.js" */
/** @import { Side } from "./side.js" */

export class AskedShare {
  constructor() {
    this.node = make("p", "lmw-open lmw-share");
    this.node.setAttribute("role", "status");
  }

  /** @param {Room} room @param {Side[]} sides @param {boolean} fills @returns {boolean} whether some position was not asked */
  say(room, sides, fills) {
    const all = room.points.length;
    const counts = [...new Set(sides.map(({ laws }) => laws.lists.size))];
    const some = counts.some((count) => count < all);
    const shares = counts.map((count) => `${count.toLocaleString("en")} of ${all.toLocaleString("en")} positions (${percent(count / all)})`);
    const rest = fills ? "What is pale and dashed is filled in between them: nobody was asked there."
      : "What is pale was not asked and has the colour of the middle of its block; walkers stop there. Fill it in, or ask more densely.";
    this.node.textContent = some ? `Asked: ${shares.join(" and ")}. ${rest}` : "";
    return some;
  }
}

/** A share with as many digits as it is worth. @param {number} share */
const percent = (share) => `${share < 0.1 ? (100 * share).toFixed(1) : Math.min(99, Math.round(100 * share))}%`;
