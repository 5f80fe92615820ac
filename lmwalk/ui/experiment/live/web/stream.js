// @ts-check
// The stream of raw replies, newest first. A reply is hostile until proven otherwise: text nodes only.
import { folded, make } from "../../../parts/web/dom.js";
import { lineColour } from "../../../parts/web/palette.js";
/** @import { Reply } from "../../../parts/web/messages.d.ts" */
/** @import { Shade } from "../../../parts/web/palette.js" */

const MOST_ROWS = 150;
/** Replies in a message up to which each is shown to arrive. */
const FEW = 4;
/** @type {Record<string, string>} */
const WORDS = {
  unparsed: "not read", ambiguous: "ambiguous", refused: "refused", empty: "empty", cut: "cut off",
  error: "call failed",
};
/** The reply of each row. @type {WeakMap<Element, Reply>} */
const replies = new WeakMap();

export class Stream {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    this.newest = 0;
    /** @type {number | null} */
    this.t = null;
  }

  clear() {
    this.node.replaceChildren();
    this.newest = 0;
  }

  /** @param {Reply[]} newer @param {Shade} theme */
  add(newer, theme) {
    const fresh = newer.filter((reply) => reply.id > this.newest).slice(-MOST_ROWS);
    if (!fresh.length) return;
    this.newest = fresh[fresh.length - 1].id;
    const rows = fresh.map((reply) => rowOf(reply, theme)).reverse();
    if (rows.length <= FEW && this.node.childElementCount) for (const row of rows) row.classList.add("lmw-new");
    this.node.prepend(...rows);
    while (this.node.childElementCount > MOST_ROWS) this.node.lastElementChild?.remove();
    this.mark();
  }

  /**
   * Marks the replies of step t and brings them into view; null marks none and shows the newest.
   *
   * @param {number | null} t
   */
  at(t) {
    if (t === this.t) return;
    this.t = t;
    const marked = this.mark();
    if (t === null) this.node.scrollTop = 0;
    else if (marked.length) this.node.scrollTop = middle(this.node, marked);
  }

  mark() {
    /** @type {HTMLElement[]} */
    const marked = [];
    for (const row of /** @type {Iterable<HTMLElement>} */ (this.node.children)) {
      const now = replies.get(row)?.t === this.t;
      row.classList.toggle("lmw-now", now);
      if (now) marked.push(row);
    }
    return marked;
  }

  /** @param {Shade} theme */
  recolour(theme) {
    for (const row of this.node.children) {
      const reply = replies.get(row);
      const swatch = /** @type {HTMLElement | null} */ (row.querySelector(".lmw-swatch"));
      if (reply && swatch) swatch.style.background = lineColour(reply, theme);
    }
  }
}

/**
 * Where to scroll to so that rows stand in the middle of a list; the first of them, where they are far apart.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement[]} rows
 */
function middle(list, rows) {
  const top = rows[0].offsetTop;
  const ends = rows.map((row) => row.offsetTop + row.offsetHeight);
  const bottom = ends.findLast((end) => end - top <= list.clientHeight) ?? ends[0];
  return (top + bottom - list.clientHeight) / 2 - list.offsetTop;
}

/** @param {Reply} reply @param {Shade} theme */
function rowOf(reply, theme) {
  const row = make("li", `lmw-row lmw-is-${reply.status}`);
  replies.set(row, reply);
  const swatch = make("i", "lmw-swatch");
  swatch.style.background = lineColour(reply, theme);
  const who = make("span", "lmw-who");
  who.append(swatch, document.createTextNode(String(reply.trajectory)));
  if (reply.about) {
    who.title = reply.about;
    who.append(make("small", "lmw-about", reply.about));
  }
  const said = reply.share === undefined ? quoted(reply) : likely(reply);
  const read = make("span", "lmw-read", readAs(reply));
  if (reply.why) {
    read.title = `read by: ${reply.why}`;
    read.append(make("small", "lmw-why", reply.why));
  }
  row.append(who, make("span", "lmw-t", String(reply.t)));
  if (reply.asked) row.append(make("span", "lmw-asked", reply.asked));
  row.append(said, read);
  row.addEventListener("click", () => row.classList.toggle("lmw-open"));
  if (reply.thought !== undefined) said.append(thoughtOf(reply, row));
  return row;
}

/** @param {Reply} reply */
function quoted(reply) {
  const said = make("span", "lmw-said");
  const [open, close] = reply.status === "error" ? ["", ""] : ["“", "”"];
  // isolated: marks that turn the direction of writing end with the reply
  const words = make("span", "lmw-words");
  words.append(open, make("bdi", "", reply.text), close);
  said.append(words);
  said.title = reply.text;
  return said;
}

/**
 * What was thought before the reply, folded; unfolding it opens the row that it stands in.
 *
 * @param {Reply} reply
 * @param {HTMLElement} row
 */
function thoughtOf(reply, row) {
  const thought = folded(reply.thought ?? "", reply.weight);
  thought.addEventListener("click", (event) => event.stopPropagation());
  thought.addEventListener("toggle", () => row.classList.toggle("lmw-open", thought.open));
  return thought;
}

/**
 * A probability: a number, a bar as long, what it can be at least and at most, and what lies on no outcome.
 *
 * @param {Reply} reply
 */
function likely(reply) {
  const said = make("span", "lmw-likely");
  const track = make("i", "lmw-chance");
  const fill = make("i");
  fill.style.width = `${100 * (reply.share ?? 0)}%`;
  track.append(fill);
  said.append(make("span", "lmw-number", reply.text), track);
  const [low, high] = reply.bounds ?? [];
  if (high !== undefined) said.append(make("small", "", `${low.toFixed(2)} to ${high.toFixed(2)}`));
  if (reply.remark) said.append(make("small", "", reply.remark));
  return said;
}

/** @param {Reply} reply */
function readAs(reply) {
  if (reply.status !== "ok") return WORDS[reply.status];
  return reply.outcome ? `${reply.sign ?? "→"} ${reply.outcome}` : "";
}
