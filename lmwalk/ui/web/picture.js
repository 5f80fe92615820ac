// The square picture: one Plotly node for its whole life. Points are merged by (trajectory, t) and revealed smoothly.
class Picture {
  constructor(node) {
    this.node = node;
    this.walks = new Map();
    this.ready = false;
    this.frame = 0;
    this.restUntil = 0;
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.resizer = new ResizeObserver(() => this.resize());
  }

  // A new view: other walks, another room, the same node.
  open(room, walks) {
    this.room = room;
    this.reach = room.reach;
    this.zoomed = false;
    const blank = () => ({ t: [], x: [], y: [], shown: 0 });
    this.walks = new Map(
      walks.map((walk, index) => [walk.key, { ...walk, ...blank(), index, aside: aside(walk.trajectory, room.reach) }]),
    );
    this.fresh = true;
  }

  merge(points) {
    for (const piece of points) {
      const walk = this.walks.get(piece.key);
      if (walk) mergeInto(walk, piece);
    }
    if (this.fresh || this.still) for (const walk of this.walks.values()) walk.shown = walk.t.length - 1;
    this.grow();
  }

  async draw(Plotly, theme) {
    const signature = JSON.stringify(theme);
    const rebuild = this.fresh || signature !== this.signature;
    this.Plotly = Plotly;
    this.theme = theme;
    this.signature = signature;
    if (rebuild) {
      const first = !this.ready;
      const keptRanges = this.fresh ? null : this.ranges();
      this.fresh = false;
      this.ready = true;
      await Plotly.react(this.node, this.traces(), this.layout(keptRanges), CONFIG);
      if (first) this.listen();
      return;
    }
    this.wake();
  }

  listen() {
    this.resizer.observe(this.node);
    this.node.on("plotly_relayout", (change) => {
      if (Object.keys(change).some((name) => name.startsWith("xaxis.range"))) this.zoomed = !this.growing;
    });
    this.node.on("plotly_doubleclick", () => (this.zoomed = false));
  }

  ranges() {
    const full = this.node._fullLayout;
    return full ? [full.xaxis.range.slice(), full.yaxis.range.slice()] : null;
  }

  // A walk that leaves the view widens it, unless the user has chosen a view.
  grow() {
    let far = 0;
    for (const walk of this.walks.values()) {
      for (let i = 0; i < walk.x.length; i++) far = Math.max(far, Math.abs(walk.x[i]), Math.abs(walk.y[i]));
    }
    if (far <= this.reach) return;
    this.reach = Math.min(this.room.wall, Math.ceil(far * 1.35));
    if (!this.ready || this.fresh || this.zoomed) return;
    this.growing = true;
    const range = viewRange(this.reach);
    this.Plotly.relayout(this.node, { "xaxis.range": range, "yaxis.range": range.slice() }).then(() => {
      this.growing = false;
    });
  }

  wake() {
    if (!this.frame && this.behind()) {
      this.before = performance.now();
      this.frame = requestAnimationFrame((now) => this.tick(now));
    }
  }

  behind() {
    for (const walk of this.walks.values()) if (walk.shown < walk.t.length - 1) return true;
    return false;
  }

  tick(now) {
    this.frame = 0;
    if (now >= this.restUntil) {
      const elapsed = Math.min(Math.max(now - this.before, 0), 100);
      this.before = now;
      const moved = [];
      for (const walk of this.walks.values()) if (reveal(walk, elapsed)) moved.push(walk);
      if (moved.length) this.extend(moved);
      // Drawing takes at most half of the time, so the page stays quick on a slow machine.
      this.restUntil = now + 2 * (performance.now() - now);
    }
    if (this.behind()) this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  extend(moved) {
    const lines = moved.map((walk) => revealed(walk));
    const heads = this.heads();
    this.Plotly.restyle(
      this.node,
      { x: [...lines.map((line) => line.x), heads.x], y: [...lines.map((line) => line.y), heads.y] },
      [...moved.map((walk) => walk.index), this.walks.size + 1],
    );
  }

  heads() {
    const at = [...this.walks.values()].map((walk) => (walk.t.length ? placed(headOf(walk), walk) : [null, null]));
    return { x: at.map((point) => point[0]), y: at.map((point) => point[1]) };
  }

  traces() {
    const walks = [...this.walks.values()];
    const lines = walks.map((walk) => ({
      ...revealed(walk),
      mode: "lines",
      line: { color: trajectoryColour(walk.trajectory, this.theme), width: 1.7 },
      opacity: 0.85,
      hovertemplate: `trajectory ${walk.trajectory}<br>x %{x:.0f}, y %{y:.0f}<extra></extra>`,
    }));
    const begun = walks.filter((walk) => walk.t.length);
    const halo = { color: this.theme.background, width: 1.5 };
    const start = begun.length ? [[begun[0].x[0]], [begun[0].y[0]]] : [[0], [0]];
    const edges = walks.map((walk) => trajectoryColour(walk.trajectory, this.theme));
    return [
      ...lines,
      dots(start[0], start[1], { symbol: "circle", size: 11, color: START_COLOUR(this.theme), line: halo }),
      dots(this.heads().x, this.heads().y, {
        symbol: "diamond", size: 11, color: END_COLOUR(this.theme), line: { color: edges, width: 2 },
      }),
    ];
  }

  layout(ranges) {
    const range = viewRange(this.reach);
    const [x, y] = ranges || [range, range.slice()];
    const faint = this.theme.dark ? "rgba(255,255,255,0.07)" : "rgba(20,30,40,0.07)";
    const axis = {
      gridcolor: faint, zerolinecolor: faint, zeroline: true, ticks: "", nticks: 7, fixedrange: false,
      tickfont: { size: 11, color: this.theme.text }, constrain: "domain",
    };
    return {
      xaxis: { ...axis, range: x },
      yaxis: { ...axis, range: y, scaleanchor: "x", scaleratio: 1 },
      margin: { l: 34, r: 8, t: 8, b: 26 },
      width: this.node.clientWidth,
      height: this.node.clientHeight,
      showlegend: false,
      hovermode: "closest",
      dragmode: "zoom",
      font: { family: this.theme.font, color: this.theme.text },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      modebar: { bgcolor: "rgba(0,0,0,0)", color: REFERENCE_COLOUR(this.theme), activecolor: this.theme.text },
      shapes: this.shapes(),
    };
  }

  shapes() {
    const { wall, radius } = this.room;
    const w = wall + 0.5;
    return [
      { type: "rect", x0: -w, x1: w, y0: -w, y1: w, layer: "below", line: { color: this.theme.text, width: 1.5 } },
      {
        type: "circle", x0: -radius, x1: radius, y0: -radius, y1: radius, layer: "below",
        line: { color: REFERENCE_COLOUR(this.theme), width: 1.2, dash: "dash" },
      },
    ];
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.node;
    const full = this.node._fullLayout;
    if (!this.ready || !width || !height || !full || (full.width === width && full.height === height)) return;
    this.Plotly.relayout(this.node, { width, height });
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.resizer.disconnect();
    if (this.ready) this.Plotly.purge(this.node);
    this.ready = false;
  }
}

const CONFIG = {
  displaylogo: false,
  responsive: false,
  doubleClick: "reset",
  modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
  toImageButtonOptions: { format: "png", scale: 3, filename: "walk" },
};

const dots = (x, y, marker) => ({ x, y, mode: "markers", marker, hoverinfo: "skip", cliponaxis: false });
// Walks share cells; drawn a tenth of a cell apart they do not hide each other. Hovering tells the true position.
const aside = (trajectory, reach) => (reach > 60 ? 0 : ((trajectory % 5) - 2) * 0.1);
const placed = ([x, y], walk) => [x + walk.aside, y + walk.aside];
const viewRange = (reach) => [-reach - 1.5, reach + 1.5];
