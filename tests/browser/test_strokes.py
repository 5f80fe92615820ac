"""Frames of a replay: written into Plotly's drawing where that is as we know it, drawn by Plotly where it is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lmwalk.ui.shell.assets import script

SQUARE = [[-9.5, -9.5], [9.5, -9.5], [9.5, 9.5], [-9.5, 9.5]]
ROOM = {
    "kind": "plane",
    "outlines": [{"kind": "wall", "points": SQUARE}, {"kind": "reference", "points": [[0, 5], [5, 0], [0, -5]]}],
    "centre": [0, 0],
    "reach": 9,
}
LINES = [{"key": "0", "trajectory": 0, "shift": -0.2}, {"key": "1", "trajectory": 1, "shift": 0.1}]
POINTS = [
    {"key": "0", "t": [0, 1, 2, 3, 4, 5], "x": [0, 1, 1, 2, 2, 3], "y": [0, 0, 1, 1, 2, 2]},
    {"key": "1", "t": [0, 1, 2, 3, 4, 5], "x": [0, 0, -1, -1, -1, -2], "y": [0, -1, -1, 0, 1, 1]},
]
DRAWN = """async ({ source, room, lines, points, foreign }) => {
  const { Picture } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const node = document.createElement("div");
  Object.assign(node.style, { width: "400px", height: "400px" });
  document.body.append(node);
  const every = node.querySelectorAll.bind(node);
  // as it would be where another version of Plotly names its paths otherwise; Plotly itself looks for them further down
  if (foreign) node.querySelectorAll = (wanted) => every(wanted.includes(".js-line") ? ".not-there" : wanted);
  const picture = new Picture(node, () => {});
  const theme = { dark: false, background: "#ffffff", text: "#222222", border: "#d9d9d9", font: "sans-serif" };
  picture.open(room, lines);
  picture.merge(points);
  await picture.draw(Plotly, theme, {});
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (const t of [1.5, 2.25, 3.5]) {
    picture.hold(t, true);
    do await frame(); while (picture.owed.size || picture.frame);
  }
  await picture.drawing;
  const along = (path) => [0, 0.25, 0.5, 0.75, 1].flatMap((share) => {
    const { x, y } = path.getPointAtLength(share * path.getTotalLength());
    return [x, y];
  });
  const heads = [...every(`.trace${node._fullData[node.data.length - 1].uid} .points path`)];
  return {
    frames: node.dataset.frames,
    told: node.data[0].x.length,
    lines: lines.map((_, i) => along(every(`.trace${node._fullData[i].uid} .js-line`)[0])),
    heads: heads.map((head) => head.getAttribute("transform").match(/-?[\\d.]+/g).map(Number)),
    outlines: [...every(".shapelayer path")].map((path) => path.style.strokeDasharray),
  };
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page that has Plotly.js."""
    spec = find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    opened = browser.new_page()
    opened.add_script_tag(path=Path(spec.origin).parent / "package_data" / "plotly.min.js")
    yield opened
    opened.close()


def drawn(page: Page, *, foreign: bool) -> dict[str, Any]:
    source = script("experiment/live/web/picture.js")
    message = {"source": source, "room": ROOM, "lines": LINES, "points": POINTS, "foreign": foreign}
    found: dict[str, Any] = page.evaluate(DRAWN, json.loads(json.dumps(message)))
    return found


def test_frames_look_the_same_whoever_draws_them(page: Page) -> None:
    """Lines, heads and outlines, to a quarter of a pixel; what is written into the drawing is not told to Plotly."""
    ours, plotlys = drawn(page, foreign=False), drawn(page, foreign=True)

    assert (ours["frames"], plotlys["frames"]) == ("strokes", "plotly")
    assert ours["told"] == 6 + 1  # all points and the head, as they were when the picture was built
    assert plotlys["told"] == 4 + 1  # those up to t = 3.5 and the head
    for kind in ("lines", "heads"):
        for mine, theirs in zip(ours[kind], plotlys[kind], strict=True):
            assert mine == pytest.approx(theirs, abs=0.25)
    assert [bool(dashes) and dashes != "none" for dashes in ours["outlines"]] == [False, True]
