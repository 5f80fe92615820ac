"""By hand in a real browser: see the question, send it, see how the answer was read; look back, and branch."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from servers import Server, ollama_server

from tests.browser.conftest import Open, in_state, press, start, wait_for_answers

SETTINGS = "?models=ollama%2Ftiny&temperatures=0.5&steps={steps}&walks=2&prompt_memoryless=t+%7Bt%7D+at+%7Bx%7D,%7By%7D"
SLOW = "?models=simulated%2Fslow:latency_s%3D0.05&temperatures=1&steps=30&walks=2"
BELOW, PANEL = ".st-key-hands", ".lmw-hand"
SMALLEST = """() => {
  const seen = [...document.querySelectorAll(".lmw-presenting *")].filter((node) => node.getClientRects().length
    && [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()));
  return Math.min(...seen.map((node) => parseFloat(getComputedStyle(node).fontSize)));
}"""
HOSTILE = (
    "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'> [UP](javascript:hit) \u202e**UP**\u202c "
    f"\u05e9\u05dc\u05d5\u05dd :red[x] $x$ {'x ' * 50_000}"
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An Ollama that the dashboard asks."""
    with ollama_server(lambda _: "I go **up**, yes UP!") as running:
        monkeypatch.setenv("OLLAMA_HOST", running.url)
        yield running


def held_from_the_start(page: Page) -> None:
    """Run with the first walk held, which opens the panel."""
    page.get_by_role("button", name="More…").click()
    page.get_by_role("tab", name="Run").click()
    page.get_by_text("Hold the first trajectory").click()
    page.keyboard.press("Escape")
    start(page)


def opened(page: Page) -> None:
    page.get_by_text("Answer by answer", exact=True).click()
    expect(page.get_by_label("Go to step", exact=True)).to_be_visible()


def waiting_for(page: Page, t: int) -> None:
    expect(page.get_by_text(f"Next question: {t}", exact=True)).to_be_visible()


def turned_to(page: Page, t: int) -> None:
    step = page.locator(".st-key-hands").get_by_label("Go to step", exact=True)
    step.fill(str(t))
    step.press("Enter")
    expect(page.get_by_text(f"Answer to question {t}", exact=True)).to_be_visible()


def marked(page: Page, place: str = BELOW) -> list[str]:
    return page.locator(f"{place} .lmw-raw mark").all_inner_texts()


def question_of(request: object) -> str:
    return str(request.body["messages"][-1]["content"])  # type: ignore[attr-defined]


def test_a_walk_is_taken_by_hand(asking: str, server: Server, visit: Open) -> None:
    """The held walk sends nothing until Send; what stood there is what arrives; what was read is marked."""
    page = visit(asking + SETTINGS.format(steps=6))
    held_from_the_start(page)
    waiting_for(page, 1)
    wait_for_answers(page, 5)
    assert len(server.questions) == 6
    question = page.locator(".lmw-hand-question .lmw-hand-text")
    shown = question.inner_text()

    press(page, "Send")

    waiting_for(page, 2)
    expect(page.locator(".lmw-hand .lmw-how")).to_have_text("Read as UP")
    assert marked(page, PANEL) == ["up", "UP"]
    assert page.locator(".lmw-hand .lmw-raw").inner_text() == "I go **up**, yes UP!"
    assert len(server.questions) == 7
    assert question_of(server.questions[-1]) == shown
    assert question.inner_text() != shown
    assert page.locator(".lmw-hand-answer .lmw-hand-text").text_content() == shown

    press(page, "Release")
    in_state(page, "done")
    expect(page.get_by_text("6 of 6 answered, complete.")).to_be_visible()


def test_a_hostile_answer_is_text_with_its_mark(asking: str, server: Server, visit: Open) -> None:
    """Script, image, link, marks that turn the writing and 100 kB stand there as text; the words read are marked."""
    server.answer = lambda _: HOSTILE
    page = visit(asking + SETTINGS.format(steps=1))
    start(page)
    in_state(page, "done")
    opened(page)

    press(page, "By hand")

    for place in (BELOW, PANEL):
        expect(page.locator(f"{place} .lmw-how")).to_contain_text("Read as UP")
        raw = page.locator(f"{place} .lmw-raw")
        assert HOSTILE.startswith((raw.text_content() or "")[:20_000])
        assert marked(page, place)[0] == "UP"
        inside = "root => root.querySelectorAll('script, img, a, strong').length"
        assert page.locator(f"{place} .lmw-reading").evaluate(inside) == 0
        room = raw.bounding_box()
        assert room is not None
        assert room["height"] < 400
    assert page.locator(f"{BELOW} .lmw-raw").text_content() == HOSTILE
    assert page.evaluate("() => window.hit") is None


def test_an_answer_that_was_not_read_says_why(asking: str, server: Server, visit: Open) -> None:
    """Both words of an ambiguous one, the words of a refusal, or that nothing was found."""
    cases = [
        ("UP or LEFT?", ["UP", "LEFT"], "Ambiguous"),
        ("north", [], "nothing in it names an answer"),
        ("I'm sorry, no.", ["I'm sorry"], "Refused"),
        (" ", [], "Empty"),
    ]
    server.answer = lambda prompt: cases[int(prompt.split()[1])][0]
    page = visit(asking + SETTINGS.format(steps=4))
    start(page)
    in_state(page, "done")
    opened(page)

    for t, (_, marks, words) in enumerate(cases, start=1):
        turned_to(page, t)
        expect(page.locator(f"{BELOW} .lmw-how")).to_contain_text(words)
        assert marked(page) == marks


def test_a_branch_goes_on_from_an_earlier_step(address: str, visit: Open) -> None:
    """A branch from step 7 at another temperature asks question 8 anew, names its parent and is named there."""
    page = visit(address + SLOW)
    start(page)
    in_state(page, "done")
    opened(page)
    expect(page.get_by_text("Answer to question 30", exact=True)).to_be_visible()
    turned_to(page, 8)
    expect(page.locator(".st-key-hands-asked code")).to_contain_text("t = 7 ")
    asked = page.locator(".st-key-hands-asked code").inner_text()
    turned_to(page, 7)

    press(page, "Branch…")
    expect(page.get_by_text("question 8 is asked anew")).to_be_visible()
    form = page.locator('[data-testid="stPopoverBody"]')
    form.get_by_label("Temperature", exact=True).fill("2")
    form.get_by_label("Temperature", exact=True).press("Enter")
    expect(form.get_by_label("Steps", exact=True)).to_have_value("23")
    form.get_by_text("Hold from the start").click()
    press(page, "Start the branch")

    waiting_for(page, 1)
    expect(page.get_by_text("Branch of the study walk 1: walk 0 at t = 7.")).to_be_visible()
    expect(page.locator(".lmw-heading strong")).to_contain_text("T = 2")
    assert page.locator(".lmw-hand-question .lmw-hand-text").inner_text() == asked
    press(page, "Send")
    waiting_for(page, 2)
    press(page, "Release")
    in_state(page, "done")
    assert re.search(r"study=walk\+1\+branch\+1|study=walk%201%20branch%201", page.url)

    page.locator(".st-key-hands").get_by_role("button", name="walk 1", exact=True).click()
    expect(page.get_by_text("Answer to question 7", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="walk 1 branch 1", exact=True)).to_be_visible()


def boxes(page: Page, *places: str) -> list[dict[str, float]]:
    return [dict(page.locator(place).first.bounding_box() or {}) for place in places]


def test_a_paused_run_is_taken_on_by_keys(address: str, visit: Open) -> None:
    """Nobody has to be held: Enter sends, the arrow steps, the space bar resumes; all on one screen of 1280 x 720."""
    page = visit(address + SLOW.replace("0.05", "0.2").replace("steps=30", "steps=400"))
    page.set_viewport_size({"width": 1280, "height": 720})
    start(page)
    wait_for_answers(page, 4)
    press(page, "Pause")
    in_state(page, "paused")
    press(page, "By hand")

    number = int(page.get_by_text(re.compile(r"Next question: \d+")).inner_text().split(": ")[1])
    for t in (number, number + 1):
        waiting_for(page, t)
        page.keyboard.press("Enter")
    waiting_for(page, number + 2)
    expect(page.get_by_text(f"Answer to question {number + 1}", exact=True)).to_be_visible()
    page.locator(".lmw-stage").scroll_into_view_if_needed()
    for box in boxes(page, ".lmw-plot", ".lmw-hand-question", ".lmw-hand-send", ".lmw-hand-answer", ".lmw-how"):
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 720
    page.keyboard.press("ArrowRight")
    waiting_for(page, number + 3)
    in_state(page, "paused")

    page.keyboard.press("f")
    expect(page.locator(".lmw-presenting")).to_be_visible()
    expect(page.locator(".lmw-how")).to_be_visible()
    assert page.evaluate(SMALLEST) >= 20
    assert boxes(page, ".lmw-presenting") == [{"x": 0, "y": 0, "width": 1280, "height": 720}]
    page.keyboard.press("Enter")
    waiting_for(page, number + 4)
    page.keyboard.press("Escape")
    expect(page.locator(".lmw-presenting")).to_have_count(0)

    page.keyboard.press(" ")
    in_state(page, "running")
    press(page, "Stop")
    in_state(page, "stopped")

    press(page, "Hold")
    in_state(page, "paused")
    number = int(page.get_by_text(re.compile(r"Next question: \d+")).inner_text().split(": ")[1])
    press(page, "Send")
    waiting_for(page, number + 1)
    in_state(page, "paused")
    press(page, "Release")
    press(page, "Resume")
    in_state(page, "running")
    press(page, "Stop")
    in_state(page, "stopped")
