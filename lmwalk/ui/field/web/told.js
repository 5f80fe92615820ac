// @ts-check
// What was told of one field: the lists of each position that has come.
import { decode } from "./tempering.js";
/** @import { FieldPart } from "../../parts/web/messages.d.ts" */
/** @import { Node } from "./tempering.js" */

export class Told {
  /** @param {FieldPart} part */
  constructor(part) {
    this.part = part;
    /** @type {Map<number, Node[]>} */
    this.lists = new Map();
    this.reached = 0;
  }

  /** What is new; undefined where something before it is missing. @param {FieldPart} part */
  async hear(part) {
    this.part = part;
    /** @type {Map<number, Node[]>} */
    const news = new Map();
    if (part.after > this.reached) return undefined;
    if (part.to <= this.reached) return news;
    for (const lists of part.lists) for (const [at, nodes] of await decode(lists)) news.set(at, nodes);
    for (const [at, nodes] of news) this.lists.set(at, nodes);
    this.reached = part.to;
    return news;
  }
}
