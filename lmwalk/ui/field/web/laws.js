// @ts-check
// The law at every position of a field under a sampler's settings, and what follows from it there.

/** Bounds wider than this leave a law too open to trust. */
export const TOO_WIDE = 0.05;
/** The hottest that is offered. */
export const HOTTEST = 3;

/** @typedef {{ temperature: number, top_k: number, top_p: number, min_p: number, stages: string[] }} Settings */
/** @typedef {{ known: Float64Array, outside: number, unseen: number }} Law */
/**
 * What a sampler makes of the lists of a position.
 *
 * @template Lists
 * @typedef {(lists: Lists, outcomes: number, settings: Settings) => Law} Temper
 */

/** In bits; NaN where it is not known. @param {ArrayLike<number>} p @param {number} first @param {number} count */
export function entropy(p, first, count) {
  let bits = 0;
  for (let i = first; i < first + count; i++) if (!(p[i] <= 0)) bits -= p[i] * Math.log2(p[i]);
  return bits + 0; // never -0
}

/**
 * A number a position, NaN where nothing is known: `p` is normalised over the moves and row by row.
 *
 * @template Lists
 */
export class Laws {
  /**
   * @param {number} positions @param {number} moves @param {Temper<Lists>} temper
   * @param {(lists: Lists, move: number) => [number, number] | undefined} [interval] where a share is bounded by chance, not by a list
   */
  constructor(positions, moves, temper, interval = () => undefined) {
    this.interval = interval;
    this.moves = moves;
    this.temper = temper;
    /** @type {Map<number, Lists>} */
    this.lists = new Map();
    const empty = () => new Float64Array(positions).fill(NaN);
    this.p = new Float64Array(positions * moves).fill(NaN);
    this.masses = new Float64Array(positions * moves).fill(NaN);
    this.outside = empty();
    this.unseen = empty();
    this.entropy = empty();
  }

  /** @param {number} at */
  measured(at) {
    return this.lists.has(at);
  }

  /** Nothing is known of a position. @param {number} at */
  clear(at) {
    for (const values of [this.p, this.masses]) values.fill(NaN, at * this.moves, (at + 1) * this.moves);
    for (const values of [this.outside, this.unseen, this.entropy]) values[at] = NaN;
  }

  /** Nothing is known any more. */
  forget() {
    this.lists = new Map();
    for (const values of [this.p, this.masses, this.outside, this.unseen, this.entropy]) values.fill(NaN);
  }

  /** @param {Map<number, Lists>} lists @param {Settings} settings */
  hear(lists, settings) {
    for (const [at, each] of lists) {
      this.lists.set(at, each);
      this.work(at, each, settings);
    }
  }

  /** @param {Settings} settings */
  rework(settings) {
    for (const [at, lists] of this.lists) this.work(at, lists, settings);
  }

  /** @param {number} at @param {Lists} lists @param {Settings} settings */
  work(at, lists, settings) {
    const { known, outside, unseen } = this.temper(lists, this.moves, settings);
    let sum = 0;
    for (let move = 0; move < this.moves; move++) sum += known[move];
    for (let move = 0; move < this.moves; move++) {
      this.masses[at * this.moves + move] = known[move];
      this.p[at * this.moves + move] = sum > 0 ? known[move] / sum : NaN;
    }
    this.outside[at] = outside;
    this.unseen[at] = unseen;
    this.entropy[at] = sum > 0 ? entropy(this.p, at * this.moves, this.moves) : NaN;
  }

  /** The least and the most that a move's probability can be, given what is left open. @param {number} at @param {number} move @returns {[number, number]} */
  bounds(at, move) {
    const lists = this.lists.get(at);
    const sampled = lists && this.interval(lists, move);
    if (sampled) return sampled;
    const open = Math.max(this.unseen[at], 0);
    let all = open;
    for (let i = at * this.moves; i < (at + 1) * this.moves; i++) all += this.masses[i];
    const mass = this.masses[at * this.moves + move];
    return all > 0 ? [mass / all, (mass + open) / all] : [0, 1];
  }

  /** Of those measured where the moves have any mass; NaN where there is none. */
  meanEntropy() {
    return mean([...this.lists.keys()].map((at) => this.entropy[at]).filter((bits) => !Number.isNaN(bits)));
  }

  /** How many of those measured are too open to trust. */
  open() {
    let count = 0;
    for (const at of this.lists.keys()) if (this.unseen[at] > TOO_WIDE) count += 1;
    return count;
  }

  /** Whether any position is too open to trust at a temperature. @param {Settings} settings */
  opens(settings) {
    for (const lists of this.lists.values()) if (this.temper(lists, this.moves, settings).unseen > TOO_WIDE) return true;
    return false;
  }
}

/**
 * About from which temperature on some position is too open to trust; null where none is up to the hottest.
 *
 * @param {(temperature: number) => boolean} opens
 */
export function opensFrom(opens) {
  if (!opens(HOTTEST)) return null;
  let [closed, open] = [0, Math.round(HOTTEST * 20)];
  if (opens(0)) return 0;
  while (open - closed > 1) {
    const middle = (closed + open) >> 1;
    if (opens(middle / 20)) open = middle;
    else closed = middle;
  }
  return open / 20;
}

/**
 * Half the sum of the differences at each position that both have; NaN elsewhere.
 *
 * @template Lists
 * @param {Laws<Lists>} one @param {Laws<Lists>} other
 */
export function distances(one, other) {
  return one.entropy.map((_, at) => {
    let sum = 0;
    for (let i = at * one.moves; i < (at + 1) * one.moves; i++) sum += Math.abs(one.p[i] - other.p[i]);
    return sum / 2;
  });
}

/** Of numbers; NaN of none. @param {number[]} values */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
