// @ts-check
// A raw reply with what it was read from marked. A reply is hostile until proven otherwise: text nodes only.
import { make } from "./dom.js";
/** @import { Reading } from "./messages.d.ts" */

/** What a node shows already. @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/** A place for a reply and how it was read. */
export function readingNode() {
  const root = make("div", "lmw-reading");
  const said = make("div", "lmw-raw");
  said.tabIndex = 0;
  said.setAttribute("role", "region");
  said.setAttribute("aria-label", "the reply as it came");
  root.append(said, make("div", "lmw-how"), make("div", "lmw-beside"));
  return root;
}

/** @param {HTMLElement} root @param {Reading} data */
export function showReading(root, data) {
  // what stands there already keeps the reader's place and selection
  const signature = JSON.stringify(data);
  if (shown.get(root) === signature) return;
  shown.set(root, signature);
  root.dataset.status = data.status;
  const [said, how, beside] = /** @type {Iterable<HTMLElement>} */ (root.children);
  const words = make("bdi");
  words.append(...data.pieces.map(([text, marked]) => (marked ? make("mark", "", text) : document.createTextNode(text))));
  said.replaceChildren(words);
  said.hidden = !data.pieces.length;
  how.textContent = data.how;
  beside.textContent = data.beside;
}
