"""The live stage keeps its place: one node, the user's zoom, and text that stays text."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from lmwalk.errors import PermanentError
from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from lmwalk.study import Study
from tests.browser.chromium import WAIT_MS
from tests.browser.conftest import Open, dashboard, in_state, start, wait_for_answers
from tests.scripted import Scripted

SLOW = "?models=simulated%2Fslow:latency_s%3D0.05&temperatures=1&steps=4000&walks=5"
EVIL = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script><b>bold</b> **UP**"
EVIL_ERROR = "Log in at http://evil.example/x or www.evil.example or ask me@evil.example :streamlit: **now**"
BACKWARDS = "\N{RIGHT-TO-LEFT OVERRIDE}PU"
EVIL_MODEL = "openai/<img/src=x/onerror=document.title='owned'>"
WATCH = """() => {
  const plot = document.querySelector('.lmw-plot');
  window.seen = { nodes: new Set([plot]), flat: 0 };
  const look = () => {
    for (const node of document.querySelectorAll('.lmw-plot')) {
      window.seen.nodes.add(node);
      if (node.getBoundingClientRect().height === 0) window.seen.flat += 1;
    }
    requestAnimationFrame(look);
  };
  look();
}"""
RANGE = "() => document.querySelector('.lmw-plot')._fullLayout.xaxis.range.map((edge) => Math.round(edge * 100))"
EDGES = """(said) => [...said.childNodes].map((node) => {
  const range = document.createRange();
  range.selectNodeContents(node);
  return range.getBoundingClientRect().left;
})"""
UPDATES = "least => Number(document.querySelector('.lmw-stage').dataset.updates) >= least"


def zoom(page: Page) -> list[int]:
    """Drag a box in the middle of the picture; the range it leads to."""
    page.wait_for_function("() => document.querySelector('.lmw-plot')?._fullLayout", timeout=WAIT_MS)
    box = page.locator(".lmw-plot .nsewdrag").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 90, y - 90)
    page.mouse.down()
    page.mouse.move(x + 90, y + 90, steps=4)
    page.mouse.up()
    page.wait_for_timeout(600)
    found: list[int] = page.evaluate(RANGE)
    return found


def test_the_picture_stays_one_node_and_keeps_its_zoom(address: str, visit: Open) -> None:
    """Over many updates no node is replaced, none is ever flat, and what the user zoomed to stays."""
    page = visit(address + SLOW)
    start(page)
    in_state(page, "running")
    page.wait_for_function("() => document.querySelector('.lmw-plot')?._fullLayout")
    wait_for_answers(page, 20)
    page.evaluate(WATCH)
    zoomed = zoom(page)

    updates = int(page.locator(".lmw-stage").get_attribute("data-updates") or 0)
    page.wait_for_function(UPDATES, arg=updates + 12)

    assert page.evaluate(RANGE) == zoomed
    assert zoomed != [-2650, 2650]
    assert page.evaluate("() => [window.seen.nodes.size, window.seen.flat]") == [1, 0]


def test_every_step_reaches_the_picture(address: str, visit: Open) -> None:
    """When a run ends, each walk on screen has its start and all of its steps."""
    page = visit(address + "?models=simulated%2Fslow:latency_s%3D0.01&temperatures=1&steps=80&walks=4")
    start(page)
    in_state(page, "done")

    page.wait_for_function(
        "() => document.querySelector('.lmw-plot')?.data?.slice(0, 4).every((trace) => trace.x.length === 82)"
    )


def test_a_hostile_reply_is_shown_as_text(tmp_path: Path, visit: Open) -> None:
    """Markup in a reply, a model's name or a study's name is read, never run."""
    path = tmp_path / "hostile.duckdb"
    with open_store(path) as store:
        study = Study.of(name=EVIL, models=[EVIL_MODEL], trajectories=1, steps=3)
        job = Jobs(store, lambda name: Scripted(name, lambda *_: EVIL)).start(study)
        job.wait(timeout_s=60)
        assert job.state == "done"

    with dashboard(path) as address:
        page = visit(address)
        in_state(page, "done")
        expect(page.locator(".lmw-said").first).to_have_text(f"“{EVIL}”")
        visit_compare = visit(f"{address}/compare")
        expect(visit_compare.locator(".lmw-side strong").first).to_have_text(EVIL_MODEL)

        for each in (page, visit_compare):
            assert each.title() != "owned"
            assert each.locator("img[src='x']").count() == 0


def test_an_address_in_an_error_is_no_link(tmp_path: Path, visit: Open) -> None:
    """What a server writes about its failure cannot send the reader anywhere."""

    def fail(*_: object) -> str:
        raise PermanentError(EVIL_ERROR)

    path = tmp_path / "error.duckdb"
    with open_store(path) as store:
        study = Study.of(name="walk", models=["ideal"], trajectories=1, steps=3)
        Jobs(store, lambda name: Scripted(name, fail)).start(study).wait(timeout_s=60)

    with dashboard(path) as address:
        page = visit(address)
        alert = page.get_by_role("alert").first
        expect(alert).to_contain_text("Log in at")

        assert alert.locator("a, img, strong:not(:has-text('ended'))").count() == 0
        assert alert.inner_text().replace("\N{WORD JOINER}", "").endswith(EVIL_ERROR)


def test_a_reply_cannot_turn_the_quotes_around_it(tmp_path: Path, visit: Open) -> None:
    """A mark that turns the direction of writing ends with the reply, so the closing quote stands to its right."""
    path = tmp_path / "backwards.duckdb"
    with open_store(path) as store:
        study = Study.of(name="walk", models=["ideal"], trajectories=1, steps=1)
        Jobs(store, lambda name: Scripted(name, lambda *_: BACKWARDS)).start(study).wait(timeout_s=60)

    with dashboard(path) as address:
        said = visit(address).locator(".lmw-words").first
        expect(said).to_have_text(f"“{BACKWARDS}”")
        edges = said.evaluate(EDGES)

    assert edges[0] < edges[1] < edges[2]
