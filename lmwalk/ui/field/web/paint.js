// @ts-check
// Painting: the pictures of the fields that are shown, of their difference, and the numbers of both.
import { themeOf } from "../../parts/web/palette.js";
import { written } from "./heat.js";
import { distances, mean } from "./laws.js";
import { NOWHERE } from "./walkers.js";
/** @import { Theme } from "../../parts/web/palette.js" */
/** @import { Legend } from "./legend.js" */
/** @import { Picture } from "./picture.js" */
/** @import { Room } from "./room.js" */
/** @import { Shown } from "./shown.js" */
/** @import { Side } from "./side.js" */

/** @typedef {{ root: HTMLElement, shown: Shown, sides: Side[], difference: Picture, legend: Legend, share: import("./asked.js").AskedShare, heat: import("./shown.js").Chosen | undefined, pointer: import("./pointer.js").Pointer }} Painted */

/** @param {Painted} view @param {Room} room */
export function paint(view, room) {
  const { root, shown, sides } = view;
  const theme = themeOf(root);
  root.classList.toggle("lmw-dark", theme.dark);
  root.classList.toggle("lmw-counted", shown.follows_walkers);
  const heat = (view.heat = shown.heat(room, sides));
  for (const [i, { picture, laws, source, name }] of sides.entries()) {
    room.fit(picture.side, picture.side);
    picture.draw(room, { ...heat, value: heat.values[i], asked: (at) => laws.measured(at) }, heat.own ? ownOf(source) : source, theme, shown.arrows ? laws : null);
    picture.place.setAttribute("aria-label", `${name}: ${heat.title} at every position, and arrows of the mean move`);
  }
  if (sides.length > 1) paintDifference(view, room, theme);
  view.legend.show(heat, theme);
  tellNumbers(view, room);
  shown.filling.hidden = !view.share.say(room, sides, shown.fill.checked);
  view.pointer.show();
}

/** @param {Painted} view @param {Room} room @param {Theme} theme */
function paintDifference({ root, sides: [one, other], difference }, room, theme) {
  const far = distances(one.laws, other.laws);
  const source = one.source.map((at) => (at === NOWHERE || Number.isNaN(far[at]) ? NOWHERE : at));
  difference.draw(room, { value: (at) => far[at], asked: (at) => one.laws.measured(at) && other.laws.measured(at), least: 0, most: 1 }, source, theme, null);
  difference.place.setAttribute("aria-label", "total variation distance of both at every position");
  const average = mean([...far].filter((each) => !Number.isNaN(each)));
  difference.name.textContent = `Their difference: TVD ${written(average)} on average (scale 0 to 1)`;
  root.dataset.distance = String(average);
}

/** For those who read the page and do not see it. @param {Painted} view @param {Room} room */
function tellNumbers({ root, sides, legend }, room) {
  root.dataset.entropy = written(sides[0].laws.meanEntropy(), 4);
  root.dataset.measured = String(sides[0].laws.lists.size);
  legend.said(sides.map(({ laws }) => laws.meanEntropy()), room.moves.length, sides.map(({ told }) => told?.part.sampled?.replies));
}

/** Each position for itself, where something is known around it. @param {Int32Array} source */
const ownOf = (source) => source.map((from, at) => (from === NOWHERE ? NOWHERE : at));
