"""A bundle comes in as it went out, and what is no bundle is refused with a sentence and leaves nothing behind."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scripted import finished

from lmwalk.errors import InputError
from lmwalk.export import to_bytes
from lmwalk.importing import bundle as bundles
from lmwalk.importing import import_bundle, is_bundle
from lmwalk.jobs import Jobs
from lmwalk.measuring import measure
from lmwalk.store import Store, open_store
from tests.export.studies import REPLY, walks

Make = Callable[[Store, Jobs], str]
Bundled = Callable[[Make], tuple[str, bytes]]
ODD = "\x00\t\x85\u2028\ufeff\u202e\U0001f600 é"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "other.duckdb") as opened:
        yield opened


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Where a study of each kind lies, which are only read."""
    with open_store(tmp_path_factory.mktemp("bundle") / "results.duckdb") as store:
        yield store


@pytest.fixture(scope="module")
def bundled(source: Store) -> Bundled:
    """The name and the bundle of a study: both made once."""

    @cache
    def made(make: Make) -> tuple[str, bytes]:
        name = make(source, Jobs(source))
        return name, to_bytes(source, name, "bundle")

    return made


@pytest.fixture(scope="module")
def bundle(bundled: Bundled) -> bytes:
    """The bundle of a study of walks."""
    return bundled(of_walks)[1]


@pytest.fixture
def parts(bundle: bytes) -> dict[str, bytes]:
    """Its files by name."""
    return unpacked(bundle)


def equal(one: Store, other: Store, name: str, renamed: str | None = None) -> None:
    """Whatever the store says of a study, but for row numbers; of a renamed one but for the ids made from its name."""
    for read in ("conditions", "steps", "tallies", "progress", "states", "ends"):
        before, after = getattr(one, read)(name), getattr(other, read)(renamed or name)
        made = ["id", *(("study", "condition") if renamed else ())]
        pd.testing.assert_frame_equal(*(each.drop(columns=made, errors="ignore") for each in (before, after)))
    values = [store.measures.values(which) for store, which in ((one, name), (other, renamed or name))]
    pd.testing.assert_frame_equal(*(each.drop(columns=["id", "condition"]) for each in values))


def of_walks(store: Store, jobs: Jobs) -> str:
    return walks(store).name


def of_draws(store: Store, jobs: Jobs) -> str:
    params = {"thetas": [0.2, 0.8], "examples": [0, 1, 5]}
    plan = {"process": "in-context", "params": params, "measurement": "probabilities", "trajectories": 1, "steps": 3}
    return finished(jobs, name="draws", **plan).name


def of_chains(store: Store, jobs: Jobs) -> str:
    texts = ["one two three", f"four {ODD} five"]
    study = finished(jobs, name="told é", process="telephone", params={"texts": texts}, models=["simulated/swapper"])
    while jobs.measuring(study.name):
        pass
    measure(store, study)
    return study.name


@pytest.mark.parametrize("make", [of_walks, of_draws, of_chains])
def test_a_study_comes_in_as_it_went_out(
    source: Store, bundled: Bundled, other: Store, make: Make, tmp_path: Path
) -> None:
    """Every step, failed call, unread reply, odd sign, setting and measured value, from a file or from bytes."""
    name, content = bundled(make)

    study = import_bundle(other, io.BytesIO(content))

    assert study == source.study(name)
    equal(source, other, name)
    path = tmp_path / "b.zip"
    path.write_bytes(content)
    assert is_bundle(path)
    assert import_bundle(other, path, "another name").name == "another name"
    equal(source, other, name, "another name")


def test_a_bundle_explains_itself(parts: dict[str, bytes]) -> None:
    """README.txt names every file there is; columns.csv says what the steps hold, with the units of places."""
    rows = list(csv.DictReader(io.StringIO(parts["columns.csv"].decode())))
    steps = {row["column"]: row for row in rows if row["file"] == "steps.csv"}

    assert all(f"  {each}" in parts["README.txt"].decode() for each in parts)
    assert list(steps) == parts["steps.csv"].decode().splitlines()[0].split(",")
    assert (steps["x"]["unit"], steps["latency_s"]["unit"]) == ("cells", "s")
    assert [row for row in rows if not row["meaning"]] == []


NEWER = ["finish", "finish_said", "thought", "thought_tokens", "raw", "why", "prompt_cut", "source"]


@pytest.mark.parametrize("without", [NEWER, NEWER[3:]])
def test_a_bundle_of_an_older_version_comes_in(parts: dict[str, bytes], other: Store, without: list[str]) -> None:
    """What it does not know is empty; all else is as it was."""
    table = pq.read_table(io.BytesIO(parts["steps.parquet"]))
    sink = io.BytesIO()
    pq.write_table(table.drop_columns(without), sink, compression="snappy")

    study = import_bundle(other, packed({**parts, "steps.parquet": sink.getvalue()}))

    steps = other.steps(study.name).sort_values(["condition", "trajectory", "t"], ignore_index=True)
    before = table.to_pandas().sort_values(["condition", "trajectory", "t"], ignore_index=True)
    assert steps[without].isna().all(axis=None)
    kept = ["reply", "outcome", "status", "state_after", *(name for name in NEWER if name not in without)]
    pd.testing.assert_frame_equal(steps[kept], before[kept], check_dtype=False)


def test_an_imported_study_can_be_exported_again(bundled: Bundled, other: Store) -> None:
    """The second bundle holds what the first did."""
    name, first = bundled(of_walks)
    import_bundle(other, io.BytesIO(first))

    second = to_bytes(other, name, "bundle")

    held = [zipfile.ZipFile(io.BytesIO(content)) for content in (first, second)]
    for part in ("study.yaml", "conditions.json", "report.html"):
        assert held[0].read(part) == held[1].read(part)
    assert REPLY in other.steps(name)["reply"].tolist()


def test_a_name_that_is_taken_is_refused_until_another_is_given(store: Store, bundle: bytes) -> None:
    """The study that is there stays as it is."""
    name = walks(store).name
    before = store.steps(name)

    with pytest.raises(InputError, match="--name"):
        import_bundle(store, io.BytesIO(bundle))
    import_bundle(store, io.BytesIO(bundle), "a copy")

    pd.testing.assert_frame_equal(store.steps(name), before)
    assert len(store.steps("a copy")) == len(before)


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return io.BytesIO(out.getvalue())


def changed_steps(content: bytes, change: Callable[[pd.DataFrame], Any]) -> bytes:
    frame = pq.read_table(io.BytesIO(content)).to_pandas()
    changed = change(frame)
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame if changed is None else changed, preserve_index=False), out)
    return out.getvalue()


def column(name: str, value: Any) -> Callable[[pd.DataFrame], Any]:
    return lambda frame: frame.assign(**{name: value})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.drop(columns="reply"), "no column reply"),
        (lambda frame: frame.drop(columns="simulated"), "no column simulated"),
        (column("trajectory", "many"), "cannot be read"),
        (column("t", 1.5), "cannot be read"),
        (column("t", 10**7), "beyond"),
        (column("t", 0), "beyond"),
        (column("trajectory", 3), "beyond"),
        (column("trajectory", -1), "beyond"),
        (column("condition", "nope"), "does not have"),
        (column("status", "fine"), "status"),
        (column("state_after", "{"), "state"),
        (column("state_after", "[]"), "state"),
        (column("prompt", None), "prompt"),
        (lambda frame: pd.concat([frame.iloc[1:], frame.iloc[-1:]]), "twice"),
        (lambda frame: pd.concat([frame, frame]), "more than the study"),
    ],
)
def test_steps_that_cannot_be_a_study_s_are_refused(
    other: Store, parts: dict[str, bytes], change: Callable[[pd.DataFrame], Any], said: str
) -> None:
    """The sentence says what is wrong, and nothing is kept."""
    parts["steps.parquet"] = changed_steps(parts["steps.parquet"], change)

    with pytest.raises(InputError, match=said):
        import_bundle(other, packed(parts))

    assert other.studies().empty


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("study.yaml", b"name: [", "YAML"),
        ("study.yaml", b"\xff", "UTF-8"),
        ("study.yaml", b"name: x\nmodels: [ideal]\nsteps: -1\n", "steps"),
        ("study.yaml", b"name: x\nmodels: [ideal]\n", "does not have"),
        ("steps.parquet", b"PAR1", "cannot be read"),
        ("conditions.json", b"[", "JSON"),
        ("conditions.json", b"[1]", "JSON"),
        ("../out.txt", b"x", "no bundle"),
        ("/etc/x", b"x", "no bundle"),
        ("a\\..\\b", b"x", "no bundle"),
    ],
)
def test_what_is_no_bundle_is_refused(
    other: Store, parts: dict[str, bytes], tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    """A part that is broken, or a path that leads out: a sentence, and nothing is written anywhere."""
    there = sorted(tmp_path.rglob("*"))

    with pytest.raises(InputError, match=said):
        import_bundle(other, packed({**parts, name: content}))

    assert other.studies().empty
    assert sorted(tmp_path.rglob("*")) == there


def test_a_broken_or_foreign_archive_is_a_sentence(bundle: bytes, other: Store, tmp_path: Path) -> None:
    """Cut off, no archive at all, without a study, or not there."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        steps = archive.getinfo("steps.parquet")
    flipped = bytearray(bundle)
    flipped[steps.header_offset + 50 + steps.compress_size // 2] ^= 0xFF

    for broken in (bundle[: len(bundle) // 2], b"", b"hello", bytes(flipped)):
        with pytest.raises(InputError, match="Accepted"):
            import_bundle(other, io.BytesIO(broken))
    with pytest.raises(InputError, match=r"no study\.yaml"):
        import_bundle(other, packed({"x": b"y"}))
    with pytest.raises(InputError, match="cannot be read as a bundle"):
        import_bundle(other, tmp_path / "missing.zip")
    assert not is_bundle(tmp_path / "missing.zip")
    assert other.studies().empty


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(other: Store) -> None:
    """20 MB of one letter weigh 20 kB packed."""
    with pytest.raises(InputError, match="too much"):
        import_bundle(other, packed({"study.yaml": b"a" * (bundles.MOST["study.yaml"] + 1), "steps.parquet": b""}))


def test_values_of_texts_that_are_not_there_are_refused(bundled: Bundled, other: Store) -> None:
    """A property, a condition or a number that is none."""
    parts = unpacked(bundled(of_chains)[1])
    head, row, *_ = parts["properties.csv"].decode().splitlines()
    wrong = [row.replace("length", "beauty"), row.rsplit(",", 1)[0] + ",high"]

    for line in wrong:
        with pytest.raises(InputError, match=r"properties\.csv"):
            import_bundle(other, packed({**parts, "properties.csv": f"{head}\n{line}\n".encode()}))
    assert other.studies().empty


def test_a_bundle_without_what_was_sent_is_still_a_study(other: Store, parts: dict[str, bytes]) -> None:
    """study.yaml and steps.parquet are enough; whether answers are simulated stands in the steps."""
    name = import_bundle(other, packed({part: parts[part] for part in ("study.yaml", "steps.parquet")})).name

    assert len(other.steps(name)) == pq.read_table(io.BytesIO(parts["steps.parquet"])).num_rows
    assert other.conditions(name)["simulated"].all()
    assert [json.loads(sent) for sent in other.conditions(name)["sent"]] == [{}] * 4
