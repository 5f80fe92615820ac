// @ts-check
// The editor of a template: fields whose variables are marked while one types. What stands in them is text, never markup.
import { button, make, mounted } from "../../parts/web/dom.js";
/** @import { Editor as Message, EditorField, Variable } from "../../parts/web/messages.d.ts" */

/** @typedef {(words: Record<string, string>) => void} Send */

/** @type {WeakMap<object, Editor>} */
const editors = new WeakMap();
const WAIT_MS = 250;
const MARKS = /\{\{|\}\}|\{[^{}]*\}|[{}]/g;

/** One field: what is typed lies over a copy of itself in which the variables are marked. */
class Field {
  /** @param {EditorField} field @param {(now?: boolean) => void} changed @param {(field: Field) => void} focused */
  constructor({ label, help, rows }, changed, focused) {
    this.node = make("label", "lmt-field");
    const name = make("span", "lmt-label", label);
    name.title = help;
    this.box = make("div", "lmt-box");
    this.box.style.setProperty("--rows", String(rows));
    this.copy = make("pre", "lmt-copy");
    this.copy.setAttribute("aria-hidden", "true");
    this.area = make("textarea", "lmt-area");
    Object.assign(this.area, { spellcheck: false, rows: 1, title: help });
    this.area.setAttribute("aria-label", label);
    this.area.addEventListener("input", () => {
      this.mark();
      changed();
    });
    this.area.addEventListener("blur", () => changed(true));
    this.area.addEventListener("focus", () => focused(this));
    this.box.append(this.copy, this.area);
    this.node.append(name, this.box);
    /** @type {Set<string>} */
    this.known = new Set();
  }

  /** @param {string} text */
  fill(text) {
    if (this.area.value !== text) this.area.value = text;
    this.mark();
  }

  mark() {
    const text = this.area.value;
    const parts = document.createDocumentFragment();
    let end = 0;
    let wrong = false;
    for (const { 0: piece, index } of text.matchAll(MARKS)) {
      if (piece === "{{" || piece === "}}") continue;
      const known = this.known.has(piece.slice(1, -1));
      wrong ||= !known;
      parts.append(text.slice(end, index), make("span", known ? "lmt-known" : "lmt-unknown", piece));
      end = index + piece.length;
    }
    parts.append(`${text.slice(end)}\n`);
    this.copy.replaceChildren(parts);
    this.area.setAttribute("aria-invalid", String(wrong));
  }

  /** @param {string} text */
  insert(text) {
    this.area.focus();
    // the browser's own way of typing, so that it can be undone
    if (!document.execCommand("insertText", false, text)) {
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
      this.area.dispatchEvent(new Event("input"));
    }
  }
}

class Editor {
  /** @param {HTMLElement} parent @param {EditorField[]} fields */
  constructor(parent, fields) {
    this.root = make("section", "lmt-editor");
    /** @type {Map<string, Field>} */
    this.fields = new Map();
    /** Where the value of each variable stands. @type {Map<string, HTMLElement>} */
    this.values = new Map();
    this.names = "";
    this.readonly = false;
    /** @type {string | undefined} */
    this.revision = undefined;
    this.sent = "";
    /** @type {Send} */
    this.send = () => {};
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    for (const field of fields) {
      const made = new Field(field, (now) => this.changed(now), (focused) => (this.latest = focused));
      this.fields.set(field.key, made);
      this.root.append(made.node);
    }
    this.latest = this.fields.values().next().value;
    this.variables = make("dl", "lmt-variables");
    this.root.append(make("div", "lmt-label", "Variables and what they hold in the state shown"), this.variables);
    parent.append(this.root);
  }

  /** @param {Message} data @param {Send} send */
  accept(data, send) {
    this.send = send;
    this.readonly = data.readonly;
    this.root.classList.toggle("lmt-readonly", data.readonly);
    const names = data.variables.map(({ name }) => name);
    const renamed = names.join() !== this.names;
    if (renamed) this.list(data.variables);
    this.names = names.join();
    for (const { name, value } of data.variables) {
      const shown = this.values.get(name);
      if (shown) shown.textContent = value;
    }
    const anew = data.revision !== this.revision && JSON.stringify(data.words) !== this.sent;
    for (const [key, field] of this.fields) {
      field.area.readOnly = data.readonly;
      field.known = new Set(names);
      if (anew) field.fill(data.words[key]);
      else if (renamed) field.mark();
    }
    if (anew) {
      clearTimeout(this.timer);
      this.sent = this.written();
    }
    this.revision = data.revision;
  }

  /** @param {Variable[]} variables */
  list(variables) {
    this.values = new Map();
    this.variables.replaceChildren();
    for (const { name, about } of variables) {
      const insert = button(`{${name}}`, () => this.readonly || this.latest?.insert(`{${name}}`), "lmt-insert");
      insert.title = `Put {${name}} where the cursor is`;
      insert.addEventListener("mousedown", (event) => event.preventDefault());
      const value = make("bdi", "lmt-value");
      const term = make("dt");
      const meaning = make("dd");
      term.append(insert);
      meaning.append(make("span", "lmt-about", about), value);
      this.variables.append(term, meaning);
      this.values.set(name, value);
    }
  }

  changed(now = false) {
    clearTimeout(this.timer);
    if (this.readonly) return;
    if (now) this.tell();
    else this.timer = setTimeout(() => this.tell(), WAIT_MS);
  }

  written() {
    return JSON.stringify(Object.fromEntries([...this.fields].map(([key, field]) => [key, field.area.value])));
  }

  close() {
    this.root.remove();
  }

  tell() {
    const written = this.written();
    if (written === this.sent) return;
    this.sent = written;
    this.send({ revision: this.revision, ...JSON.parse(written) });
  }
}

/**
 * @param {{ data: Message | null, parentElement: HTMLElement, setStateValue: (name: string, value: unknown) => void }} place
 */
export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  const [editor, leave] = mounted(editors, parentElement, () => new Editor(parentElement, data.fields));
  editor.accept(data, (words) => setStateValue("words", words));
  return leave;
}
