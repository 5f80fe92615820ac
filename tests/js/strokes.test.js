import assert from "node:assert/strict";
import { test } from "node:test";
import { isKnown, stroke, strokes } from "../../lmwalk/ui/experiment/live/web/strokes.js";

const axis = (scale) => ({ c2p: (value) => 100 + scale * value, _length: 200, range: [0, 1] });
const line = (shown) => ({ index: 0, key: "a", trajectory: 0, t: [0, 1, 2], x: [0, 1, 1], y: [0, 0, 2], shown });

/** A node as Plotly leaves it: one line, drawn as ``d``, and the trace of the heads. */
function drawn(d, changes = {}) {
  const path = { d, getAttribute: () => path.d, setAttribute: (_, value) => (path.d = value) };
  const mark = { setAttribute: (_, value) => (mark.at = value) };
  return {
    path, mark,
    data: [{ x: [0, 1, 1], y: [0, 0, 2] }, { x: [1], y: [2] }],
    _fullLayout: { xaxis: axis(10), yaxis: axis(-10) },
    _fullData: [{ uid: "abc" }, { uid: "def" }],
    querySelectorAll: (selector) => (selector === ".traceabc .js-line" ? [path] : selector.startsWith(".tracedef") ? [mark] : []),
    ...changes,
  };
}

test("a drawing is known whose lines begin where its axes put their first points", () => {
  assert.equal(isKnown(drawn("M100,100L110,100L110,80"), [line(2)]), true);
});

test("a drawing is not known without such axes, names or paths, or where a line begins elsewhere", () => {
  const bare = { _length: 200, range: [0, 1] };
  assert.equal(isKnown(drawn("M100,100L110,100", { _fullLayout: { xaxis: bare, yaxis: bare } }), [line(2)]), false);
  assert.equal(isKnown(drawn("M100,100L110,100", { _fullLayout: undefined }), [line(2)]), false);
  assert.equal(isKnown(drawn("M100,100L110,100", { _fullData: [{}, {}] }), [line(2)]), false);
  assert.equal(isKnown(drawn("M100,100L110,100", { querySelectorAll: () => [] }), [line(2)]), false);
  assert.equal(isKnown(drawn("M0,0L10,0"), [line(2)]), false);
});

test("nothing is known yet of a drawing without a line", () => {
  assert.equal(isKnown(drawn("", { data: [{ x: [0], y: [0] }, { x: [], y: [] }] }), [line(0)]), undefined);
});

test("lines and heads are moved in the drawing", () => {
  const node = drawn("M100,100L110,100L110,80");
  assert.ok(strokes(node, [line(1.5)], { x: [1], y: [1] }));
  assert.equal(node.path.d, "M100.0,100.0L110.0,100.0L110.0,90.0");
  assert.equal(node.mark.at, "translate(110,90)");
});

test("a line grows by what is new, and is written anew where it goes back or the view is another", () => {
  const walk = line(0);
  assert.equal(stroke(walk, axis(10), axis(-10)), "M100.0,100.0L100.0,100.0");
  walk.shown = 2;
  assert.equal(stroke(walk, axis(10), axis(-10)), "M100.0,100.0L110.0,100.0L110.0,80.0L110.0,80.0");
  walk.shown = 1;
  assert.equal(stroke(walk, axis(10), axis(-10)), "M100.0,100.0L110.0,100.0L110.0,100.0");
  assert.equal(stroke(walk, axis(20), axis(-10)), "M100.0,100.0L120.0,100.0L120.0,100.0");
});
