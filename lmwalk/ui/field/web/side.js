// @ts-check
// One picture's field: its laws under a sampler, walkers that follow them, and the picture of both.
import { fillIn, weightsOf } from "./fill.js";
import { Laws } from "./laws.js";
import { Picture } from "./picture.js";
import { intervalOf, lawOf } from "./told.js";
import { cumulative, Density, NOWHERE, sources, Walkers } from "./walkers.js";
/** @import { Settings } from "./laws.js" */
/** @import { Room } from "./room.js" */
/** @import { Lists, Told } from "./told.js" */

const SEED = 16;
const AS_TOLD = { temperature: 1, top_k: 0, top_p: 1, min_p: 0, stages: ["temperature"] };

export class Side {
  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    /** What tells it from the other. */
    this.name = "";
    this.laws = new Laws(room.points.length, room.moves.length, lawOf, intervalOf);
    this.picture = new Picture();
    this.walkers = new Walkers(SEED);
    this.density = new Density(room.points.length);
    /** @type {Int32Array} whose law holds at each position */
    this.source = new Int32Array(room.points.length).fill(NOWHERE);
    /** Whether positions that were not asked are filled in. */
    this.fills = false;
    /** @type {import("./fill.js").Weights | undefined} */
    this.weights = undefined;
    /** @type {Int32Array} whose law walkers follow at each position */
    this.walked = this.source;
    /** @type {Float64Array | undefined} */
    this.table = undefined;
    /** @type {Told | undefined} */
    this.told = undefined;
    /** The sampler that is set, at its temperature or at another one. @type {(temperature?: number) => Settings} */
    this.settings = () => AS_TOLD;
  }

  /** What acts on its lists: nothing, where the model has no sampler. @param {number} [temperature] */
  acting(temperature) {
    return this.told?.part.tempers === false ? AS_TOLD : this.settings(temperature);
  }

  /** Shows what was told of a field; whether that is another one than before. @param {Told} told */
  show(told) {
    if (told === this.told) return false;
    this.told = told;
    this.laws.forget();
    this.hear(told.lists);
    return true;
  }

  /** Takes in what is new of the field it shows. @param {Map<number, Lists>} news */
  hear(news) {
    this.laws.hear(news, this.acting());
    this.weights = undefined;
    this.settle();
  }

  rework() {
    this.laws.rework(this.acting());
    this.settle(false);
  }

  /** Whether positions that were not asked are filled in. @param {boolean} fills */
  fill(fills) {
    this.fills = fills;
    this.settle();
  }

  /** Whose law holds where. @param {boolean} anew whether that may have changed */
  settle(anew = true) {
    const { room, laws } = this;
    const asked = (/** @type {number} */ at) => laws.measured(at);
    this.table = undefined;
    if (this.fills) {
      this.weights ??= weightsOf(room, asked, room.wholeStride(asked));
      fillIn(laws, this.weights);
    }
    if (!anew) return;
    const own = room.points.map((_, at) => at);
    if (!this.fills) for (const at of own) if (!asked(at)) laws.clear(at);
    const filled = new Set(this.fills ? this.weights?.places : []);
    this.walked = Int32Array.from(own, (at) => (asked(at) || filled.has(at) ? at : NOWHERE));
    this.source = this.fills ? this.walked : sources(room.numbers, asked, room.strides);
  }

  /** Whether some position is too open to trust. @param {number} temperature */
  opens(temperature) {
    return this.laws.opens(this.acting(temperature));
  }

  /** @param {number} count @param {ArrayLike<number>} starts */
  restart(count, starts) {
    this.walkers.restart(count, starts);
    this.density = new Density(this.room.points.length);
    this.density.count(this.walkers.at);
  }

  step() {
    const { room, walkers } = this;
    this.table ??= cumulative(this.laws.p, room.moves.length, this.walked);
    walkers.step(this.table, room.leads, room.moves.length);
    this.density.count(walkers.at);
  }
}
