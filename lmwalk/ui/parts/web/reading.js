// @ts-check
// A raw reply below the stage, with how it was read.
import { themeOf } from "./palette.js";
import { readingNode, showReading } from "./said.js";
/** @import { Reading } from "./messages.d.ts" */

/** @param {{ data: Reading, parentElement: HTMLElement }} place */
export default function ({ data, parentElement }) {
  let root = /** @type {HTMLElement | null} */ (parentElement.querySelector(":scope > .lmw-reading"));
  if (!root) parentElement.append((root = readingNode()));
  root.classList.toggle("lmw-dark", themeOf(root).dark);
  showReading(root, data);
}
