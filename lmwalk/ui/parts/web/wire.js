// @ts-check
// The stream of the stage: a websocket that tells everything when it opens, and then what is new. It asks for nothing
// while the tab is hidden, and is opened anew where it broke.
/** @import { Delta, Snapshot, Told } from "./messages.d.ts" */

/** @typedef {(Snapshot | Delta) & Told} News */

const AGAIN_MS = [300, 700, 1500, 3000];
/** Says that the server does not know the address (any more). */
const UNKNOWN = 4404;

export class Wire {
  /**
   * @param {(news: News) => void} hear called with each message
   * @param {() => void} lose called once where the stream cannot be had
   * @param {(address: string) => WebSocket} [open]
   */
  constructor(hear, lose, open = (address) => new WebSocket(address)) {
    this.hear = hear;
    this.lose = lose;
    this.open = open;
    this.address = "";
    this.failures = 0;
    /** @type {WebSocket | undefined} */
    this.socket = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.turned = () => this.say();
    document.addEventListener("visibilitychange", this.turned);
  }

  /** Follows the stream at an address, relative to the page's; nothing where it is empty. @param {string} address */
  follow(address) {
    if (address === this.address) return;
    this.leave();
    this.address = address;
    if (address) this.connect();
  }

  connect() {
    const whole = new URL(this.address, document.baseURI);
    whole.protocol = whole.protocol.replace("http", "ws");
    const socket = this.open(whole.href);
    this.socket = socket;
    socket.onopen = () => this.say();
    socket.onmessage = ({ data }) => {
      this.failures = 0;
      if (socket === this.socket) this.hear(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      if (socket === this.socket) this.broke(code);
    };
  }

  /** Tells the server whether anybody looks. */
  say() {
    if (this.socket?.readyState === 1) this.socket.send(document.hidden ? "hidden" : "seen");
  }

  /** @param {number} code */
  broke(code) {
    this.socket = undefined;
    const wait = code === UNKNOWN ? undefined : AGAIN_MS[this.failures];
    this.failures += 1;
    if (wait === undefined) this.lose();
    else this.timer = setTimeout(() => this.connect(), wait);
  }

  /** Ends it. */
  leave() {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = undefined;
    this.address = "";
    this.failures = 0;
    socket?.close();
  }

  close() {
    this.leave();
    document.removeEventListener("visibilitychange", this.turned);
  }
}
