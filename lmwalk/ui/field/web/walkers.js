// @ts-check
// Walkers on a lattice: where each stands, and a step that follows the law at its position. No drawing.

/** Positions of which nothing is known. */
export const NOWHERE = -1;

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). @param {number} seed @returns {() => number} */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * The laws of all positions as running sums, one row a position; the last of a row is 1. A row without a law is NaN.
 *
 * @param {Float64Array} p the law of each measured position over the moves, row by row
 * @param {number} moves
 * @param {Int32Array} source whose law holds at each position; NOWHERE where none does
 */
export function cumulative(p, moves, source) {
  const table = new Float64Array(source.length * moves).fill(NaN);
  for (let at = 0; at < source.length; at++) {
    if (source[at] === NOWHERE || Number.isNaN(p[source[at] * moves])) continue;
    let sum = 0;
    let last = 0;
    for (let move = 0; move < moves; move++) {
      const share = p[source[at] * moves + move];
      sum += share;
      table[at * moves + move] = sum;
      if (share > 0) last = move;
    }
    // a sum that rounding leaves below 1 must not let a move happen that has no mass
    for (let move = last; move < moves; move++) table[at * moves + move] = 1;
  }
  return table;
}

/**
 * Whose law holds at each position: its own, else that of the middle of the smallest measured block it lies in.
 *
 * @param {number[][]} numbers whole coordinates of the positions, from the origin
 * @param {(at: number) => boolean} known
 * @param {number[]} strides ascending
 * @returns {Int32Array}
 */
export function sources(numbers, known, strides) {
  const places = new Map(numbers.map((each, at) => [each.join(), at]));
  return Int32Array.from(numbers, (each, at) => {
    if (known(at)) return at;
    for (const stride of strides) {
      // beyond the last multiple there is a rim, which belongs to the block before it
      for (const round of [Math.round, Math.trunc]) {
        const middle = places.get(each.map((x) => round(x / stride) * stride || 0).join());
        if (middle !== undefined && known(middle)) return middle;
      }
    }
    return NOWHERE;
  });
}

export class Walkers {
  /** @param {number} seed */
  constructor(seed) {
    this.seed = seed;
    this.random = generator(seed);
    this.at = new Int32Array(0);
    this.from = new Int32Array(0);
    /** How far aside each is drawn, in x and in y by turns, from -1 to 1. */
    this.aside = new Float32Array(0);
    this.t = 0;
  }

  /** Puts so many at their starts: each of these positions in turn. @param {number} count @param {ArrayLike<number>} starts */
  restart(count, starts) {
    this.random = generator(this.seed);
    this.t = 0;
    this.at = Int32Array.from({ length: starts.length ? count : 0 }, (_, i) => starts[i % starts.length]);
    this.from = this.at.slice();
    this.aside = Float32Array.from({ length: 2 * this.at.length }, () => 2 * this.random() - 1);
  }

  /** One step of all. @param {Float64Array} table @param {Int32Array} leads row by row @param {number} moves */
  step(table, leads, moves) {
    this.from.set(this.at);
    for (let i = 0; i < this.at.length; i++) {
      const row = this.at[i] * moves;
      const u = this.random();
      let move = 0;
      while (u >= table[row + move]) move += 1;
      if (table[row + move] > u) this.at[i] = leads[row + move];
    }
    this.t += 1;
  }
}

/** Mean distance from where each set out. @param {Walkers} walkers @param {ArrayLike<number>} starts @param {(from: number, to: number) => number} distance */
export function meanDistance({ at }, starts, distance) {
  let sum = 0;
  for (let i = 0; i < at.length; i++) sum += distance(starts[i % starts.length], at[i]);
  return at.length ? sum / at.length : 0;
}

/** The same positions in an order whose every beginning lies about evenly. @param {number[]} positions */
export function spread(positions) {
  const golden = Math.max(1, Math.round(positions.length / 1.618));
  let stride = golden;
  while (common(stride, positions.length) > 1) stride += 1;
  return positions.map((_, i) => positions[(i * stride) % positions.length]);
}

/** The greatest whole number that divides both. @param {number} one @param {number} other @returns {number} */
const common = (one, other) => (other === 0 ? one : common(other, one % other));

/** How often positions are visited, older visits counting less. */
export class Density {
  /** @param {number} positions @param {number} [steps] after so many a visit counts half */
  constructor(positions, steps = 60) {
    this.kept = 0.5 ** (1 / steps);
    this.visits = new Float64Array(positions);
    this.total = 0;
  }

  /** @param {Int32Array} at */
  count(at) {
    for (let i = 0; i < this.visits.length; i++) this.visits[i] *= this.kept;
    for (let i = 0; i < at.length; i++) this.visits[at[i]] += 1;
    this.total = this.total * this.kept + at.length;
  }

  /** The share of visits at a position. @param {number} at */
  share(at) {
    return this.total > 0 ? this.visits[at] / this.total : 0;
  }
}
