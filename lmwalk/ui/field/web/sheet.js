// @ts-check
// The pictures as they stand on one sheet: with what they show and under what, their scale, and the walkers.
import { make, penOf } from "../../parts/web/dom.js";
import { themeOf } from "../../parts/web/palette.js";
import { heatColours, written } from "./heat.js";
import { SvgPen } from "./svg.js";
import { underWords } from "./under.js";
/** @import { Theme } from "../../parts/web/palette.js" */
/** @import { Pen, Picture } from "./picture.js" */
/** @import { Room } from "./room.js" */
/** @import { Chosen } from "./shown.js" */
/** @import { Side } from "./side.js" */

/** @typedef {{ root: HTMLElement, room: Room | undefined, sides: Side[], heat: Chosen | undefined, all(): Picture[] } & import("./under.js").Set} Stage */

const [GAP, EDGE, TITLE, NAMES, FOOT] = [16, 10, 26, 22, 40];
const RAMP = 200;

/** @param {Stage} view */
export function sheetSize(view) {
  const pictures = view.all();
  const { side } = pictures[0];
  return [pictures.length * (side + GAP) - GAP + 2 * EDGE, side + TITLE + NAMES + FOOT + EDGE];
}

/** All but the walkers; gives back where each picture stands. @param {Pen} pen @param {Stage} view @param {Theme} theme */
export function drawSheet(pen, view, theme) {
  const [width, height] = sheetSize(view);
  const pictures = view.all();
  Object.assign(pen, { fillStyle: theme.background });
  pen.fillRect(0, 0, width, height);
  const room = /** @type {Room} */ (view.room);
  Object.assign(pen, { textBaseline: "middle", textAlign: "left", fillStyle: theme.text, font: `600 14px ${theme.font}` });
  pen.fillText(`${view.heat?.title ?? ""}, ${underWords(view)}`, EDGE, EDGE + TITLE / 2);
  pictures.forEach((picture, i) => {
    const [x, y] = placeOf(picture, i);
    Object.assign(pen, { textBaseline: "middle", textAlign: "center", fillStyle: theme.text, font: `12px ${theme.font}` });
    pen.fillText(picture.name.textContent ?? "", x + picture.side / 2, y - NAMES / 2);
    pen.save();
    pen.translate(x, y);
    room.fit(picture.side, picture.side);
    picture.again(pen);
    pen.restore();
  });
  if (view.heat) scale(pen, view.heat, theme, height - FOOT + 4);
}

/** @param {Picture} picture @param {number} number */
const placeOf = ({ side }, number) => [EDGE + number * (side + GAP), EDGE + TITLE + NAMES - 6];

/** @param {Pen} pen @param {Chosen} heat @param {Theme} theme @param {number} top */
function scale(pen, { least, most, unit }, theme, top) {
  const colours = heatColours(theme);
  const step = RAMP / colours.length;
  colours.forEach((colour, i) => {
    pen.fillStyle = colour;
    pen.fillRect(EDGE + i * step, top, i < colours.length - 1 ? step + 1 : step, 10); // over the edge of the next, or hairlines would show
  });
  const digits = most < 0.1 ? 4 : 2;
  Object.assign(pen, { textBaseline: "middle", textAlign: "left", fillStyle: theme.text, font: `11px ${theme.font}` });
  pen.fillText(written(least, digits), EDGE, top + 19);
  pen.textAlign = "right";
  pen.fillText(`${written(most, digits)}${unit ? ` ${unit}` : ""}`, EDGE + RAMP, top + 19);
}

/** Draws the walkers as they are on the screen. @param {CanvasRenderingContext2D} pen @param {Stage} view */
export function drawWalkers(pen, view) {
  view.sides.forEach(({ picture }, i) => {
    const [x, y] = placeOf(picture, i);
    for (const canvas of [picture.crowd, picture.heads]) pen.drawImage(canvas, x, y, picture.side, picture.side);
  });
}

/** A canvas for the sheet. @param {Stage} view @param {number} density pixels of the file for one of the page */
export function canvasFor(view, density) {
  const [width, height] = sheetSize(view);
  const canvas = make("canvas");
  // films have an even number of pixels
  [canvas.width, canvas.height] = [width, height].map((size) => 2 * Math.round((density * size) / 2));
  penOf(canvas).scale(density, density);
  return canvas;
}

/** @param {Stage} view */
export function svgOf(view) {
  const theme = themeOf(view.root);
  const [width, height] = sheetSize(view);
  const pen = new SvgPen(width, height);
  drawSheet(pen, view, theme);
  const colour = getComputedStyle(view.root).getPropertyValue("--lmw-walker");
  view.sides.forEach(({ picture, walkers }, i) => {
    const [x, y] = placeOf(picture, i);
    const room = /** @type {Room} */ (view.room);
    room.fit(picture.side, picture.side);
    Object.assign(pen, { strokeStyle: colour, lineWidth: 3, lineCap: "round", globalAlpha: 0.8 });
    pen.beginPath();
    walkers.at.forEach((at, number) => {
      const [px, py] = room.points[at];
      const [dx, dy] = [0.34 * room.spacing * walkers.aside[2 * number], 0.34 * room.spacing * walkers.aside[2 * number + 1]];
      pen.moveTo(x + room.toX(px + dx), y + room.toY(py + dy));
      pen.path += "h0";
    });
    pen.stroke();
  });
  return pen.text();
}
