// @ts-check
// The numbers as a table in the page, for those who read it and do not see the pictures.
import { make } from "../../parts/web/dom.js";
import { written } from "./heat.js";
/** @import { Column, Row } from "./numbers.js" */

/** Rows that are shown; the file has all of them. */
const MOST = 150;

export class Preview {
  /** @param {() => [Column[], Row[]]} table */
  constructor(table) {
    this.node = make("details", "lmw-preview");
    this.body = make("div", "lmw-preview-body");
    this.body.tabIndex = 0;
    this.node.append(make("summary", "", "Numbers as a table"), this.body);
    this.node.addEventListener("toggle", () => { if (this.node.open) this.fill(...table()); else this.body.replaceChildren(); });
  }

  /** @param {Column[]} columns @param {Row[]} rows */
  fill(columns, rows) {
    const asked = columns.findIndex(({ name }) => name === "asked");
    const own = rows.filter((row) => row[asked] === "yes");
    const table = make("table");
    const head = table.createTHead().insertRow();
    for (const { name, unit, meaning } of columns) head.append(Object.assign(make("th", "", unit ? `${name}, ${unit}` : name), { scope: "col", title: meaning }));
    const body = table.createTBody();
    for (const row of own.slice(0, MOST)) {
      const line = body.insertRow();
      for (const value of row) line.insertCell().textContent = typeof value === "number" ? written(value, 3) : value;
    }
    const shown = Math.min(own.length, MOST);
    this.body.replaceChildren(make("p", "lmw-said", `${shown} of ${own.length.toLocaleString("en")} asked positions, as the sampler stood when this was opened; CSV has all.`), table);
  }
}
