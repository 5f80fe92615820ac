// The picture: one Plotly node for its whole life. Points are merged by (line, t) and revealed smoothly, or held at the
// t of the player; what is drawn around the lines is the scene's.
class Picture {
  constructor(node, pick) {
    this.node = node;
    this.pick = pick;
    this.walks = new Map();
    this.ready = false;
    this.frame = 0;
    this.restUntil = 0;
    this.held = null;
    this.owed = new Set();
    this.sketched = new Set();
    this.drawing = Promise.resolve();
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.resizer = new ResizeObserver(() => this.resize());
  }

  // A new view: other lines, another room, the same node.
  open(room, walks) {
    this.scene = room.kind === "series" ? new Series(room) : new Plane(room);
    this.zoomed = false;
    const blank = () => ({ t: [], x: [], y: [], shown: 0 });
    this.walks = new Map(
      walks.map((walk, index) => [walk.key, { ...walk, ...blank(), index, aside: this.scene.aside(walk.trajectory) }]),
    );
    this.owed.clear();
    this.sketched.clear();
    this.fresh = true;
  }

  // The first and the last t that any line has.
  span() {
    const known = [...this.walks.values()].filter((walk) => walk.t.length);
    if (!known.length) return [0, 0];
    return [Math.min(...known.map((walk) => walk.t[0])), Math.max(...known.map((walk) => walk.t[walk.t.length - 1]))];
  }

  // Shows every line up to t and nothing of what comes; null follows what comes.
  hold(t, playing) {
    Object.assign(this, { held: t, playing });
    if (!playing) {
      for (const walk of this.sketched) this.owed.add(walk);
      this.sketched.clear();
    }
    if (t !== null) for (const walk of this.walks.values()) if (place(walk, t)) this.owed.add(walk);
    if (this.ready && !this.fresh) this.wake();
  }

  merge(points) {
    for (const piece of points) {
      const walk = this.walks.get(piece.key);
      if (walk) mergeInto(walk, piece, this.scene.moving);
    }
    if (this.fresh || this.still) for (const walk of this.walks.values()) walk.shown = walk.t.length - 1;
    this.grow();
  }

  // What can be seen before Plotly is there.
  preview(theme) {
    if (!this.ready && !window.Plotly) preview(this.node, this.scene, [...this.walks.values()], theme);
  }

  async draw(Plotly, theme, config) {
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
      this.owed.clear();
      await this.draws(Plotly.react(this.node, this.traces(), this.layout(keptRanges), { ...config, ...CONFIG }));
      this.node.querySelector(":scope > canvas")?.remove();
      if (first && this.ready) this.listen();
      return;
    }
    if (this.scene.moving && this.held === null) this.moved();
    this.wake();
  }

  // Plotly ends a drawing later than it began it; the node must stay until then.
  draws(drawing) {
    // without their results: each would hold all those before it
    this.drawing = Promise.allSettled([this.drawing, drawing]).then(() => {});
    return drawing;
  }

  listen() {
    this.resizer.observe(this.node);
    this.node.on("plotly_relayout", (change) => {
      if (Object.keys(change).some((name) => name.startsWith("xaxis.range"))) this.zoomed = !this.growing;
    });
    this.node.on("plotly_doubleclick", () => (this.zoomed = false));
    this.node.on("plotly_click", ({ points }) => {
      const picked = [...this.walks.values()][points[0].curveNumber];
      if (picked?.number !== undefined) this.pick(picked.number);
    });
  }

  // Where along the lines the reader is.
  point(t) {
    if (!this.scene?.room.reader || this.scene.at === t) return;
    this.scene.at = t;
    if (this.ready) this.draws(this.Plotly.relayout(this.node, { shapes: this.scene.shapes(this.theme) }));
  }

  ranges() {
    const full = this.node._fullLayout;
    return full ? [full.xaxis.range.slice(), full.yaxis.range.slice()] : null;
  }

  // A line that leaves the view widens it, unless the user has chosen a view.
  grow() {
    if (!this.scene.grow(this.walks.values()) || !this.ready || this.fresh || this.zoomed) return;
    this.growing = true;
    const [x, y] = this.scene.ranges();
    this.draws(this.Plotly.relayout(this.node, { "xaxis.range": x, "yaxis.range": y })).then(() => {
      this.growing = false;
    });
  }

  // Points that were drawn before can have been put elsewhere.
  moved() {
    const changed = [...this.walks.values()].filter((walk) => walk.changed);
    for (const walk of changed) walk.changed = false;
    if (changed.length) this.extend(changed);
  }

  wake() {
    if (!this.frame && this.behind()) {
      this.before = performance.now();
      this.frame = requestAnimationFrame((now) => this.tick(now));
    }
  }

  behind() {
    if (this.owed.size) return true;
    if (this.held !== null) return false;
    for (const walk of this.walks.values()) if (walk.shown < walk.t.length - 1) return true;
    return false;
  }

  tick(now) {
    this.frame = 0;
    if (now >= this.restUntil) {
      const elapsed = Math.min(Math.max(now - this.before, 0), 100);
      this.before = now;
      const moved = this.owed;
      this.owed = new Set();
      if (this.held === null) for (const walk of this.walks.values()) if (reveal(walk, elapsed)) moved.add(walk);
      if (moved.size && !this.sketch(moved)) this.extend([...moved]);
      // Drawing takes at most half of the time, so the page stays quick on a slow machine.
      this.restUntil = now + 2 * (performance.now() - now);
    }
    if (this.behind()) this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  sketch(moved) {
    if (!this.playing || this.scene.room.dots) return false;
    if (!strokes(this.node, [...moved], this.scene.heads([...this.walks.values()]))) return false;
    for (const walk of moved) this.sketched.add(walk);
    return true;
  }

  extend(moved) {
    const lines = moved.map((walk) => revealed(walk));
    const heads = this.scene.heads([...this.walks.values()]);
    const points = { x: [...lines.map((line) => line.x), heads.x], y: [...lines.map((line) => line.y), heads.y] };
    const indices = [...moved.map((walk) => walk.index), this.node.data.length - 1];
    this.draws(this.Plotly.restyle(this.node, points, indices));
  }

  // The lines first, then what stands still, then the marks at the lines' ends.
  traces() {
    const walks = [...this.walks.values()];
    return [
      ...walks.map((walk) => ({ ...revealed(walk), ...this.scene.line(walk, this.theme) })),
      ...this.scene.others(walks, this.theme),
      this.scene.ends(walks, this.theme),
    ];
  }

  layout(ranges) {
    const [x, y] = ranges || this.scene.ranges();
    const faint = this.theme.dark ? "rgba(255,255,255,0.07)" : "rgba(20,30,40,0.07)";
    const axis = {
      gridcolor: faint, zerolinecolor: faint, zeroline: true, ticks: "", nticks: 7, fixedrange: false,
      tickfont: { size: 11, color: this.theme.text }, constrain: "domain",
    };
    const own = this.scene.axes(this.theme);
    return {
      xaxis: { ...axis, range: x, ...own.x },
      yaxis: { ...axis, range: y, ...own.y },
      margin: own.margin,
      width: this.node.clientWidth,
      height: this.node.clientHeight,
      showlegend: false,
      hovermode: "closest",
      dragmode: "zoom",
      font: { family: this.theme.font, color: this.theme.text },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      modebar: { bgcolor: "rgba(0,0,0,0)", color: REFERENCE_COLOUR(this.theme), activecolor: this.theme.text },
      shapes: this.scene.shapes(this.theme),
    };
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.node;
    const full = this.node._fullLayout;
    if (!this.ready || !width || !height || !full || (full.width === width && full.height === height)) return;
    this.draws(this.Plotly.relayout(this.node, { width, height }));
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.resizer.disconnect();
    if (this.ready) this.drawing.then(() => this.Plotly.purge(this.node));
    this.ready = false;
  }
}

const CONFIG = {
  responsive: false,
  doubleClick: "reset",
  modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
  toImageButtonOptions: { format: "png", scale: 3, filename: "lmwalk" },
};

const placed = ([x, y], walk) => [x + walk.aside, y + walk.aside];
