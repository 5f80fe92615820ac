// @ts-check
// The position that is pointed at, or kept open: it is marked in every picture, and told of beside them.
import { themeOf } from "../../parts/web/palette.js";
import { listen } from "./pointing.js";
/** @import { Details } from "./details.js" */
/** @import { Picture } from "./picture.js" */
/** @import { Room } from "./room.js" */
/** @import { Side } from "./side.js" */

/** @typedef {{ root: HTMLElement, room: Room | undefined, sides: Side[], details: Details, now: { field: number }[], all(): Picture[], tell(name: string, value: unknown): void }} Pointed */

export class Pointer {
  /** @param {Pointed} view */
  constructor(view) {
    this.view = view;
    /** @type {number | undefined} */
    this.at = undefined;
    this.pinned = false;
  }

  /** @param {Picture} picture @param {number} which */
  listen({ place }, which) {
    listen(place, {
      room: () => this.view.room,
      known: (at) => this.view.sides[which].walked[at] === at,
      at: () => this.at,
      point: (at) => { if (!this.pinned) this.point(at); },
      pin: (at) => this.pin(at),
    });
  }

  leave() {
    [this.at, this.pinned] = [undefined, false];
    this.view.details.tell(null, undefined);
    this.view.details.say(undefined);
  }

  /** Opens a position and keeps it open; the one that is open is let go. @param {number | undefined} at */
  pin(at) {
    this.pinned = at !== undefined && !(this.pinned && at === this.at);
    this.point(this.pinned ? at : undefined);
    if (this.pinned) this.view.tell("open", { position: at, fields: [...new Set(this.view.now.map(({ field }) => field))] });
  }

  /** @param {number | undefined} at */
  point(at) {
    if (at !== this.at) this.view.details.tell(null, at);
    this.at = at;
    this.show();
  }

  show() {
    const { room, details, sides, root } = this.view;
    if (!room) return;
    if (this.at === undefined) details.say(undefined);
    else {
      const { at } = this;
      details.show(room, at, sides.map(({ name, laws, source }) => ({ name, laws, source: source[at] })));
    }
    const theme = themeOf(root);
    for (const picture of this.view.all()) picture.mark(room, this.at, theme);
  }
}
