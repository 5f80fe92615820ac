// The live stage: a bar with the state of the run, the picture, the stream of replies, the player that they all stand
// under. Built once, then only updated.
const stages = new WeakMap();
let plotlyPromise;

// Plotly.js comes once, from the server's static folder, and stays in the browser's cache.
function loadPlotly(url) {
  plotlyPromise ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = new URL(url, document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      plotlyPromise = undefined;
      reject(new Error(`Plotly.js could not be loaded from ${script.src}`));
    };
    document.head.append(script);
  });
  return plotlyPromise;
}

class Stage {
  constructor(parent, tell, t) {
    this.root = make("section", "lmw-stage");
    this.bar = new Bar();
    this.plot = make("div", "lmw-plot");
    this.plot.setAttribute("role", "img");
    this.legend = make("div", "lmw-legend");
    this.heading = make("div", "lmw-heading");
    this.columns = make("div", "lmw-columns");
    this.list = make("ol", "lmw-list");
    this.list.tabIndex = 0;
    this.list.setAttribute("aria-label", "replies, newest first");
    const left = make("div", "lmw-left");
    const right = make("div", "lmw-right");
    const body = make("div", "lmw-body");
    left.append(this.plot, this.legend);
    this.waiting = make("div", "lmw-waiting");
    this.reader = new Reader();
    right.append(this.heading, this.columns, this.list, this.reader.node, this.waiting);
    body.append(left, right);
    this.player = new Player(this.root, { show: (at, live) => this.at(at, live), tell: (at) => tell("seek", { t: at }), t });
    this.root.append(this.bar.node, body, this.player.node);
    parent.append(this.root);
    this.picture = new Picture(this.plot, (number) => tell("pick", number));
    this.stream = new Stream(this.list);
    this.cursor = -1;
    this.updates = 0;
  }

  async accept(data, ask) {
    if (!data) return;
    this.bar.show(data.bar);
    this.root.dataset.state = data.bar.state;
    this.waiting.textContent = data.bar.waiting;
    if (data.kind === "delta" && (data.view !== this.view || data.from > this.cursor)) {
      ask();
      return;
    }
    if (data.view !== this.view) this.open(data);
    this.cursor = Math.max(this.cursor, data.to);
    this.picture.merge(data.points);
    const theme = themeOf(this.root);
    this.stream.add(data.replies, theme);
    if (data.texts) this.reader.add(data.texts);
    this.reach();
    this.updates += 1;
    this.root.dataset.updates = this.updates;
    this.root.dataset.cursor = this.cursor;
    if (this.dark !== theme.dark) {
      this.stream.recolour(theme);
      this.colour(theme);
    }
    this.dark = theme.dark;
    this.root.classList.toggle("lmw-dark", theme.dark);
    this.picture.preview(theme);
    await this.picture.draw(await loadPlotly(data.plotly), theme, data.config);
  }

  // The clock goes as far as there are points, and texts.
  reach() {
    const [first, last] = this.picture.span();
    this.player.reach(first, Math.max(last, this.reader.last()));
  }

  at(t, live) {
    const step = Math.floor(t);
    this.picture.hold(live ? null : t, this.player.playing);
    this.stream.at(live ? null : step);
    if (!this.reads) return;
    this.reader.turn(step);
    this.picture.point(this.reader.at);
  }

  open(data) {
    if (this.study !== undefined && data.study !== this.study) this.player.follow();
    this.study = data.study;
    this.view = data.view;
    this.reads = Boolean(data.room.reader);
    this.cursor = -1;
    this.stream.clear();
    this.root.classList.toggle("lmw-series", data.room.kind === "series");
    this.root.classList.toggle("lmw-reads", this.reads);
    this.root.classList.toggle("lmw-timeless", !data.clock);
    this.reader.open();
    this.player.open(data.clock);
    this.picture.open(data.room, data.walks);
    this.heading.replaceChildren(make("strong", "", data.heading));
    if (data.chain) this.heading.append(make("span", "lmw-chain", data.chain));
    if (data.simulation) this.heading.append(make("span", "lmw-tag", "simulation"));
    if (data.remark) this.heading.append(make("span", "lmw-remark", data.remark));
    this.root.classList.toggle("lmw-many", data.many);
    const [who, t, ...others] = data.columns;
    const names = [who, t, ...(data.many ? ["model"] : []), ...others];
    this.columns.replaceChildren(...names.map((name) => make("span", "", name)));
    this.columns.hidden = !data.walks.length;
    this.root.classList.toggle("lmw-unread", others.length < 2);
    this.plot.setAttribute("aria-label", data.alt);
    this.legend.replaceChildren(...data.legend.map(([mark, words]) => legendItem(mark, words)));
    if (data.scale?.length) this.legend.append(legendScale(data.scale));
    this.colours = data.colours ?? [];
    this.legend.append(...this.colours.map(() => legendItem("lmw-swatch", "")));
    this.colour(themeOf(this.root));
  }

  // Which colour is which condition; theirs depend on the theme.
  colour(theme) {
    for (const [place, item] of [...this.legend.querySelectorAll(":scope > :has(.lmw-swatch)")].entries()) {
      item.firstChild.style.background = trajectoryColour(place, theme);
      item.lastChild.textContent = this.colours[place];
    }
  }

  close() {
    this.player.close();
    this.picture.close();
    this.root.remove();
  }
}

const legendItem = (mark, words) => {
  const item = make("span", "lmw-item");
  item.append(make("i", mark), document.createTextNode(words));
  return item;
};

const legendScale = ([first, last]) => {
  const item = make("span", "lmw-item");
  item.append(document.createTextNode(first), make("i", "lmw-scale"), document.createTextNode(last));
  return item;
};

// The state of the run. Its words keep their places: every number has a fixed width.
class Bar {
  constructor() {
    this.node = make("div", "lmw-bar");
    this.node.setAttribute("role", "status");
    this.word = make("span", "lmw-word");
    this.count = make("span", "lmw-count");
    this.track = make("span", "lmw-track");
    this.fill = make("i", "lmw-fill");
    this.rate = make("span", "lmw-rate");
    this.errors = make("span", "lmw-errors");
    this.left = make("span", "lmw-timeleft");
    this.track.append(this.fill);
    this.node.append(this.word, this.count, this.errors, this.track, this.rate, this.left);
  }

  show(bar) {
    this.node.dataset.state = bar.state;
    this.word.textContent = bar.state;
    this.count.textContent = bar.count;
    this.fill.style.transform = `scaleX(${bar.share})`;
    this.rate.textContent = bar.rate;
    this.errors.textContent = bar.errors;
    this.errors.classList.toggle("lmw-bad", bar.failed);
    this.left.textContent = bar.left;
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  let stage = stages.get(parentElement);
  if (!stage) {
    stage = new Stage(parentElement, setTriggerValue, data?.t);
    stages.set(parentElement, stage);
  }
  stage.accept(data, () => setTriggerValue("resync", Date.now())).catch((problem) => {
    stage.legend.textContent = problem.message;
  });
  // Streamlit also calls this for a message that a newer one has overtaken: the stage goes only when its place is gone.
  return () => {
    setTimeout(() => {
      if (parentElement.isConnected) return;
      stage.close();
      stages.delete(parentElement);
    });
  };
}
