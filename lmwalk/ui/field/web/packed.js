// @ts-check
// Reads what lmwalk/token_tree/compact.py has packed: the lists of tokens of many positions.
/** @import { Node } from "./tempering.js" */

/** Codes of log-probabilities, and what they stand for; straight lines between them, as in lmwalk/token_tree/compact.py. */
const CODES = [0, 700, 1100, 1132, 1156, 1171, 65_171];
const NATS = [0, 1.4, 3, 4.6, 7, 10, 10 + 0.4 * 64_000];
const NOTHING = 0xffff;

/** What was deflated and written in base 64. @param {string} text */
export function inflated(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate")));
}

/**
 * What `lmwalk.token_tree.compact.compact` wrote: the lists of each position.
 *
 * @param {string} text
 * @returns {Promise<Map<number, Node[]>>}
 */
export async function decode(text) {
  const view = new DataView(await inflated(text).arrayBuffer());
  let at = 0;
  /** @param {number} size @param {number} count @param {(place: number) => number} read */
  const column = (size, count, read) => {
    const values = Array.from({ length: count }, (_, number) => read(at + size * number));
    at += size * count;
    return values;
  };
  /** Numbers whose upper bytes stand before their lower ones. @param {number} count */
  const split = (count) => {
    const upper = column(1, count, (place) => view.getUint8(place));
    return column(1, count, (place) => view.getUint8(place)).map((byte, number) => 256 * upper[number] + byte);
  };
  const [positions, lists, nodes, entries, alike] = column(4, 5, (place) => view.getUint32(place, true));
  const numbers = split(positions);
  const own = column(1, positions, (place) => view.getUint8(place));
  let latest = 0;
  const which = column(2, lists, (place) => (latest += view.getInt16(place, true)));
  const widths = column(2, nodes, (place) => view.getUint16(place, true));
  const lengths = column(2, nodes, (place) => view.getUint16(place, true));
  const rests = split(nodes);
  const targets = Int8Array.from(column(1, entries, (place) => view.getInt8(place)));
  const rises = split(entries);
  const counts = Uint16Array.from(split(alike));
  let [entry, count] = [0, 0];
  const different = widths.map((width, node) => {
    const [first, end] = [entry, (entry += lengths[node])];
    const whole = width ? null : counts.subarray(count, (count += lengths[node]));
    const rest = rests[node] === NOTHING ? 0 : Math.exp(-natsOf(rests[node]));
    return listOf(width, rest, rises.slice(first, end), targets.subarray(first, end), whole);
  });
  const seen = new Set();
  for (const node of which) {
    if (seen.has(node)) different[node].shared = true;
    seen.add(node);
  }
  let list = 0;
  return new Map(numbers.map((number, place) => [number, which.slice(list, (list += own[place])).map((node) => different[node])]));
}

/** @param {number} code */
function natsOf(code) {
  let from = 0;
  while (code > CODES[from + 1]) from += 1;
  return NATS[from] + ((code - CODES[from]) * (NATS[from + 1] - NATS[from])) / (CODES[from + 1] - CODES[from]);
}

/** @param {number} width @param {number} rest @param {number[]} rises codes of log-probabilities, each as what it adds to the one before @param {Int8Array} targets @param {Uint16Array | null} counts @returns {Node} */
function listOf(width, rest, rises, targets, counts) {
  let code = 0;
  const nats = rises.map((rise) => natsOf((code += rise)));
  const logs = Float64Array.from(nats, (each) => nats[0] - each);
  return { width, rest, p: Float64Array.from(nats, (each) => Math.exp(-each)), x: logs.map(Math.exp), logs, targets, counts, shared: false, spare: 0 };
}
