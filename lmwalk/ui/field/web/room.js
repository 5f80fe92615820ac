// @ts-check
// The positions of a walk in a picture: where each is drawn, and which one is at a place.
/** @import { FieldRoom } from "../../parts/web/messages.d.ts" */

/** Pixels around a picture for its numbers: left, right, above, below. */
const AROUND = [30, 8, 8, 20];

export class Room {
  /** @param {FieldRoom} message */
  constructor({ moves, signs, points, numbers, leads, steps, strides, origin, outlines, unit }) {
    this.moves = moves;
    this.signs = signs;
    this.points = points;
    /** Whether positions are the cells of a square grid. */
    this.cells = !numbers;
    this.numbers = numbers ?? points;
    this.strides = strides.toSorted((one, other) => one - other);
    this.origin = origin;
    this.outlines = outlines;
    this.unit = unit;
    this.leads = Int32Array.from(leads.flat());
    this.vectors = Float64Array.from(points.flatMap(([x, y], at) => moves.flatMap((_, move) => {
      const [to, by] = [points[leads[at][move]], steps?.[move]];
      return by ?? [to[0] - x, to[1] - y];
    })));
    const all = [...points, ...outlines.flatMap((outline) => outline.points)];
    const margin = this.cells ? 0 : 0.7;
    const xs = all.map(([x]) => x);
    const ys = all.map(([, y]) => y);
    this.left = least(xs) - margin;
    this.right = -least(xs.map((x) => -x)) + margin;
    this.bottom = least(ys) - margin;
    this.top = -least(ys.map((y) => -y)) + margin;
    this.spacing = spacingOf(points, this.leads, moves.length);
    this.places = new Map(this.numbers.map((each, at) => [each.join(), at]));
    /** The fewest moves from a position to each. @type {Map<number, Int32Array>} */
    this.hops = new Map();
    /** Pixels a unit, and where (0, 0) is in the picture. */
    this.scale = 1;
    this.x0 = 0;
    this.y0 = 0;
  }

  /** The position at whole coordinates; undefined where there is none. @param {number[]} numbers */
  at(...numbers) {
    return this.places.get(numbers.map((number) => number || 0).join()); // -0 is 0
  }

  /** The finest stride at which every position is known; undefined where there is none. @param {(at: number) => boolean} known */
  wholeStride(known) {
    return this.strides.find((stride) => this.numbers.every((each, at) => known(at) || !each.every((number) => number % stride === 0)));
  }

  /** Takes a picture of so many pixels. @param {number} width @param {number} height */
  fit(width, height) {
    const [left, right, above, below] = AROUND;
    const [wide, high] = [this.right - this.left, this.top - this.bottom];
    this.scale = Math.min((width - left - right) / wide, (height - above - below) / high);
    this.x0 = left + (width - left - right - this.scale * wide) / 2 - this.scale * this.left;
    this.y0 = above + (height - above - below - this.scale * high) / 2 + this.scale * this.top;
  }

  /** @param {number} x */
  toX(x) {
    return this.x0 + this.scale * x;
  }

  /** @param {number} y */
  toY(y) {
    return this.y0 - this.scale * y;
  }

  /** The position nearest to a place in pixels among those wanted; undefined where none is near. @param {number} px @param {number} py @param {(at: number) => boolean} wanted */
  nearest(px, py, wanted) {
    const [x, y] = [(px - this.x0) / this.scale, (this.y0 - py) / this.scale];
    let [best, far] = [-1, Infinity];
    for (let at = 0; at < this.points.length; at++) {
      const away = Math.hypot(this.points[at][0] - x, this.points[at][1] - y);
      if (away < far && wanted(at)) [best, far] = [at, away];
    }
    return best >= 0 && far < 4 * this.spacing ? best : undefined;
  }

  /** The next position from one into a direction among those wanted. @param {number} from @param {number} dx @param {number} dy @param {(at: number) => boolean} wanted */
  next(from, dx, dy, wanted) {
    let [best, least] = [from, Infinity];
    const [x, y] = this.points[from];
    for (let at = 0; at < this.points.length; at++) {
      const [by, up] = [this.points[at][0] - x, this.points[at][1] - y];
      const ahead = by * dx + up * dy;
      const cost = ahead + 3 * Math.abs(by * dy - up * dx);
      if (ahead > 1e-9 && cost < least && wanted(at)) [best, least] = [at, cost];
    }
    return best;
  }

  /** How far two positions are from each other: straight on a grid, else the fewest moves. @param {number} from @param {number} to */
  distance(from, to) {
    if (this.cells) return Math.hypot(this.points[from][0] - this.points[to][0], this.points[from][1] - this.points[to][1]);
    if (!this.hops.has(from)) this.hops.set(from, hopsFrom(from, this.leads, this.points.length));
    return /** @type {Int32Array} */ (this.hops.get(from))[to];
  }

  /** Where a position is, in words. @param {number} at */
  named(at) {
    const [x, y] = this.numbers[at];
    const signed = (/** @type {number} */ value) => String(value).replace("-", "\u2212");
    return this.cells ? `x = ${signed(x)}, y = ${signed(y)}` : `site ${this.numbers[at].map(signed).join(", ")}`;
  }
}

/** @param {number[]} values */
const least = (values) => values.reduce((low, value) => Math.min(low, value), Infinity);

/** How far apart neighbours are drawn. @param {[number, number][]} points @param {Int32Array} leads @param {number} moves */
function spacingOf(points, leads, moves) {
  let least = Infinity;
  for (let i = 0; i < leads.length; i++) {
    const [one, other] = [points[Math.floor(i / moves)], points[leads[i]]];
    const away = Math.hypot(one[0] - other[0], one[1] - other[1]);
    if (away > 1e-9 && away < least) least = away;
  }
  return Number.isFinite(least) ? least : 1;
}

/** The fewest moves from a position to each; -1 where none lead. @param {number} from @param {Int32Array} leads @param {number} positions */
export function hopsFrom(from, leads, positions) {
  const hops = new Int32Array(positions).fill(-1);
  const moves = leads.length / positions;
  hops[from] = 0;
  for (const at = [from]; at.length;) {
    const here = /** @type {number} */ (at.shift());
    for (const to of leads.subarray(here * moves, (here + 1) * moves)) {
      if (hops[to] >= 0) continue;
      hops[to] = hops[here] + 1;
      at.push(to);
    }
  }
  return hops;
}
