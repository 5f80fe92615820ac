"""The page of templates in a real browser: write, try out, run, change, restore, delete."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, dashboard, in_state, press, start

HOSTILE = (
    "<script>document.title='hit'</script><img src=x onerror=\"document.title='hit'\"> **bold** :red[x] $x$ "
    "[a](http://x) \u202eRTL\u202c `code`"
)
WORDS = "You are at {x}, {y}: UP, DOWN, LEFT or RIGHT?"
READ = '[data-testid="stCode"]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "templates" / "grid"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with dashboard(tmp_path / "results.duckdb") as running:
        yield running


def opened(visit: Open, address: str, called: str) -> Page:
    page = visit(f"{address}/templates?called={called}")
    expect(page.get_by_role("heading", name=called, exact=True)).to_be_visible()
    expect(words(page)).to_be_visible()
    return page


def words(page: Page) -> object:
    return page.get_by_role("textbox", name="Words of the question")


def kept(folder: Path, name: str) -> dict[str, str]:
    plain: dict[str, str] = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    return plain


def typed(page: Page, text: str) -> None:
    """Take everything out and type anew, key by key at the end."""
    words(page).fill(text[:-1])
    words(page).press("Control+End")
    words(page).press_sequentially(text[-1])


def test_a_new_template_is_read_as_a_model_would_while_it_is_typed(address: str, visit: Open, folder: Path) -> None:
    """The preview follows the keys and the state, and what is saved is a plain file."""
    page = opened(visit, address, "memoryless")
    press(page, "New template")
    expect(page.get_by_role("heading", name="my template", exact=True)).to_be_visible()
    expect(page.get_by_text("not saved yet")).to_be_visible()

    typed(page, "Time {t}, at {x}, {y}.")
    expect(page.locator(READ).first).to_have_text("Time 0, at 0, 0.")
    expect(page.locator(".lmt-known")).to_have_text(["{t}", "{x}", "{y}"])
    page.get_by_role("button", name="{size}", exact=True).click()
    expect(page.locator(READ).first).to_have_text("Time 0, at 0, 0.51")
    page.get_by_label("t", exact=True).fill("10")
    page.keyboard.press("Enter")
    expect(page.locator(READ).first).to_contain_text("Time 10, at ")

    press(page, "Save")
    expect(page.get_by_test_id("stToast")).to_contain_text("my template")
    assert kept(folder, "my template") == {"text": "Time {t}, at {x}, {y}.{size}"}
    expect(page.get_by_role("radio", name="my template")).to_be_checked()


def test_an_unknown_variable_is_underlined_explained_and_never_saved(address: str, visit: Open, folder: Path) -> None:
    """The sentence names what was meant; saving is refused and what was typed stays, also on other pages."""
    page = opened(visit, address, "terse")
    press(page, "Duplicate")
    typed(page, "Where to from {sise}?")

    unknown = page.locator(".lmt-unknown")
    expect(unknown).to_have_text("{sise}")
    assert "wavy" in unknown.evaluate("node => getComputedStyle(node).textDecoration")
    expect(page.get_by_text("There is no {sise}. Did you mean {size}?")).to_be_visible()
    expect(page.get_by_text("There is: {t}, {x}, {y}, {size}, {half_width}, {moves}.")).to_be_visible()

    press(page, "Save")
    expect(page.get_by_text("Not saved", exact=True)).to_be_visible()
    assert not folder.exists()
    page.get_by_role("link", name="Compare").click()
    expect(page.locator("h1")).to_have_text("Compare")
    page.get_by_role("link", name="Templates").click()
    page.locator("label").filter(has_text="terse copy").click()
    expect(words(page)).to_have_value("Where to from {sise}?")


def test_a_study_keeps_the_words_of_a_template_that_changed(address: str, visit: Open, folder: Path) -> None:
    """Duplicate, run on Walk, edit, delete: the study shows its words and they come back from it."""
    page = opened(visit, address, "memoryless")
    press(page, "Duplicate")
    page.get_by_label("Name", exact=True).fill("mine")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="mine", exact=True)).to_be_visible()
    typed(page, WORDS)
    expect(page.locator(READ).first).to_have_text(WORDS.format(x=0, y=0))
    press(page, "Save")
    expect(page.get_by_text("your own", exact=True)).to_be_visible()

    walk = visit(f"{address}/?template=mine&models=ideal&temperatures=1&steps=3&walks=1&name=w")
    start(walk)
    in_state(walk, "done")
    walk.get_by_text("Study file").click()
    expect(walk.get_by_text("Template: mine (version")).to_be_visible()

    page.reload()
    expect(page.get_by_text("your own, asked in 1 study")).to_be_visible()
    typed(page, "Where to?")
    expect(page.locator(READ).first).to_have_text("Where to?")
    press(page, "Save")
    expect(page.get_by_test_id("stToast")).to_contain_text("mine")
    assert kept(folder, "mine")["text"] == "Where to?"
    walk.reload()
    in_state(walk, "done")
    walk.get_by_text("Study file").click()
    expect(walk.locator(READ).filter(has_text="name: w")).to_contain_text(WORDS)

    press(page, "Delete")
    expect(page.get_by_role("dialog")).to_contain_text("1 study asked with it keep")
    press(page, "Delete it")
    expect(page.get_by_text("no file, asked in 1 study")).to_be_visible()
    assert not (folder / "mine.yaml").exists()
    page.get_by_text("Asked in 1 study").last.click()
    press(page, "Put these words into the editor")
    press(page, "Save")
    expect(page.get_by_text("your own, asked in 1 study")).to_be_visible()
    assert kept(folder, "mine")["text"] == WORDS


def test_the_second_of_two_tabs_is_told(address: str, visit: Open, folder: Path) -> None:
    """Both change one file: the second is asked which words are to be kept."""
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("text: At {x}?\n", encoding="utf-8")
    first, second = opened(visit, address, "mine"), opened(visit, address, "mine")
    typed(second, "Second {x}.")
    expect(second.locator(READ).first).to_have_text("Second 0.")
    typed(first, "First {x}.")
    expect(first.locator(READ).first).to_have_text("First 0.")
    press(first, "Save")
    expect(first.get_by_test_id("stToast")).to_be_visible()

    press(second, "Save")
    expect(second.get_by_text("was changed, perhaps in another tab")).to_be_visible()
    assert kept(folder, "mine")["text"] == "First {x}."
    press(second, "Overwrite it with what I typed")
    expect(second.get_by_test_id("stToast")).to_be_visible()
    assert kept(folder, "mine")["text"] == "Second {x}."

    typed(first, "Third {x}.")
    expect(first.get_by_text("The file was changed since you began")).to_be_visible()
    press(first, "Take over the file's words")
    expect(words(first)).to_have_value("Second {x}.")


def test_hostile_words_are_words(address: str, visit: Open, folder: Path) -> None:
    """Markup, Markdown, turned writing and 100 kB are text in the list, the editor, the preview and on Walk."""
    folder.mkdir(parents=True)
    text = f"{HOSTILE} {{x}}\n{'long ' * 20_000}"
    written = yaml.safe_dump({"description": HOSTILE, "text": text, "system": HOSTILE})
    (folder / "mine.yaml").write_text(written, encoding="utf-8")
    (folder / "<img src=x onerror=alert(1)>.yaml").write_text("text: [", encoding="utf-8")
    page = opened(visit, address, "mine")

    expect(words(page)).to_have_value(text)
    expect(page.locator(READ).first).to_have_text(HOSTILE)
    expect(page.locator(READ).nth(1)).to_contain_text(f"{HOSTILE} 0")
    expect(page.get_by_label("What it is for", exact=True)).to_have_value(HOSTILE)
    page.get_by_test_id("stRadioOption").filter(has_text="<img").click()
    expect(page.get_by_text("The file cannot be used")).to_be_visible()
    assert page.locator('img[src="x"]').count() == 0
    assert page.title() != "hit"

    walk = visit(f"{address}/?template=mine")
    press(walk, "More…")
    walk.get_by_role("tab", name="Prompt").click()
    expect(walk.get_by_label("Words of the question", exact=True)).to_have_value(text)
    assert walk.locator('img[src="x"]').count() == 0
    assert walk.title() != "hit"


def test_the_page_is_read_on_a_narrow_screen(address: str, visit: Open) -> None:
    """At 400 pixels nothing stands beside the page."""
    page = opened(visit, address, "history")
    page.set_viewport_size({"width": 400, "height": 850})

    expect(words(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
