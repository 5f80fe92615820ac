import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { endColour, lineColour, referenceColour, scaleColour, startColour, trajectoryColour } from "../../lmwalk/ui/parts/web/palette.js";

const palette = JSON.parse(readFileSync(new URL("../../lmwalk/palette.json", import.meta.url), "utf8"));
const [light, dark] = [{ dark: false }, { dark: true }];

test("a trajectory has a colour of its own among eight, in either theme", () => {
  for (const theme of [light, dark]) {
    const colours = Array.from({ length: 8 }, (_, number) => trajectoryColour(number, theme));
    assert.equal(new Set(colours).size, 8);
    assert.equal(trajectoryColour(8, theme), colours[0]);
  }
});

test("a colour is another in the dark theme only where the palette has another", () => {
  assert.equal(trajectoryColour(0, dark), palette.trajectories[0].dark);
  assert.equal(trajectoryColour(3, dark), trajectoryColour(3, light));
  for (const [name, colour] of Object.entries({ start: startColour, end: endColour, reference: referenceColour })) {
    assert.deepEqual([colour(light), colour(dark)], [palette[name].light, palette[name].dark]);
  }
});

test("the scale runs from cool by way of its middle to warm, and no further", () => {
  const written = (rgb) => `#${rgb.match(/\d+/g).map((value) => Number(value).toString(16).padStart(2, "0")).join("")}`;
  assert.deepEqual([0, 0.5, 1].map((warmth) => written(scaleColour(warmth))), palette.scale);
  assert.equal(scaleColour(-1), scaleColour(0));
  assert.equal(scaleColour(7), scaleColour(1));
});

test("a line has its place on the scale, or the colour of its number", () => {
  assert.equal(lineColour({ warmth: 1, trajectory: 2 }, light), scaleColour(1));
  assert.equal(lineColour({ warmth: null, colour: 1, trajectory: 2 }, light), trajectoryColour(1, light));
  assert.equal(lineColour({ trajectory: 2 }, light), trajectoryColour(2, light));
});
