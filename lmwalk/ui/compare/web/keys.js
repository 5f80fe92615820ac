// @ts-check
// Walking through a grid with the arrow keys: the whole grid is one stop of the tab key.

/**
 * Where a key leads among rows and columns, stopping at the edges; undefined where it leads nowhere.
 *
 * @param {[number, number]} place
 * @param {string} key
 * @param {number} rows
 * @param {number} columns
 * @returns {[number, number] | undefined}
 */
export function moved([row, column], key, rows, columns) {
  /** @type {Record<string, [number, number]>} */
  const ways = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [row, 0],
    End: [row, columns - 1],
    PageUp: [0, column],
    PageDown: [rows - 1, column],
  };
  const way = ways[key];
  if (!way) return undefined;
  return [Math.min(Math.max(way[0], 0), rows - 1), Math.min(Math.max(way[1], 0), columns - 1)];
}

export class Keys {
  /**
   * @param {HTMLElement} grid
   * @param {() => HTMLElement[][]} shown the cells as they stand, row by row
   */
  constructor(grid, shown) {
    this.shown = shown;
    /** @type {HTMLElement | undefined} */
    this.stop = undefined;
    grid.addEventListener("keydown", (event) => this.key(event));
    grid.addEventListener("focusin", ({ target }) => this.hold(/** @type {HTMLElement} */ (target)));
  }

  /** Makes one cell the stop of the tab key: the one that was, where it still stands there. */
  settle() {
    const cells = this.shown().flat();
    if (!this.stop || !cells.includes(this.stop)) this.hold(cells.find((cell) => cell.tabIndex >= -1));
  }

  /** @param {HTMLElement | undefined} cell */
  hold(cell) {
    if (!cell || !this.shown().flat().includes(cell)) return;
    if (this.stop) this.stop.tabIndex = -1;
    this.stop = cell;
    cell.tabIndex = 0;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const rows = this.shown();
    const row = rows.findIndex((cells) => cells.includes(/** @type {HTMLElement} */ (event.target)));
    if (row < 0) return;
    const column = rows[row].indexOf(/** @type {HTMLElement} */ (event.target));
    const way = moved([row, column], event.key, rows.length, rows[row].length);
    if (!way) return;
    event.preventDefault();
    event.stopPropagation(); // the player has these keys everywhere else
    rows[way[0]][way[1]]?.focus();
  }
}
