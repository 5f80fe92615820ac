"""What is taken away is what is stored."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from scripted import finished

from lmwalk.errors import InputError
from lmwalk.export import FORMATS, to_bytes, to_file
from lmwalk.jobs import Jobs
from lmwalk.store import Store


def read(file_format: str, data: bytes) -> pd.DataFrame:
    if file_format == "csv":
        return pd.read_csv(io.BytesIO(data))
    if file_format == "parquet":
        return pd.read_parquet(io.BytesIO(data))
    return pd.DataFrame([json.loads(line) for line in data.decode().splitlines()])


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_holds_every_step(store: Store, jobs: Jobs, file_format: str) -> None:
    """Rows, order and texts equal the view."""
    finished(jobs)

    taken = read(file_format, to_bytes(store, "walk", file_format))

    stored = store.steps("walk")
    for column in ("id", "trajectory", "t", "x", "y", "outcome", "prompt", "reply", "state_after"):
        assert taken[column].tolist() == stored[column].tolist()


def test_a_file_that_cannot_be_written_is_named_and_what_was_there_stays(
    store: Store, jobs: Jobs, tmp_path: Path
) -> None:
    """A missing folder, format or study is a sentence; an old file is not destroyed by a failed export."""
    finished(jobs)
    old = tmp_path / "old.csv"
    old.write_text("keep me")

    for study, file_format, out in [
        ("walk", "csv", tmp_path / "no" / "x.csv"),
        ("walk", "xls", old),
        ("nope", "csv", old),
    ]:
        with pytest.raises(InputError):
            to_file(store, study, file_format, out)
    assert old.read_text() == "keep me"


def test_names_with_quotes_are_just_names(store: Store, jobs: Jobs, tmp_path: Path) -> None:
    """Quotes in a study's or a file's name change nothing."""
    finished(jobs, name="it's; DROP TABLE records")

    assert to_file(store, "it's; DROP TABLE records", "csv", tmp_path / "it's.csv") == 20
