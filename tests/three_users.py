"""What three users do: a hobbyist with five models on Ollama, a researcher with a paper, a lecturer with students."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping

from playwright.sync_api import expect

from tests.browser.conftest import in_state, start, wait_for_answers
from tests.counted import PHONE, Counted, World

POST = ("llama3.2:1b", "llama3.2:3b", "llama3.1:8b", "gemma2:2b", "gemma2:9b")
ASKED = 8750
"""Questions of the post's grid: 5 models, 7 temperatures, 5 walks of 50 steps."""
ONE = "?models=ollama%2Fgemma2:9b&temperatures=1&steps=2000&walks=5"
LATENCY_S = 0.3
NOT_BEFORE = "impossible"
DRAWN = "() => document.querySelectorAll('.lmw-cell[data-points=\"50\"]').length === {cells}"
REPLAY = '.lmw-player [aria-label^="Replay (space)"]'


def by_reproduce(tab: Counted, world: World) -> str:
    page = tab.page
    page.get_by_role("button", name="Run the built-in model").wait_for()
    tab.begin()
    tab.click(page.get_by_role("button", name=re.compile("^Or run a published experiment")))
    expect(page.locator(".stMultiSelect").first.locator("[data-tag]")).to_have_count(len(POST))
    tab.button("Run")
    page.get_by_text(re.compile(f"[1-9][\\d,]* of {ASKED:,} questions")).wait_for()
    return "the grid is being asked"


def by_hand(tab: Counted, world: World) -> str:
    page = tab.page
    page.get_by_role("button", name="Run the built-in model").wait_for()
    tab.begin()
    tab.click(page.locator(".st-key-models input"))
    tab.types("ollama")
    tab.option(f"Select {len(POST)} matches")
    tab.click(page.locator(".st-key-models").get_by_label("Remove builtin/tiny"))
    degrees = page.locator(".st-key-temperatures")
    tab.click(degrees.locator("input"))
    tab.option("Select all")
    for unwanted in ("1.5", "2"):
        chip = degrees.get_by_label(f"Remove {unwanted}", exact=True)
        tab.click(chip)
        expect(chip).to_have_count(0)
    tab.key("Escape")
    as_posted(tab)
    tab.button("Run")
    in_state(page, "running")
    expect(page.locator(".lmw-count")).to_contain_text(f"of {ASKED:,}")
    wait_for_answers(page, 0)
    return "the grid is being asked"


def as_posted(tab: Counted) -> None:
    """The rules and the cuts of the post; its own words are in no template."""
    page = tab.page
    tab.click(page.get_by_role("button", name="More…"))
    tab.click(page.locator(".st-key-rules input"))
    tab.option("legacy")
    tab.click(page.get_by_role("tab", name="Sampler"))
    tab.click(page.locator(".st-key-sampler input"))
    tab.option("Provider default")
    tab.key("Escape")
    for setting in ("legacy", "provider"):
        expect(page.locator(".st-key-changed")).to_contain_text(setting, ignore_case=True)


def taken_away(tab: Counted, world: World) -> str:
    page = tab.page
    page.goto(f"{world.address}/?study=as+posted")
    in_state(page, "done")
    tab.begin()
    tab.click(page.get_by_role("link", name="Compare", exact=True))
    page.wait_for_function(DRAWN.format(cells=35))
    tab.click(page.locator(REPLAY))
    page.locator('.lmw-atlas[data-playing="true"]').wait_for()
    tab.button("Export")
    files = [tab.saves("CSV")]
    for name in ("README tables", "GIF"):
        tab.button(name)
        files.append(tab.saves(f"Save {name}"))
    return ", ".join(f"{each.suggested_filename} {each.path().stat().st_size / 1e6:.2f} MB" for each in files)


def in_context(tab: Counted, world: World) -> str:
    page = tab.page
    tab.begin()
    tab.click(page.get_by_role("link", name="Reproduce", exact=True))
    tab.click(page.get_by_role("radio", name="The paper on coin flips"))
    tab.click(page.get_by_role("radio", name="Coin: in-context learning"))
    expect(page.get_by_role("heading", name="Coin: in-context learning")).to_be_visible()
    tab.button("Run")
    page.get_by_text(re.compile(r"([1-9][\d,]*) of \1 questions")).wait_for()
    expect(page.locator(".stProgress")).to_have_count(0)
    picture, table = (tab.save(page.locator(f".st-key-{end}-distance").get_by_role("button")) for end in ("svg", "csv"))
    with table.path().open(newline="", encoding="utf-8") as file:
        lines = {(row["published"], row["label"]) for row in csv.DictReader(file)}
    own, others = (sorted(label for published, label in lines if published == each) for each in ("False", "True"))
    assert own and len(others) >= 3, f"own: {own}; published: {others}"
    return f"{picture.suggested_filename}, {table.suggested_filename}: {len(own)} own, {len(others)} published"


def one_question(tab: Counted, world: World) -> str:
    page = tab.page
    world.server.latency_s = LATENCY_S
    page.goto(f"{world.address}/{ONE}")
    start(page)
    wait_for_answers(page, 10)
    tab.begin()
    tab.button("Pause")
    in_state(page, "paused")
    tab.button("By hand")
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    number = int(page.get_by_text(re.compile(r"Next question: \d+")).inner_text().split(": ")[1])
    tab.key("Enter")
    expect(page.get_by_text(f"Answer to question {number}", exact=True)).to_be_visible()
    return page.locator(".lmw-hand .lmw-how").inner_text()


def what_if(tab: Counted, world: World) -> str:
    page = tab.page
    tab.begin()
    tab.click(page.get_by_text("Answer by answer", exact=True))
    tab.button("Branch…")
    form = page.locator('[data-testid="stPopoverBody"]')
    tab.click(form.get_by_label("Temperature", exact=True))
    tab.key("Control+a")
    tab.types("0.1")
    tab.key("Enter")
    tab.button("Start the branch")
    page.wait_for_url("**branch**")
    expect(page.locator(".lmw-heading strong")).to_contain_text("T = 0.1")
    wait_for_answers(page, 0)
    return page.locator(".lmw-heading strong").inner_text()


def presented(tab: Counted, world: World) -> str:
    page = tab.page
    tab.begin()
    tab.key("f")
    page.locator(".lmw-presenting").wait_for()
    tab.key("Escape")
    expect(page.locator(".lmw-presenting")).to_have_count(0)
    return "there and back"


def on_a_phone(tab: Counted, world: World) -> str:
    page = tab.page
    page.goto(f"{world.address}/compare?study=as+posted")
    page.wait_for_function(DRAWN.format(cells=35))
    tab.begin()
    tab.button("Export")
    tab.button("Replay")
    world.replay = world.folder / "replay.html"
    tab.saves("Save Replay").save_as(world.replay)
    context = world.browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    phone = context.new_page()
    phone.goto(world.replay.as_uri())
    tab.tap(phone.get_by_role("button", name="Replay (space)"))
    expect(phone.locator(".lmw-stage")).to_have_attribute("data-playing", "true")
    wide = phone.evaluate("document.documentElement.scrollWidth")
    context.close()
    return f"it plays, {wide} px wide"


def two_studies(tab: Counted, world: World) -> str:
    page = tab.page
    page.goto(f"{world.address}/compare?study=as+posted")
    page.wait_for_function(DRAWN.format(cells=35))
    tab.begin()
    tab.click(page.locator(".st-key-also input"))
    tab.option("corrected")
    page.wait_for_function(DRAWN.format(cells=70))
    tab.key("Escape")
    cells = page.locator(".lmw-cell")
    tab.shift_click(cells.nth(35))
    tab.click(cells.nth(0))
    expect(page.locator(".lmw-large-name > div")).to_have_count(2)
    tab.click(page.get_by_role("tab", name="Occupancy difference"))
    page.locator(".st-key-occupancy-difference .main-svg").first.wait_for()
    return page.locator(".st-key-contrasts strong").first.inner_text()


Job = Callable[[Counted, World], str]
Work = Mapping[str, tuple[Job, object]]
"""Jobs in the order in which they are done, by what they are: each with the clicks that it took before."""
BY_HAND: Work = {"U1: the post's grid as posted, by hand on Walk": (by_hand, 19)}
BY_REPRODUCE: Work = {"U1: the post's grid as posted, by Reproduce": (by_reproduce, 19)}
ANEW: Work = {
    "U2: in-context learning beside three published models, SVG and CSV": (in_context, 11),
    "U3: pause, then send one question by hand": (one_question, NOT_BEFORE),
    "U3: what if T were 0.1 from here (branch)": (what_if, 5),
    "U3: presentation view, there and back": (presented, NOT_BEFORE),
}
OF_FINISHED: Work = {
    "U1: Compare, replay, CSV, README tables, GIF": (taken_away, 8),
    "U3: open it on a phone, from the file, and play": (on_a_phone, NOT_BEFORE),
    "Two studies in one grid, and their difference": (two_studies, NOT_BEFORE),
}
