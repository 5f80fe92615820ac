import assert from "node:assert/strict";
import { test } from "node:test";
import { done } from "../../lmwalk/ui/experiment/step_by_step/web/keys.js";

const paused = { state: "paused", live: true, ready: true, large: false };

test("at the newest answer of a run, space and the arrow are the run's; elsewhere they are left to the player", () => {
  assert.equal(done(" ", paused, false), "resume");
  assert.equal(done(" ", { ...paused, state: "running" }, false), "pause");
  assert.equal(done("ArrowRight", paused, false), "step");
  for (const now of [{ ...paused, live: false }, { ...paused, state: "done" }, { ...paused, state: "preparing" }]) {
    for (const key of [" ", "ArrowRight", "ArrowLeft"]) assert.equal(done(key, now, false), null);
  }
});

test("Enter sends the question that waits, and presses the button that the focus was led to", () => {
  assert.equal(done("Enter", paused, false), "send");
  assert.equal(done("Enter", paused, true), null);
  assert.equal(done(" ", paused, true), null);
  assert.equal(done("Enter", { ...paused, ready: false }, false), null);
});

test("F fills the screen and gives it back, as Escape does", () => {
  assert.equal(done("f", paused, false), "present");
  assert.equal(done("F", { ...paused, large: true }, false), "leave");
  assert.equal(done("Escape", { ...paused, large: true }, false), "leave");
  assert.equal(done("Escape", paused, false), null);
});
