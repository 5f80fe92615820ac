// @ts-check
// The scene of walks on the stage: outlines, where the walks set out and where they have come to.
import { headOf } from "../../../experiment/live/web/lines.js";
import { limitOf, outlinePath, outlineStyle } from "../../../parts/web/outlines.js";
import { endColour, referenceColour, startColour, trajectoryColour } from "../../../parts/web/palette.js";
/** @import { Line, PlaneRoom } from "../../../parts/web/messages.d.ts" */
/** @import { DrawnLine, Trace } from "../../../experiment/live/web/lines.js" */
/** @import { Theme } from "../../../parts/web/palette.js" */

export class Plane {
  /** @param {PlaneRoom} room */
  constructor(room) {
    this.room = room;
    this.reach = room.reach;
    // a wall stands half a unit beyond the furthest place
    this.limit = Math.max(room.reach, Math.floor(limitOf(room.outlines)));
    this.moving = false;
  }

  /** Widens the view where a walk has left it; whether it did. @param {Iterable<Pick<DrawnLine, "x" | "y">>} walks */
  grow(walks) {
    let far = 0;
    for (const walk of walks) {
      for (let i = 0; i < walk.x.length; i++) far = Math.max(far, Math.abs(walk.x[i]), Math.abs(walk.y[i]));
    }
    const wanted = Math.min(this.limit, Math.ceil(far * 1.35));
    if (far <= this.reach || wanted <= this.reach) return false;
    this.reach = wanted;
    return true;
  }

  ranges() {
    const edge = this.reach + Math.min(1.5, 0.3 * this.reach + 0.5); // room for walls, which stand half a cell further out
    return [[-edge, edge], [-edge, edge]];
  }

  /** @param {Line} walk @param {Theme} theme */
  line(walk, theme) {
    return {
      mode: "lines",
      line: { color: trajectoryColour(walk.trajectory, theme), width: theme.size ? 3 : 1.7 },
      opacity: 0.85,
      hovertemplate: `trajectory ${walk.trajectory}<br>x %{x:.0f}, y %{y:.0f}<extra></extra>`,
    };
  }

  /** @param {DrawnLine[]} walks */
  heads(walks) {
    const at = walks.map((walk) => (walk.t.length && walk.shown >= 0 ? headOf(walk) : [null, null]));
    return { x: at.map((point) => point[0]), y: at.map((point) => point[1]) };
  }

  /** @param {DrawnLine[]} walks @param {Theme} theme */
  ends(walks, theme) {
    const edges = walks.map((walk) => trajectoryColour(walk.trajectory, theme));
    const { x, y } = this.heads(walks);
    return dots(x, y, { symbol: "diamond", size: theme.size ? 18 : 11, color: endColour(theme), line: { color: edges, width: theme.size ? 4 : 2 } });
  }

  /** @param {DrawnLine[]} walks @param {Theme} theme @returns {Trace[]} */
  others(walks, theme) {
    const begun = walks.find((walk) => walk.t.length);
    const [x, y] = begun ? [begun.x[0], begun.y[0]] : this.room.centre;
    const halo = { color: theme.background, width: 1.5 };
    const start = dots([x], [y], { symbol: "circle", size: theme.size ? 16 : 11, color: startColour(theme), line: halo });
    return [this.parent(this.room.before, theme), this.parent(this.room.after, theme, "dash"), start];
  }

  /** A part of the way of a branch's parent. @param {PlaneRoom["before"]} way @param {Theme} theme @param {string} [dash] */
  parent(way = [], theme, dash = "solid") {
    const path = { x: way.map((point) => point[0]), y: way.map((point) => point[1]) };
    const line = { color: referenceColour(theme), width: theme.size ? 3 : 1.7, dash };
    return { ...path, mode: "lines", line, opacity: dash === "solid" ? 0.6 : 0.85, hoverinfo: "skip" };
  }

  /** @param {Partial<Theme>} theme */
  axes(theme) {
    const margin = theme.size ? { l: 52, r: 12, t: 12, b: 40 } : { l: 34, r: 8, t: 8, b: 26 };
    return { x: {}, y: { scaleanchor: "x", scaleratio: 1 }, margin };
  }

  /** Each outline as its points and its line. @param {Theme} theme */
  curves(theme) {
    return this.room.outlines.map(({ kind, points }) => ({ points, line: outlineStyle(kind, theme) }));
  }

  /** @param {Theme} theme */
  shapes(theme) {
    return this.room.outlines.map((outline) => ({
      type: "path", path: outlinePath(outline), layer: "below", line: outlineStyle(outline.kind, theme),
    }));
  }
}

/** @param {(number | null)[]} x @param {(number | null)[]} y @param {object} marker */
const dots = (x, y, marker) => ({ x, y, mode: "markers", marker, hoverinfo: "skip", cliponaxis: false });
