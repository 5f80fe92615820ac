// @ts-check
// Has the page drawn again where studies came, went, or began to move without it.
import { mounted } from "../../parts/web/dom.js";
import { Wire } from "../../parts/web/wire.js";

/** So long a page that is being drawn may take to say that it has seen it. */
const PATIENCE_MS = 500;
/** @typedef {{ stream: string, seen: string }} Data */
/** @type {WeakMap<object, News>} */
const known = new WeakMap();

class News {
  /** @param {(name: string, value: unknown) => void} tell */
  constructor(tell) {
    this.tell = tell;
    this.seen = this.now = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.wire = new Wire((state) => this.hear(String(state)), () => {});
  }

  /** What the page has seen. @param {Data} data */
  take({ stream, seen }) {
    this.seen = seen;
    this.wire.follow(stream);
    this.wait();
  }

  /** @param {string} state how the studies are now */
  hear(state) {
    this.now = state;
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    if (!this.now || this.now === this.seen) return;
    this.timer = setTimeout(() => {
      this.seen = this.now;
      this.tell("turn", this.now);
    }, PATIENCE_MS);
  }

  close() {
    clearTimeout(this.timer);
    this.wire.close();
  }
}

/** @param {{ data: Data, parentElement: HTMLElement, setTriggerValue: (name: string, value: unknown) => void }} place */
export default function ({ data, parentElement, setTriggerValue }) {
  const [news, leave] = mounted(known, parentElement, () => new News(setTriggerValue));
  news.take(data);
  return leave;
}
