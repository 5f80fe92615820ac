// @ts-check
// The scene of walks on the stage: outlines, where the walks set out and where they have come to.
import { headOf } from "../../../experiment/live/web/lines.js";
import { arrowCurves, arrowsPath, arrowStyle, limitOf, outlinePath, outlineStyle } from "../../../parts/web/outlines.js";
import { endColour, referenceColour, startColour, trajectoryColour } from "../../../parts/web/palette.js";
/** @import { Line, PlaneRoom } from "../../../parts/web/messages.d.ts" */
/** @import { DrawnLine, Trace } from "../../../experiment/live/web/lines.js" */
/** @import { Theme } from "../../../parts/web/palette.js" */

/** How far the view goes from (0, 0) before anything was walked. */
const NEAR = 5;
/** A reference or a wall that comes that near to the edge of the view is taken in whole. */
const ALMOST = 0.7;

export class Plane {
  /** @param {PlaneRoom} room */
  constructor(room) {
    this.room = room;
    const [x, y] = room.centre;
    const whole = room.outlines.some(({ kind }) => kind === "track");
    this.reach = whole ? room.reach : Math.min(room.reach, NEAR + Math.ceil(Math.max(Math.abs(x), Math.abs(y))));
    this.ring = Math.ceil(edgeOf(room.outlines.filter(({ kind }) => kind === "reference")));
    // a wall stands half a unit beyond the furthest place
    this.limit = Math.max(room.reach, Math.floor(limitOf(room.outlines)));
    this.moving = false;
    this.far = 0;
    /** How many points of each walk were looked at. @type {WeakMap<object, number>} */
    this.seen = new WeakMap();
  }

  /**
   * Widens the view where a walk has left it; whether it did.
   *
   * @param {Iterable<Pick<DrawnLine, "x" | "y"> & { shown?: number }>} walks
   * @param {boolean} [all] whether points count that are not shown yet
   */
  grow(walks, all = true) {
    for (const walk of walks) this.look(walk, all ? walk.x.length : Math.ceil(walk.shown ?? 0) + 1);
    const { far } = this;
    let wanted = Math.min(this.limit, Math.ceil(far * 1.35));
    for (const edge of [this.ring, this.limit]) if (wanted < edge && wanted > ALMOST * edge) wanted = edge;
    if (far <= this.reach || wanted <= this.reach) return false;
    this.reach = wanted;
    return true;
  }

  /** How far a walk has come by now; what was looked at is not looked at again. @param {Pick<DrawnLine, "x" | "y">} walk @param {number} count */
  look(walk, count) {
    const end = Math.min(count, walk.x.length);
    const known = this.seen.get(walk) ?? 0;
    for (let i = known > end ? 0 : known; i < end; i++) {
      this.far = Math.max(this.far, Math.abs(walk.x[i]), Math.abs(walk.y[i]));
    }
    this.seen.set(walk, end);
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
    return dots(x, y, { symbol: "diamond", size: theme.size ? 18 : 11, color: edges, line: { color: endColour(theme), width: theme.size ? 3 : 1.8 } });
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
    const arrows = arrowCurves(this.room.field ?? []).map((points) => ({ points, line: arrowStyle(theme) }));
    return [...arrows, ...this.room.outlines.map(({ kind, points }) => ({ points, line: outlineStyle(kind, theme) }))];
  }

  /** @param {Theme} theme */
  shapes(theme) {
    const { field = [], outlines } = this.room;
    const arrows = field.length ? [{ type: "path", path: arrowsPath(field), layer: "below", line: arrowStyle(theme) }] : [];
    return [...arrows, ...outlines.map((outline) => ({
      type: "path", path: outlinePath(outline), layer: "below", line: outlineStyle(outline.kind, theme),
    }))];
  }
}

/** How far outlines go from (0, 0) in x or y; 0 where there are none. @param {PlaneRoom["outlines"]} outlines */
const edgeOf = (outlines) => Math.max(0, ...outlines.flatMap(({ points }) => points.flat().map(Math.abs)));

/** @param {(number | null)[]} x @param {(number | null)[]} y @param {object} marker */
const dots = (x, y, marker) => ({ x, y, mode: "markers", marker, hoverinfo: "skip", cliponaxis: false });
