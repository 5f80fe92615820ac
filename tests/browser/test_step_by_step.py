"""Step by step in a real browser: hold, see the question, send it, see how the answer was read, branch."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from servers import Server, ollama_server

from tests.browser.conftest import Open, in_state, press, start, wait_for_answers

SETTINGS = "?models=ollama%2Ftiny&temperatures=0.5&steps={steps}&walks=2&prompt_memoryless=t+%7Bt%7D+at+%7Bx%7D,%7By%7D"
SLOW = "?models=simulated%2Fslow:latency_s%3D0.05&temperatures=1&steps=30&walks=2"
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
    """Run with the first walk held, and open the section."""
    page.get_by_role("button", name="More…").click()
    page.get_by_role("tab", name="Run").click()
    page.get_by_text("Hold the first trajectory").click()
    page.keyboard.press("Escape")
    start(page)
    opened(page)


def opened(page: Page) -> None:
    page.get_by_text("Step by step", exact=True).click()
    expect(page.get_by_text("Next question").first).to_be_visible()


def waiting_for(page: Page, t: int) -> None:
    expect(page.get_by_text(f"Next question: {t}", exact=True)).to_be_visible()


def turned_to(page: Page, t: int) -> None:
    step = page.locator(".st-key-hands").get_by_label("Go to step", exact=True)
    step.fill(str(t))
    step.press("Enter")
    expect(page.get_by_text(f"Answer to question {t}", exact=True)).to_be_visible()


def marked(page: Page) -> list[str]:
    return page.locator(".lmw-raw mark").all_inner_texts()


def question_of(request: object) -> str:
    return str(request.body["messages"][-1]["content"])  # type: ignore[attr-defined]


def test_a_walk_is_taken_by_hand(asking: str, server: Server, visit: Open) -> None:
    """The held walk sends nothing until Send; what stood there is what arrives; what was read is marked."""
    page = visit(asking + SETTINGS.format(steps=6))
    held_from_the_start(page)
    waiting_for(page, 1)
    wait_for_answers(page, 5)
    assert len(server.questions) == 6
    shown = page.locator(".st-key-hands code").first.inner_text()

    press(page, "Send")

    waiting_for(page, 2)
    expect(page.locator(".lmw-how")).to_have_text("Read as UP")
    assert marked(page) == ["up", "UP"]
    assert page.locator(".lmw-raw").inner_text() == "I go **up**, yes UP!"
    assert len(server.questions) == 7
    assert question_of(server.questions[-1]) == shown
    assert page.locator(".st-key-hands code").first.inner_text() != shown
    assert page.locator(".st-key-hands-asked code").inner_text() == shown

    press(page, "Release")
    in_state(page, "done")
    expect(page.get_by_text("6 of 6 questions answered", exact=False)).to_be_visible()


def test_a_hostile_answer_is_text_with_its_mark(asking: str, server: Server, visit: Open) -> None:
    """Script, image, link, marks that turn the writing and 100 kB stand there as text; the words read are marked."""
    server.answer = lambda _: HOSTILE
    page = visit(asking + SETTINGS.format(steps=1))
    start(page)
    in_state(page, "done")
    opened(page)

    expect(page.locator(".lmw-how")).to_have_text("Read as UP")

    assert page.locator(".lmw-raw").evaluate("raw => raw.textContent") == HOSTILE
    assert marked(page) == ["UP", "UP"]
    assert page.locator(".lmw-reading").evaluate("root => root.querySelectorAll('script, img, a, strong').length") == 0
    assert page.evaluate("() => window.hit") is None
    room = page.locator(".lmw-raw").bounding_box()
    assert room is not None
    assert room["height"] < 400


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
        expect(page.locator(".lmw-how")).to_contain_text(words)
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
    expect(page.get_by_text("Branch of walk 1, walk 0 at t = 7.")).to_be_visible()
    expect(page.locator(".lmw-heading strong")).to_contain_text("T = 2")
    assert page.locator(".st-key-hands code").first.inner_text() == asked
    press(page, "Send")
    waiting_for(page, 2)
    press(page, "Release")
    in_state(page, "done")
    assert re.search(r"study=walk\+1\+branch\+1|study=walk%201%20branch%201", page.url)

    page.locator(".st-key-hands").get_by_role("button", name="walk 1", exact=True).click()
    expect(page.get_by_text("Answer to question 7", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="walk 1 branch 1", exact=True)).to_be_visible()


def test_a_walk_is_taken_by_hand_in_a_pause(address: str, visit: Open) -> None:
    """Pause, then Hold: the next question stands there and is sent, twice, while all else stands still."""
    page = visit(address + SLOW.replace("0.05", "0.2").replace("steps=30", "steps=400"))
    start(page)
    wait_for_answers(page, 4)
    opened(page)
    press(page, "Pause")
    in_state(page, "paused")

    press(page, "Hold")

    number = int(page.get_by_text(re.compile(r"Next question: \d+")).inner_text().split(": ")[1])
    for t in (number, number + 1):
        waiting_for(page, t)
        press(page, "Send")
    waiting_for(page, number + 2)
    in_state(page, "paused")
    press(page, "Stop")
    in_state(page, "stopped")


def test_a_stopped_study_is_taken_up_by_hand(address: str, visit: Open) -> None:
    """Hold starts it paused: one question is sent, all else stands still until Resume."""
    page = visit(address + SLOW.replace("0.05", "0.2").replace("steps=30", "steps=400"))
    start(page)
    in_state(page, "running")
    wait_for_answers(page, 4)
    press(page, "Stop")
    in_state(page, "stopped")
    opened(page)

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
