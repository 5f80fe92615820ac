// @ts-check
// The walkers of all fields under one clock: they set out, step, and glide between steps.
import { penOf } from "../../parts/web/dom.js";
import { WalkerControls } from "./controls.js";
import { glide } from "./crowd.js";
import { meanDistance, NOWHERE, spread } from "./walkers.js";
/** @import { Room } from "./room.js" */
/** @import { Side } from "./side.js" */

/** The longest time that is caught up, of a tab that was hidden. */
const LONGEST_MS = 100;

/** @typedef {{ root: HTMLElement, room: Room | undefined, sides: Side[], wake(): void, redraw(): void }} Stage */

export class Flow {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.playing = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.controls = new WalkerControls({
      play: () => this.play(!this.playing), restart: () => this.restart(), look: () => this.wipe(),
    });
    this.controls.show(this.playing);
    /** How much of the next step is gone, from 0 to 1. */
    this.moment = 0;
    this.last = 0;
    /** Whether a step was taken in the last frame. */
    this.stepped = false;
    /** @type {number[]} */
    this.begun = [];
  }

  /** @param {boolean} playing */
  play(playing) {
    this.playing = playing;
    this.last = 0;
    this.controls.show(playing);
    this.stage.wake();
  }

  /** The positions that walkers set out from, in turn. @param {Room} room */
  starts(room) {
    const { sides } = this.stage;
    const known = (/** @type {number} */ at) => sides.every(({ walked }) => walked[at] !== NOWHERE);
    if (this.controls.from.value === "origin") return [room.origin];
    return spread(room.points.map((_, at) => at).filter(known));
  }

  restart() {
    const { room, sides } = this.stage;
    if (!room) return;
    this.begun = this.starts(room);
    for (const side of sides) side.restart(Number(this.controls.count.value), this.begun);
    this.moment = 0;
    this.wipe();
    this.stage.redraw();
  }

  /** Draws the walkers where they are, without a trail. */
  wipe() {
    const { room, sides } = this.stage;
    if (!room) return;
    const inks = this.inks();
    for (const { picture, walkers } of sides) {
      for (const canvas of [picture.crowd, picture.heads]) penOf(canvas).clearRect(0, 0, canvas.width, canvas.height);
      room.fit(picture.side, picture.side);
      glide(picture, room, walkers, this.moment, this.moment, { ...inks, passed: 0 });
    }
    this.tell();
  }

  inks() {
    const style = getComputedStyle(this.stage.root);
    const of = (/** @type {string} */ name) => style.getPropertyValue(name);
    return { trails: this.controls.trails.checked, colour: of("--lmw-walker"), ink: of("--st-background-color") };
  }

  /** What has passed since the last frame. @param {number} now in milliseconds */
  walk(now) {
    const { room, sides } = this.stage;
    this.stepped = false;
    if (!room || !this.playing || !sides.some(({ told }) => told?.reached)) return;
    const passed = Math.min(now - (this.last || now), LONGEST_MS);
    this.last = now;
    const inks = { ...this.inks(), passed };
    const before = sides[0].walkers.t;
    let [from, to] = [this.moment, this.moment + (passed / 1000) * this.controls.steps_a_second];
    const glideAll = (/** @type {number} */ until) => {
      for (const { picture, walkers } of sides) glide(picture, room, walkers, from, until, inks);
      inks.passed = 0;
    };
    for (; to >= 1; [from, to] = [0, to - 1]) {
      if (inks.trails) glideAll(1);
      for (const side of sides) side.step();
    }
    glideAll(to);
    this.moment = to;
    this.stepped = sides[0].walkers.t !== before;
    if (this.stepped) this.tell();
  }

  tell() {
    const { room, sides, root } = this.stage;
    if (!room || !this.begun.length) return;
    const far = sides.map(({ walkers }) => meanDistance(walkers, this.begun, (from, to) => room.distance(from, to)).toFixed(1));
    const { t } = sides[0].walkers;
    root.dataset.t = String(t);
    this.controls.said.textContent = `t = ${t.toLocaleString("en")} · mean distance from the start ${far.join(" and ")} ${room.unit}`;
  }
}
