// @ts-check
// One condition closely: its picture large, its numbers, its trajectories to choose from, and what was said on one.
import { Shapes } from "../../../ui/compare/web/shapes.js";
import { Paths } from "../../../ui/families/walks/web/walk_cell.js";
import { button, make } from "../../../ui/parts/web/dom.js";
import { trajectoryColour } from "../../../ui/parts/web/palette.js";
import { Replies } from "./replies.js";
import { nearestWalk } from "./study.js";
/** @import { Theme } from "../../../ui/parts/web/palette.js" */
/** @import { Study, Trajectory } from "./study.js" */

const MOST_CHIPS = 10;

export class Close {
  node = make("section", "lmw-close");
  heading = make("h2");
  numbers = make("dl", "lmw-numbers");
  room = make("div", "lmw-room");
  chips = make("div", "lmw-chips");
  place = 0;
  t = 0;
  live = true;
  /** @type {(Paths | Shapes)[]} */
  pictures = [];
  /** The number of the trajectory that is read. @type {number | undefined} */
  chosen = undefined;
  /** @type {Theme | undefined} */
  theme = undefined;

  /**
   * @param {Study} study
   * @param {object} acts
   * @param {(place: number) => void} acts.pick called with the place of another cell
   * @param {() => void} acts.back called where one wants to see the grid again
   * @param {(t: number) => void} acts.seek called with the t of a step that was pressed
   */
  constructor(study, { pick, back, seek }) {
    this.study = study;
    this.pick = pick;
    this.replies = new Replies(study, seek);
    this.node.setAttribute("aria-label", "one condition closely");
    this.before = button("‹", () => this.turn(-1), "lmw-turn");
    this.after = button("›", () => this.turn(1), "lmw-turn");
    const up = button("↑ All", back, "lmw-up");
    up.title = "Back to all conditions";
    const head = make("div", "lmw-head");
    head.append(this.before, this.heading, this.after, up);
    this.chips.setAttribute("aria-label", `${study.noun} whose replies are shown`);
    this.chips.setAttribute("role", "group");
    this.room.addEventListener("click", (event) => this.tapped(event));
    const [view, beside] = [make("div", "lmw-view"), make("div", "lmw-aside")];
    this.beside = beside;
    this.which = make("div", "lmw-label", `${study.noun} that is read`);
    const when = make("div", "lmw-label", study.stepwise ? `all ${study.noun}s at the end:` : "");
    beside.append(this.chips, when, this.numbers);
    view.append(this.room, beside);
    this.node.append(head, view, this.replies.node);
    new ResizeObserver(() => this.pictures.forEach((picture) => picture.resize())).observe(this.room);
  }

  get cell() {
    return this.study.grid.cells[this.place];
  }

  /** The cell so many temperatures further, of the same model. @param {number} by */
  neighbour(by) {
    const { row, column } = this.cell;
    return this.study.grid.cells.findIndex((cell) => cell.row === row && cell.column === column + by);
  }

  /** @param {number} by */
  turn(by) {
    const place = this.neighbour(by);
    if (place >= 0) this.pick(place);
  }

  /** Opens a cell; the trajectory of the same number stays chosen. @param {number} place */
  open(place) {
    this.place = place;
    const { models, columns } = this.study.grid;
    const name = make("bdi", "", models[this.cell.row].name);
    this.heading.replaceChildren(name, make("span", "", ` T = ${columns[this.cell.column]}`));
    for (const [button, by] of /** @type {[HTMLButtonElement, number][]} */ ([[this.before, -1], [this.after, 1]])) {
      const there = this.neighbour(by);
      button.disabled = there < 0;
      button.title = there < 0 ? "" : `T = ${columns[this.cell.column + by]}`;
      button.setAttribute("aria-label", by < 0 ? "lower temperature" : "higher temperature");
    }
    this.numbers.replaceChildren(...this.cell.stats.flatMap(({ label, text, meaning, bad }) => {
      const value = make("dd", bad ? "lmw-bad" : "", text);
      if (meaning) value.title = meaning;
      return [make("dt", "", label), value];
    }));
    this.choose(this.chosen);
  }

  /** The trajectories of the cell of which words are here. */
  own() {
    return this.study.trajectories.filter(({ cell }) => cell === this.place);
  }

  /** @param {number | undefined} number */
  choose(number) {
    const own = this.own();
    const found = own.find((each) => each.number === number) ?? own[0];
    this.chosen = found?.number;
    const few = own.length <= MOST_CHIPS && own.every(({ name, short }) => name !== short);
    this.chips.replaceChildren(...(few ? own.map((each) => this.chip(each)) : [this.list(own)]));
    if (few) this.beside.prepend(this.which, this.chips);
    else this.replies.node.before(this.chips);
    this.which.hidden = !few;
    this.replies.open(found);
    this.draw();
  }

  /** @param {Trajectory} trajectory */
  chip({ number, name, short }) {
    const chip = button(short, () => this.choose(number), "lmw-chip");
    chip.setAttribute("aria-pressed", String(number === this.chosen));
    chip.setAttribute("aria-label", name);
    if (this.cell.walks && this.theme) chip.style.setProperty("--lmw-own", trajectoryColour(number, this.theme));
    return chip;
  }

  /** @param {Trajectory[]} own */
  list(own) {
    const select = make("select", "lmw-select");
    select.setAttribute("aria-label", `${this.study.noun} whose replies are shown`);
    for (const { number, name } of own) {
      select.append(Object.assign(make("option", "", name), { value: String(number) }));
    }
    select.value = String(this.chosen);
    select.addEventListener("change", () => this.choose(Number(select.value)));
    return select;
  }

  /** The picture anew: of walks, the one that is read before the others, which are faint. */
  draw() {
    if (!this.theme) return;
    const { cell, theme } = this;
    const [back, front] = [make("div", "lmw-back"), make("div", "lmw-front")];
    this.room.replaceChildren(back, front);
    this.room.classList.toggle("lmw-plane", !cell.picture);
    if (cell.picture) this.pictures = [new Shapes(back)];
    else this.pictures = [new Paths(back), new Paths(front)];
    const [own, others] = [true, false].map((mine) => cell.walks?.filter(({ trajectory }) => (trajectory === this.chosen) === mine));
    this.pictures[0].accept(cell.picture ? cell : { ...cell, walks: others, field: [] }, theme, this.study.grid);
    this.pictures[1]?.accept({ ...cell, walks: own }, theme, this.study.grid);
    this.at(this.t, this.live);
  }

  /** @param {Theme} theme */
  dress(theme) {
    this.theme = theme;
    this.choose(this.chosen);
  }

  /** @param {number} t @param {boolean} live */
  at(t, live) {
    [this.t, this.live] = [t, live];
    for (const picture of this.pictures) picture.at(t, live);
    this.replies.at(t);
  }

  /** The walk that was tapped is read. @param {MouseEvent} event */
  tapped(event) {
    const { reach } = this.study.grid;
    if (!reach || !this.cell.walks) return;
    const box = this.room.getBoundingClientRect();
    const x = (2 * (event.clientX - box.left) / box.width - 1) * reach;
    const y = (1 - 2 * (event.clientY - box.top) / box.height) * reach;
    const nearest = nearestWalk(this.cell, x, y, this.t);
    if (nearest !== undefined) this.choose(nearest);
  }
}
