// @ts-check
// How large the pictures of a grid are: as large as lets all of them be seen at once, and never too small to be read.

/** Pixels between cells, of the row of temperatures, of a name above its cells. */
const [GAP, HEAD, NAME] = [6, 30, 24];
export const LEAST = 60;
/** On a phone seven cells stand side by side. */
const LEAST_NARROW = 44;
export const LARGEST = 240;
/** The narrowest picture that numbers fit below. */
const LEAST_WITH_NUMBERS = 124;
const STEP = 2;
export const NARROW = 560;
/** Below it replies stand under the large picture. */
const ONE_COLUMN = 700;

/**
 * @typedef {object} Space
 * @property {number} width of the frame
 * @property {number} height of what is left of the window for it
 * @property {number} rows
 * @property {number} columns
 * @property {number} names how wide the names of the rows are
 * @property {number} lines how high the lines below a picture are, 0 where none are shown
 * @property {string} size "fit", "small" or "large"
 */

/** Whether each row has its name above it, as there is no room beside it. @param {{ width: number }} space */
export const narrow = ({ width }) => width < NARROW;

/** Whether rows of one picture each stand side by side. @param {{ rows: number, columns: number }} space */
export const flows = ({ rows, columns }) => columns === 1 && rows > 1;

/**
 * The side of a picture, in pixels.
 *
 * @param {Space} space
 */
export function fit(space) {
  const least = space.lines ? LEAST_WITH_NUMBERS : narrow(space) ? LEAST_NARROW : LEAST;
  if (space.size === "small") return least;
  const most = space.size === "large" ? Infinity : flows(space) ? sideBySide(space) : down(space);
  const side = Math.min(flows(space) ? LARGEST : across(space), most, LARGEST);
  return Math.max(least, STEP * Math.floor(side / STEP));
}

/** What the width allows. @param {Space} space */
function across(space) {
  const left = space.width - (narrow(space) ? 0 : space.names);
  return left / space.columns - GAP;
}

/** What the height allows. @param {Space} space */
function down(space) {
  const name = narrow(space) ? NAME : 0;
  return (space.height - HEAD) / space.rows - GAP - space.lines - name;
}

/** The largest at which rows of one picture each, side by side, are not higher than the window. @param {Space} space */
function sideBySide(space) {
  for (let side = LARGEST; side > LEAST_WITH_NUMBERS; side -= STEP) {
    const perLine = Math.max(1, Math.floor((space.width + GAP) / (side + GAP)));
    if (Math.ceil(space.rows / perLine) * (side + space.lines + 2 * NAME + GAP) <= space.height) return side;
  }
  return LEAST_WITH_NUMBERS;
}

/**
 * Writes the sizes into the page.
 *
 * @param {HTMLElement} root
 * @param {Space} space
 * @param {number} every rows, those that are filtered out included
 */
export function apply(root, space, every) {
  const { width, height, names, lines } = space;
  const flow = flows({ rows: every, columns: space.columns });
  root.classList.toggle("lmw-bare", !lines);
  root.classList.toggle("lmw-flow", flow);
  root.classList.toggle("lmw-above", narrow(space) && !flow);
  const large = width < ONE_COLUMN ? width : Math.min(height, width * 0.52);
  const sizes = { cell: fit(space), names, height, width, large };
  for (const [name, value] of Object.entries(sizes)) root.style.setProperty(`--lmw-${name}`, `${Math.floor(value)}px`);
}
