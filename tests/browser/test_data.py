"""The Data page in a real browser: steps are found, read whole and taken away; a query reads and does nothing else."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect
from scripted import finished

from lmwalk.jobs import Jobs
from lmwalk.step import Step
from lmwalk.store import StoredCondition, open_store
from lmwalk.study import Study
from lmwalk.types import Sent
from tests.browser.conftest import Open, at_rest, dashboard, press

HOSTILE = [
    "<script>window.harmed = true</script>",
    "<img src=x onerror='window.harmed = true'>",
    "[press](javascript:window.harmed=true) **b** :red[r] $x$",
    "\u202eabc\u202c \u05e9\u05dc\u05d5\u05dd",
    "x" * 100_000,
]
FORBIDDEN = {
    "COPY steps TO 'stolen.csv'": "One SELECT is accepted",
    "ATTACH 'other.duckdb'": "One SELECT is accepted",
    "SELECT * FROM read_csv('/etc/passwd')": "cannot be used here",
    "SET memory_limit = '1GB'": "One SELECT is accepted",
    "PRAGMA database_list": "One SELECT is accepted",
    "INSERT INTO studies VALUES ('a', 'b', now(), now())": "One SELECT is accepted",
    "SELECT 1; SELECT 2": "One SELECT is accepted",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with a study of 240 steps and one whose replies are hostile."""
    path = tmp_path / "results.duckdb"
    with open_store(path) as store:
        finished(Jobs(store), name="many", models=["ideal", "simulated/biased"], trajectories=6, steps=20)
        study = Study.of(name="hostile", models=["ollama/tiny"], trajectories=1, steps=len(HOSTILE))
        store.register(
            study, [StoredCondition(condition, Sent({}), simulated=False) for condition in study.conditions()]
        )
        for t, text in enumerate(HOSTILE, start=1):
            store.append(said(study, t, text))
        store.flush()
    return path


def said(study: Study, t: int, text: str) -> Step:
    return Step(
        *(study.conditions()[0].id, 0, t, 0.0, 0.0, None, "unparsed", None, text, text, "{}", "{}"),
        *(0.1, 3, 1, 0.0, 1, 42, datetime(2026, 1, 2), None),
    )


def press_row(page: Page, place: int) -> None:
    """Press the row at a place of the table, from 0."""
    table = page.locator(".stDataFrameGlideDataEditor").first
    table.click(position={"x": 300, "y": 35 * (place + 1) + 17})


def query(page: Page, sql: str) -> None:
    page.get_by_label("Query", exact=True).fill(sql)
    page.get_by_label("Query", exact=True).press("Control+Enter")


def test_steps_are_paged_filtered_read_and_taken_away(path: Path, visit: Open, tmp_path: Path) -> None:
    """240 steps in pages of 100; filters count what they leave, and both files hold exactly that."""
    with dashboard(path) as address:
        page = visit(f"{address}/data?study=many")
        expect(page.get_by_text("1 to 100 of 240 steps")).to_be_visible()
        press(page, "Next")
        expect(page.get_by_text("101 to 200 of 240 steps")).to_be_visible()
        press(page, "Next")
        expect(page.get_by_text("201 to 240 of 240 steps")).to_be_visible()

        page.get_by_label("to", exact=True).fill("2")
        page.get_by_label("to", exact=True).press("Enter")
        expect(page.get_by_text("1 to 100 of 120 steps")).to_be_visible()
        page.get_by_label("Reply contains", exact=True).fill("left")
        page.get_by_label("Reply contains", exact=True).press("Enter")
        expect(page.get_by_text("of 120 steps")).to_have_count(0)
        at_rest(page, page.get_by_text("oldest first").inner_text, 500, 4)  # until then the table is the one before
        press_row(page, 0)
        expect(page.locator(".st-key-step")).to_contain_text("LEFT")
        for name in ("CSV", "Parquet"):
            with page.expect_download() as download:
                press(page, name)
            download.value.save_as(tmp_path / name)

    with open_store(path) as store:
        steps = store.steps("many")
        left = steps[(steps["reply"] == "LEFT") & (steps["trajectory"] <= 2)]
    with (tmp_path / "CSV").open(newline="", encoding="utf-8") as file:
        assert [int(row["id"]) for row in csv.DictReader(file)] == left["id"].tolist()
    assert pq.read_table(tmp_path / "Parquet")["id"].to_pylist() == left["id"].tolist()


def test_hostile_replies_are_text(path: Path, visit: Open) -> None:
    """Whatever a model wrote is shown to the letter, in the table, in full and in a query's result."""
    with dashboard(path) as address:
        page = visit(f"{address}/data?study=hostile")
        for place, text in enumerate(HOSTILE):
            press_row(page, place)
            expect(page.locator(".st-key-step").get_by_text(f"t = {place + 1} ")).to_be_visible()
            shown = page.locator(".st-key-step code").nth(1)
            expect(shown).to_have_text(text)
            assert shown.text_content() == text
            assert shown.locator("script, img, a").count() == 0
        page.get_by_role("tab", name="SQL query").click()
        query(page, "SELECT reply FROM steps WHERE study = 'hostile'")
        expect(page.get_by_text("5 rows in")).to_be_visible()
        assert page.evaluate("() => window.harmed === undefined")


def test_a_query_gives_a_table_and_files(path: Path, visit: Open, tmp_path: Path) -> None:
    """Ctrl + Enter runs it, an example is one click away, and the files hold the result."""
    with dashboard(path) as address:
        page = visit(f"{address}/data")
        page.get_by_role("tab", name="SQL query").click()
        press(page, "Tokens and cost")
        expect(page.get_by_label("Query", exact=True)).to_contain_text("sum(tokens_in)")
        press(page, "Run query")
        expect(page.get_by_text("3 rows in")).to_be_visible()

        query(page, "SELECT trajectory, count(*) AS n FROM steps WHERE study = 'many' GROUP BY ALL ORDER BY ALL")
        expect(page.get_by_text("6 rows in")).to_be_visible()
        for name in ("CSV", "Parquet"):
            with page.expect_download() as download:
                press(page, name)
            download.value.save_as(tmp_path / name)

    assert (tmp_path / "CSV").read_text(encoding="utf-8").split() == ["trajectory,n", *(f"{n},40" for n in range(6))]
    assert pq.read_table(tmp_path / "Parquet")["n"].to_pylist() == [40] * 6


def test_a_link_brings_a_query_and_runs_nothing(path: Path, visit: Open) -> None:
    """The reader sees the query first and is asked once; what they run is in the address they can pass on."""
    with dashboard(path) as address:
        page = visit(f"{address}/data?sql=SELECT+41%2B1+AS+answer")
        expect(page.get_by_label("Query", exact=True)).to_have_value("SELECT 41+1 AS answer")
        expect(page.get_by_text("This query came with the link")).to_be_visible()

        page.get_by_label("Query", exact=True).press("Control+Enter")
        expect(page.get_by_role("alert")).to_contain_text("Read it before you run it.")
        expect(page.get_by_text("row in")).to_have_count(0)
        press(page, "I have read it: run it")
        expect(page.get_by_text("1 row in")).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)

        query(page, "SELECT 7 AS other")
        page.wait_for_url("**SELECT+7+AS+other")
        expect(page.get_by_text("1 row in")).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)


def test_a_link_with_line_ends_asks_as_well(path: Path, visit: Open) -> None:
    """A browser changes line ends, which makes no query the reader's own; an example that they pick asks nothing."""
    with dashboard(path) as address:
        page = visit(f"{address}/data?sql=SELECT+41%2B1%0D%0AAS+answer%0D%0A")
        page.get_by_label("Query", exact=True).press("End")
        press(page, "Run query")
        expect(page.get_by_role("alert")).to_contain_text("Read it before you run it.")
        press(page, "Tokens and cost")
        expect(page.get_by_role("alert")).to_have_count(0)
        press(page, "Run query")
        expect(page.get_by_text("3 rows in")).to_be_visible()


def test_a_query_can_do_nothing_but_read(path: Path, visit: Open, tmp_path: Path) -> None:
    """Each attempt is refused in a sentence, and nothing is written."""
    with dashboard(path) as address:
        page = visit(f"{address}/data?sql=")
        for sql, sentence in FORBIDDEN.items():
            query(page, sql)
            expect(page.get_by_role("alert")).to_contain_text(sentence)
            query(page, "SELECT count(*) FROM studies")
            expect(page.get_by_role("alert")).to_have_count(0)
    assert not [name for name in tmp_path.rglob("*") if name.name in ("stolen.csv", "other.duckdb")]
