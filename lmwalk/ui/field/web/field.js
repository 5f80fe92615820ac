// @ts-check
// The field of a policy: one picture, or two side by side and their difference, under samplers that act here at once.
import { make, mounted } from "../../parts/web/dom.js";
import { themeOf } from "../../parts/web/palette.js";
import { Details } from "./details.js";
import { Address } from "./address.js";
import { AskedShare } from "./asked.js";
import { Beside } from "./beside.js";
import { Flow } from "./flow.js";
import { Legend } from "./legend.js";
import { paint } from "./paint.js";
import { Picture } from "./picture.js";
import { Pointer } from "./pointer.js";
import { Room } from "./room.js";
import { sized } from "./sizes.js";
import { Preview } from "./preview.js";
import { Degrees, Pipeline } from "./sampler.js";
import { Saving } from "./saving.js";
import { Shown } from "./shown.js";
import { Side } from "./side.js";
import { tellState } from "./state.js";
import { Told } from "./told.js";
import { Trust } from "./trust.js";
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
    this.degrees = new Degrees(() => this.resample());
    this.samplers = [0, 1].map(() => new Pipeline(() => this.resample(), "Sampler"));
    this.beside = new Beside(() => this.arrange());
    this.shown = new Shown(() => this.redraw(), () => this.fill());
    this.share = new AskedShare();
    this.flow = new Flow(this);
    this.legend = new Legend();
    this.details = new Details();
    this.trust = new Trust(() => this.sides);
    this.differ = make("p", "lmw-differ");
    this.differ.setAttribute("role", "status");
    this.saving = new Saving(this);
    this.address = new Address(this);
    /** @type {import("./shown.js").Chosen | undefined} */
    this.heat = undefined;
    /** What was asked, for names of files. @type {string[]} */
    this.of = [];
    const [body, settings, scale, left] = ["body", "settings", "scale", "left"].map((name) => make("div", `lmw-${name}`));
    settings.append(this.degrees.node, this.beside.node, this.samplers[0].node, this.samplers[1].node, this.degrees.why);
    scale.append(this.shown.node, this.legend.node, this.saving.node, new Preview(() => this.saving.table()).node);
    this.aside.append(scale, this.flow.controls.node, this.details.node);
    this.uses = make("p", "lmw-open lmw-uses");
    left.append(this.differ, this.pictures, this.share.node, this.uses, this.trust.node);
    body.append(left, this.aside);
    this.root.append(this.bar, settings, body);
    parent.append(this.root);
    /** @type {Told[]} what was told of each field */
    this.told = [];
    /** @type {import("./beside.js").Shown[]} */
    this.now = [];
    /** @type {Side[]} the fields that are shown */
    this.sides = [];
    this.difference = new Picture();
    this.view = "";
    /** @type {Room | undefined} */
    this.room = undefined;
    this.pointer = new Pointer(this);
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
    const before = this.told.map(({ reached }) => reached);
    const tempered = this.told.map(({ part }) => part.tempers).join();
    const news = await Promise.all(this.told.map((told, i) => told.hear(data.fields[i])));
    if (news.includes(undefined)) this.tell("missed", { reached: this.told.map(({ reached }) => reached) });
    for (const side of this.sides) {
      const own = news[this.told.indexOf(/** @type {Told} */ (side.told))];
      if (own?.size) side.hear(own);
    }
    if (this.told.map(({ part }) => part.tempers).join() !== tempered) { // known once the model has been opened
      this.beside.offer(data);
      this.arrange();
    }
    this.uses.textContent = data.uses;
    tellState(this.root, this.bar, this.told);
    this.address.remember();
    this.details.tell(data.opened, this.pointer.at);
    if (this.told.every(({ reached }, i) => reached === before[i])) return undefined;
    if (before.every((reached) => reached === 0)) this.flow.restart();
    this.trust.look();
    return this.redraw();
  }

  /** @param {Field} data @param {NonNullable<Field["room"]>} room @param {NonNullable<Field["samplers"]>} samplers */
  begin(data, room, samplers) {
    this.view = data.view;
    this.of = data.of;
    this.room = new Room(room);
    this.told = data.fields.map((part) => new Told(part));
    this.sides = [];
    this.shown.offer(room.moves);
    for (const [i, each] of this.samplers.entries()) each.offer(samplers, i ? "ollama" : undefined);
    this.beside.offer(data);
    this.address.obey();
    this.arrange();
  }

  /** Puts up the pictures that are wanted, and what each of them shows. */
  arrange() {
    const { room } = this;
    if (!room) return;
    const now = (this.now = this.beside.shown([this.samplers[0].words(), this.samplers[1].words()]));
    const samplers = this.beside.differ === "sampler";
    this.samplers[1].node.hidden = !samplers;
    this.samplers.forEach((each, i) => each.call(samplers ? `${i ? "Second" : "First"} sampler` : "Sampler"));
    if (now.length !== this.sides.length) this.build(room, now.length);
    this.sides.forEach((side, i) => {
      const pipeline = this.samplers[now[i].second ? 1 : 0];
      side.settings = (temperature = this.degrees.value) => pipeline.settings(temperature);
      side.show(this.told[now[i].field]);
    });
    this.degrees.tell(now.map(({ field }) => this.told[field].part));
    this.samplers[0].node.hidden = this.degrees.slider.disabled;
    this.pointer.leave();
    this.call();
    this.flow.restart();
    this.resample();
    this.lay();
  }

  /** Positions that were not asked are filled in, or are no longer. */
  fill() {
    for (const side of this.sides) side.fill(this.shown.fill.checked);
    this.flow.restart();
    this.redraw();
  }

  /** @param {Room} room @param {number} count */
  build(room, count) {
    this.sides = Array.from({ length: count }, () => new Side(room));
    for (const side of this.sides) side.fills = this.shown.fill.checked;
    this.difference = new Picture();
    this.root.dataset.fields = String(count);
    for (const [i, { picture }] of this.sides.entries()) this.pointer.listen(picture, i);
    this.difference.name.textContent = "Their difference (TVD)";
    this.pointer.listen(this.difference, 0);
    this.pictures.replaceChildren(...this.all().map(({ node }) => node));
  }

  /** Says above the pictures which is which. */
  call() {
    this.sides.forEach((side, i) => {
      side.name = this.now[i].name;
      side.picture.name.textContent = this.sides.length > 1 ? side.name : "";
    });
    this.differ.textContent = this.beside.words(this.now, this.root.classList.contains("lmw-stacked"));
  }

  /** How many steps the walkers have taken. */
  stepped() {
    return this.sides[0].walkers.t;
  }

  all() {
    return [...this.sides.map(({ picture }) => picture), ...(this.sides.length > 1 ? [this.difference] : [])];
  }

  /** The sampler was changed: every law anew, before the next picture. */
  resample() {
    if (!this.room || !this.sides.length) return;
    if (this.beside.differ === "sampler") {
      this.now = this.beside.shown([this.samplers[0].words(), this.samplers[1].words()]);
      this.call();
    }
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
    if (this.stale === 1) for (const side of this.sides) side.rework();
    this.flow.walk(now);
    const painted = Boolean(this.stale) || (this.shown.follows_walkers && this.flow.stepped);
    if (painted) paint(this, room);
    this.stale = 0;
    this.saving.frame(painted);
    if (painted) this.address.remember();
    if (this.flow.playing || this.saving.clip) this.wake();
  }

  lay() {
    const { room } = this;
    if (!room || !this.root.isConnected) return;
    const { side, beside, stacked } = sized(this.root, this.pictures, this.all().length);
    this.root.classList.toggle("lmw-beside", beside);
    this.root.classList.toggle("lmw-stacked", stacked);
    this.call();
    const changed = this.all().map((picture) => picture.resize(side)).includes(true);
    room.fit(side, side);
    if (!changed) return;
    this.flow.wipe();
    this.redraw();
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.address.close();
    this.trust.close();
    if (this.saving.clip) this.saving.end();
    this.sized.disconnect();
    window.removeEventListener("resize", this.relay);
    this.root.remove();
  }
}

/** @param {{ data: Field | null, parentElement: HTMLElement, setTriggerValue: Tell }} place */
export default function ({ data, parentElement, setTriggerValue }) {
  const [view, leave] = mounted(views, parentElement, () => new View(parentElement, setTriggerValue));
  if (data) view.accept(data);
  return leave;
}
