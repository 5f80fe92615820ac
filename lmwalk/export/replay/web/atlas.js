// @ts-check
// The grid of all conditions: models down, temperatures across, small; a cell that is tapped is opened beside or below.
import { Shapes } from "../../../ui/compare/web/shapes.js";
import { Paths } from "../../../ui/families/walks/web/walk_cell.js";
import { button, make } from "../../../ui/parts/web/dom.js";
/** @import { Grid, Model } from "../../../ui/parts/web/messages.d.ts" */
/** @import { Theme } from "../../../ui/parts/web/palette.js" */

const MOST_COLUMNS = 9;

export class Atlas {
  node = make("div", "lmw-atlas");

  /** @param {Grid} grid @param {(place: number) => void} pick called with the place of a cell among the cells */
  constructor(grid, pick) {
    this.grid = grid;
    /** The small pictures, and the squares that they are in, by the place of their cell. @type {(Paths | Shapes)[]} */
    this.pictures = [];
    /** @type {HTMLElement[]} */
    this.squares = grid.cells.map((_, place) => this.square(place, pick));
    this.node.style.setProperty("--lmw-columns", String(grid.columns.length));
    this.node.classList.toggle("lmw-many", grid.columns.length > MOST_COLUMNS);
    const at = new Map(grid.cells.map((cell, place) => [`${cell.row} ${cell.column}`, this.squares[place]]));
    const rows = grid.models.flatMap((model, row) => [
      nameOf(model), ...grid.columns.map((_, column) => at.get(`${row} ${column}`) ?? make("span")),
    ]);
    this.node.append(...headOf(grid), ...rows);
    this.resizer = new ResizeObserver(() => this.pictures.forEach((picture) => picture.resize()));
    this.resizer.observe(this.node);
  }

  /** @param {number} place @param {(place: number) => void} pick */
  square(place, pick) {
    const cell = this.grid.cells[place];
    const square = button("", () => pick(place), "lmw-square");
    square.setAttribute("aria-label", cell.alt);
    square.title = [cell.meaning, ...cell.stats.map(({ label, text }) => `${label}: ${text}`)].join("\n");
    this.pictures.push(cell.picture ? new Shapes(square) : new Paths(square));
    return square;
  }

  /** @param {Theme} theme */
  dress(theme) {
    this.pictures.forEach((picture, place) => picture.accept(this.grid.cells[place], theme, this.grid));
  }

  /** @param {number} t @param {boolean} live */
  at(t, live) {
    for (const picture of this.pictures) picture.at(t, live);
  }

  /** @param {number} picked */
  mark(picked) {
    this.squares.forEach((square, place) => square.setAttribute("aria-pressed", String(place === picked)));
  }
}

/** @param {Grid} grid */
function headOf({ columns, corner }) {
  const span = Math.max(1, columns.length - 1);
  const names = columns.map((name, place) => {
    const head = make("div", "lmw-column", name);
    head.style.setProperty("--lmw-warmth", String(place / span));
    head.title = `${corner} ${name}`;
    return head;
  });
  return [make("div", "lmw-corner", corner), ...names];
}

/** @param {Model} model */
function nameOf({ name, simulation }) {
  const node = make("div", "lmw-model");
  const words = make("bdi");
  for (const part of name.split(/(?<=[/:_-])/)) words.append(document.createTextNode(part), make("wbr"));
  node.append(words);
  if (simulation) node.append(make("span", "lmw-tag", "simulation"));
  return node;
}
