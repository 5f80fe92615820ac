// The scene of draws: a probability or a share against what was shown or drawn so far, over grey references.
const FEW_LINES = 12;

class Series {
  constructor(room) {
    this.room = room;
    this.x = room.x.slice();
    this.y = room.y.slice();
    this.moving = !room.reader;
    this.names = new Map(room.ticks);
  }

  aside() {
    return 0;
  }

  grow(walks) {
    let [right, top] = [-Infinity, -Infinity];
    for (const walk of walks) {
      for (let i = 0; i < walk.x.length; i++) {
        right = Math.max(right, walk.x[i]);
        top = Math.max(top, walk.y[i]);
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

  line(walk, theme) {
    const colour = lineColour(walk, theme);
    return {
      mode: this.room.single ? "markers" : this.room.dots ? "lines+markers" : "lines",
      line: { color: colour, width: walk.mean ? 2.6 : 1.3 },
      marker: { color: colour, size: this.room.single ? 10 : walk.mean ? 7 : 4 },
      opacity: walk.mean ? 1 : this.room.single ? 0.8 : 0.5,
      hovertemplate: `${walk.name}<br>${this.room.xTitle} %{x}<br>%{y:.3f}<extra></extra>`,
    };
  }

  // Where each of a few lines has come to; of more they would hide the lines.
  heads(walks) {
    const marked = this.room.ends && walks.length <= FEW_LINES ? walks.filter((walk) => walk.t.length && walk.shown >= 0) : [];
    const at = marked.map((walk) => headOf(walk));
    return { x: at.map((point) => point[0]), y: at.map((point) => point[1]) };
  }

  ends(walks, theme) {
    const { x, y } = this.heads(walks);
    const line = { color: theme.background, width: 1.5 };
    return { x, y, mode: "markers", marker: { symbol: "diamond", size: 9, color: END_COLOUR(theme), line }, hoverinfo: "skip" };
  }

  others(_, theme) {
    return this.room.references.map((reference) => ({
      x: reference.x,
      y: reference.y,
      mode: "lines",
      line: { color: REFERENCE_COLOUR(theme), width: this.room.faint ? 0.8 : 1.3, dash: reference.dash, shape: reference.shape },
      opacity: this.room.faint ? 0.6 : 1,
      hoverinfo: "skip",
      zorder: -1,
    }));
  }

  axes(theme) {
    const titled = (text) => ({ title: { text, standoff: 8, font: { size: 12, color: theme.text } } });
    const ticks = this.names.size
      ? { tickmode: "array", tickvals: [...this.names.keys()], ticktext: [...this.names.values()], zeroline: false }
      : { tickmode: "auto", zeroline: false };
    return {
      x: { ...titled(this.room.xTitle), ...ticks, scaleanchor: null },
      y: { ...titled(this.room.yTitle), scaleanchor: null },
      margin: { l: 54, r: 14, t: 10, b: 44 },
    };
  }

  // Where the reader of a chain is.
  shapes(theme) {
    if (!this.room.reader) return [];
    const line = { color: REFERENCE_COLOUR(theme), width: 1.2, dash: "dot" };
    return [{ type: "line", x0: this.at ?? 0, x1: this.at ?? 0, yref: "paper", y0: 0, y1: 1, layer: "below", line }];
  }
}
