"""How answers of a real server ended, as the store, the files, the report and the command line tell it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scripted import finished
from servers import openai_server
from typer.testing import CliRunner
from wire_forms import Told, body

from lmwalk.cli import app
from lmwalk.datasets.endings import sentences, thinking
from lmwalk.export import to_bytes
from lmwalk.export.report import report
from lmwalk.importing import import_bundle
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study

THOUGHT = "UP is <b>dull</b>, DOWN is far."
ANSWERS = [
    Told("LEFT", THOUGHT, tokens_in=900, tokens_out=40, thought_tokens=30),
    Told("", THOUGHT, finish="length", tokens_in=900, tokens_out=20),
    Told("I think I will", finish="length", tokens_in=900, tokens_out=20),
    Told("I'd rather not.", finish="filter", tokens_in=900),
    Told("UP", tokens_in=3),
]
PLAN = {"name": "walk", "models": ["openai/gpt-4o-mini"], "trajectories": 1, "steps": 5, "sampler": {"max_tokens": 20}}
CUT = (
    "2 of 5 answers were cut off by the limit of 20 tokens, 1 of them while the model was still thinking. Give more "
    "room with max_tokens under sampler, or set thinking: off."
)


def answer(number: int) -> Mapping[str, Any]:
    return body("openai", ANSWERS[number % len(ANSWERS)])


@pytest.fixture(autouse=True)
def _server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with openai_server(written=answer) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        yield


@pytest.fixture
def study(store: Store, jobs: Jobs) -> Study:
    return finished(jobs, **PLAN)


def test_sentences_say_what_was_cut_and_what_mends_it(store: Store, study: Study) -> None:
    """Counts are over the study, the limit is what was sent, and the server's word is its own."""
    cut, short, refused = sentences(store, study)

    assert cut == CUT
    assert "less than the whole question in 1 of 5 answers (in one, only 3 tokens)" in short
    assert refused == "1 of 5 answers was refused or filtered by the server. Its word: content_filter (1)."
    assert thinking(store, study).startswith("Thought before 2 of 5 answers, about 25 tokens each, about ")


def test_a_question_cut_short_is_told_while_the_run_goes_on(jobs: Jobs) -> None:
    """Once for each model, not once for each answer."""
    study = finished(jobs, **{**PLAN, "steps": 15})

    job = jobs.get(study.name)
    assert job is not None
    (warning,) = job.progress().warnings
    assert "it counted 3 tokens" in warning
    assert "num_ctx" in warning


def test_answers_are_counted_by_the_rule_that_decided(store: Store, study: Study) -> None:
    """Every answer has its rule, of the study and of each condition."""
    found = store.endings.rules(study.name).set_index("why")

    assert found["count"].to_dict() == {
        "only word": 2,
        "cut while thinking": 1,
        "cut off": 1,
        "filtered by the server": 1,
    }
    assert found.loc["cut off", "example"] == "I think I will"
    assert store.endings.rules(study.name, ["another"]).empty


def test_every_file_holds_thoughts_ends_and_rules(store: Store, study: Study) -> None:
    """CSV, Parquet and JSON lines have the same columns, and a bundle brings them back."""
    known = ["thought", "thought_tokens", "finish", "finish_said", "why", "prompt_cut", "status"]
    csv = pd.read_csv(io.BytesIO(to_bytes(store, study.name, "csv")))
    parquet = pd.read_parquet(io.BytesIO(to_bytes(store, study.name, "parquet")))
    lines = pd.DataFrame(map(json.loads, to_bytes(store, study.name, "jsonl").decode().splitlines()))

    for table in (csv, parquet, lines):
        assert table["thought"].dropna().tolist() == [THOUGHT, THOUGHT]
        assert table["status"].tolist() == ["ok", "cut", "cut", "refused", "ok"]
        assert table["finish_said"].tolist() == ["stop", "length", "length", "content_filter", "stop"]
        assert set(known) <= set(table)


def test_a_bundle_brings_them_back(store: Store, study: Study, tmp_path: Path) -> None:
    """What was thought, and why an answer ended, survive a bundle."""
    path = tmp_path / "walk.zip"
    path.write_bytes(to_bytes(store, study.name, "bundle"))
    import_bundle(store, path, "again")

    for name in ("thought", "finish", "why", "prompt_cut", "thought_tokens"):
        before, after = (store.steps(which)[name].astype(object).fillna("") for which in (study.name, "again"))
        assert before.tolist() == after.tolist(), name


def test_a_report_says_it_too(store: Store, study: Study) -> None:
    """With whatever a server said as text."""
    page = report(store, study).decode()

    assert CUT in page
    assert "Its word: content_filter" in page
    assert "<td class=text>cut off</td>" in page


def test_the_command_line_says_it_at_the_end(tmp_path: Path) -> None:
    """A column counts what was cut off, and one sentence says what mends it."""
    file = tmp_path / "study.yaml"
    file.write_text(Study.of(**PLAN).to_yaml(), encoding="utf-8")

    result = CliRunner().invoke(app, ["run", str(file), "--db", str(tmp_path / "r.duckdb")])

    said = " ".join(result.output.split())
    assert result.exit_code == 0, result.output
    assert "cut off" in said
    assert CUT in said
    assert "num_ctx" in said


def test_chains_as_a_table_say_what_was_cut(store: Store, jobs: Jobs) -> None:
    """Beside each text stand the status of its answer and what was thought before it."""
    plan = {**PLAN, "process": "telephone", "params": {"texts": ["one two three"]}, "steps": 3}
    study = finished(jobs, **plan)

    table = pd.read_csv(io.BytesIO(to_bytes(store, study.name, "chains-csv"))).fillna("")

    assert table["status"].tolist() == ["", "ok", "cut"]
    assert table["thought"].tolist() == ["", THOUGHT, THOUGHT]
    assert table["text"].tolist() == ["one two three", "LEFT", "LEFT"]
    assert "a chain without one ended (on_cut: keep)" in sentences(store, study)[0]
