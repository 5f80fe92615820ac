import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { baseURI: "http://here:8501/walk", hidden: false, addEventListener() {}, removeEventListener() {} };
const { Wire } = await import("../../lmwalk/ui/parts/web/wire.js");

function wired() {
  const [sockets, told, lost] = [[], [], []];
  const open = (address) => {
    const socket = { address, said: [], readyState: 1, send: (words) => socket.said.push(words), close: () => (socket.shut = true) };
    sockets.push(socket);
    return socket;
  };
  return { sockets, told, lost, wire: new Wire((news) => told.push(news), () => lost.push(true), open) };
}

test("a stream is opened once, beside the page, and says whether the tab is seen", () => {
  const { sockets, told, wire } = wired();
  wire.follow("lmwalk/stage/key");
  wire.follow("lmwalk/stage/key");
  assert.equal(sockets.length, 1);
  assert.equal(sockets[0].address, "ws://here:8501/lmwalk/stage/key");
  sockets[0].onopen();
  document.hidden = true;
  wire.turned();
  document.hidden = false;
  assert.deepEqual(sockets[0].said, ["seen", "hidden"]);
  sockets[0].onmessage({ data: '{"to": 3}' });
  assert.deepEqual(told, [{ to: 3 }]);
  wire.follow("");
  assert.equal(sockets[0].shut, true);
  sockets[0].onmessage({ data: '{"to": 4}' });
  assert.equal(told.length, 1);
});

test("a stream that breaks is opened anew, and given up where it cannot be had", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { sockets, lost, wire } = wired();
  wire.follow("lmwalk/stage/key");
  sockets[0].onclose({ code: 1006 });
  context.mock.timers.tick(10_000);
  assert.equal(sockets.length, 2);
  sockets[1].onmessage({ data: "{}" });
  for (let broken = 1; broken < 5; broken++) {
    sockets[broken].onclose({ code: 1006 });
    context.mock.timers.tick(10_000);
  }
  assert.deepEqual([sockets.length, lost.length], [6, 0]);
  sockets[5].onclose({ code: 1006 });
  assert.equal(lost.length, 1);
});

test("a stream that the server does not know is not asked for again", () => {
  const { sockets, lost, wire } = wired();
  wire.follow("lmwalk/stage/key");
  sockets[0].onclose({ code: 4404 });
  assert.deepEqual([sockets.length, lost.length], [1, 1]);
});
