import assert from "node:assert/strict";
import { test } from "node:test";
import { headOf, mergeInto, MOST_POINTS, place, reveal, revealed, thin } from "../../lmwalk/ui/experiment/live/web/lines.js";

/** A line whose x is ten times its t and whose y is minus t. */
const line = (t, shown = t.length - 1) => ({ t: [...t], x: t.map((at) => 10 * at), y: t.map((at) => -at), shown });
const upTo = (count) => Array.from({ length: count }, (_, i) => i);
const points = (t, offset = 0) => ({ t, x: t.map((at) => 10 * at + offset), y: t.map((at) => -at) });
/** The t at which a head stands, by the x that is ten times t. */
const headT = (walk) => headOf(walk)[0] / 10;

test("thinning keeps the newer half whole and every second point of the older half", () => {
  const walk = line(upTo(12));
  thin(walk);
  assert.deepEqual(walk.t, [0, 2, 4, 6, 7, 8, 9, 10, 11]);
  assert.deepEqual(walk.x, walk.t.map((t) => 10 * t));
  assert.deepEqual(walk.y, walk.t.map((t) => -t));
});

test("thinning leaves the head at its t, at even, odd and broken places of either half", () => {
  for (const shown of [-1, 0, 1, 2, 2.5, 3, 3.75, 5, 5.5, 6, 7, 8.25, 11]) {
    const walk = line(upTo(12), shown);
    thin(walk);
    if (shown < 0) assert.equal(walk.shown, -1);
    else assert.ok(Math.abs(headT(walk) - shown) < 1e-9, `shown ${shown} stands at t = ${headT(walk)}`);
  }
});

test("a line never holds more points than it may, and keeps its first and its last", () => {
  const walk = line([0]);
  for (let t = 1; t <= 3 * MOST_POINTS; t++) mergeInto(walk, points([t]), false);
  assert.ok(walk.t.length <= MOST_POINTS);
  assert.equal(walk.t[0], 0);
  assert.equal(walk.t.at(-1), 3 * MOST_POINTS);
  assert.ok(walk.t.every((t, i) => i === 0 || t > walk.t[i - 1]));
});

test("newer points are put at the end and the head stays", () => {
  const walk = line([0, 1, 2], 1.5);
  mergeInto(walk, points([3, 4]), false);
  assert.deepEqual(walk.t, [0, 1, 2, 3, 4]);
  assert.equal(walk.shown, 1.5);
  assert.ok(!walk.changed);
});

test("a message that repeats the one before it changes nothing", () => {
  const walk = line(upTo(6), 4);
  mergeInto(walk, points([3, 4, 5]), false);
  assert.deepEqual(walk, line(upTo(6), 4));
});

test("a message that overlaps adds only what is new", () => {
  const walk = line(upTo(4), 2);
  mergeInto(walk, points([2, 3, 4, 5]), false);
  assert.deepEqual(walk.t, upTo(6));
  assert.equal(walk.shown, 2);
});

test("points that came late are put in their place and the head stays at its t", () => {
  const walk = line([0, 4, 8], 1);
  mergeInto(walk, points([1, 2, 3, 9]), false);
  assert.deepEqual(walk.t, [0, 1, 2, 3, 4, 8, 9]);
  assert.equal(walk.t[walk.shown], 4);
  assert.ok(walk.changed);
});

test("where points can move, known ones are put where the newest message has them", () => {
  const walk = line([0, 1, 2]);
  mergeInto(walk, points([1], 5), true);
  assert.deepEqual(walk.x, [0, 15, 20]);
  const still = line([0, 1, 2]);
  mergeInto(still, points([1], 5), false);
  assert.deepEqual(still.x, [0, 10, 20]);
});

test("a head catches up within a third of a second or so, and never goes beyond the end", () => {
  const walk = line(upTo(101), 0);
  assert.ok(reveal(walk, 175));
  assert.ok(Math.abs(walk.shown - 50) < 1e-9);
  reveal(walk, 1e6);
  assert.equal(walk.shown, 100);
  assert.ok(!reveal(walk, 16));
});

test("a single answer takes a quarter of a second, fast at first, however many frames it is drawn in", () => {
  const [once, often] = [line([0, 1], 0), line([0, 1], 0)];
  reveal(once, 100);
  for (let i = 0; i < 10; i++) reveal(often, 10);
  assert.ok(Math.abs(once.shown - often.shown) < 1e-9);
  assert.ok(once.shown > 0.7 && once.shown < 1);
  reveal(once, 150);
  assert.equal(once.shown, 1);
});

test("a line is held at t: half way between two points, nowhere before its first, whole after its last", () => {
  const walk = line([2, 4, 6]);
  assert.ok(place(walk, 5));
  assert.deepEqual(headOf(walk), [50, -5]);
  assert.ok(!place(walk, 5));
  place(walk, 1);
  assert.deepEqual(revealed(walk), { x: [], y: [] });
  place(walk, 99);
  assert.deepEqual(revealed(walk).x, [20, 40, 60, 60]);
});

test("a line is drawn aside by its shift, the head too", () => {
  const walk = { ...line([0, 1, 2], 1.5), shift: 0.25 };
  assert.deepEqual(headOf(walk), [15.25, -1.25]);
  assert.deepEqual(revealed(walk), { x: [0.25, 10.25, 15.25], y: [0.25, -0.75, -1.25] });
});
