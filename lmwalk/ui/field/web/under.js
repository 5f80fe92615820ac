// @ts-check
// What the pictures are drawn under, in words: temperature and sampler, of each or of both.
/** @import { FieldPart } from "../../parts/web/messages.d.ts" */
/** @import { Beside } from "./beside.js" */
/** @import { Degrees, Pipeline } from "./sampler.js" */

/** @typedef {{ told: { part: FieldPart }[], now: { field: number, second: boolean, name: string }[], degrees: Degrees, samplers: Pipeline[], beside: Beside }} Set */

/** @param {Set} view @param {number} place */
const sampledOf = (view, place) => view.told[view.now[place].field].part.sampled;

/** The temperature of a picture. @param {Set} view @param {number} place */
export const degreesOf = (view, place) => sampledOf(view, place)?.temperature ?? view.degrees.value;

/** The sampler of a picture. @param {Set} view @param {number} place */
export function samplerOf(view, place) {
  const sampled = sampledOf(view, place);
  return sampled ? `the server's own, ${sampled.replies} replies` : view.samplers[view.now[place].second ? 1 : 0].words();
}

/** Of all pictures, what they have in common. @param {Set} view */
export function underWords(view) {
  const both = view.beside.differ === "sampler"; // named above each picture
  return [...new Set(view.now.map((_, place) => `T = ${degreesOf(view, place)}${both ? "" : `, ${samplerOf(view, place)}`}`))].join(" and ");
}
