// A small picture of draws: bands, lines, bars and dots in a square of 100 by 100. Where its x-axis is a course in time,
// the model's own lines and dots are uncovered from left to right.
const [INSET, SIDE] = [4, 100];
let windows = 0;

class Shapes {
  constructor(room) {
    this.svg = shape("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img", class: "lmw-shapes" });
    this.window = shape("rect", { x: 0, y: 0, width: SIDE, height: SIDE });
    this.name = `lmw-window-${windows++}`;
    this.clip = shape("clipPath", { id: this.name });
    this.clip.append(this.window);
    room.append(this.svg);
  }

  accept({ picture, alt }, _, theme) {
    const known = JSON.stringify([picture, alt, theme]);
    if (known === this.known) return;
    this.known = known;
    this.timed = picture.timed;
    this.own = shape("g", {});
    const still = [];
    for (const { points, colour } of picture.bands ?? []) {
      still.push(shape("polygon", colour ? { class: "lmw-area", points, fill: colour } : { class: "lmw-band", points }));
    }
    for (const { x, y, width, height, colour } of picture.bars ?? []) {
      still.push(shape("rect", { x, y, width, height, fill: colour }));
    }
    const [own, grey] = [[], []];
    for (const line of picture.lines ?? []) (line.role === "own" ? own : grey).push(line);
    still.push(...grey.map((line) => lineOf(line, theme)));
    this.own.append(...own.map((line) => lineOf(line, theme)));
    for (const { x, y, colour } of picture.dots ?? []) this.own.append(shape("circle", { cx: x, cy: y, r: 1.8, fill: colour }));
    const title = Object.assign(shape("title", {}), { textContent: alt });
    this.svg.replaceChildren(title, this.clip, ...still, this.own);
    this.places = own.map(({ points }) => across(points));
    this.clipped = undefined;
  }

  resize() {}

  // Uncovers everything up to t; how many points of the longest line that is.
  at(t, live) {
    if (!this.own) return 0;
    const x = this.timed && !live ? this.across(t) : SIDE;
    if (x !== this.clipped) {
      this.clipped = x;
      this.window.setAttribute("width", x);
      if (x < SIDE) this.own.setAttribute("clip-path", `url(#${this.name})`);
      else this.own.removeAttribute("clip-path");
    }
    return Math.max(0, ...this.places.map((places) => Math.floor(placeAt(places, x)) + 1));
  }

  // Half a dot further, so that the first point is seen.
  across(t) {
    const [first, last] = this.timed.span;
    return INSET + ((t - first) / Math.max(1e-9, last - first)) * (SIDE - 2 * INSET) + 0.6;
  }
}

function lineOf({ points, role, colour, number }, theme) {
  const stroke = role === "own" ? colour ?? trajectoryColour(number, theme) : REFERENCE_COLOUR(theme);
  return shape("polyline", { points, stroke, fill: "none", class: `lmw-${role}` });
}

const across = (points) => (points ? points.split(" ").map((pair) => parseFloat(pair)) : []);
