// @ts-check
// Positions that were sampled: counts of replies, which no temperature changes.
import { inflated } from "./packed.js";
/** @import { Law } from "./laws.js" */

/**
 * How often each move came, how many replies named none, and the exact interval of each share.
 *
 * @typedef {{ counts: number[], unread: number, low: number[], high: number[] }} Replies
 */

/** @param {string} text @returns {Promise<Map<number, Replies>>} */
export async function decodeReplies(text) {
  /** @type {[number, number[], number, number[], number[]][]} */
  const rows = await inflated(text).json();
  return new Map(rows.map(([at, counts, unread, low, high]) => [at, { counts, unread, low, high }]));
}

/** @param {Replies} replies @returns {Law} */
export function shares({ counts, unread }) {
  const all = unread + counts.reduce((sum, count) => sum + count, 0);
  return { known: Float64Array.from(counts, (count) => count / all), outside: unread / all, unseen: 0 };
}
