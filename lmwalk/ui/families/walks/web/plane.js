// The square scene of walks: walls, the circle of unbiased walks, start and present place.
class Plane {
  constructor(room) {
    this.room = room;
    this.reach = room.reach;
    this.moving = false;
  }

  // Walks share cells; drawn a tenth of a cell apart they do not hide each other. Hovering tells the true position.
  aside(trajectory) {
    return this.room.reach > 60 ? 0 : ((trajectory % 5) - 2) * 0.1;
  }

  grow(walks) {
    let far = 0;
    for (const walk of walks) {
      for (let i = 0; i < walk.x.length; i++) far = Math.max(far, Math.abs(walk.x[i]), Math.abs(walk.y[i]));
    }
    if (far <= this.reach) return false;
    this.reach = Math.min(this.room.wall, Math.ceil(far * 1.35));
    return true;
  }

  ranges() {
    const edge = this.reach + 1.5;
    return [[-edge, edge], [-edge, edge]];
  }

  line(walk, theme) {
    return {
      mode: "lines",
      line: { color: trajectoryColour(walk.trajectory, theme), width: 1.7 },
      opacity: 0.85,
      hovertemplate: `trajectory ${walk.trajectory}<br>x %{x:.0f}, y %{y:.0f}<extra></extra>`,
    };
  }

  heads(walks) {
    const at = walks.map((walk) => (walk.t.length && walk.shown >= 0 ? placed(headOf(walk), walk) : [null, null]));
    return { x: at.map((point) => point[0]), y: at.map((point) => point[1]) };
  }

  ends(walks, theme) {
    const edges = walks.map((walk) => trajectoryColour(walk.trajectory, theme));
    const { x, y } = this.heads(walks);
    return dots(x, y, { symbol: "diamond", size: 11, color: END_COLOUR(theme), line: { color: edges, width: 2 } });
  }

  others(walks, theme) {
    const begun = walks.find((walk) => walk.t.length);
    const [x, y] = begun ? [begun.x[0], begun.y[0]] : [0, 0];
    const halo = { color: theme.background, width: 1.5 };
    const start = dots([x], [y], { symbol: "circle", size: 11, color: START_COLOUR(theme), line: halo });
    const before = this.room.before ?? [];
    const line = { color: REFERENCE_COLOUR(theme), width: 1.7 };
    const path = { x: before.map((point) => point[0]), y: before.map((point) => point[1]) };
    return [{ ...path, mode: "lines", line, opacity: 0.6, hoverinfo: "skip" }, start];
  }

  axes() {
    return { x: {}, y: { scaleanchor: "x", scaleratio: 1 }, margin: { l: 34, r: 8, t: 8, b: 26 } };
  }

  shapes(theme) {
    const { wall, radius, centre: [x, y] = [0, 0] } = this.room;
    const w = wall + 0.5;
    return [
      { type: "rect", x0: -w, x1: w, y0: -w, y1: w, layer: "below", line: { color: theme.text, width: 1.5 } },
      {
        type: "circle", x0: x - radius, x1: x + radius, y0: y - radius, y1: y + radius, layer: "below",
        line: { color: REFERENCE_COLOUR(theme), width: 1.2, dash: "dash" },
      },
    ];
  }
}

const dots = (x, y, marker) => ({ x, y, mode: "markers", marker, hoverinfo: "skip", cliponaxis: false });
