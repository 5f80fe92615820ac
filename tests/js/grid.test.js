import assert from "node:assert/strict";
import { test } from "node:test";
import { moved } from "../../lmwalk/ui/compare/web/keys.js";
import { fit, LARGEST, LEAST } from "../../lmwalk/ui/compare/web/layout.js";
import { arranged } from "../../lmwalk/ui/compare/web/order.js";
import { said, tickAt } from "../../lmwalk/ui/compare/web/said.js";

const SPACE = { width: 1157, height: 600, rows: 5, columns: 7, names: 140, lines: 0, size: "fit" };

test("a grid that fits is as large as width and height allow, and never too small to be read", () => {
  const side = fit(SPACE);
  assert.ok(side > 100 && 30 + 5 * (side + 6) <= 600 && 140 + 7 * (side + 6) <= 1157);
  assert.equal(fit({ ...SPACE, rows: 20 }), LEAST);
  assert.ok(140 + 7 * (fit({ ...SPACE, rows: 20 }) + 6) <= 1157);
  assert.equal(fit({ ...SPACE, rows: 1, columns: 1 }), LARGEST);
  assert.equal(fit({ ...SPACE, size: "small" }), LEAST);
  assert.ok(fit({ ...SPACE, width: 358, height: 400 }) * 7 + 42 <= 358);
});

test("rows of one picture each stand side by side and fill the width", () => {
  const side = fit({ ...SPACE, rows: 8, columns: 1 });
  assert.ok(side > 150);
  assert.ok(Math.ceil(8 / Math.floor(1163 / (side + 6))) * side <= 600);
});

test("rows are sorted by name with numbers as numbers, or by a number with what has none last", () => {
  const names = ["model 10", "model 2", "other"];
  const sorts = [{ name: "distance", values: [[1, 5], [4, 4], [null, null]] }];
  const wish = { filter: "", by: "", down: false, column: null };
  assert.deepEqual(arranged(names, sorts, wish), [0, 1, 2]);
  assert.deepEqual(arranged(names, sorts, { ...wish, by: "name" }), [1, 0, 2]);
  assert.deepEqual(arranged(names, sorts, { ...wish, by: "distance", down: true }), [1, 0, 2]);
  assert.deepEqual(arranged(names, sorts, { ...wish, by: "distance", down: true, column: 1 }), [0, 1, 2]);
  assert.deepEqual(arranged(names, sorts, { ...wish, by: "distance", column: 0 }), [0, 1, 2]);
  assert.deepEqual(arranged(names, sorts, { ...wish, filter: "10 MODEL" }), [0]);
});

test("arrows walk through the grid and stop at its edges", () => {
  assert.deepEqual(moved([0, 0], "ArrowLeft", 5, 7), [0, 0]);
  assert.deepEqual(moved([1, 3], "ArrowDown", 5, 7), [2, 3]);
  assert.deepEqual(moved([4, 6], "ArrowRight", 5, 7), [4, 6]);
  assert.deepEqual(moved([4, 2], "Home", 5, 7), [4, 0]);
  assert.equal(moved([4, 2], "a", 5, 7), undefined);
});

test("a number is that of the clock's moment where it is known, and is marked where it is not", () => {
  const stat = { label: "distance", text: "25 (20 to 30)", meaning: "", bad: false, moments: ["0", "1", "2"] };
  assert.equal(tickAt([0, 5, 10], 7), 1);
  assert.equal(tickAt([3], 2), -1);
  assert.deepEqual(said(stat, 1, false), { text: "1", now: true });
  assert.deepEqual(said(stat, 1, true), { text: "25 (20 to 30)", now: true });
  assert.deepEqual(said({ ...stat, moments: undefined }, 1, false), { text: "25 (20 to 30)", now: false });
});
