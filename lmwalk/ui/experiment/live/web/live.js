// @ts-check
// The live stage: a bar with the state of the run, the picture, the stream of replies, the player that they all stand
// under. Built once, then only updated.
import { Reader } from "../../../families/chains/web/reader.js";
import { make, mounted } from "../../../parts/web/dom.js";
import { lineColour, themeOf, trajectoryColour } from "../../../parts/web/palette.js";
import { Player } from "../../../parts/web/player.js";
import { ByHandPanel } from "../../step_by_step/web/by_hand.js";
import { Keys } from "../../step_by_step/web/keys.js";
import { LiveGrid } from "./cells.js";
import { Picture } from "./picture.js";
import { LARGE_PX, Presentation } from "./presentation.js";
import { RunBar } from "./run_bar.js";
import { Stream } from "./stream.js";
import { Wire } from "../../../parts/web/wire.js";
/** @import { Bar, Delta, Snapshot, Stage as Setup, Streamed, Told } from "../../../parts/web/messages.d.ts" */
/** @import { Theme } from "../../../parts/web/palette.js" */

/** @typedef {(name: string, value: unknown) => void} Tell */
/** @typedef {(reached: { stage: number, cells: number }) => void} Ask */
/** @typedef {Told & (Snapshot | Delta)} News */

const ASK_AGAIN_MS = 1000;
/** The page's colours are looked up again after that. */
const LOOK_MS = 1000;
/** @type {WeakMap<object, Stage>} */
const stages = new WeakMap();
/** The stage that was drawn last: where the page puts another one in its place, the clock of that goes on. @type {Stage | undefined} */
let latest;
/** @type {Promise<any> | undefined} */
let plotlyPromise;

/** Plotly.js comes once, from the server's static folder, and stays in the browser's cache. @param {string} url */
function loadPlotly(url) {
  plotlyPromise ??= new Promise((resolve, reject) => {
    const loaded = () => /** @type {any} */ (window).Plotly;
    if (loaded()) return resolve(loaded());
    const script = document.createElement("script");
    script.src = new URL(url, document.baseURI).href;
    script.onload = () => resolve(loaded());
    script.onerror = () => {
      plotlyPromise = undefined;
      reject(new Error(`Plotly.js could not be loaded from ${script.src}`));
    };
    document.head.append(script);
  });
  return plotlyPromise;
}

class Stage {
  /** @param {HTMLElement} parent @param {Tell} tell @param {number | null} [t] */
  constructor(parent, tell, t) {
    this.root = make("section", "lmw-stage");
    this.bar = new RunBar();
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
    this.grid = new LiveGrid((place) => tell("cell", place));
    left.append(this.plot, this.legend);
    this.waiting = make("div", "lmw-waiting");
    this.reader = new Reader();
    const act = (/** @type {Record<string, unknown>} */ told) => tell("act", { ...told, at: Date.now() });
    this.hand = new ByHandPanel(act);
    this.show = new Presentation(this.root, act, () => this.restyle());
    this.act = act;
    right.append(this.heading, this.columns, this.list, this.reader.node, this.hand.node, this.waiting);
    body.append(this.grid.node, left, right);
    this.player = new Player(this.root, {
      show: (at, live) => this.at(at, live), tell: (at) => tell("seek", { t: at }), t,
    });
    const tools = make("div", "lmw-tools");
    tools.append(this.hand.tool, this.show.button);
    this.bar.node.append(tools);
    this.root.append(this.bar.node, this.bar.asking, this.show.choices, body, this.show.run, this.player.node);
    parent.append(this.root);
    this.fitter = new ResizeObserver(() => this.fit());
    this.fitter.observe(parent.closest(".stMainBlockContainer") ?? parent);
    this.keys = new Keys(() => this.situation(), (done) => this.do(done));
    this.picture = new Picture(this.plot, (number) => tell("pick", number));
    this.stream = new Stream(this.list);
    this.tell = tell;
    this.wire = new Wire((news) => this.hear(news), () => tell("turn", "lost"));
    /** @type {Setup} */
    this.setup = { plotly: "", config: {}, t: null };
    this.drawn = "";
    this.told = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.check = undefined;
    this.closed = false;
    /** @type {Theme | undefined} */
    this.looks = undefined;
    this.lookedAt = -Infinity;
    this.cursor = -1;
    this.askedAt = -Infinity;
    /** Whether a message was missed. */
    this.lacks = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.again = undefined;
    this.updates = 0;
    this.reads = false;
    /** @type {string | undefined} */
    this.view = undefined;
    /** @type {string | undefined} */
    this.study = undefined;
    /** @type {boolean | undefined} */
    this.dark = undefined;
    /** @type {string[]} */
    this.colours = [];
  }

  /** What the page says: what is new, or where that is told. @param {Setup & (News | Streamed)} data */
  take(data) {
    this.setup = data;
    this.lookedAt = -Infinity;
    this.drawn = data.stand;
    this.wire.follow(data.kind === "stream" ? data.stream : "");
    clearTimeout(this.check);
    if (data.kind !== "stream") this.accept(data, (reached) => this.tell("resync", reached));
    // what the page has drawn may be older than what the stream has told, which tells it once
    else this.check = setTimeout(() => this.stands(this.told), ASK_AGAIN_MS);
  }

  /** What the stream says; where the buttons below are another moment's, the page is to draw them anew. @param {News} news */
  hear(news) {
    this.accept(news, () => {});
    this.told = news.stand;
    this.stands(news.stand);
  }

  /** @param {string} stand how the run stands; an empty text where that was not told yet */
  stands(stand) {
    if (!stand || stand === this.drawn) return;
    this.drawn = stand;
    this.tell("turn", stand);
  }

  /** @param {News} data @param {Ask} ask called where a message was missed */
  accept(data, ask) {
    this.draws(data, ask).catch((problem) => {
      this.legend.textContent = problem.message;
    });
  }

  /** @param {News} data @param {Ask} ask */
  async draws(data, ask) {
    this.bar.show(data.bar);
    this.root.dataset.state = data.bar.state;
    this.waiting.textContent = data.bar.waiting;
    const hand = data.hand === undefined ? this.hand.hand : data.hand;
    this.root.classList.toggle("lmw-by-hand", Boolean(hand?.open));
    this.show.show(data.bar, hand);
    this.player.lend(["running", "paused"].includes(data.bar.state));
    const whole = this.takeCells(data);
    const missed = data.kind === "delta" && (data.view !== this.view || data.from > this.cursor);
    this.lacks = missed || !whole;
    // of another view nothing is here, however far the one before it had come
    if (this.lacks) this.catchUp(ask, missed && data.view !== this.view, !whole && data.cells?.view !== this.grid.plan?.view);
    if (missed) return;
    if (data.kind === "snapshot" && data.view !== this.view) this.open(data);
    this.cursor = Math.max(this.cursor, data.to);
    this.picture.merge(data.points, data.kind === "snapshot" && data.begins);
    const theme = this.theme();
    this.stream.add(data.replies, theme);
    if (data.texts) this.reader.add(data.texts);
    this.hand.show(hand, this.colourOf(hand?.number, theme));
    this.reach();
    this.updates += 1;
    this.root.dataset.updates = String(this.updates);
    this.root.dataset.cursor = String(this.cursor);
    if (this.dark !== theme.dark) {
      this.stream.recolour(theme);
      this.colour(theme);
    }
    this.dark = theme.dark;
    this.root.classList.toggle("lmw-dark", theme.dark);
    this.picture.preview(theme);
    await this.picture.draw(await loadPlotly(this.setup.plotly), theme, this.setup.config);
  }

  theme() {
    const theme = this.dressed();
    return this.show.large ? { ...theme, size: LARGE_PX } : theme;
  }

  /** The page's colours; to look them up takes as long as to draw a frame. */
  dressed() {
    const now = performance.now();
    if (!this.looks || now - this.lookedAt > LOOK_MS) [this.looks, this.lookedAt] = [themeOf(this.root), now];
    return this.looks;
  }

  /** Draws what is there in another theme or size. */
  restyle() {
    this.lookedAt = -Infinity;
    const theme = this.theme();
    this.dark = theme.dark;
    this.root.classList.toggle("lmw-dark", theme.dark);
    this.stream.recolour(theme);
    this.colour(theme);
    this.hand.show(this.hand.hand, this.colourOf(this.hand.hand?.number, theme));
    this.hand.toEnd();
    if (this.picture.ready) this.picture.draw(this.picture.Plotly, theme, this.setup.config);
  }

  /** Of the line of a trajectory; nothing where lines are of several. @param {number | undefined} number @param {Theme} theme */
  colourOf(number, theme) {
    const own = [...this.picture.walks.values()].find((line) => line.trajectory === number && !line.mean);
    return own ? lineColour(own, theme) : "";
  }

  /** What keys depend on. */
  situation() {
    const { large } = this.show;
    if (!this.root.isConnected) return null;
    return { state: this.root.dataset.state ?? "", live: this.player.live, ready: this.hand.ready, large };
  }

  /** @param {string} done what a key does */
  do(done) {
    if (done === "send") this.hand.sends();
    else if (done === "present") this.show.enter();
    else if (done === "leave") this.show.leave();
    else this.act({ do: done });
  }

  /** Gives the grid what is its own; whether it missed nothing. @param {News} data */
  takeCells({ cells, bar, begins }) {
    this.root.classList.toggle("lmw-gridded", Boolean(cells));
    if (!cells) {
      this.grid.node.hidden = true;
      return true;
    }
    return this.grid.accept(cells, this.dressed(), { running: isLive(bar), begins });
  }

  /**
   * Asks for what was missed: at most once a second, and not while nobody looks.
   *
   * @param {Ask} ask
   * @param {boolean} stage whether all of the stage is asked for
   * @param {boolean} cells whether all of the grid is
   */
  catchUp(ask, stage, cells) {
    clearTimeout(this.again);
    const now = performance.now();
    if (document.hidden || now - this.askedAt < ASK_AGAIN_MS) {
      // no message may come any more that would lead here again
      this.again = setTimeout(() => this.lacks && this.catchUp(ask, stage, cells), ASK_AGAIN_MS);
      return;
    }
    this.askedAt = now;
    ask({ stage: stage ? -1 : this.cursor, cells: cells ? -1 : this.grid.cursor });
  }

  /** The clock goes as far as there are points, and texts. */
  reach() {
    const [first, last] = this.picture.span();
    const own = Math.max(last, this.reader.last());
    // while a run is followed, the clock is that of the large picture; looking back, it is that of all cells
    const every = this.player.live && isLive({ state: this.root.dataset.state ?? "" }) ? null : this.grid.span();
    this.player.reach(Math.min(first, every?.[0] ?? first), Math.max(own, every?.[1] ?? own));
  }

  /** @param {number} t @param {boolean} live */
  at(t, live) {
    const step = Math.floor(t);
    this.picture.hold(live ? null : t, this.player.runs);
    this.grid.hold(live ? null : t);
    this.bar.say(this.player.chasing ? this.player.stepsPerS() : null);
    this.stream.at(live ? null : step);
    if (!this.reads) return;
    this.reader.turn(step);
    this.picture.point(this.reader.at);
  }

  /** Tells the style sheet how much of the page stands above: on a low screen the picture takes what is left. */
  fit() {
    const page = this.root.closest(".stMain");
    if (!page || this.show.large) return;
    const above = Math.round(this.root.getBoundingClientRect().top + page.scrollTop);
    this.root.style.setProperty("--lmw-above", `${above}px`);
  }

  /** @param {Snapshot & Pick<Told, "begins">} data */
  open(data) {
    const another = data.study !== this.study;
    if (another && data.begins) this.player.begin();
    else if (another && this.study !== undefined) this.player.follow();
    if (another) this.player.paced = this.player.paced && data.begins;
    this.study = data.study;
    this.view = data.view;
    this.reads = data.room.kind === "series" && Boolean(data.room.reader);
    this.cursor = -1;
    this.stream.clear();
    this.root.classList.toggle("lmw-series", data.room.kind === "series");
    this.root.classList.toggle("lmw-reads", this.reads);
    this.root.classList.toggle("lmw-timeless", !data.clock);
    this.reader.open();
    this.player.open(data.clock);
    this.picture.open(data.room, data.walks);
    this.heading.replaceChildren(named(data.heading, data.degrees));
    if (data.chain) this.heading.append(make("span", "lmw-chain", data.chain));
    if (data.simulation) this.heading.append(make("span", "lmw-tag", "simulation"));
    if (data.remark) this.heading.append(Object.assign(make("span", "lmw-remark", data.remark), { title: data.remark }));
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
    this.legend.append(...this.colours.map((words) => legendItem("lmw-swatch", words)));
    this.colour(this.dressed());
  }

  /** Which colour is which condition; theirs depend on the theme. @param {Theme} theme */
  colour(theme) {
    const swatches = /** @type {NodeListOf<HTMLElement>} */ (this.legend.querySelectorAll(".lmw-swatch"));
    for (const [place, swatch] of swatches.entries()) swatch.style.background = trajectoryColour(place, theme);
  }

  /** Where the clock stands; null at its end. */
  clock() {
    return this.player.live ? null : Math.floor(this.player.t);
  }

  close() {
    this.closed = true;
    clearTimeout(this.again);
    clearTimeout(this.check);
    this.wire.close();
    this.keys.close();
    this.fitter.disconnect();
    this.show.close();
    this.player.close();
    this.picture.close();
    this.grid.close();
    this.bar.close();
    this.root.remove();
  }
}

/** Whether answers may come. @param {Pick<Bar, "state">} bar */
const isLive = ({ state }) => ["preparing", "running", "paused"].includes(state);

/** @param {string} mark @param {string} words */
const legendItem = (mark, words) => {
  const item = make("span", "lmw-item");
  item.append(make("i", mark), document.createTextNode(words));
  return item;
};

/** @param {string[]} ends */
const legendScale = ([first, last]) => {
  const item = make("span", "lmw-item");
  item.append(document.createTextNode(first), make("i", "lmw-scale"), document.createTextNode(last));
  return item;
};

/** The name of a condition, its temperature in a part of its own. @param {string} words @param {string} degrees */
function named(words, degrees) {
  const after = degrees && ` \u00b7 ${degrees}`;
  const name = make("strong");
  name.title = words + after;
  name.append(make("span", "", words));
  if (after) name.append(make("span", "lmw-degrees", after));
  return name;
}

/** @param {{ data: (Setup & (News | Streamed)) | null, parentElement: HTMLElement, setTriggerValue: Tell }} place */
export default function ({ data, parentElement, setTriggerValue }) {
  const build = () => new Stage(parentElement, setTriggerValue, replaced ? replaced.clock() : data?.t);
  const replaced = latest && !latest.closed && !latest.root.isConnected ? latest : undefined;
  const [stage, leave] = mounted(stages, parentElement, build);
  if (replaced) stage.study = replaced.study;
  latest = stage;
  if (data) stage.take(data);
  return leave;
}
