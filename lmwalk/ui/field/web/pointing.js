// @ts-check
// Pointing at a position of a picture, and going from one to the next with the arrow keys.
/** @import { Room } from "./room.js" */

/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/**
 * @typedef {object} Look
 * @property {() => Room | undefined} room
 * @property {(at: number) => boolean} known
 * @property {() => number | undefined} at where it is pointed at now
 * @property {(at: number | undefined) => void} point
 * @property {(at: number | undefined) => void} pin
 */

/** @param {HTMLElement} place @param {Look} look */
export function listen(place, { room, known, at, point, pin }) {
  const under = (/** @type {MouseEvent} */ event) => {
    const { left, top } = place.getBoundingClientRect();
    return room()?.nearest(event.clientX - left, event.clientY - top, known);
  };
  place.addEventListener("pointermove", (event) => point(under(event)));
  place.addEventListener("pointerleave", () => point(undefined));
  place.addEventListener("click", (event) => pin(under(event)));
  place.addEventListener("keydown", (event) => {
    const [way, now, here] = [KEYS[event.key], at(), room()];
    if (event.key === "Escape") pin(undefined);
    if (!way || !here) return;
    event.preventDefault();
    event.stopPropagation(); // the keys are the picture's
    pin(now === undefined ? here.origin : here.next(now, way[0], way[1], known));
  });
}
