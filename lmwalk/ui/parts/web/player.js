// The player: one clock over everything that is shown. It follows what arrives while it stands at its end, and stays
// where it is put otherwise. All points are there already; playing only moves the clock.
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16];
const STEPS_PER_S = 8;
const [SHORTEST_S, LONGEST_S] = [4, 20];
const TOLD_AFTER_MS = 400;
const PACE = `At 1× there are ${STEPS_PER_S} steps a second, and the whole takes ${SHORTEST_S} to ${LONGEST_S} seconds.`;
const ICONS = {
  first: "M3 3h2v10H3zM13 3v10L6 8z",
  back: "M10 2.6 11.4 4l-4 4 4 4-1.4 1.4L4.6 8z",
  play: "M4 2.6v10.8L13.4 8z",
  hold: "M4 3h3v10H4zM9 3h3v10H9z",
  on: "M6 2.6 4.6 4l4 4-4 4L6 13.4 11.4 8z",
  last: "M11 3h2v10h-2zM3 3v10l7-5z",
};
const TYPED_INTO = "input, textarea, select, button, a, [contenteditable], [role=combobox], [role=listbox], [role=slider]";

class Player {
  // ``show(t, live)`` is called whenever the clock moves; ``tell(t)`` once it has come to rest, null at the end.
  constructor(host, { show, tell, t }) {
    Object.assign(this, { host, show, tell });
    this.names = [];
    [this.first, this.end, this.t, this.speed] = [0, 0, t ?? 0, 1];
    this.live = typeof t !== "number";
    this.told = this.live ? null : t;
    this.playing = false;
    this.frame = 0;
    this.build();
    this.heard = (event) => this.key(event);
    document.addEventListener("keydown", this.heard);
  }

  build() {
    this.node = make("div", "lmw-player");
    this.node.setAttribute("role", "group");
    this.node.setAttribute("aria-label", "replay");
    this.buttons = {
      first: this.button("first", "Replay from the start (Home)", () => this.seek(this.first)),
      back: this.button("back", "One step back (←)", () => this.step(-1)),
      play: this.button("play", "", () => this.toggle()),
      on: this.button("on", "One step on (→)", () => this.step(1)),
      last: this.button("last", "To the end, and on with what comes (End)", () => this.seek(this.end)),
    };
    this.slider = make("input", "lmw-slider");
    Object.assign(this.slider, { type: "range", min: 0, max: 0, step: 1, value: 0 });
    this.slider.addEventListener("input", () => this.seek(Number(this.slider.value)));
    this.place = make("span", "lmw-place");
    this.node.append(...Object.values(this.buttons), this.slider, this.place, this.speeds());
  }

  button(icon, words, act) {
    const button = make("button");
    button.type = "button";
    button.append(shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }));
    button.firstChild.append(shape("path", { d: ICONS[icon] }));
    named(button, words);
    button.addEventListener("click", act);
    return button;
  }

  speeds() {
    const select = make("select", "lmw-speed");
    select.title = `How fast it is replayed. ${PACE}`;
    select.setAttribute("aria-label", "speed of the replay");
    for (const speed of SPEEDS) select.append(Object.assign(make("option", "", `${speed}×`), { value: speed }));
    select.value = 1;
    select.addEventListener("change", () => (this.speed = Number(select.value)));
    return select;
  }

  // What the clock counts; nothing for what has no course in time. ``names`` are what its ticks are called.
  open(clock) {
    this.node.hidden = !clock;
    this.word = clock?.word ?? "t";
    this.total = clock?.total;
    this.names = clock?.names ?? [];
    this.slider.setAttribute("aria-label", this.word);
    if (!clock) this.follow();
  }

  follow() {
    [this.live, this.playing] = [true, false];
  }

  // What there is by now, from the first t to the last.
  reach(first, end) {
    [this.first, this.end] = [first, Math.max(first, end)];
    if (this.live || this.t >= this.end) this.follow();
    this.t = this.live ? this.end : Math.max(this.t, this.first);
    this.shown();
  }

  seek(t) {
    this.playing = false;
    this.move(t);
    this.rest();
  }

  step(by) {
    this.seek(by > 0 ? Math.floor(this.t) + 1 : Math.ceil(this.t) - 1);
  }

  move(t) {
    this.t = Math.min(Math.max(t, this.first), this.end);
    this.live = this.t >= this.end;
    if (this.live) this.playing = false;
    this.shown();
  }

  toggle() {
    if (this.playing) return this.seek(Math.floor(this.t));
    if (this.end <= this.first) return;
    if (this.t >= this.end) this.t = this.first;
    [this.playing, this.live] = [true, false];
    this.before = performance.now();
    this.move(this.t);
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    if (!this.playing) return;
    const elapsed = Math.max(0, now - this.before) / 1000;
    this.before = now;
    this.move(this.t + elapsed * this.speed * this.pace());
    if (this.playing) this.frame = requestAnimationFrame((next) => this.tick(next));
    else this.rest();
  }

  // Steps a second at 1x.
  pace() {
    const steps = this.end - this.first;
    return steps / Math.min(Math.max(steps / STEPS_PER_S, SHORTEST_S), LONGEST_S);
  }

  shown() {
    const t = Math.floor(this.t);
    if (this.signs(t)) {
      const name = (at) => this.names[at - this.first] ?? at.toLocaleString("en");
      this.place.textContent = `${this.word} ${name(t)} of ${name(Math.max(this.total ?? 0, this.end))}`;
      this.slider.setAttribute("aria-valuetext", this.place.textContent);
      Object.assign(this.slider, { min: this.first, max: this.end, value: t });
      this.slider.style.setProperty("--lmw-part", (t - this.first) / Math.max(1, this.end - this.first));
      const alone = this.end <= this.first;
      for (const control of [...Object.values(this.buttons), this.slider]) control.disabled = alone;
      Object.assign(this.host.dataset, { t, live: this.live, playing: this.playing });
      this.buttons.last.classList.toggle("lmw-on", this.live);
      this.buttons.play.querySelector("path").setAttribute("d", this.playing ? ICONS.hold : ICONS.play);
      named(this.buttons.play, this.playing ? "Halt the replay (space)" : "Replay (space)");
    }
    this.show(this.t, this.live);
  }

  // Whether something in the bar has to change: at most once a step.
  signs(t) {
    const sign = [t, this.first, this.end, this.total, this.word, this.names.length, this.live, this.playing].join(" ");
    const changed = sign !== this.sign;
    this.sign = sign;
    return changed;
  }

  // Told once it rests, and only what is new.
  rest() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const t = this.live ? null : Math.floor(this.t);
      if (this.playing || t === this.told || !this.host.isConnected) return;
      this.told = t;
      this.tell(t);
    }, TOLD_AFTER_MS);
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || this.node.hidden) return;
    const inside = this.host.contains(event.target);
    if (!inside && (!this.host.matches(":hover") || event.target.closest?.(TYPED_INTO))) return;
    if (event.target.closest?.("select") || (event.key === " " && event.target.closest?.("button"))) return;
    const act = {
      " ": () => this.toggle(),
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      Home: () => this.seek(this.first),
      End: () => this.seek(this.end),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    if (this.end > this.first) act();
  }

  close() {
    this.playing = false;
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    document.removeEventListener("keydown", this.heard);
  }
}

function named(button, words) {
  button.title = words;
  button.setAttribute("aria-label", words);
}

// Where in ascending times t lies: 2.5 is half way between the third and the fourth; -1 before the first.
function placeAt(times, t) {
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
