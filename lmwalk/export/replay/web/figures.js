// @ts-check
// The figures of the study: drawings that are shown as pictures, so that nothing in them can act; a slider where they
// have one.
import { make } from "../../../ui/parts/web/dom.js";
/** @import { Figure, Study } from "./study.js" */

/** Of a drawing's width: smaller, its letters cannot be read. */
const LEAST = 0.7;

/** Of a figure whose pictures all found no room. @type {import("./study.js").Picture} */
const NONE = { choice: "", caption: "", width: 0, positions: [] };

/** @param {Study} study */
export function figuresOf({ figures }) {
  const node = make("section", "lmw-figures");
  if (!figures.length) return node;
  node.append(make("h2", "lmw-part", "Figures"));
  node.append(...figures.map((figure) => new Drawn(figure).node));
  return node;
}

class Drawn {
  node = make("details", "lmw-figure");
  image = make("img");
  caption = make("p", "lmw-note");
  fault = make("p", "lmw-note");
  choice = make("select", "lmw-select");
  slider = make("input", "lmw-slider");
  place = make("output", "lmw-place");

  /** @param {Figure} figure */
  constructor(figure) {
    this.figure = figure;
    this.node.append(make("summary", "", figure.title), make("p", "lmw-note", figure.about), this.controls());
    const room = make("div", "lmw-drawing");
    room.append(this.image);
    this.node.append(this.caption, room, this.fault);
    if (figure.left) this.node.append(make("p", "lmw-note", `${figure.left.toLocaleString("en")} more of these pictures are not in this page.`));
    // a drawing is made into a picture once somebody looks
    this.node.addEventListener("toggle", () => this.node.open && this.show());
  }

  controls() {
    const row = make("div", "lmw-controls");
    const { pictures, title } = this.figure;
    pictures.forEach(({ choice }, place) => this.choice.append(Object.assign(make("option", "", choice), { value: String(place) })));
    this.choice.hidden = pictures.length < 2;
    this.choice.setAttribute("aria-label", `what ${title} shows`);
    this.choice.addEventListener("change", () => this.turn());
    Object.assign(this.slider, { type: "range", min: 0, step: 1 });
    this.slider.addEventListener("input", () => this.show());
    this.slider.setAttribute("aria-label", title);
    row.append(this.choice, this.slider, this.place);
    this.turn();
    return row;
  }

  /** @returns {import("./study.js").Picture} */
  get picture() {
    return this.figure.pictures[Number(this.choice.value)] ?? NONE;
  }

  /** Another picture: its slider stands at its end, as on the dashboard. */
  turn() {
    const last = Math.max(0, this.picture.positions.length - 1);
    Object.assign(this.slider, { max: last, value: last, hidden: !last });
    this.place.hidden = !last;
    if (this.node.open) this.show();
  }

  show() {
    const { positions, fault, choice, caption, width } = this.picture;
    const at = Number(this.slider.value);
    const [name, svg] = positions[at] ?? ["", ""];
    this.slider.style.setProperty("--lmw-part", String(at / Math.max(1, positions.length - 1)));
    this.slider.setAttribute("aria-valuetext", name);
    this.place.textContent = name;
    this.image.hidden = !svg;
    this.image.style.minWidth = `${LEAST * width}px`;
    this.caption.textContent = caption;
    if (svg) this.image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    this.image.alt = [this.figure.title, choice, name].filter(Boolean).join(", ");
    this.fault.textContent = fault ?? "";
  }
}
