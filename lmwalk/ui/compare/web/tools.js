// @ts-check
// The bar above a grid: which rows, in which order, how large, and whether numbers stand below the pictures.
import { make } from "../../parts/web/dom.js";
/** @import { Sort } from "../../parts/web/messages.d.ts" */
/** @import { Wish } from "./order.js" */

const SIZES = { fit: "Fit", small: "Small", large: "Large" };
/** Rows from which on there is something to filter. */
const MANY = 4;

export class Tools {
  node = make("div", "lmw-tools");
  filter = make("input", "lmw-filter");
  by = make("select", "lmw-sort");
  way = make("button", "lmw-way");
  sizes = make("select", "lmw-size");
  shows = make("input");
  /** @type {Wish} */
  wish = { filter: "", by: "", down: false, column: null };

  /** @param {{ arrange: () => void, lay: () => void }} acts */
  constructor({ arrange, lay }) {
    this.known = "";
    Object.assign(this.filter, { type: "search", placeholder: "Filter models", title: "Only rows whose name holds these words" });
    this.filter.setAttribute("aria-label", "filter models");
    this.filter.addEventListener("input", () => { this.wish.filter = this.filter.value; arrange(); });
    this.by.setAttribute("aria-label", "sort rows by");
    this.by.title = "Order of the rows. A click on a temperature sorts by the number there, another one turns it round.";
    this.by.addEventListener("change", () => {
      Object.assign(this.wish, { by: this.by.value, column: null, down: !["", "name"].includes(this.by.value) });
      arrange();
    });
    this.way.type = "button";
    this.way.addEventListener("click", () => { this.wish.down = !this.wish.down; arrange(); });
    this.sizes.setAttribute("aria-label", "size of the pictures");
    this.sizes.title = "Size of the pictures. Fit: as large as lets all be seen at once.";
    for (const [value, words] of Object.entries(SIZES)) this.sizes.append(option(value, words));
    this.sizes.addEventListener("change", lay);
    this.shows.type = "checkbox";
    this.shows.addEventListener("change", lay);
    const numbers = make("label", "lmw-numbers");
    numbers.title = "Numbers below every picture; without them, those of the picture that is pointed at.";
    numbers.append(this.shows, "Numbers");
    this.node.append(this.filter, this.by, this.way, this.sizes, numbers);
  }

  /** What can be chosen of a grid. @param {Sort[]} sorts @param {number} rows */
  offer(sorts, rows) {
    this.filter.hidden = rows < MANY;
    this.by.hidden = this.way.hidden = rows < 2;
    const known = JSON.stringify(sorts.map(({ name }) => name));
    if (known === this.known) return;
    this.known = known;
    const names = sorts.map(({ name }) => option(name, `by ${name.charAt(0).toLowerCase()}${name.slice(1)}`));
    this.by.replaceChildren(option("", "as listed"), option("name", "by name"), ...names);
    if (![...this.by.options].some(({ value }) => value === this.wish.by)) Object.assign(this.wish, { by: "", column: null });
    this.by.value = this.wish.by;
  }

  /** Sorts by the number in a column, or turns that round. @param {number} column @param {Sort[]} sorts */
  column(column, sorts) {
    const { wish } = this;
    const again = wish.column === column;
    if (!sorts.some(({ name }) => name === wish.by)) wish.by = sorts[0]?.name ?? "name";
    Object.assign(wish, { down: again ? !wish.down : true, column });
    this.by.value = wish.by;
  }

  shown() {
    this.way.textContent = this.wish.down ? "↓" : "↑";
    const words = this.wish.down ? "Greatest first; turn round" : "Least first; turn round";
    this.way.title = words;
    this.way.setAttribute("aria-label", words);
  }
}

/** @param {string} value @param {string} words */
const option = (value, words) => Object.assign(make("option", "", words), { value });
