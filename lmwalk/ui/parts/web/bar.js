// @ts-check
// A progress bar: a track and how much of it is filled.
import { make } from "./dom.js";

export class ProgressBar {
  constructor() {
    this.node = make("span", "lmw-track");
    this.fill = make("i", "lmw-fill");
    this.node.append(this.fill);
  }

  /** @param {number} share between 0 and 1 */
  show(share) {
    this.fill.style.transform = `scaleX(${share})`;
  }
}
