// @ts-check
// The player: one clock over everything that is shown. It follows what arrives while it stands at its end, and stays
// where it is put otherwise. All points are there already; playing only moves the clock.
import { make, shape } from "./dom.js";
/** @import { Clock } from "./messages.d.ts" */

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16];
const STEPS_PER_S = 8;
const [SHORTEST_S, LONGEST_S] = [4, 20];
const TOLD_AFTER_MS = 400;
/** What comes within so many seconds of the speed that is set is shown at once. */
const AHEAD_S = 0.6;
const PACE = `At 1× there are ${STEPS_PER_S} steps a second, and the whole takes ${SHORTEST_S} to ${LONGEST_S} seconds.`;
/** @type {Record<string, string>} */
const ICONS = {
  first: "M3 3h2v10H3zM13 3v10L6 8z",
  back: "M10 2.6 11.4 4l-4 4 4 4-1.4 1.4L4.6 8z",
  play: "M4 2.6v10.8L13.4 8z",
  hold: "M4 3h3v10H4zM9 3h3v10H9z",
  on: "M6 2.6 4.6 4l4 4-4 4L6 13.4 11.4 8z",
  last: "M11 3h2v10h-2zM3 3v10l7-5z",
};
const TYPED_INTO = "input, textarea, select, button, a, [contenteditable], [role=combobox], [role=listbox], [role=slider]";

export class Player {
  node = make("div", "lmw-player");
  buttons = {
    first: this.button("first", "Replay from the start (Home)", () => this.seek(this.first)),
    back: this.button("back", "Earlier by one (←)", () => this.step(-1)),
    play: this.button("play", "", () => this.toggle()),
    on: this.button("on", "Later by one (→)", () => this.step(1)),
    last: this.button("last", "To the end, and on with what comes (End)", () => this.seek(this.end)),
  };
  slider = make("input", "lmw-slider");
  place = make("span", "lmw-place");

  /**
   * @param {HTMLElement} host
   * @param {object} clock
   * @param {(t: number, live: boolean) => void} clock.show called whenever the clock moves
   * @param {(t: number | null) => void} clock.tell called once it has come to rest; with null at the end
   * @param {number | null} [clock.t] where it stands at first, if not at its end
   */
  constructor(host, { show, tell, t }) {
    this.host = host;
    this.show = show;
    this.tell = tell;
    /** @type {string[]} */
    this.names = [];
    this.word = "t";
    /** @type {number | undefined} */
    this.total = undefined;
    this.first = 0;
    this.end = 0;
    this.t = t ?? 0;
    this.speed = 1;
    this.live = typeof t !== "number";
    /** @type {number | null} */
    this.told = t ?? null;
    this.playing = false;
    /** Whether a run that was begun under the user's eyes is shown at the speed that is set, however fast it is. */
    this.paced = false;
    /** Whether what came faster than that is still being shown. */
    this.chasing = false;
    this.frame = 0;
    this.before = 0;
    this.sign = "";
    this.lent = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.build();
    this.heard = (/** @type {KeyboardEvent} */ event) => this.key(event);
    document.addEventListener("keydown", this.heard);
  }

  build() {
    this.node.setAttribute("role", "group");
    this.node.setAttribute("aria-label", "replay");
    Object.assign(this.slider, { type: "range", min: 0, max: 0, step: 1, value: 0 });
    this.slider.addEventListener("input", () => {
      this.sign = ""; // beyond what has come the thumb goes back
      this.seek(Number(this.slider.value));
    });
    this.node.append(...Object.values(this.buttons), this.slider, this.place, this.speeds());
  }

  /** @param {string} icon @param {string} words @param {() => void} act */
  button(icon, words, act) {
    const button = make("button");
    button.type = "button";
    const drawing = shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
    drawing.append(shape("path", { d: ICONS[icon] }));
    button.append(drawing);
    named(button, words);
    button.addEventListener("click", act);
    return button;
  }

  speeds() {
    const select = make("select", "lmw-speed");
    select.title = `How fast it is replayed. ${PACE}`;
    select.setAttribute("aria-label", "speed of the replay");
    for (const speed of SPEEDS) select.append(Object.assign(make("option", "", `${speed}×`), { value: String(speed) }));
    select.value = "1";
    select.addEventListener("change", () => (this.speed = Number(select.value)));
    return select;
  }

  /** What the clock counts; null for what has no course in time. @param {Clock | null} clock */
  open(clock) {
    this.node.hidden = !clock;
    this.word = clock?.word ?? "t";
    this.total = clock?.total;
    this.names = clock?.names ?? [];
    this.slider.setAttribute("aria-label", this.word);
    if (!clock) this.follow();
  }

  /** Whether the space bar and the arrow to the right are another's while the clock stands at its end. @param {boolean} lent */
  lend(lent) {
    if (lent === this.lent) return;
    this.lent = lent;
    this.shown();
  }

  follow() {
    [this.live, this.playing, this.chasing] = [true, false, false];
  }

  /** From the start of a run that begins now; what comes faster than the speed that is set is shown at that speed. */
  begin() {
    this.follow();
    this.t = this.first = this.end = 0;
    this.paced = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /** What there is by now, from the first t to the last. @param {number} first @param {number} end */
  reach(first, end) {
    [this.first, this.end] = [first, Math.max(first, end)];
    if (this.chasing) return this.shown();
    if (this.live && this.paced && this.end - this.t > AHEAD_S * this.stepsPerS() && !document.hidden) return this.chase();
    if (this.live || this.t >= this.end) this.follow();
    this.t = this.live ? this.end : Math.max(this.t, this.first);
    this.shown();
  }

  /** Goes after what has come, and stays with what comes once it is there. */
  chase() {
    this.chasing = true;
    this.before = performance.now();
    this.shown();
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  stepsPerS() {
    return this.speed * pace(Math.max(this.total ?? 0, this.end) - this.first);
  }

  /** Whether the clock moves by itself. */
  get runs() {
    return this.playing || this.chasing;
  }

  /** @param {number} t */
  seek(t) {
    this.playing = this.chasing = false;
    this.move(t);
    this.rest();
  }

  /** @param {number} by */
  step(by) {
    this.seek(by > 0 ? Math.floor(this.t) + 1 : Math.ceil(this.t) - 1);
  }

  /** @param {number} t */
  move(t) {
    this.t = Math.min(Math.max(t, this.first), this.end);
    this.live = this.t >= this.end;
    if (this.live) this.playing = false;
    this.shown();
  }

  toggle() {
    if (this.runs) return this.seek(Math.floor(this.t));
    if (this.end <= this.first) return;
    if (this.t >= this.end) this.t = this.first;
    [this.playing, this.live] = [true, false];
    this.before = performance.now();
    this.move(this.t);
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  /** @param {number} now milliseconds */
  tick(now) {
    if (!this.runs) return;
    const elapsed = Math.max(0, now - this.before) / 1000;
    this.before = now;
    if (this.chasing) return this.chased(elapsed * this.stepsPerS());
    this.move(this.t + elapsed * this.speed * pace(this.end - this.first));
    if (this.playing) this.frame = requestAnimationFrame((next) => this.tick(next));
    else this.rest();
  }

  /** @param {number} by */
  chased(by) {
    this.t = Math.min(this.t + by, this.end);
    this.chasing = this.t < this.end;
    this.shown();
    if (this.chasing) this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  shown() {
    const t = Math.floor(this.t);
    if (this.signs(t)) {
      const name = (/** @type {number} */ at) => this.names[at - this.first] ?? at.toLocaleString("en");
      this.place.textContent = `${this.word} ${name(t)} of ${name(Math.max(this.total ?? 0, this.end))}`;
      this.slider.setAttribute("aria-valuetext", this.place.textContent);
      const last = Math.max(this.total ?? 0, this.end);
      const part = (/** @type {number} */ at) => String((at - this.first) / Math.max(1, last - this.first));
      Object.assign(this.slider, { min: this.first, max: last, value: t });
      this.slider.style.setProperty("--lmw-part", part(t));
      this.slider.style.setProperty("--lmw-come", part(this.end));
      const alone = this.end <= this.first;
      for (const control of [...Object.values(this.buttons), this.slider]) control.disabled = alone;
      Object.assign(this.host.dataset, { t, live: this.live, playing: this.runs });
      this.buttons.last.classList.toggle("lmw-on", this.live && !this.chasing);
      this.buttons.play.querySelector("path")?.setAttribute("d", this.runs ? ICONS.hold : ICONS.play);
      const key = (/** @type {string} */ sign) => (this.lent && this.live ? "" : ` (${sign})`);
      named(this.buttons.play, `${this.runs ? "Halt the replay" : "Replay"}${key("space")}`);
      named(this.buttons.on, `Later by one${key("→")}`);
    }
    this.show(this.t, this.live && !this.chasing);
  }

  /** Whether something in the bar has to change: at most once a step. @param {number} t */
  signs(t) {
    const sign = [t, this.first, this.end, this.total, this.word, this.names.length, this.live, this.runs, this.lent].join(" ");
    const changed = sign !== this.sign;
    this.sign = sign;
    return changed;
  }

  /** Tells where the clock is once it rests, and only what is new. */
  rest() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const t = this.live ? null : Math.floor(this.t);
      if (this.playing || t === this.told || !this.host.isConnected) return;
      this.told = t;
      this.tell(t);
    }, TOLD_AFTER_MS);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || this.node.hidden) return;
    const target = /** @type {Element} */ (event.target);
    if (!this.host.contains(target) && (!this.host.matches(":hover") || target.closest?.(TYPED_INTO))) return;
    if (target.closest?.("select") || (event.key === " " && target.closest?.("button"))) return;
    const acts = /** @type {Record<string, () => void>} */ ({
      " ": () => this.toggle(),
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      Home: () => this.seek(this.first),
      End: () => this.seek(this.end),
    });
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    if (this.end > this.first) act();
  }

  close() {
    this.playing = this.chasing = false;
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    document.removeEventListener("keydown", this.heard);
  }
}

/** @param {HTMLElement} button @param {string} words */
function named(button, words) {
  button.title = words;
  button.setAttribute("aria-label", words);
}

/** Steps a second at 1x, of a replay of so many. @param {number} steps */
export function pace(steps) {
  return steps / Math.min(Math.max(steps / STEPS_PER_S, SHORTEST_S), LONGEST_S);
}

/**
 * Where in ascending times t lies: 2.5 is half way between the third and the fourth; -1 before the first.
 *
 * @param {number[]} times
 * @param {number} t
 */
export function placeAt(times, t) {
  if (!times.length || t < times[0]) return -1;
  let [low, high] = [0, times.length - 1];
  if (t >= times[high]) return high;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle;
    else high = middle;
  }
  return low + (t - times[low]) / (times[high] - times[low]);
}
