// @ts-check
// Walkers in a picture: they glide from position to position and leave trails that fade.
import { penOf } from "../../parts/web/dom.js";
/** @import { Picture } from "./picture.js" */
/** @import { Room } from "./room.js" */
/** @import { Walkers } from "./walkers.js" */

/** So far aside of the middle of a cell walkers may be drawn, in cells. */
const ASIDE = 0.34;
/** Trails lose so much at once; smaller parts would be lost in rounding, and faint trails stay for ever. */
const FADE = 0.12;
/** Milliseconds after which they lose it, of few walkers and of many. */
const [LONG_MS, SHORT_MS] = [110, 40];

/**
 * Draws the way from one moment to the next; moments are parts of a step, from 0 to 1.
 *
 * @param {Picture} picture @param {Room} room @param {Walkers} walkers @param {number} before @param {number} now
 * @param {{ trails: boolean, colour: string, ink: string, passed: number }} look `passed`: milliseconds since the last one
 */
export function glide(picture, room, walkers, before, now, { trails, colour, ink, passed }) {
  const pen = penOf(picture.crowd);
  const few = walkers.at.length <= 60;
  if (trails) fade(pen, picture, passed / (few ? LONG_MS : SHORT_MS));
  else pen.clearRect(0, 0, picture.side, picture.side);
  Object.assign(pen, { strokeStyle: colour, lineCap: walkers.at.length > 500 ? "butt" : "round", lineWidth: now === before ? 2 : few ? 2.4 : walkers.at.length > 1500 ? 1.2 : 1.6 });
  pen.beginPath();
  const aside = ASIDE * room.spacing;
  for (let i = 0; i < walkers.at.length; i++) {
    const [from, to] = [room.points[walkers.from[i]], room.points[walkers.at[i]]];
    const [dx, dy] = [aside * walkers.aside[2 * i], aside * walkers.aside[2 * i + 1]];
    const start = trails ? before : now;
    pen.moveTo(room.toX(from[0] + start * (to[0] - from[0]) + dx), room.toY(from[1] + start * (to[1] - from[1]) + dy));
    pen.lineTo(room.toX(from[0] + now * (to[0] - from[0]) + dx) + (trails && now > before ? 0 : 2), room.toY(from[1] + now * (to[1] - from[1]) + dy));
  }
  pen.stroke();
  if (few) heads(picture, room, walkers, now, { colour, ink });
}

/** Dots, on a canvas that is drawn anew each time. @param {Picture} picture @param {Room} room @param {Walkers} walkers @param {number} now @param {{ colour: string, ink: string }} look */
function heads(picture, room, walkers, now, { colour, ink }) {
  const pen = penOf(picture.heads);
  pen.clearRect(0, 0, picture.side, picture.side);
  Object.assign(pen, { fillStyle: colour, strokeStyle: ink, lineWidth: 1.2 });
  const aside = ASIDE * room.spacing;
  for (let i = 0; i < walkers.at.length; i++) {
    const [from, to] = [room.points[walkers.from[i]], room.points[walkers.at[i]]];
    pen.beginPath();
    pen.arc(
      room.toX(from[0] + now * (to[0] - from[0]) + aside * walkers.aside[2 * i]),
      room.toY(from[1] + now * (to[1] - from[1]) + aside * walkers.aside[2 * i + 1]),
      3.6, 0, 2 * Math.PI,
    );
    pen.fill();
    pen.stroke();
  }
}

/** @param {CanvasRenderingContext2D} pen @param {Picture} picture @param {number} due how many times trails have to lose a part */
function fade(pen, picture, due) {
  picture.due = Math.min(picture.due + due, 12);
  if (picture.due < 1) return;
  pen.save();
  pen.globalCompositeOperation = "destination-out";
  pen.fillStyle = `rgba(0, 0, 0, ${1 - (1 - FADE) ** Math.floor(picture.due)})`;
  pen.fillRect(0, 0, picture.side, picture.side);
  pen.restore();
  picture.due %= 1;
}
