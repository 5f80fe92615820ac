// @ts-check
// From the lists of tokens at a position to the law under any sampler, as lmwalk/token_tree has it in Python: each
// list is tempered and cut by itself, paths are multiplied out, and what a cut list leaves open is nobody's.

/**
 * One list. An entry stands for `counts` tokens that are equally likely; entries go from the likeliest down. `x` is how
 * likely each is beside the first, `logs` the logarithm of that. Of a list that positions share, what was worked out
 * last is kept.
 *
 * @typedef {{ width: number, rest: number, p: Float64Array, x: Float64Array, logs: Float64Array, targets: Int8Array, counts: Uint16Array | null, shared: boolean, of?: Sampler, shares?: Float64Array, spare: number }} Node
 * @typedef {{ temperature: number, top_k: number, top_p: number, min_p: number, stages: string[] }} Sampler
 * @typedef {{ known: Float64Array, outside: number, unseen: number }} Law
 */

const OUTSIDE = -1;
const OPEN = -2;
const FIRST_NODE = -3;
const VOCABULARY = 300_000;
const ROUNDING = 1e-6;
const SLACK = 1e-9;

/**
 * The masses of the outcomes at one position.
 *
 * @param {Node[]} nodes
 * @param {number} outcomes how many there are
 * @param {Sampler} sampler
 * @returns {Law}
 */
export function law(nodes, outcomes, sampler) {
  const known = new Float64Array(outcomes);
  const reached = new Float64Array(nodes.length);
  let [outside, unseen] = [0, 0];
  reached[0] = 1;
  for (let number = 0; number < nodes.length; number += 1) {
    const mass = reached[number];
    if (!mass) continue;
    const node = nodes[number];
    const shares = sharesOf(node, sampler);
    const { targets } = node;
    for (let entry = 0; entry < targets.length; entry += 1) {
      const share = mass * shares[entry];
      const target = targets[entry];
      if (target >= 0) known[target] += share;
      else if (target === OUTSIDE) outside += share;
      else if (target === OPEN) unseen += share;
      else reached[FIRST_NODE - target] += share;
    }
    unseen += mass * node.spare;
  }
  return { known, outside, unseen };
}

/** Room for what is needed of one list at a time: making it anew for each takes longer than the reckoning. */
const [SHARES, WEIGHTS] = [new Float64Array(1 << 16), new Float64Array(1 << 16)];

/** What `least` gives, worked out once for all positions that share a list. @param {Node} node @param {Sampler} sampler */
function sharesOf(node, sampler) {
  if (node.of === sampler && node.shares) return node.shares;
  const room = node.shared ? (node.shares ??= new Float64Array(node.p.length)) : SHARES;
  node.of = sampler;
  least(node, sampler, room);
  let sum = 0;
  for (let entry = 0; entry < node.p.length; entry += 1) sum += room[entry];
  node.spare = Math.max(0, 1 - sum);
  return room;
}

/**
 * The least that each entry can have after the sampler.
 *
 * @param {Node} node
 * @param {Sampler} sampler
 * @param {Float64Array} result where it is put
 */
export function least(node, sampler, result) {
  const { p, counts } = node;
  const { temperature } = sampler;
  const cuts = made(sampler, "top_k") || made(sampler, "top_p") || made(sampler, "min_p");
  if (temperature === 1 && !cuts) {
    let listed = 0;
    for (let entry = 0; entry < p.length; entry += 1) listed += result[entry] = p[entry] * (counts ? counts[entry] : 1);
    for (let entry = 0; entry < p.length; entry += 1) result[entry] *= (1 - node.rest) / listed;
    return;
  }
  let [rest, cap] = unlisted(node, temperature);
  result.fill(0, 0, p.length);
  let length = p.length;
  if (rest > 0 && (cuts || temperature === 0)) {
    while (length && p[length - 1] < cap) rest += p[(length -= 1)];
  }
  if (!length) return;
  if (temperature === 0) {
    result[0] = 1;
    return;
  }
  const kept = new Kept(node, length, rest, cap, 1 / temperature);
  for (const stage of sampler.stages) {
    if (stage === "temperature") kept.now = 1 / temperature;
    else if (stage === "top_k" && made(sampler, stage)) kept.topK(sampler.top_k);
    else if (stage === "top_p" && made(sampler, stage)) kept.topP(sampler.top_p);
    else if (stage === "min_p" && made(sampler, stage)) kept.minP(sampler.min_p);
  }
  kept.shares(result);
}

/** Whether a sampler makes a cut. @param {Sampler} sampler @param {"top_k" | "top_p" | "min_p"} cut */
function made(sampler, cut) {
  return sampler.stages.includes(cut) && (cut === "top_p" ? sampler.top_p < 1 : sampler[cut] > 0);
}

/**
 * What is not listed, and the most that one token of it can hold, both at T = 1.
 *
 * @param {Node} node
 * @param {number} temperature
 */
function unlisted({ p, width, rest }, temperature) {
  if (width === 0) return [0, 0];
  if (!p.length) return [1, 1];
  if (rest <= ROUNDING) rest = temperature > 1 ? ROUNDING : 0;
  const cap = p.length >= width ? Math.min(rest, p[width - 1]) : rest;
  return [rest, Math.max(cap, rest / VOCABULARY)];
}

/** What is known of the tokens that are left; all weights are relative to the likeliest token's. */
class Kept {
  /**
   * @param {Node} node
   * @param {number} length how many of its entries are surely likelier than what is not listed
   * @param {number} rest
   * @param {number} cap
   * @param {number} power 1 / T
   */
  constructor({ p, x, logs, counts }, length, rest, cap, power) {
    this.x = x;
    this.length = length;
    this.logs = logs;
    this.counts = counts;
    this.rest = rest / p[0];
    this.cap = cap / p[0];
    this.power = power;
    this.now = 1;
    this.listed = length;
    if (counts) for (let entry = (this.listed = 0); entry < length; entry += 1) this.listed += counts[entry];
    this.tempered = false;
    this.fewest = this.most = this.listed;
    this.unlisted = rest > 0 ? VOCABULARY : 0;
    this.untouched = true; // no cut can have taken an unlisted token
    this.limit = Infinity;
  }

  /** @param {number} entry */
  count(entry) {
    return this.counts ? this.counts[entry] : 1;
  }

  /** What a token of each entry weighs: before the temperature or after it. @param {number} power */
  at(power) {
    if (power === 1) return this.x;
    if (!this.tempered) for (let entry = 0; entry < this.length; entry += 1) WEIGHTS[entry] = Math.exp(power * this.logs[entry]);
    this.tempered = true;
    return WEIGHTS;
  }

  /** What the likeliest tokens weigh together. @param {number} tokens @param {number} power */
  weight(tokens, power) {
    const weights = this.at(power);
    let [sum, left] = [0, tokens];
    for (let entry = 0; entry < this.length && left > 0; entry += 1) {
      const taken = Math.min(left, this.count(entry));
      sum += taken * weights[entry];
      left -= taken;
    }
    return sum;
  }

  /** @param {number} k */
  topK(k) {
    this.fewest = Math.min(this.fewest, k);
    this.most = Math.min(this.most, k);
    this.unlisted = Math.min(this.unlisted, Math.max(0, k - this.listed));
    this.untouched = false;
  }

  /** @param {number} share */
  minP(share) {
    const bound = share ** (1 / this.now);
    let kept = 0;
    for (let entry = 0; entry < this.length; entry += 1) if (this.x[entry] >= bound * (1 - SLACK)) kept += this.count(entry);
    this.fewest = Math.min(this.fewest, kept);
    this.most = Math.min(this.most, kept);
    let most = bound > 0 ? this.rest / bound : Infinity;
    if (this.cap < bound * (1 - SLACK)) most = 0;
    this.unlisted = Math.min(this.unlisted, most);
    this.untouched = false;
  }

  /** @param {number} share */
  topP(share) {
    const low = this.weight(this.fewest, this.now) + this.lightest(this.now);
    const high = this.weight(this.most, this.now) + this.heaviest(this.now);
    this.fewest = Math.max(1, Math.min(this.fewest, this.before(share * low * (1 - SLACK))));
    this.most = Math.min(this.most, this.before(share * high * (1 + SLACK)));
    const beyond = share * high * (1 + SLACK) - this.weight(this.listed, this.now);
    if (beyond <= 0) this.unlisted = 0;
    else if (this.now === 1) this.rest = Math.min(this.rest, beyond + this.cap);
    else this.limit = Math.min(this.limit, beyond + powered(this.cap, this.now));
    this.untouched = false;
  }

  /** How many tokens are preceded by less than a sum. @param {number} sum */
  before(sum) {
    const weights = this.at(this.now);
    let [tokens, reached] = [0, 0];
    for (let entry = 0; entry < this.length && reached < sum; entry += 1) {
      const weight = weights[entry];
      const taken = weight > 0 ? Math.min(this.count(entry), Math.ceil((sum - reached) / weight)) : this.count(entry);
      tokens += taken;
      reached += taken * weight;
    }
    return tokens;
  }

  /** The most that what is left of the unlisted can weigh: few large tokens below T = 1, many small ones above. @param {number} power */
  heaviest(power) {
    if (!this.unlisted || this.rest <= 0) return 0;
    if (power < 1) {
      return Math.min(this.limit, this.unlisted * powered(Math.min(this.cap, this.rest / this.unlisted), power));
    }
    return Math.min(this.limit, filled(this.rest, this.cap, this.unlisted, power));
  }

  /** The least that the unlisted can weigh. @param {number} power */
  lightest(power) {
    if (!this.untouched || !this.unlisted || this.rest <= ROUNDING) return 0;
    if (power < 1) return filled(this.rest, this.cap, this.unlisted, power);
    return this.unlisted * powered(this.rest / this.unlisted, power);
  }

  /** @param {Float64Array} result */
  shares(result) {
    const total = this.weight(this.most, this.power) + this.heaviest(this.power);
    const weights = this.at(this.power);
    let left = this.fewest;
    for (let entry = 0; entry < this.length && left > 0; entry += 1) {
      const taken = Math.min(left, this.count(entry));
      result[entry] = (taken * weights[entry]) / total;
      left -= taken;
    }
  }
}

/** What `rest` weighs in as few tokens as can hold it. @param {number} rest @param {number} cap @param {number} count @param {number} power */
function filled(rest, cap, count, power) {
  const full = Math.min(Math.floor(count), Math.floor(rest / cap));
  const last = full < Math.floor(count) ? rest - full * cap : 0;
  return full * powered(cap, power) + powered(Math.max(last, 0), power);
}

/** @param {number} x @param {number} power */
function powered(x, power) {
  return x > 0 ? Math.exp(Math.min(700, power * Math.log(x))) : 0;
}
