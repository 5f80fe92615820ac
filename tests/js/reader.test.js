import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, noteOf } from "../../lmwalk/ui/families/chains/web/reader.js";

const text = {
  t: 3, text: "a c", note: "shorten",
  previous: [["equal", "a "], ["delete", "b "], ["equal", "c"]], first: [["equal", "a c"]],
};

test("a text is shown whole, or as what changed since another", () => {
  assert.equal(changesOf(text, "text"), undefined);
  assert.deepEqual(changesOf(text, "previous"), text.previous);
  assert.deepEqual(changesOf(text, "first"), text.first);
});

test("the initial text is always shown whole", () => {
  assert.equal(changesOf({ t: 0, text: "a", note: "", previous: [], first: [] }, "previous"), undefined);
});

test("it is said that not a word changed only where changes are shown and there are none", () => {
  assert.equal(noteOf(text, "text", false), "shorten");
  assert.equal(noteOf(text, "previous", false), "shorten");
  assert.equal(noteOf(text, "first", false), "shorten · not a word changed");
});

test("where a later generation was asked for, it is said which one is shown", () => {
  assert.equal(noteOf(text, "text", true), "generation 3, this chain's latest · shorten");
  assert.equal(noteOf(undefined, "text", true), "");
});
