"""Fields of models that give no probabilities: sampled, kept reply by reply, and never asked twice."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scripted import Scripted
from typer.testing import CliRunner

from lmwalk.cli import app
from lmwalk.engine.field_plan import SampledPlan
from lmwalk.errors import InputError, PermanentError
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.types import Prompt
from lmwalk.ui.field.feed import Feed, Shown

small = partial(SampledPlan.of, "grid", "memoryless", params={"half_width": 1}, replies=8)


def test_shares_of_replies_have_exact_intervals_and_what_is_unread_is_no_move(store: Store) -> None:
    """Some replies name no move: their share is outside, and UP is all of what was read."""
    model = Scripted(answer=lambda _, seed: "UP" if seed % 3 else "I would rather not say.")
    jobs = Jobs(store, lambda _: model)
    asking = jobs.ask_field(small("scripted", temperature=0.7))
    asking.wait(60)
    field = asking.field()

    assert (asking.state, asking.error, asking.asked) == ("done", None, 72)
    kept = store._frame("SELECT status, count(*) AS n FROM field_replies GROUP BY status").set_index("status")["n"]
    read = int(kept["ok"])
    assert (kept.sum(), read + int(kept["unparsed"])) == (72, 72)
    assert field.outside.mean() == pytest.approx(1 - read / 72)
    assert (field.p[:, 0] == 1).all()
    assert ((field.low[:, 0] > 0.3) & (field.low[:, 0] < 1) & (field.high[:, 0] == 1)).all()
    part = Feed().message([Shown(0, "scripted", asking)])["fields"][0]
    rows = json.loads(zlib.decompress(b64decode(part["lists"][0])))
    assert part["sampled"] == {"replies": 8, "temperature": 0.7}
    assert sorted(row[0] for row in rows) == list(range(9))
    assert all(sum(moves) + unread == 8 for _, moves, unread, _, _ in rows)
    jobs.close()


def test_what_was_answered_is_kept_one_by_one_and_only_the_rest_is_asked(store: Store) -> None:
    """A run that breaks off loses nothing; more replies of the same model add to those that were given."""
    seen: list[tuple[str, int]] = []

    def answer(prompt: Prompt, seed: int) -> str:
        seen.append((prompt.text, seed))
        if len(seen) == 30:
            raise PermanentError("scripted is gone.")
        return "LEFT"

    broken = Jobs(store, lambda _: Scripted(answer=answer))
    first = broken.ask_field(small("scripted"))
    first.wait(60)
    came = len(store._frame("SELECT * FROM field_replies"))
    broken.close()
    later = Jobs(store, lambda _: Scripted(answer=answer))
    whole, more, warm = small("scripted"), small("scripted", replies=10), small("scripted", temperature=0.5)
    counts = []
    for plan in (whole, more, warm):
        asking = later.ask_field(plan)
        asking.wait(60)
        counts.append((asking.state, asking.asked, asking.spared))
    later.close()

    assert (first.state, first.error) == ("failed", "scripted is gone.")
    assert 0 < came < 72
    assert counts == [("done", 72 - came, came), ("done", 18, 72), ("done", 72, 0)]
    rows = store._frame("SELECT question, temperature, repeat, seed FROM field_replies")
    assert not rows.duplicated(["question", "temperature", "repeat"]).any()
    assert rows[rows["temperature"] == 1]["seed"].nunique() == 90


def test_the_command_says_how_much_it_asks_and_writes_the_sampled_field(tmp_path: Path) -> None:
    """At one temperature; another sampler than the server's own is a sentence."""
    out, db = tmp_path / "field.csv", tmp_path / "r.duckdb"
    command = ["field", "--model", "simulated/biased", "--stride", "25", "--out", str(out), "--db", str(db)]
    ended = CliRunner().invoke(app, [*command, "--replies", "20"])

    assert ended.exit_code == 0, ended.output
    assert "At most 180 questions at 9 positions." in ended.output
    table = pd.read_csv(out).dropna(subset="UP")
    assert np.allclose(table["UP"] * 20 % 1, 0)
    assert (table["width"] > 0.3).all()
    wrong = CliRunner().invoke(app, [*command, "--replies", "20", "--sampler", "ollama"])
    assert wrong.exit_code == 2
    with pytest.raises(InputError, match="replies"):
        small("scripted", replies=0)
