// @ts-check
// The bar above the stage: the state of the run in words and numbers, and who is asked now.
import { ProgressBar } from "../../../parts/web/bar.js";
import { make } from "../../../parts/web/dom.js";
/** @import { Bar } from "../../../parts/web/messages.d.ts" */

const CLOCK_MS = 100;
/** What is said where no question is known to be with a model. @type {Record<string, string>} */
const IDLE = { running: "answers come at once", paused: "nothing is asked while the run is paused", preparing: "getting the models ready" };

/** The state of the run. Its words keep their places: every number has a fixed width. */
export class RunBar {
  constructor() {
    this.node = make("div", "lmw-bar");
    this.node.setAttribute("role", "status");
    this.word = make("span", "lmw-word");
    this.count = make("span", "lmw-count");
    this.progress = new ProgressBar();
    this.rate = make("span", "lmw-rate");
    this.errors = make("span", "lmw-errors");
    this.left = make("span", "lmw-timeleft");
    this.node.append(this.word, this.count, this.errors, this.progress.node, this.rate, this.left);
    this.asking = make("div", "lmw-asking");
    this.asked = make("span", "lmw-asked-who");
    this.since = make("span", "lmw-asked-s");
    this.queue = make("span", "lmw-queue");
    this.asking.append(this.asked, this.since, this.queue);
    /** When the oldest question was put, on this page's clock. @type {number | null} */
    this.putAt = null;
    this.said = "";
    /** @type {number | null} */
    this.pace = null;
    this.timer = setInterval(() => this.tick(), CLOCK_MS);
  }

  /** @param {Bar} bar */
  show(bar) {
    this.node.dataset.state = bar.state;
    this.word.textContent = bar.state;
    this.count.textContent = bar.count;
    this.progress.show(bar.share);
    this.rate.textContent = bar.rate;
    this.errors.textContent = bar.errors;
    this.errors.classList.toggle("lmw-bad", bar.failed);
    this.left.textContent = bar.left;
    this.said = bar.asked || IDLE[bar.state] || "nothing is asked now";
    this.say(this.pace);
    this.queue.textContent = bar.queue;
    this.putAt = bar.asked_s === null ? null : performance.now() - 1000 * bar.asked_s;
    this.tick();
  }

  /** Who is asked, or at which pace is shown what came faster. @param {number | null} pace steps a second */
  say(pace) {
    this.pace = pace;
    const words = pace === null ? this.said : `The answers came faster than this: played at ${pace.toFixed(pace < 10 ? 1 : 0)} steps a second.`;
    if (words !== this.asked.textContent) this.asked.textContent = words;
  }

  /** The time since the oldest question was put runs on between two messages. */
  tick() {
    const words = this.putAt === null ? "" : `${((performance.now() - this.putAt) / 1000).toFixed(1)} s`;
    if (words !== this.since.textContent) this.since.textContent = words;
  }

  close() {
    clearInterval(this.timer);
  }
}
