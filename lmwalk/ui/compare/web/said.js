// @ts-check
// The numbers of a cell as they were at the moment of the clock.
/** @import { Stat } from "../../parts/web/messages.d.ts" */

/**
 * The place among ascending ticks of the last one that is not after t; -1 before the first.
 *
 * @param {number[]} ticks
 * @param {number} t
 */
export function tickAt(ticks, t) {
  let place = ticks.length - 1;
  while (place >= 0 && ticks[place] > t) place--;
  return place;
}

/**
 * What a number is at a tick, and whether it is of that moment. At the end it is the number with all that is known of it.
 *
 * @param {Stat} stat
 * @param {number} tick
 * @param {boolean} live
 */
export function said(stat, tick, live) {
  if (live) return { text: stat.text, now: true };
  const text = stat.moments?.[tick];
  return text === undefined ? { text: stat.text, now: false } : { text, now: true };
}
