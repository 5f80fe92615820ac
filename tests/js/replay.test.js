import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestWalk, stepAt, unpacked } from "../../lmwalk/export/replay/web/study.js";

test("the step of a moment is the last one that was asked by then", () => {
  const steps = [1, 2, 5];
  assert.deepEqual([0, 0.9, 1, 1.5, 2, 4.9, 5, 99].map((t) => stepAt(steps, t)), [-1, -1, 0, 0, 1, 1, 2, 2]);
  assert.equal(stepAt([], 3), -1);
});

test("the walk that is tapped is the one that has come nearest by then, as it is drawn", () => {
  const walks = [
    { trajectory: 0, shift: 0, x: [0, 1, 2], y: [0, 0, 0] },
    { trajectory: 4, shift: 0.5, x: [0, 0, 0], y: [0, 1, 9], t: [0, 3, 8] },
  ];
  const cell = /** @type {any} */ ({ walks });
  assert.equal(nearestWalk(cell, 2, 0.2, 9), 0);
  assert.equal(nearestWalk(cell, 0.5, 9, 9), 4);
  assert.equal(nearestWalk(cell, 0.4, 9, 0), 4);
  assert.equal(nearestWalk(/** @type {any} */ ({}), 0, 0, 0), undefined);
});

test("what was packed is unpacked", async () => {
  const packed = "eNqrVipOzExRslJQskmyiyk1MjCyUKoFAETABfU=";
  assert.deepEqual(await unpacked(`\n${packed}\n`), { said: "<b>\u2028" });
});
