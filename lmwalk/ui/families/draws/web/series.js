// @ts-check
// The scene of draws and chains on the stage: a number against what came so far, over grey references.
import { headOf } from "../../../experiment/live/web/lines.js";
import { endColour, lineColour, referenceColour } from "../../../parts/web/palette.js";
/** @import { Line, SeriesRoom } from "../../../parts/web/messages.d.ts" */
/** @import { DrawnLine, Trace } from "../../../experiment/live/web/lines.js" */
/** @import { Theme } from "../../../parts/web/palette.js" */

const FEW_LINES = 12;

export class Series {
  /** @param {SeriesRoom} room */
  constructor(room) {
    this.room = room;
    this.x = room.x.slice();
    this.y = room.y.slice();
    this.moving = !room.reader;
    this.names = new Map(room.ticks);
    this.at = 0;
  }

  /** Widens the view where a line has left it; whether it did. @param {Iterable<Pick<DrawnLine, "x" | "y">>} lines @param {boolean} [_all] */
  grow(lines, _all = true) {
    let [right, top] = [-Infinity, -Infinity];
    for (const line of lines) {
      for (let i = 0; i < line.x.length; i++) {
        right = Math.max(right, line.x[i]);
        top = Math.max(top, line.y[i]);
      }
    }
    const wider = right > this.x[1];
    const higher = top > this.y[1];
    if (wider) this.x[1] = right * 1.25;
    if (higher) this.y[1] = top * 1.25;
    return wider || higher;
  }

  ranges() {
    return [this.x.slice(), this.y.slice()];
  }

  /** @param {Line} line @param {Theme} theme */
  line(line, theme) {
    const colour = lineColour(line, theme);
    return {
      mode: this.room.single ? "markers" : this.room.dots ? "lines+markers" : "lines",
      line: { color: colour, width: (line.mean ? 2.6 : 1.3) * (theme.size ? 1.7 : 1) },
      marker: { color: colour, size: this.room.single ? 10 : line.mean ? 7 : 4 },
      opacity: line.mean ? 1 : this.room.single ? 0.8 : 0.5,
      hovertemplate: `${line.name}<br>${this.room.xTitle} %{x}<br>%{y:.3f}<extra></extra>`,
    };
  }

  /** Where each of a few lines has come to; of more they would hide the lines. @param {DrawnLine[]} lines */
  heads(lines) {
    const few = this.room.ends && lines.length <= FEW_LINES;
    const at = few ? lines.filter((line) => line.t.length && line.shown >= 0).map((line) => headOf(line)) : [];
    return { x: at.map((point) => point[0]), y: at.map((point) => point[1]) };
  }

  /** @param {DrawnLine[]} lines @param {Theme} theme */
  ends(lines, theme) {
    const { x, y } = this.heads(lines);
    const line = { color: theme.background, width: 1.5 };
    const marker = { symbol: "diamond", size: 9, color: endColour(theme), line };
    return { x, y, mode: "markers", marker, hoverinfo: "skip" };
  }

  /** @param {DrawnLine[]} _ @param {Theme} theme @returns {Trace[]} */
  others(_, theme) {
    return this.room.references.map((reference) => ({
      x: reference.x,
      y: reference.y,
      mode: "lines",
      line: { color: referenceColour(theme), width: this.room.faint ? 0.8 : 1.3, dash: reference.dash, shape: reference.shape },
      opacity: this.room.faint ? 0.6 : 1,
      hoverinfo: "skip",
      zorder: -1,
    }));
  }

  /** @param {Partial<Theme>} theme */
  axes(theme) {
    const titled = (/** @type {string} */ text) => ({ title: { text, standoff: 8, font: { size: theme.size ?? 12, color: theme.text } } });
    const ticks = this.names.size
      ? { tickmode: "array", tickvals: [...this.names.keys()], ticktext: [...this.names.values()], zeroline: false }
      : { tickmode: "auto", zeroline: false };
    return {
      x: { ...titled(this.room.xTitle), ...ticks, scaleanchor: null },
      y: { ...titled(this.room.yTitle), scaleanchor: null },
      margin: theme.size ? { l: 92, r: 20, t: 14, b: 80 } : { l: 54, r: 14, t: 10, b: 44 },
    };
  }

  /** Nothing stands behind the lines but references, which are lines themselves. */
  curves() {
    return [];
  }

  /** Where the reader of a chain is. @param {Theme} theme */
  shapes(theme) {
    if (!this.room.reader) return [];
    const line = { color: referenceColour(theme), width: 1.2, dash: "dot" };
    return [{ type: "line", x0: this.at, x1: this.at, yref: "paper", y0: 0, y1: 1, layer: "below", line }];
  }
}
