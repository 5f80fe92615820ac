import assert from "node:assert/strict";
import { test } from "node:test";
import { pace, placeAt } from "../../lmwalk/ui/parts/web/player.js";

test("a place among times is where t lies between its neighbours", () => {
  const times = [0, 1, 3, 10];
  assert.equal(placeAt(times, 0), 0);
  assert.equal(placeAt(times, 0.5), 0.5);
  assert.equal(placeAt(times, 2), 1.5);
  assert.equal(placeAt(times, 3), 2);
  assert.ok(Math.abs(placeAt(times, 6.5) - 2.5) < 1e-12);
});

test("before the first time there is no place, after the last it is the last", () => {
  assert.equal(placeAt([5, 6], 4.9), -1);
  assert.equal(placeAt([5, 6], 1e9), 1);
  assert.equal(placeAt([5], 5), 0);
  assert.equal(placeAt([], 5), -1);
});

test("a place found by halving is the one that is found by looking at every time", () => {
  const times = [0, 1, 2, 5, 9, 14, 15, 21, 30, 31];
  for (let t = 0; t <= 31; t += 0.25) {
    const before = times.filter((time) => time <= t).length - 1;
    const gap = before + 1 < times.length ? (t - times[before]) / (times[before + 1] - times[before]) : 0;
    assert.ok(Math.abs(placeAt(times, t) - (before + gap)) < 1e-12, `t = ${t}`);
  }
});

test("a replay runs at eight steps a second where that takes between 4 and 20 seconds, and in that time otherwise", () => {
  assert.equal(pace(80), 8);
  assert.equal(pace(32), 8);
  assert.equal(pace(160), 8);
  assert.equal(pace(8), 2);
  assert.equal(pace(2000), 100);
});
