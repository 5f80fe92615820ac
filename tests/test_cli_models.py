"""The commands on models."""

from __future__ import annotations

from pathlib import Path

from servers import openai_server
from typer.testing import CliRunner

from lmwalk.cli import app
from lmwalk.store import open_store

RUN = CliRunner()


def test_an_endpoint_is_added_listed_and_removed(tmp_path: Path) -> None:
    """The list lies beside the database that --db names."""
    db = str(tmp_path / "results.duckdb")
    with openai_server(models=("tiny",)) as server:
        added = RUN.invoke(app, ["models", "add", "lab", server.url, "--db", db])
        listed = RUN.invoke(app, ["models", "--db", db], env={"COLUMNS": "200"})
        removed = RUN.invoke(app, ["models", "remove", "lab", "--db", db])
        again = RUN.invoke(app, ["models", "remove", "lab", "--db", db])

    assert (added.exit_code, listed.exit_code, removed.exit_code, again.exit_code) == (0, 0, 0, 2)
    assert "endpoint/lab/tiny" in listed.output
    assert "builtin/tiny" in listed.output


def test_a_key_given_for_a_variable_is_refused_and_not_repeated(tmp_path: Path) -> None:
    """Nothing is written, and the key is not in what is printed."""
    db = str(tmp_path / "results.duckdb")
    refused = RUN.invoke(app, ["models", "add", "lab", "http://x", "--key-env", "sk-0123456789abc", "--db", db])

    assert refused.exit_code == 2
    assert "0123456789" not in refused.output
    assert not list(tmp_path.iterdir())


def test_a_probe_is_printed_kept_and_told_by_its_exit_code(tmp_path: Path) -> None:
    """1 where a check fails, 0 where none does, 2 where the model cannot be had."""
    db = tmp_path / "results.duckdb"
    ask = ["models", "probe", "--answers", "50", "--db", str(db)]
    caught, passed = RUN.invoke(app, [*ask, "simulated/peaked"]), RUN.invoke(app, [*ask, "simulated/honest"])

    assert (caught.exit_code, passed.exit_code) == (1, 0)
    assert "fails" in caught.output
    assert "does what it is asked" in passed.output
    assert RUN.invoke(app, [*ask, "nonsense"]).exit_code == 2
    with open_store(db) as store:
        assert set(store.probes.latest()) == {"simulated/peaked", "simulated/honest"}
