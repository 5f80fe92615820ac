// @ts-check
// The pictures as they stand, as a file.
import { make, penOf } from "../../parts/web/dom.js";
import { themeOf } from "../../parts/web/palette.js";
/** @import { Picture } from "./picture.js" */

const GAP = 16;
const TITLE = 26;

/** @param {{ root: HTMLElement, all(): Picture[], settings_words(): string, legend: { title: HTMLElement } }} view */
export function savePng(view) {
  const { root, legend } = view;
  const pictures = view.all();
  const theme = themeOf(root);
  const density = window.devicePixelRatio || 1;
  const side = pictures[0].side;
  const sheet = make("canvas");
  sheet.width = Math.round(density * (pictures.length * (side + GAP) - GAP));
  sheet.height = Math.round(density * (side + TITLE));
  const pen = penOf(sheet);
  pen.scale(density, density);
  Object.assign(pen, { fillStyle: theme.background });
  pen.fillRect(0, 0, sheet.width, sheet.height);
  Object.assign(pen, { fillStyle: theme.text, font: `13px ${theme.font}`, textBaseline: "middle" });
  const words = `${legend.title.textContent}, ${view.settings_words()}`;
  pictures.forEach((picture, i) => {
    const name = picture.name.textContent;
    pen.fillText([name, i ? "" : words].filter(Boolean).join(" · "), i * (side + GAP) + 8, TITLE / 2, side - 16);
    for (const canvas of [picture.ground, picture.crowd, picture.heads]) pen.drawImage(canvas, i * (side + GAP), TITLE, side, side);
  });
  sheet.toBlob((blob) => {
    if (!blob) return;
    const link = Object.assign(make("a"), { href: URL.createObjectURL(blob), download: "field.png" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}
