"""Wherever a belief is shown, little mass is said with its number, and what the model would rather say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from servers import Server, openai_server
from typer.testing import CliRunner

from lmwalk import cli
from lmwalk.cli import app
from lmwalk.datasets.outcome_mass import caution, cautioned, doubts, stored_outcome_mass, warnings, with_mass
from lmwalk.export import to_bytes
from lmwalk.export.findings import figure_of
from lmwalk.figures._drawing import Words
from lmwalk.number_format import quoted, tiny
from lmwalk.store import Store, open_store
from lmwalk.study import Study

HOSTILE = "**So\n\u202e<b>"
PLAN = {
    "name": "thinker",
    "process": "in-context",
    "measurement": "probabilities",
    "models": ["openai/tiny", "ideal"],
    "params": {"thetas": [0.2], "examples": [0, 1, 3]},
    "trajectories": 1,
    "steps": 3,
}
SENTENCE = "openai/tiny: in 15 of 15 questions the outcomes hold less than a tenth of the probability (median 0.030"
INSTEAD = 'Likelier beginnings of an answer: "<think>" (0.950), "**So\\n\\u202e<b>" (0.020).'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with openai_server() as running:
        running.probabilities = {"<think>": 0.95, "heads": 0.02, "tails": 0.01, HOSTILE: 0.02}
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
        yield running


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no line is broken."""
    monkeypatch.setattr(cli, "terminal", lambda: Console(stderr=True, width=2000))


def run(folder: Path, **values: object) -> str:
    plan = Study.of(**{**PLAN, **values})
    (folder / "study.yaml").write_text(plan.to_yaml(), encoding="utf-8")
    found = CliRunner().invoke(app, ["run", str(folder / "study.yaml"), "--db", str(folder / "r.duckdb")])
    assert found.exit_code == 0, found.output
    return found.output


@pytest.fixture
def thinker(server: Server, tmp_path: Path) -> Iterator[tuple[Store, Study]]:
    run(tmp_path)
    with open_store(tmp_path / "r.duckdb") as store:
        yield store, store.study("thinker")


@pytest.mark.usefixtures("server", "wide")
def test_the_command_line_says_it_before_and_after(tmp_path: Path) -> None:
    """As the run begins, and with the number of questions when it has ended; the ideal observer gets no sentence."""
    output = run(tmp_path)

    assert "openai/tiny: In the first question the outcomes hold 0.030 of the probability, so a belief says" in output
    assert output.index("In the first question") < output.index("not read")
    assert output.count("In the first question") == 1
    assert SENTENCE in output
    assert output.count(INSTEAD) == 2
    assert "\u202e" not in output
    assert "ideal: in" not in output


@pytest.mark.usefixtures("wide")
def test_a_list_that_is_too_short_is_no_warning(server: Server, tmp_path: Path) -> None:
    """Where what is unseen could be the outcomes', the mass is at least so much, and no tenth is denied."""
    server.probabilities, server.listed = {"heads": 0.05, "tails": 0.01, "So": 0.5, "x": 0.44}, 2
    output = run(tmp_path, models=["openai/tiny"])

    assert "the outcomes hold 0 of the probability" not in output
    server.probabilities, server.listed = {"So": 0.5, "heads": 0.05, "tails": 0.01}, 2
    output = run(tmp_path, models=["openai/tiny"], name="short", refresh=True)
    assert "In the first question the outcomes hold at least 0.050 and at most 0.500" in output
    assert "in 15 of 15 questions the outcomes are known to hold less than a tenth" in output
    assert "the outcomes hold less than a tenth" not in output


@pytest.mark.usefixtures("wide")
def test_enough_mass_is_not_worth_a_word(server: Server, tmp_path: Path) -> None:
    """A study whose outcomes hold enough is stored and told as ever."""
    server.probabilities = {"heads": 0.5, "tails": 0.3, "So": 0.2}
    output = run(tmp_path)

    assert "a tenth" not in output
    assert "Likelier" not in output
    with open_store(tmp_path / "r.duckdb") as store:
        stored = store.steps("thinker")["distribution"].map(json.loads)
        assert all("instead" not in each for each in stored)
        assert "tenth" not in to_bytes(store, "thinker", "html").decode()
        assert caution(stored_outcome_mass(store, store.study("thinker"))) == ""


def test_the_first_question_is_noted_with_the_condition(thinker: tuple[Store, Study]) -> None:
    """What was seen before a long run is kept with what was sent."""
    store, study = thinker
    thinks, ideal = (json.loads(notes) for notes in store.conditions(study.name)["notes"])

    assert "the outcomes hold 0.030 of the probability" in thinks[-1]
    assert INSTEAD in thinks[-1]
    assert not any("first question" in note for note in ideal)


def test_report_figure_pictures_and_rows_carry_it(thinker: tuple[Store, Study]) -> None:
    """The report has the sentence as text, each figure and picture a line with the number, each row what was wanted."""
    store, study = thinker
    report = to_bytes(store, study.name, "html").decode()

    assert "(median 0.030, least 0.030)" in report
    assert "&quot;&lt;think&gt;&quot; (0.950)" in report
    assert "<think>" not in report
    line = "Outcomes hold 0.030 of the probability (median); less than a tenth in 15 of 15 questions"
    figure = figure_of(store, study, "evidence", model="openai/tiny").figure
    assert line in figure.layout.title.subtitle.text
    assert line in to_bytes_text(store, study)
    other = figure_of(store, study, "evidence", model="ideal").figure
    assert "Outcomes" not in other.layout.title.subtitle.text
    rows = store.steps(study.name)
    stored = rows.loc[rows["model"] == "openai/tiny", "distribution"].map(json.loads)
    assert all(each["instead"] == pytest.approx({"<think>": 0.95, HOSTILE: 0.02}) for each in stored)


def to_bytes_text(store: Store, study: Study) -> str:
    """The words of the pictures of all conditions."""
    svg = to_bytes(store, study.name, "svg").decode()
    return " ".join(re.sub(r"<[^>]*>", " ", svg).split())


def test_the_table_behind_a_figure_names_the_mass(thinker: tuple[Store, Study]) -> None:
    """A column where a condition needs it, none where none does."""
    store, study = thinker
    found = stored_outcome_mass(store, study)
    table = pd.DataFrame({"label": ["openai/tiny", "ideal"], "mean": [0.5, 0.5]})

    assert with_mass(table, found)["mass"].tolist() == pytest.approx([0.03, 1.0])
    assert "mass" not in with_mass(table[table["label"] == "ideal"], found)
    assert cautioned(Words(), found, table).caution.endswith("in 15 of 15 questions of openai/tiny")


def test_many_conditions_are_counted() -> None:
    """Six are named, the rest is a number."""
    one = {"questions": 5, "below": 5, "unsure": 0, "median": 0.01, "least": 0.0004, "bound": False, "instead": ()}
    table = pd.DataFrame([{"label": f"m{place}", **one} for place in range(9)])

    said = warnings(table)
    assert [line.split(":")[0] for line in said[:6]] == [f"m{place}" for place in range(6)]
    assert said[6:] == ["The same of 3 more conditions."]
    assert doubts(table) == []
    assert caution(table) == (
        "Outcomes hold as little as 0.0004 of the probability; less than a tenth in 45 of 45 questions of 9 conditions"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<think>", '"<think>"'),
        ("\n\t", '"\\n\\t"'),
        ('say "x"', '"say \\"x\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("\u202e\x00\x1b[31m", '"\\u202e\\x00\\x1b[31m"'),
        ("思考 été", '"思考 été"'),
    ],
)
def test_signs_without_a_shape_are_written_out(text: str, shown: str) -> None:
    """What a server calls a token can move no cursor and hide nothing."""
    assert quoted(text) == shown


@pytest.mark.parametrize(
    ("p", "shown"), [(0.0, "0"), (4e-4, "0.0004"), (1e-9, "1e-09"), (0.02, "0.020"), (1.0, "1.000")]
)
def test_a_probability_keeps_a_digit_however_small(p: float, shown: str) -> None:
    """Three decimals, and below a thousandth one digit, so that little is told from nothing."""
    assert tiny(p) == shown
