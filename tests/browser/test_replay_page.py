"""The page that replays, opened from the disk on a phone, with a study in which everything is hostile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from scripted import Scripted

from lmwalk.export import to_file
from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from lmwalk.study import Study
from tests.browser.chromium import listen
from tests.browser.test_hostile import EVIL, MODEL, NAME

PHONE = {"width": 390, "height": 780}


def answer(prompt: object, seed: int) -> str:
    return EVIL if seed % 2 else "UP"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay")
    with open_store(folder / "results.duckdb") as store:
        jobs = Jobs(store, lambda name: Scripted(name, answer))
        study = Study.of(name=NAME, models=[MODEL], temperatures=[0, 1], trajectories=3, steps=12)
        jobs.start(study).wait(timeout_s=60)
        to_file(store, NAME, "replay", folder / "page.html")
    return folder / "page.html"


@pytest.fixture
def phone(browser: Browser, file: Path) -> Iterator[Page]:
    """The page on a phone. It asks for nothing but its own file, and its scripts do not fail."""
    complaints: list[str] = []
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    listen(page, complaints)
    page.on("console", lambda said: complaints.append(said.text))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.locator(".lmw-stage").wait_for()
    yield page
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith("data:image/")] == [file.as_uri()]


def test_a_study_replays_from_a_file_on_a_phone(phone: Page) -> None:
    """It plays to its end; a cell that is tapped is opened with its replies, which are text; a step that is tapped is
    shown, and nothing is wider than the phone.
    """
    stage, said = phone.locator(".lmw-stage"), phone.locator(".lmw-said")
    expect(stage).to_have_attribute("data-t", "12")

    phone.get_by_role("button", name="Replay (space)").tap()
    expect(stage).to_have_attribute("data-playing", "true")
    phone.get_by_label("speed of the replay").select_option("16")
    expect(stage).to_have_attribute("data-live", "true")

    phone.get_by_role("button", name=f"{MODEL} at temperature 1", exact=False).tap()
    expect(phone.locator(".lmw-close h2")).to_have_text(f"{MODEL} T = 1")
    phone.get_by_role("button", name="walk 2", exact=True).tap()
    hostile = phone.locator(".lmw-line", has_text="<script>").first
    hostile.tap()
    expect(said).to_have_text(EVIL)
    expect(phone.locator(".lmw-step")).to_contain_text("walk 2, t ")
    expect(phone.locator(".lmw-asked")).to_contain_text("You are a random walker")
    phone.locator("summary", has_text="How it was set").tap()

    assert phone.title() == NAME
    assert phone.locator("main a, main img[src='x'], main b, main span[style]").count() == 0
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_keys_move_the_clock_and_figures_are_pictures(phone: Page) -> None:
    """The arrows step; a figure that is opened is drawn as an image of its own."""
    stage = phone.locator(".lmw-stage")
    stage.press("ArrowLeft")
    expect(stage).to_have_attribute("data-t", "11")
    stage.press("Home")
    expect(phone.locator(".lmw-step")).to_have_text("walk 1, at the start")

    phone.locator(".lmw-figure summary").first.tap()
    phone.wait_for_function("document.querySelector('.lmw-figure img').naturalWidth > 100")
