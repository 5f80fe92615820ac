// @ts-check
// The field of a policy: one picture for a model, three for two of them, under one sampler that acts here at once.
import { button, make, mounted } from "../../parts/web/dom.js";
import { themeOf } from "../../parts/web/palette.js";
import { Details } from "./details.js";
import { SamplerControls, WalkerControls } from "./controls.js";
import { glide } from "./crowd.js";
import { written } from "./heat.js";
import { distances, opensFrom } from "./laws.js";
import { Legend } from "./legend.js";
import { Picture } from "./picture.js";
import { savePng } from "./png.js";
import { Room } from "./room.js";
import { Shown } from "./shown.js";
import { Side } from "./side.js";
import { meanDistance, NOWHERE } from "./walkers.js";
/** @import { Field } from "../../parts/web/messages.d.ts" */

/** @typedef {(name: string, value: unknown) => void} Tell */

/** @type {WeakMap<object, View>} */
const views = new WeakMap();
/** Pixels: a picture's least and most, what stands beside it, and what is left below it. */
const [LEAST, MOST, ASIDE, BELOW, GAP] = [260, 760, 320, 16, 20];
/** Milliseconds after which it is looked from where on bounds are too wide. */
const CALM_MS = 350;
const KEYS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

class View {
  /** @param {HTMLElement} parent @param {Tell} tell */
  constructor(parent, tell) {
    this.tell = tell;
    this.root = make("div", "lmw-field");
    this.bar = make("div", "lmw-state");
    this.bar.setAttribute("role", "status");
    this.pictures = make("div", "lmw-pictures");
    this.aside = make("div", "lmw-aside");
    this.sampler = new SamplerControls(() => this.resample());
    this.shown = new Shown(() => this.redraw());
    this.walking = new WalkerControls({ play: () => this.play(!this.playing), restart: () => this.restart(), look: () => this.wipe() });
    this.legend = new Legend();
    this.details = new Details();
    this.open = make("p", "lmw-open");
    this.open.setAttribute("role", "status");
    const body = make("div", "lmw-body");
    const saves = make("div", "lmw-saves");
    saves.append(button("Save PNG", () => savePng(this)));
    const settings = make("div", "lmw-settings");
    settings.append(this.sampler.node, this.shown.node);
    this.aside.append(this.legend.node, this.details.node, this.walking.node, saves);
    const left = make("div", "lmw-left");
    left.append(this.pictures, this.open);
    body.append(left, this.aside);
    this.root.append(this.bar, settings, body);
    parent.append(this.root);
    /** @type {Side[]} */
    this.sides = [];
    this.difference = new Picture();
    this.view = "";
    /** @type {Room | undefined} */
    this.room = undefined;
    /** @type {number | undefined} */
    this.at = undefined;
    this.pinned = false;
    this.playing = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.walking.show(this.playing);
    this.moment = this.last = 0;
    this.stale = this.frame = 0;
    /** @type {Promise<void>} */
    this.heard = Promise.resolve();
    this.sized = new ResizeObserver(() => this.lay());
    this.sized.observe(this.root);
    this.relay = () => this.lay();
    window.addEventListener("resize", this.relay);
  }

  /** Messages are taken in one after the other. @param {Field} data */
  accept(data) {
    this.heard = this.heard.then(() => this.hear(data)).catch((problem) => { this.bar.textContent = String(problem.message); });
  }

  /** @param {Field} data */
  async hear(data) {
    if (data.view !== this.view) {
      if (!data.room || !data.samplers) return this.tell("missed", { reached: data.fields.map(() => 0) });
      this.begin(data, data.room, data.samplers);
    }
    const settings = this.sampler.settings();
    const before = this.sides.map(({ reached }) => reached);
    const whole = await Promise.all(this.sides.map((side, i) => side.hear(data.fields[i], settings)));
    if (whole.includes(false)) this.tell("missed", { reached: this.sides.map(({ reached }) => reached) });
    this.say();
    this.details.tell(data.opened, this.at);
    if (this.sides.every(({ reached }, i) => reached === before[i])) return undefined;
    if (before.every((reached) => reached === 0)) this.restart();
    this.look();
    return this.redraw();
  }

  /** @param {Field} data @param {NonNullable<Field["room"]>} room @param {NonNullable<Field["samplers"]>} samplers */
  begin(data, room, samplers) {
    this.view = data.view;
    this.room = new Room(room);
    this.sides = data.fields.map(({ name }) => new Side(/** @type {Room} */ (this.room), name));
    this.difference = new Picture();
    [this.at, this.pinned] = [undefined, false];
    this.details.say(undefined);
    this.root.dataset.fields = String(this.sides.length);
    this.shown.offer(room.moves);
    this.sampler.offer(samplers);
    for (const [i, { picture, name }] of this.sides.entries()) {
      picture.name.textContent = this.sides.length > 1 ? name : "";
      this.listen(picture, i);
    }
    this.difference.name.textContent = "Their difference (TVD)";
    this.listen(this.difference, 0);
    this.pictures.replaceChildren(...this.all().map(({ node }) => node));
    this.lay();
  }

  all() {
    return [...this.sides.map(({ picture }) => picture), ...(this.sides.length > 1 ? [this.difference] : [])];
  }

  /** @param {Picture} picture @param {number} which */
  listen({ place }, which) {
    const known = (/** @type {number} */ at) => this.sides[which].source[at] !== NOWHERE;
    const under = (/** @type {PointerEvent | MouseEvent} */ event) => {
      const { left, top } = place.getBoundingClientRect();
      return this.room?.nearest(event.clientX - left, event.clientY - top, known);
    };
    place.addEventListener("pointermove", (event) => { if (!this.pinned) this.point(under(event)); });
    place.addEventListener("pointerleave", () => { if (!this.pinned) this.point(undefined); });
    place.addEventListener("click", (event) => this.pin(under(event)));
    place.addEventListener("keydown", (event) => {
      const way = KEYS[/** @type {keyof typeof KEYS} */ (event.key)];
      if (event.key === "Escape") this.pin(undefined);
      if (!way || !this.room) return;
      event.preventDefault();
      event.stopPropagation();
      this.pin(this.at === undefined ? this.room.origin : this.room.next(this.at, way[0], way[1], known));
    });
  }

  /** Opens a position and keeps it open; the one that is open is let go. @param {number | undefined} at */
  pin(at) {
    this.pinned = at !== undefined && !(this.pinned && at === this.at);
    this.point(this.pinned ? at : undefined);
    if (this.pinned) this.tell("open", { position: at });
  }

  /** @param {number | undefined} at */
  point(at) {
    if (at !== this.at) this.details.tell(null, at);
    this.at = at;
    this.detail();
  }

  detail() {
    const { room, at } = this;
    if (!room) return;
    if (at === undefined) this.details.say(undefined);
    else this.details.show(room, at, this.sides.map(({ name, laws, source }) => ({ name, laws, source: source[at] })));
    const theme = themeOf(this.root);
    for (const picture of this.all()) picture.mark(room, at, theme);
  }

  /** The state of the asking, in words. */
  say() {
    const parts = this.sides.flatMap(({ part }) => part ?? []);
    const state = ["running", "failed", "stopped"].find((word) => parts.some((part) => part.state === word)) ?? "done";
    this.root.dataset.state = state;
    this.bar.replaceChildren(make("strong", "", state), ...parts.map(({ name, count }) => make("span", "", parts.length > 1 ? `${name}: ${count}` : count)));
  }

  /** The sampler was changed: every law anew, before the next picture. */
  resample() {
    if (!this.room) return;
    this.stale = 1;
    this.wake();
    this.look();
  }

  /** Says from which temperature on bounds are too wide, once nothing has been moved for a moment. */
  look() {
    clearTimeout(this.calm);
    this.calm = setTimeout(() => {
      const from = opensFrom((temperature) => {
        const settings = this.sampler.settings(temperature);
        return this.sides.some(({ laws }) => laws.opens(settings));
      });
      const now = this.sides.reduce((sum, { laws }) => sum + laws.open(), 0);
      const words = from === null ? "" : `From about T = ${written(from)} on, cut lists leave more than 5% open at some positions; they are hatched where they do.`;
      this.open.textContent = now ? `${words} Now at ${now.toLocaleString("en")}.` : words;
    }, CALM_MS);
  }

  redraw() {
    this.stale ||= 2;
    this.wake();
  }

  wake() {
    this.frame ||= requestAnimationFrame((now) => this.draw(now));
  }

  /** @param {number} now */
  draw(now) {
    this.frame = 0;
    const { room } = this;
    if (!room || !this.root.isConnected) return;
    if (this.stale === 1) for (const side of this.sides) side.rework(this.sampler.settings());
    if (this.playing) this.walk(now);
    if (this.stale || this.shown.follows_walkers) this.paint(room);
    this.stale = 0;
    this.last = now;
    if (this.playing) this.wake();
  }

  /** @param {Room} room */
  paint(room) {
    const theme = themeOf(this.root);
    this.root.classList.toggle("lmw-dark", theme.dark);
    const heat = this.shown.heat(room, this.sides);
    for (const [i, { picture, laws, source }] of this.sides.entries()) {
      room.fit(picture.side, picture.side);
      picture.draw(room, { ...heat, value: heat.values[i] }, heat.own ? ownOf(source) : source, theme, this.shown.arrows ? laws : null);
      picture.place.setAttribute("aria-label", `${this.sides[i].name}: ${heat.title} at every position, and arrows of the mean move`);
    }
    if (this.sides.length > 1) this.paint_difference(room, theme);
    this.legend.show(heat, theme);
    this.tell_numbers();
    this.detail();
  }

  /** @param {Room} room @param {import("../../parts/web/palette.js").Theme} theme */
  paint_difference(room, theme) {
    const [one, other] = this.sides;
    const far = distances(one.laws, other.laws);
    const known = far.filter((each) => !Number.isNaN(each));
    const source = one.source.map((at) => (at === NOWHERE || Number.isNaN(far[at]) ? NOWHERE : at));
    this.difference.draw(room, { value: (at) => far[at], least: 0, most: 1 }, source, theme, null);
    this.difference.place.setAttribute("aria-label", "total variation distance of both at every position");
    const mean = known.reduce((sum, each) => sum + each, 0) / known.length;
    this.difference.name.textContent = `Their difference: TVD ${written(mean)} on average (scale 0 to 1)`;
    this.root.dataset.distance = String(mean);
  }

  /** For those who read the page and do not see it. */
  tell_numbers() {
    this.root.dataset.entropy = written(this.sides[0].laws.meanEntropy(), 4);
    this.root.dataset.measured = String(this.sides[0].laws.lists.size);
    this.legend.said(this.sides.map(({ laws }) => laws.meanEntropy()));
  }

  // ---- walkers

  /** @param {boolean} playing */
  play(playing) {
    this.playing = playing;
    this.last = performance.now();
    this.walking.show(playing);
    this.wake();
  }

  starts() {
    const { room, sides } = this;
    if (!room || this.walking.from.value === "origin") return [room?.origin ?? 0];
    const all = room.points.map((_, at) => at).filter((at) => sides.every(({ source }) => source[at] !== NOWHERE));
    const order = Math.max(1, Math.floor(all.length / 1.618)); // so that few of them lie about evenly
    const step = [order, order + 1, order + 2, 1].find((each) => coprime(each, all.length)) ?? 1;
    return all.map((_, i) => all[(i * step) % all.length]);
  }

  restart() {
    if (!this.room) return;
    this.begun = this.starts();
    for (const side of this.sides) side.restart(Number(this.walking.count.value), this.begun);
    this.moment = 0;
    this.wipe();
    this.redraw();
  }

  wipe() {
    const { room } = this;
    if (!room) return;
    for (const { picture, walkers } of this.sides) {
      for (const canvas of [picture.crowd, picture.heads]) canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
      room.fit(picture.side, picture.side);
      glide(picture, room, walkers, this.moment, this.moment, { ...this.inks(), passed: 0 });
    }
    this.tell_walkers();
  }

  inks() {
    const style = getComputedStyle(this.root);
    return { trails: this.walking.trails.checked, colour: style.getPropertyValue("--lmw-walker"), ink: style.getPropertyValue("--st-background-color") };
  }

  /** @param {number} now */
  walk(now) {
    const { room } = this;
    const passed = Math.min(now - (this.last || now), 100);
    if (!room || !this.sides[0]?.reached) return;
    const inks = { ...this.inks(), passed };
    let [from, to] = [this.moment, this.moment + (passed / 1000) * this.walking.steps_a_second];
    while (to >= 1) {
      for (const { picture, walkers } of this.sides) glide(picture, room, walkers, from, 1, { ...inks, passed: inks.passed });
      for (const side of this.sides) side.step();
      [from, to, inks.passed] = [0, to - 1, 0];
    }
    for (const { picture, walkers } of this.sides) glide(picture, room, walkers, from, to, inks);
    this.moment = to;
    this.tell_walkers();
  }

  tell_walkers() {
    const { room, begun } = this;
    if (!room || !begun) return;
    const far = this.sides.map(({ walkers }) => written(meanDistance(walkers, begun, room.points), 1));
    const { t } = this.sides[0].walkers;
    this.root.dataset.t = String(t);
    this.walking.said.textContent = `t = ${t.toLocaleString("en")} · mean distance from their start ${far.join(" and ")} ${room.unit}`;
  }

  // ---- room

  lay() {
    const { room } = this;
    if (!room || !this.root.isConnected) return;
    const wide = this.root.clientWidth;
    const several = this.all().length;
    const beside = several === 1 && wide >= 720;
    this.root.classList.toggle("lmw-beside", beside);
    const above = this.pictures.getBoundingClientRect().top + (document.querySelector(".stMain")?.scrollTop ?? 0);
    const high = Math.max(window.innerHeight - above - BELOW - 26, LEAST + 120);
    const columns = wide < 720 ? 1 : several;
    const width = (wide - (beside ? ASIDE + GAP : 0) - GAP * (columns - 1)) / columns;
    const side = Math.floor(Math.max(Math.min(width, high, MOST), Math.min(LEAST, wide)));
    const changed = this.all().map((picture) => picture.resize(side)).includes(true);
    room.fit(side, side);
    if (!changed) return;
    this.wipe();
    this.redraw();
  }

  close() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.calm);
    this.sized.disconnect();
    window.removeEventListener("resize", this.relay);
    this.root.remove();
  }
}

/** @param {number} one @param {number} other @returns {boolean} */
const coprime = (one, other) => (other === 0 ? one === 1 : coprime(other, one % other));
/** Each position for itself, where something is known around it. @param {Int32Array} source */
const ownOf = (source) => source.map((from, at) => (from === NOWHERE ? NOWHERE : at));

/** @param {{ data: Field | null, parentElement: HTMLElement, setTriggerValue: Tell }} place */
export default function ({ data, parentElement, setTriggerValue }) {
  const [view, leave] = mounted(views, parentElement, () => new View(parentElement, setTriggerValue));
  if (data) view.accept(data);
  return leave;
}
