// @ts-check
// The list of studies. A row is built once and then only updated; what is typed by users arrives as text.
import { ProgressBar } from "../../parts/web/bar.js";
import { button, make, mounted } from "../../parts/web/dom.js";
import { themeOf } from "../../parts/web/palette.js";
/** @import { StudyList, StudyRow } from "../../parts/web/messages.d.ts" */

/** @typedef {(name: string) => void} Pick */

/** @type {WeakMap<object, Studies>} */
const lists = new WeakMap();
const COLUMNS = ["name", "state", "progress", "rate", "errors", "left", "cost", "begun"];
/** Columns that are one text. */
const WRITTEN = /** @type {const} */ (["state", "rate", "errors", "left", "cost", "begun"]);
const TITLES = ["Study", "State", "Progress", "Calls/s", "Errors", "Time left", "Cost", "Begun"];
/** @type {Record<string, string>} */
const ICONS = { walk: "timeline", draw: "casino", chain: "record_voice_over" };

class Studies {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = make("section", "lmw-studies");
    this.head = make("div", "lmw-study lmw-titles");
    this.head.setAttribute("aria-hidden", "true");
    this.head.append(make("span", "lmw-icon"), ...TITLES.map((title, at) => make("span", `lmw-${COLUMNS[at]}`, title)));
    this.list = make("ul", "lmw-shelf");
    this.list.setAttribute("aria-label", "Studies");
    this.root.append(this.head, this.list);
    /** @type {Map<string, Row>} */
    this.rows = new Map();
    /** @type {Pick} */
    this.pick = () => {};
    parent.append(this.root);
  }

  /** @param {StudyList} list @param {Pick} pick */
  show({ rows, chosen }, pick) {
    this.pick = pick;
    this.root.classList.toggle("lmw-dark", themeOf(this.root).dark);
    const names = new Set(rows.map((row) => row.name));
    for (const [name, row] of this.rows) {
      if (!names.has(name)) {
        row.item.remove();
        this.rows.delete(name);
      }
    }
    rows.forEach((row, at) => this.place(row, at, chosen));
  }

  /** @param {StudyRow} data @param {number} at @param {string | null} chosen */
  place(data, at, chosen) {
    const row = this.rows.get(data.name) ?? this.add(data);
    if (this.list.children[at] !== row.item) this.list.insertBefore(row.item, this.list.children[at] ?? null);
    row.update(data, data.name === chosen);
  }

  /** @param {StudyRow} data */
  add({ name }) {
    const row = new Row(name, () => this.pick(name));
    this.rows.set(name, row);
    return row;
  }

  close() {
    this.root.remove();
  }
}

class Row {
  /** @param {string} name @param {() => void} pick */
  constructor(name, pick) {
    this.item = make("li");
    this.button = button("", pick, "lmw-study");
    this.icon = make("span", "lmw-icon");
    this.icon.setAttribute("aria-hidden", "true");
    this.parts = Object.fromEntries(COLUMNS.map((column) => [column, make("span", `lmw-${column}`)]));
    const named = make("span", "lmw-name", name);
    named.title = name;
    this.settings = make("small", "lmw-settings");
    this.parts.name.className = "lmw-what";
    this.parts.name.append(named, this.settings);
    this.progress = new ProgressBar();
    this.count = make("span", "lmw-count");
    this.parts.progress.append(this.progress.node, this.count);
    this.button.append(this.icon, ...COLUMNS.map((column) => this.parts[column]));
    this.item.append(this.button);
  }

  /** @param {StudyRow} data @param {boolean} chosen */
  update(data, chosen) {
    this.button.dataset.state = data.state;
    this.button.setAttribute("aria-pressed", String(chosen));
    put(this.icon, ICONS[data.family] ?? "");
    put(this.settings, data.settings);
    this.settings.title = data.settings;
    this.icon.title = data.page;
    for (const column of WRITTEN) put(this.parts[column], data[column]);
    this.parts.errors.title = data.lost;
    this.parts.errors.classList.toggle("lmw-mild", !data.failed);
    this.parts.cost.title = data.why;
    this.parts.begun.title = data.when;
    this.progress.show(data.share);
    put(this.count, data.count);
  }
}

/** @param {HTMLElement} node @param {string} text */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * @param {{ data: StudyList, parentElement: HTMLElement, setTriggerValue: (name: string, value: unknown) => void }} place
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const [list, leave] = mounted(lists, parentElement, () => new Studies(parentElement));
  list.show(data, (name) => setTriggerValue("pick", name));
  return leave;
}
