// @ts-check
// What is known at one position: bars of the moves with their bounds, what is no move's, the question, and spellings.
import { make } from "../../parts/web/dom.js";
import { written } from "./heat.js";
/** @import { FieldPosition } from "../../parts/web/messages.d.ts" */
/** @import { Laws } from "./laws.js" */
/** @import { Room } from "./room.js" */

const NOTHING = "Point at a position, or go there with the arrow keys: its moves, their bounds and the question appear here.";

export class Details {
  constructor() {
    this.node = make("div", "lmw-details");
    this.title = make("h3", "", "A position");
    this.body = make("div");
    this.asked = make("div", "lmw-asked");
    this.node.append(this.title, this.body, this.asked);
    this.say(undefined);
  }

  /** @param {string | undefined} place where it is, in words */
  say(place) {
    this.title.textContent = place ?? "A position";
    if (place === undefined) this.body.replaceChildren(make("p", "lmw-said", NOTHING));
  }

  /**
   * @template Lists
   * @param {Room} room @param {number} at
   * @param {{ name: string, laws: Laws<Lists>, source: number }[]} sides
   */
  show(room, at, sides) {
    this.say(room.named(at));
    this.body.replaceChildren(...sides.map((side) => this.law(room, at, side, sides.length > 1)));
  }

  /**
   * @template Lists
   * @param {Room} room @param {number} at @param {{ name: string, laws: Laws<Lists>, source: number }} side @param {boolean} several
   */
  law(room, at, { name, laws, source }, several) {
    const block = make("div", "lmw-law");
    if (several) block.append(make("strong", "lmw-whose", name));
    if (source < 0) {
      block.append(make("p", "lmw-said", "Not asked."));
      return block;
    }
    if (source !== at) block.append(make("p", "lmw-said", `Not asked; shown is ${room.named(source)}, the middle of its block.`));
    else if (!laws.measured(at)) block.append(make("p", "lmw-said", "Not asked: filled in between the asked positions around it."));
    room.moves.forEach((move, number) => block.append(bar(room, laws, source, move, number)));
    block.append(make("p", "lmw-said", summed(laws, source)));
    return block;
  }

  /** The question and the spellings of each model; nothing while they are not known. @param {FieldPosition | null} opened @param {number | undefined} at */
  tell(opened, at) {
    if (!opened || opened.position !== at) {
      this.asked.replaceChildren();
      return;
    }
    this.asked.replaceChildren(
      ...opened.parts.map(({ title, text }) => folded(title || "The question", make("pre", "lmw-prompt", text), true)),
      ...(opened.spellings.length ? [folded("Spellings at T = 1", spelt(opened.spellings), false)] : []),
    );
  }
}

/** @template Lists @param {Room} room @param {Laws<Lists>} laws @param {number} at @param {string} move @param {number} number */
function bar(room, laws, at, move, number) {
  const row = make("div", "lmw-move");
  const p = laws.p[at * laws.moves + number];
  const [low, high] = laws.bounds(at, number);
  const track = make("span", "lmw-track");
  const [filled, reach] = [make("i", "lmw-filled"), make("i", "lmw-reach")];
  filled.style.width = `${100 * (p || 0)}%`;
  reach.style.left = `${100 * low}%`;
  reach.style.width = `${100 * (high - low)}%`;
  reach.hidden = high - low < 0.001;
  track.append(filled, reach);
  const words = high - low < 0.001 ? written(p, 3) : `${written(low)} to ${written(high)}`;
  row.append(make("span", "lmw-sign", room.signs[number] ? `${room.signs[number]} ${move}` : move), track, make("span", "lmw-number", words));
  return row;
}

/** @template Lists @param {Laws<Lists>} laws @param {number} at */
function summed(laws, at) {
  const share = (/** @type {number} */ mass) => (mass > 0 && mass < 0.0005 ? "under 0.001" : written(mass, 3));
  const lists = /** @type {unknown} */ (laws.lists.get(at));
  if (lists && !Array.isArray(lists)) {
    const { counts, unread } = /** @type {import("./replies.js").Replies} */ (lists);
    const read = counts.reduce((sum, count) => sum + count, 0);
    return `Entropy ${written(laws.entropy[at])} bits · ${counts.join(", ")} of ${read} replies that were read${unread ? `; ${unread} could not be` : ""} · ends of bars: exact 95% intervals`;
  }
  const open = laws.unseen[at] > 0 ? ` · left open ${share(laws.unseen[at])}` : "";
  return `Entropy ${written(laws.entropy[at])} bits · mass outside the moves ${share(laws.outside[at])}${open}`;
}

/** @param {string} title @param {HTMLElement} content @param {boolean} open */
function folded(title, content, open) {
  const details = Object.assign(make("details"), { open });
  details.append(make("summary", "", title), content);
  return details;
}

/** @param {FieldPosition["spellings"]} spellings */
function spelt(spellings) {
  const list = make("div", "lmw-spellings");
  for (const [model, move, ways] of spellings) {
    const row = make("p");
    row.append(make("strong", "", model ? `${model} ${move} ` : `${move} `));
    for (const [text, share] of ways) row.append(make("code", "", JSON.stringify(text)), ` ${written(share, 3)}  `);
    list.append(row);
  }
  return list;
}
