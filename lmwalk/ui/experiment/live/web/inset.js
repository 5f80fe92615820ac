// @ts-check
// The whole plane, small, in a corner of the picture, while the picture shows a part of it: walls and references, and a
// frame around what is shown large.
import { shape, titleOf } from "../../../parts/web/dom.js";
import { limitOf, outlinePath } from "../../../parts/web/outlines.js";
/** @import { Scene } from "./picture.js" */

const PART = 0.9;

/**
 * Draws it, or takes it away where everything is shown large.
 *
 * @param {HTMLElement} node
 * @param {Scene} scene
 * @param {number[][]} ranges what is shown large
 */
export function inset(node, scene, [[x0, x1], [y0, y1]]) {
  const svg = node.querySelector(":scope > .lmw-inset");
  const walls = scene.room.kind === "plane" ? limitOf(scene.room.outlines) : Infinity;
  if (scene.room.kind !== "plane" || !Number.isFinite(walls) || x1 - x0 > 2 * PART * walls) {
    svg?.remove();
    return;
  }
  const edge = 1.06 * walls;
  const place = svg ?? node.appendChild(shape("svg", { class: "lmw-inset", role: "img" }));
  place.setAttribute("viewBox", `${-edge} ${-edge} ${2 * edge} ${2 * edge}`);
  const plane = shape("g", { transform: "scale(1,-1)", fill: "none" });
  plane.append(
    ...scene.room.outlines.map((each) => shape("path", { class: `lmw-outline-${each.kind}`, d: outlinePath(each) })),
    shape("rect", { class: "lmw-frame", x: x0, y: y0, width: x1 - x0, height: y1 - y0 }),
  );
  place.replaceChildren(titleOf("All of the plane; the frame is what the picture shows"), plane);
}
