import assert from "node:assert/strict";
import { test } from "node:test";
import { Series } from "../../lmwalk/ui/families/draws/web/series.js";
import { Plane } from "../../lmwalk/ui/families/walks/web/plane.js";
import { arrowCurves, limitOf, outlinePath } from "../../lmwalk/ui/parts/web/outlines.js";

const square = (edge) => [[-edge, -edge], [edge, -edge], [edge, edge], [-edge, edge]];
const theme = { dark: false, background: "#ffffff", text: "#222222", border: "#d9d9d9", font: "sans-serif" };
const plane = (outlines, reach = 10) => new Plane({ kind: "plane", outlines, centre: [0, 0], reach });
const series = (x = [0, 10], y = [0, 1]) => new Series({ kind: "series", x, y, ticks: [], references: [] });

test("a view of the plane begins near the start and widens once a walk leaves it, by a third more than it needs", () => {
  const scene = plane([]);
  assert.deepEqual(scene.ranges(), [[-6.5, 6.5], [-6.5, 6.5]]);
  assert.equal(scene.grow([{ x: [0, 5], y: [0, 0] }]), false);
  assert.equal(scene.grow([{ x: [0, 3], y: [0, -20] }]), true);
  assert.equal(scene.reach, 27);
  assert.deepEqual(scene.ranges(), [[-28.5, 28.5], [-28.5, 28.5]]);
});

test("a view that comes near to a reference or a wall takes it in whole, and a track is always whole", () => {
  const scene = plane([{ kind: "wall", points: square(25.5) }, { kind: "reference", points: square(12.2) }], 25);
  scene.grow([{ x: [6], y: [0] }]);
  assert.equal(scene.reach, 9);
  scene.grow([{ x: [9.5], y: [0] }]);
  assert.equal(scene.reach, 13);
  scene.grow([{ x: [14], y: [0] }]);
  assert.equal(scene.reach, 25);
  assert.equal(plane([{ kind: "track", points: square(9) }]).reach, 10);
});

test("a view of the plane never widens beyond the walls, and beyond references it may", () => {
  const walled = plane([{ kind: "wall", points: square(25.5) }, { kind: "reference", points: square(90) }]);
  assert.equal(walled.grow([{ x: [24], y: [0] }]), true);
  assert.equal(walled.reach, 25);
  assert.equal(walled.grow([{ x: [25], y: [0] }]), false);
  const free = plane([{ kind: "reference", points: square(12) }]);
  free.grow([{ x: [100], y: [0] }]);
  assert.equal(free.reach, 135);
});

test("outlines are closed paths in Plotly's words: walls solid, tracks thin, references dashed and behind the lines", () => {
  const kinds = ["wall", "track", "reference"];
  const shapes = plane(kinds.map((kind) => ({ kind, points: [[0, 0], [2, 0], [1, 1.5]] }))).shapes(theme);
  for (const { type, path, layer } of shapes) {
    assert.deepEqual([type, path, layer], ["path", "M0,0L2,0L1,1.5Z", "below"]);
  }
  assert.deepEqual(shapes.map(({ line }) => line.dash), ["solid", "solid", "dash"]);
  assert.ok(shapes[1].line.width < shapes[0].line.width);
});

test("nothing is drawn of an outline without points, and without walls there is no limit", () => {
  assert.equal(outlinePath({ kind: "track", points: [] }), "");
  assert.equal(limitOf([]), Infinity);
  assert.equal(limitOf([{ kind: "track", points: [[0, 1], [-3, 2]] }]), 3);
});

test("where no walk has begun, the start stands where the walks set out", () => {
  const start = new Plane({ kind: "plane", outlines: [], centre: [3, -2], reach: 5 }).others([], theme).at(-1);
  assert.deepEqual([start.x, start.y], [[3], [-2]]);
});

test("a series widens to the right and upwards by a quarter more than its lines need, never back", () => {
  const scene = series();
  assert.equal(scene.grow([{ x: [0, 10], y: [0.2, 1] }]), false);
  assert.equal(scene.grow([{ x: [0, 12], y: [0.2, 0.5] }]), true);
  assert.deepEqual(scene.ranges(), [[0, 15], [0, 1]]);
  assert.equal(scene.grow([{ x: [4], y: [2] }]), true);
  assert.deepEqual(scene.ranges(), [[0, 15], [0, 2.5]]);
  assert.equal(scene.grow([{ x: [], y: [] }]), false);
});

test("many lines have no marks at their heads, for they would hide the lines", () => {
  const scene = new Series({ kind: "series", x: [0, 1], y: [0, 1], ticks: [], references: [], ends: true });
  const lines = (count) => Array.from({ length: count }, () => ({ t: [0, 1], x: [0, 1], y: [0, 1], shown: 1 }));
  assert.equal(scene.heads(lines(12)).x.length, 12);
  assert.equal(scene.heads(lines(13)).x.length, 0);
});

test("an arrow stands on the middle of its position, as long as it is told, with its head at the end; none is no arrow", () => {
  const [curve, ...others] = arrowCurves([[3, -2, 0, 2], [1, 1, 0, 0]]);
  assert.deepEqual(curve.slice(0, 2), [[3, -3], [3, -1]]);
  assert.deepEqual(curve.slice(2).map(([x]) => Math.sign(Math.round(100 * (x - 3)))), [-1, 0, 1, 0]);
  assert.equal(others.length, 0);
  const scene = new Plane({ kind: "plane", outlines: [], centre: [0, 0], reach: 5, field: [[3, -2, 0, 2]] });
  assert.equal(scene.shapes(theme).length, scene.curves(theme).length);
  assert.equal(plane([]).shapes(theme).length, 0);
});
