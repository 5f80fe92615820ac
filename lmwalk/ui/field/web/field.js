// @ts-check
// The field of a policy: one picture for a model, three for two of them, under one sampler that acts here at once.
import { button, make, mounted } from "../../parts/web/dom.js";
import { themeOf } from "../../parts/web/palette.js";
import { Details } from "./details.js";
import { SamplerControls } from "./controls.js";
import { Flow } from "./flow.js";
import { written } from "./heat.js";
import { distances } from "./laws.js";
import { Legend } from "./legend.js";
import { Picture } from "./picture.js";
import { savePng } from "./png.js";
import { listen } from "./pointing.js";
import { Room } from "./room.js";
import { sized } from "./sizes.js";
import { Shown } from "./shown.js";
import { Side } from "./side.js";
import { Trust } from "./trust.js";
import { NOWHERE } from "./walkers.js";
/** @import { Field } from "../../parts/web/messages.d.ts" */

/** @typedef {(name: string, value: unknown) => void} Tell */

/** @type {WeakMap<object, View>} */
const views = new WeakMap();
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
    this.flow = new Flow(this);
    this.legend = new Legend();
    this.details = new Details();
    this.trust = new Trust(() => this.sides, (temperature) => this.sampler.settings(temperature));
    const body = make("div", "lmw-body");
    const save = button("Save PNG", () => savePng(this));
    save.title = "The picture as it stands.";
    this.shown.checks.append(save);
    const settings = make("div", "lmw-settings");
    settings.append(this.sampler.node);
    const scale = make("div", "lmw-scale");
    scale.append(this.shown.node, this.legend.node);
    this.aside.append(scale, this.flow.controls.node, this.details.node);
    const left = make("div", "lmw-left");
    left.append(this.pictures, this.trust.node);
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
    if (before.every((reached) => reached === 0)) this.flow.restart();
    this.trust.look();
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
    listen(place, {
      room: () => this.room,
      known: (at) => this.sides[which].laws.measured(at),
      at: () => this.at,
      point: (at) => { if (!this.pinned) this.point(at); },
      pin: (at) => this.pin(at),
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
    this.trust.look();
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
    this.flow.walk(now);
    if (this.stale || (this.shown.follows_walkers && this.flow.stepped)) this.paint(room);
    this.stale = 0;
    if (this.flow.playing) this.wake();
  }

  /** @param {Room} room */
  paint(room) {
    const theme = themeOf(this.root);
    this.root.classList.toggle("lmw-dark", theme.dark);
    this.root.classList.toggle("lmw-counted", this.shown.follows_walkers);
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

  // ---- room

  lay() {
    const { room } = this;
    if (!room || !this.root.isConnected) return;
    const { side, beside } = sized(this.root, this.pictures, this.all().length);
    this.root.classList.toggle("lmw-beside", beside);
    const changed = this.all().map((picture) => picture.resize(side)).includes(true);
    room.fit(side, side);
    if (!changed) return;
    this.flow.wipe();
    this.redraw();
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.trust.close();
    this.sized.disconnect();
    window.removeEventListener("resize", this.relay);
    this.root.remove();
  }
}

/** Each position for itself, where something is known around it. @param {Int32Array} source */
const ownOf = (source) => source.map((from, at) => (from === NOWHERE ? NOWHERE : at));

/** @param {{ data: Field | null, parentElement: HTMLElement, setTriggerValue: Tell }} place */
export default function ({ data, parentElement, setTriggerValue }) {
  const [view, leave] = mounted(views, parentElement, () => new View(parentElement, setTriggerValue));
  if (data) view.accept(data);
  return leave;
}
