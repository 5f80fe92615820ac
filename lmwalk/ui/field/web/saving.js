// @ts-check
// What is seen as files: PNG, SVG, CSV with a table of its columns, and a clip with its clock.
import { fileName, save, zip } from "../../parts/web/archive.js";
import { button, make, penOf } from "../../parts/web/dom.js";
import { themeOf } from "../../parts/web/palette.js";
import { clipKind, Recorder } from "../../parts/web/recorder.js";
import { columnsOf, csv, rowsOf } from "./numbers.js";
import { canvasFor, drawSheet, drawWalkers, svgOf } from "./sheet.js";
import { degreesOf, samplerOf, underWords } from "./under.js";
/** @import { Column, Row } from "./numbers.js" */
/** @import { Stage } from "./sheet.js" */

/** @typedef {Stage & import("./under.js").Set & { of: string[], stepped(): number, redraw(): void }} Saved */

/** Seconds after which a clip ends by itself. */
const LONGEST_S = 60;

export class Saving {
  /** @param {Saved} view */
  constructor(view) {
    this.view = view;
    this.node = make("div", "lmw-buttons lmw-saving");
    const press = (/** @type {string} */ words, /** @type {string} */ title, /** @type {() => void} */ act) => Object.assign(button(words, act), { title });
    this.film = press("Record clip", `A film of what you see, with its clock, for up to ${LONGEST_S} seconds: press again to end it.`, () => this.record());
    this.film.hidden = !clipKind();
    this.node.append(
      press("PNG", "The pictures as they stand, as pixels.", () => this.png()),
      press("SVG", "The pictures as they stand, as lines and letters.", () => save(new Blob([svgOf(view)], { type: "image/svg+xml" }), this.name("svg"))),
      press("CSV", "The numbers of every position under this sampler, with a table of the columns, in one .zip.", () => this.numbers()),
      this.film,
    );
    this.node.setAttribute("role", "group");
    this.node.setAttribute("aria-label", "Save what is shown");
    /** @type {{ recorder: Recorder, canvas: HTMLCanvasElement, still: HTMLCanvasElement } | undefined} */
    this.clip = undefined;
  }

  /** @param {string} ending @param {string} [what] */
  name(ending, what = this.view.heat?.title ?? "") {
    const { of, now } = this.view;
    return fileName(["field", ...of, now.length > 1 ? now.map(({ name }) => name).join(" and ") : "", what, underWords(this.view)], ending);
  }

  png() {
    const { view } = this;
    const canvas = canvasFor(view, window.devicePixelRatio || 1);
    drawSheet(penOf(canvas), view, themeOf(view.root));
    drawWalkers(penOf(canvas), view);
    canvas.toBlob((blob) => { if (blob) save(blob, this.name("png")); });
  }

  /** Columns and rows of what is shown. @returns {[Column[], Row[]]} */
  table() {
    const { view } = this;
    const room = /** @type {NonNullable<Stage["room"]>} */ (view.room);
    const several = view.sides.length > 1;
    const rows = view.sides.flatMap((side, place) => {
      const { part } = view.told[view.now[place].field];
      const own = [part.model, part.template, part.t, degreesOf(view, place), samplerOf(view, place)];
      return rowsOf(room, side, several ? [side.name, ...own] : own);
    });
    return [columnsOf(room, several), rows];
  }

  async numbers() {
    const [columns, rows] = this.table();
    const meanings = columns.map(({ name, unit, meaning }) => ["field.csv", name, unit, meaning]);
    const files = {
      "field.csv": csv(columns.map(({ name }) => name), rows),
      "columns.csv": csv(["file", "column", "unit", "meaning"], meanings),
    };
    save(await zip(files), this.name("zip", "numbers"));
  }

  record() {
    if (this.clip) return void this.end();
    const { view } = this;
    const [canvas, still] = [canvasFor(view, 1), canvasFor(view, 1)];
    this.clip = { canvas, still, recorder: new Recorder(canvas) };
    this.film.classList.add("lmw-main");
    this.still();
    this.frame();
    view.redraw();
    return undefined;
  }

  /** What changes less often than walkers move. */
  still() {
    if (this.clip) drawSheet(penOf(this.clip.still), this.view, themeOf(this.view.root));
  }

  /** One frame, where a clip is recorded; an arrangement of another size ends it. @param {boolean} [changed] whether more than walkers did */
  frame(changed = false) {
    if (!this.clip) return;
    const { canvas, still, recorder } = this.clip;
    const size = canvasFor(this.view, 1);
    if (recorder.seconds > LONGEST_S || size.width !== canvas.width || size.height !== canvas.height) return void this.end();
    if (changed) this.still();
    const pen = penOf(canvas);
    pen.drawImage(still, 0, 0);
    drawWalkers(pen, this.view);
    const theme = themeOf(this.view.root);
    Object.assign(pen, { fillStyle: theme.text, font: `600 14px ${theme.font}`, textAlign: "right", textBaseline: "middle" });
    pen.fillText(`t = ${this.view.stepped().toLocaleString("en")}`, canvas.width - 10, canvas.height - 24);
    this.film.textContent = `End clip, ${Math.floor(recorder.seconds)} s`;
    return undefined;
  }

  async end() {
    const { clip } = this;
    this.clip = undefined;
    this.film.textContent = "Record clip";
    this.film.classList.remove("lmw-main");
    if (clip) save(await clip.recorder.stop(), this.name(clip.recorder.ending, "walkers"));
  }
}
