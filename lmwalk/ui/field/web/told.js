// @ts-check
// What was told of one field: the lists of each position that has come, or its replies.
import { decode } from "./packed.js";
import { decodeReplies, shares } from "./replies.js";
import { law } from "./tempering.js";
/** @import { FieldPart } from "../../parts/web/messages.d.ts" */
/** @import { Law, Settings } from "./laws.js" */
/** @import { Replies } from "./replies.js" */
/** @import { Node } from "./tempering.js" */

/** @typedef {Node[] | Replies} Lists */

/** The law at a position under a sampler. @param {Lists} lists @param {number} outcomes @param {Settings} settings @returns {Law} */
export const lawOf = (lists, outcomes, settings) => (Array.isArray(lists) ? law(lists, outcomes, settings) : shares(lists));

/** The interval of a share that was sampled. @param {Lists} lists @param {number} move @returns {[number, number] | undefined} */
export const intervalOf = (lists, move) => (Array.isArray(lists) ? undefined : [lists.low[move], lists.high[move]]);

export class Told {
  /** @param {FieldPart} part */
  constructor(part) {
    this.part = part;
    /** @type {Map<number, Lists>} */
    this.lists = new Map();
    this.reached = 0;
  }

  /** What is new; undefined where something before it is missing. @param {FieldPart} part */
  async hear(part) {
    this.part = part;
    /** @type {Map<number, Lists>} */
    const news = new Map();
    if (part.after > this.reached) return undefined;
    if (part.to <= this.reached) return news;
    const read = part.sampled ? decodeReplies : decode;
    for (const lists of part.lists) for (const [at, each] of await read(lists)) news.set(at, each);
    for (const [at, each] of news) this.lists.set(at, each);
    this.reached = part.to;
    return news;
  }
}
