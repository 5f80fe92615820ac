"""What a model, a server or a user wrote is text in every place that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page
from scripted import Scripted

from lmwalk.figures._drawing import figures_of
from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from lmwalk.study import Study
from lmwalk.ui.compare.cell_views import ONE_NUMBER
from lmwalk.ui.families.cell_views import READING
from lmwalk.ui.families.walks.cell_views import PATHS, THUMBNAILS
from tests.browser.chromium import WAIT_MS, one_tab, show_results
from tests.browser.conftest import at_rest, dashboard

PARTS = [
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "[link](http://evil.example) ![picture](http://evil.example/a.png) <a href='http://evil.example'>a</a>",
    "<b>bold</b><br><span style='color:red'>pseudo</span> $x^2$ :red[red] **UP**",
    "\N{RIGHT-TO-LEFT OVERRIDE}DOWN\N{RIGHT-TO-LEFT ISOLATE}",
]
EVIL = " ".join(PARTS)
NAME = "<img src=x onerror=alert(1)> [l](http://evil.example) $x$"
MODEL = "openai/<img/src=x/onerror=document.title='owned'>"
LONG = "<b>UP</b> " * 10_000
RESTS = "() => document.querySelector('.stApp').dataset.testScriptState === 'notRunning'"


def answer(prompt: object, seed: int) -> str:
    return LONG if seed % 5 == 0 else EVIL


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard whose every study, model and reply is hostile."""
    path = tmp_path_factory.mktemp("hostile") / "results.duckdb"
    with open_store(path) as store:
        jobs = Jobs(store, lambda name: Scripted(name, answer))
        for process, steps in (("grid", 4), ("sequence", 4), ("telephone", 2)):
            study = Study.of(name=f"{process} {NAME}", process=process, models=[MODEL], trajectories=1, steps=steps)
            job = jobs.start(study)
            job.wait(timeout_s=60)
            assert job.state == "done", job.error
    with dashboard(path) as address:
        yield address


def link(page: str, process: str = "grid", **view: str) -> str:
    shown = {"study": f"{process} {NAME}", **view}
    return f"/{page}?" + "&".join(f"{key}={quote(value)}" for key, value in shown.items())


KNOWN_LAW = ("walk-spread", "walk-exact")
"""Figures that need a model's probabilities, which this one does not tell."""
CLOSE = {"cell": f"{MODEL} · T = 1"}
PLACES = {
    "Walk": link(""),
    "Draws": link("draws", "sequence"),
    "Telephone": link("telephone", "telephone"),
    **{
        f"Compare, {show}": link("compare", show=show)
        for show in (PATHS, *(view.name for view in THUMBNAILS), READING.name, ONE_NUMBER)
    },
    **{
        f"Compare, close, {tab}": link("compare", figure=tab, **CLOSE)
        for tab in (
            *(each.title for each in figures_of("grid") if each.name not in KNOWN_LAW),
            "Walks",
            "Replies",
            "Re-parse",
        )
    },
    "Studies": "/studies",
    "Data": "/data",
    "Models": "/models",
    "Templates": "/templates",
    "Compare of draws": link("compare", "sequence", **CLOSE),
    "Compare of chains": link("compare", "telephone", **CLOSE),
}


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all places, as opening a fresh one for each takes longer than looking; its scripts must not fail."""
    with one_tab() as page:
        yield page


def pressed(page: Page, place: str) -> bool:
    """Whether a view of Compare was there to be pressed, as that takes less than to open its page anew."""
    _, _, view = place.rpartition(", ")
    choice = page.get_by_role("tab" if "close" in place else "radio", name=view, exact=True)
    if not place.startswith("Compare, ") or choice.count() != 1:
        return False
    choice.click()
    page.wait_for_function(RESTS)
    return True


@pytest.mark.parametrize("place", list(PLACES))
def test_what_others_wrote_is_shown_as_text(hostile: str, tab: Page, place: str) -> None:
    """Nothing runs, nothing is loaded, nothing becomes a link, and the page stands."""
    page = tab
    if not pressed(page, place):
        page.goto(hostile + PLACES[place])
    page.locator("h1").wait_for(timeout=WAIT_MS)
    if place in ("Walk", "Draws", "Telephone"):
        show_results(page)

    at_rest(page, lambda: page.locator("body *").count(), 150, 4)

    assert page.title() != "owned"
    assert page.locator("img[src='x'], a[href*='evil'], img[src*='evil'], [data-testid=stException]").count() == 0
    assert "alert(1)" not in "".join(page.locator("script").all_inner_texts())
    assert page.locator("h1").count() == 1
