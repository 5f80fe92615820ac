// @ts-check
// How large pictures are: as large as the window allows below the controls, and no larger than their room.

/** Pixels: a picture's least and most, what stands beside a single one, between them, and below them. */
const [LEAST, MOST, ASIDE, GAP, BELOW] = [260, 760, 320, 20, 26];
/** Below this width everything stands in one column. */
const NARROW = 720;

/** @param {HTMLElement} root @param {HTMLElement} pictures @param {number} count */
export function sized(root, pictures, count) {
  const wide = root.clientWidth;
  const beside = count === 1 && wide >= NARROW;
  const scrolled = document.querySelector(".stMain")?.scrollTop ?? 0;
  const high = window.innerHeight - pictures.getBoundingClientRect().top - scrolled - BELOW;
  const columns = wide < NARROW ? 1 : count;
  const width = (wide - (beside ? ASIDE + GAP : 0) - GAP * (columns - 1)) / columns;
  const side = Math.floor(Math.min(width, wide < NARROW ? MOST : Math.max(high, LEAST + 60), MOST));
  return { side: Math.max(side, Math.min(LEAST, wide)), beside, stacked: columns < count };
}
