// @ts-check
// One model's field: its laws, walkers that follow them, and the picture of both.
import { Laws } from "./laws.js";
import { Picture } from "./picture.js";
import { decode, law } from "./tempering.js";
import { cumulative, Density, NOWHERE, sources, Walkers } from "./walkers.js";
/** @import { FieldPart } from "../../parts/web/messages.d.ts" */
/** @import { Settings } from "./laws.js" */
/** @import { Room } from "./room.js" */

const SEED = 16;
const AS_TOLD = { temperature: 1, top_k: 0, top_p: 1, min_p: 0, stages: ["temperature"] };

export class Side {
  /** @param {Room} room @param {string} name */
  constructor(room, name) {
    this.room = room;
    this.name = name;
    this.laws = new Laws(room.points.length, room.moves.length, law);
    this.picture = new Picture();
    this.walkers = new Walkers(SEED);
    this.density = new Density(room.points.length);
    /** @type {Int32Array} whose law holds at each position */
    this.source = new Int32Array(room.points.length).fill(NOWHERE);
    /** @type {Float64Array | undefined} */
    this.table = undefined;
    this.reached = 0;
    /** @type {FieldPart | undefined} */
    this.part = undefined;
  }

  /** What acts on its lists: nothing, where the model has no sampler. @param {Settings} settings */
  acting(settings) {
    return this.part?.tempers === false ? AS_TOLD : settings;
  }

  /** What is new; false where something before it is missing. @param {FieldPart} part @param {Settings} settings @returns {Promise<boolean>} */
  async hear(part, settings) {
    this.part = part;
    if (part.from > this.reached) return false;
    if (part.to <= this.reached) return true;
    for (const lists of part.lists) this.laws.hear(await decode(lists), this.acting(settings));
    this.reached = part.to;
    this.source = sources(this.room.numbers, (at) => this.laws.measured(at), this.room.strides);
    this.table = undefined;
    return true;
  }

  /** @param {Settings} settings */
  rework(settings) {
    this.laws.rework(this.acting(settings));
    this.table = undefined;
  }

  /** Whether some position is too open to trust. @param {Settings} settings */
  opens(settings) {
    return this.laws.opens(this.acting(settings));
  }

  /** @param {number} count @param {ArrayLike<number>} starts */
  restart(count, starts) {
    this.walkers.restart(count, starts);
    this.density = new Density(this.room.points.length);
    this.density.count(this.walkers.at);
  }

  step() {
    const { room, walkers } = this;
    this.table ??= cumulative(this.laws.p, room.moves.length, this.source);
    walkers.step(this.table, room.leads, room.moves.length);
    this.density.count(walkers.at);
  }
}
