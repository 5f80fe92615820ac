"""The ledger and the section that reads replies otherwise, with replies that would like to be more than text."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from stored_study import told

from lmwalk.store import open_store
from tests.browser.conftest import Open, at_rest, dashboard

LONG = "<b>x</b> " * 11_111 + "UPON"
HOSTILE = [
    "<script>document.title = 'taken'</script> SUPPOSE",
    "<img src=x onerror=\"document.title = 'taken'\"> UPON",
    "[UPON](http://example.com/taken) **UPON** :red[UPON] $UPON$",
    "\u202eUPON\u202c \u200fUPON",
    '=HYPERLINK("http://example.com/taken") UPON',
    LONG,
]


def cells(page: Page, table: int) -> str:
    """What a table of the page says to a screen reader, once it has said anything."""
    expect(page.get_by_test_id("stDataFrame").nth(table).locator("canvas td").first).to_be_attached()
    return "\n".join(page.get_by_test_id("stDataFrame").nth(table).locator("canvas td").all_text_contents())


def nothing_was_taken(page: Page) -> None:
    """No reply became a script, a picture, a link or bold."""
    assert page.title() != "taken"
    expect(page.locator("a[href*='example.com'], img[src='x'], b:text-is('x')")).to_have_count(0)


@pytest.fixture
def compare(tmp_path: Path, visit: Open):
    path = tmp_path / "results.duckdb"
    with open_store(path) as store:
        told(store, [["UP", *HOSTILE], ["UP", "DOWN"]])
    with dashboard(path) as address:
        yield visit(f"{address}/compare?study=told")


def test_hostile_replies_are_text_in_the_ledger(compare: Page) -> None:
    """A row that is marked is shown whole, all hundred thousand characters of it, as text."""
    compare.get_by_text("How the replies were read").click()
    expect(compare.get_by_text("Mark a row to read it whole")).to_be_visible()
    expect(compare.get_by_test_id("stDataFrame")).to_have_count(3)
    examples = compare.get_by_test_id("stDataFrame").nth(2)
    examples.scroll_into_view_if_needed()
    expect(examples.locator("canvas").first).to_be_visible()
    assert HOSTILE[0] in cells(compare, 2)
    nothing_was_taken(compare)

    row = 2  # after UP and DOWN, the first one that could not be read
    examples.locator(".dvn-scroller").click(position={"x": 18, "y": 35 * (row + 1) + 17})

    expect(compare.get_by_test_id("stText")).to_have_text(HOSTILE[0])
    nothing_was_taken(compare)


def test_hostile_replies_are_text_where_they_are_read_otherwise(compare: Page, tmp_path: Path) -> None:
    """In the table, with those left out counted, and in the file."""
    compare.get_by_text("Re-parse replies").click()
    expect(compare.get_by_text("6 of 9 answers")).to_be_visible()
    expect(compare.get_by_text("in 1 of 2 walks")).to_be_visible()
    expect(compare.get_by_text("all its later prompts would have been different")).to_be_visible()
    steps = compare.get_by_test_id("stDataFrame").nth(2)
    steps.scroll_into_view_if_needed()
    expect(steps.locator("canvas").first).to_be_visible()
    shown = cells(compare, 2)
    assert all(reply[:200] in shown for reply in HOSTILE)
    assert LONG not in shown
    nothing_was_taken(compare)

    files = compare.get_by_role("button", name="CSV", exact=True)
    at_rest(compare, files.count, 300, 4)  # or the last one would still become another
    with compare.expect_download() as download:
        files.last.click()
    download.value.save_as(tmp_path / "steps.csv")

    with (tmp_path / "steps.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["reply"] for row in rows] == [reply[:2000] for reply in HOSTILE]
    assert {row["would_be_read_as"] for row in rows} == {"UP"}
