// @ts-check
// How far the asking is, in words.
import { make } from "../../parts/web/dom.js";
/** @import { Told } from "./told.js" */

/** @param {HTMLElement} root @param {HTMLElement} bar @param {Told[]} told */
export function tellState(root, bar, told) {
  const parts = told.map(({ part }) => part);
  const moments = new Set(parts.map(({ t }) => t)).size;
  const state = ["running", "failed", "stopped"].find((word) => parts.some((part) => part.state === word)) ?? "done";
  const words = parts.map(({ name, t, count }) => {
    const whose = moments > 1 ? `${name}, t = ${t.toLocaleString("en")}` : name;
    return make("span", "", parts.length > 1 ? `${whose}: ${count}` : count);
  });
  root.dataset.state = state;
  bar.replaceChildren(make("strong", "", state), ...words);
}
