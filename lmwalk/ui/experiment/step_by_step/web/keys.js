// @ts-check
// What a key does to a run. While a run is under way and the clock stands at its newest answer, the space bar and the
// arrow to the right are the run's; before that, and once the run is over, they are the player's.

const TYPED_INTO = "textarea, select, input:not([type=range]), [contenteditable], [role=combobox], [role=listbox], [role=textbox]";
const DIALOG = "[role=dialog], [data-testid=stPopoverBody]";
const UNDER_WAY = ["running", "paused"];
const PRESSED = "button, a, summary, [role=button], [role=tab], [role=option], [role=checkbox], [role=switch], [role=slider]";

/**
 * @typedef {object} Situation
 * @property {string} state of the run
 * @property {boolean} live whether the clock stands at its end
 * @property {boolean} ready whether a question waits to be sent
 * @property {boolean} large whether the stage fills the screen
 */
/** @typedef {"pause" | "resume" | "step" | "send" | "present" | "leave" | null} Done */

/**
 * What a key does, where the focus allows it.
 *
 * @param {string} key
 * @param {Situation} now
 * @param {boolean} pressing whether the key presses what has the focus
 * @returns {Done}
 */
export function done(key, { state, live, ready, large }, pressing) {
  if (key === "Escape") return large ? "leave" : null;
  if (key === "f" || key === "F") return large ? "leave" : "present";
  if (key === "Enter") return ready && !pressing ? "send" : null;
  if (!live || !UNDER_WAY.includes(state)) return null;
  if (key === "ArrowRight") return "step";
  return key === " " && !pressing ? (state === "paused" ? "resume" : "pause") : null;
}

/** The button that has the focus although no key led there, such as the one that began the run. */
function focusedByPointer() {
  const focused = document.activeElement?.closest(PRESSED) ?? null;
  return focused?.matches(":focus-visible") ? null : focused;
}

/** Hears the keys of the page, wherever nothing is typed and no dialog is open. */
export class Keys {
  /** @param {() => Situation | null} now null where there is nothing to do @param {(done: string) => void} act */
  constructor(now, act) {
    this.now = now;
    this.act = act;
    /** The button that was pressed by pointer last: it has the focus, and yet keys are not meant for it. */
    this.clicked = focusedByPointer();
    this.pointed = (/** @type {MouseEvent} */ event) => {
      if (event.detail) this.clicked = /** @type {Element} */ (event.target).closest?.(PRESSED);
    };
    this.heard = (/** @type {KeyboardEvent} */ event) => this.key(event);
    document.addEventListener("click", this.pointed, { capture: true });
    document.addEventListener("keydown", this.heard, { capture: true });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Tab") this.clicked = null;
    const now = this.now();
    if (!now) return;
    const does = this.meant(event, now);
    if (!does && !this.astray(event, now)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (does) this.act(does);
  }

  /** Whether a key that is the run's would press the button that was clicked before. @param {KeyboardEvent} event @param {Situation} now */
  astray({ key, target }, { state }) {
    const pressed = /** @type {Element} */ (target).closest?.(PRESSED);
    return UNDER_WAY.includes(state) && ["Enter", " "].includes(key) && Boolean(pressed) && pressed === this.clicked;
  }

  /** @param {KeyboardEvent} event @param {Situation} now */
  meant(event, now) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return null;
    const target = /** @type {Element} */ (event.target);
    if (target.closest?.(TYPED_INTO)) return event.key === "Escape" ? done(event.key, now, true) : null;
    if (!now.large && document.querySelector(DIALOG)) return null;
    const pressed = target.closest?.(PRESSED);
    return done(event.key, now, Boolean(pressed) && pressed !== this.clicked);
  }

  close() {
    document.removeEventListener("click", this.pointed, { capture: true });
    document.removeEventListener("keydown", this.heard, { capture: true });
  }
}
