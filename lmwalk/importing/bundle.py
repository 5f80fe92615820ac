"""A study from the archive that ``lmwalk export --format bundle`` makes: checked whole, then kept whole."""

from __future__ import annotations

import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import pandas as pd

from lmwalk.drafts import scratch_folder
from lmwalk.errors import InputError
from lmwalk.importing.rows import checked_rows, rows_in, steps_of
from lmwalk.properties import properties
from lmwalk.registry import processes
from lmwalk.store import Cell, Made, Store
from lmwalk.study import Study
from lmwalk.types import Sent

STUDY, STEPS, CONDITIONS, PROPERTIES = "study.yaml", "steps.parquet", "conditions.json", "properties.csv"
MOST = {STUDY: 2 * 10**7, STEPS: 2 * 10**9, CONDITIONS: 10**8, PROPERTIES: 2 * 10**9}
"""Bytes of each file, unpacked."""
ACCEPTED = "Accepted: a .zip that 'lmwalk export --format bundle' made."
MEASURED = ["condition", "trajectory", "t", "property", "value"]


def is_bundle(source: Path) -> bool:
    """Whether a file is an archive with a study in it."""
    if not zipfile.is_zipfile(source):
        return False
    with zipfile.ZipFile(source) as archive:
        return {STUDY, STEPS} <= set(archive.namelist())


def import_bundle(store: Store, file: BinaryIO | Path, name: str | None = None) -> Study:
    """Keep the study of a bundle, under another name if one is given, with every step as it was.

    Raises
    ------
    InputError
        The file is no whole bundle, or the name is taken; nothing is written.
    StoreError
        The steps cannot be written.
    """
    with scratch_folder() as folder:
        table = folder / STEPS
        with _opened(file) as archive:
            before = Study.from_yaml(_text(archive, STUDY))
            study = before if name is None else Study.of(**{**before.model_dump(), "name": name})
            ids = {old.id: new.id for old, new in zip(before.conditions(), study.conditions(), strict=True)}
            cells = _cells(archive, study, ids)
            values = _values(archive, study, ids)
            with archive.open(STEPS) as packed, table.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
        store.must_be_free(study.name)
        simulated = checked_rows(table, study, ids)
        cells = [replace(c, simulated=simulated.get(c.condition.id, c.simulated)) for c in cells]
        store.bring(Made(study, cells, partial(steps_of, table, ids), rows_in(table), values))
    return study


@contextmanager
def _opened(file: BinaryIO | Path) -> Iterator[zipfile.ZipFile]:
    """The archive; what is wrong with it as a sentence, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check(archive)
            yield archive
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as cause:
        raise InputError(f"This cannot be read as a bundle: {cause}. {ACCEPTED}") from cause


def _check(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or names.count(entry.filename) > 1:
            raise InputError(f"The bundle holds {entry.filename[:80]!r}, which no bundle does. {ACCEPTED}")
        if entry.file_size > MOST.get(entry.filename, MOST[STEPS]):
            size = f"{entry.file_size / 1e6:,.0f} MB"
            raise InputError(f"{entry.filename[:80]!r} in the bundle unpacks to {size}, which is too much. {ACCEPTED}")
    for name in (STUDY, STEPS):
        if name not in names:
            raise InputError(f"The bundle holds no {name}. {ACCEPTED}")


def _text(archive: zipfile.ZipFile, name: str) -> str:
    try:
        return archive.read(name).decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{name!r} in the bundle is not UTF-8 text. {ACCEPTED}") from None


def _cells(archive: zipfile.ZipFile, study: Study, ids: Mapping[str, str]) -> list[Cell]:
    """Every condition with what its model was sent."""
    cells = []
    known = _known(archive)
    for (old, _), condition in zip(ids.items(), study.conditions(), strict=True):
        own = known.get(old, {})
        sent, notes = (own.get("sent", {}), own.get("notes", [])) if isinstance(own, dict) else (None, None)
        if not isinstance(sent, dict) or not isinstance(notes, list) or not all(isinstance(n, str) for n in notes):
            raise InputError(f"{CONDITIONS!r} in the bundle does not say what was sent. {ACCEPTED}")
        cells.append(Cell(condition, Sent(sent, tuple(notes)), simulated=bool(own.get("simulated"))))
    return cells


def _known(archive: zipfile.ZipFile) -> Mapping[str, Any]:
    if CONDITIONS not in archive.namelist():
        return {}
    try:
        held = json.loads(_text(archive, CONDITIONS))
    except (ValueError, RecursionError):
        held = None
    if not isinstance(held, dict):
        raise InputError(f"{CONDITIONS!r} in the bundle is no JSON object. {ACCEPTED}")
    return held


def _values(archive: zipfile.ZipFile, study: Study, ids: Mapping[str, str]) -> pd.DataFrame:
    """The measured properties, where there are any: condition, trajectory, t, property, value."""
    if PROPERTIES not in archive.namelist() or processes[study.process].family != "chain":
        return pd.DataFrame(columns=MEASURED)
    try:
        with archive.open(PROPERTIES) as file:
            rows = pd.read_csv(file, usecols=MEASURED, dtype={"condition": str, "property": str, "value": float})
        rows = rows.astype({"trajectory": "int32", "t": "int32"})
    except (ValueError, TypeError, OverflowError) as cause:
        raise InputError(f"{PROPERTIES!r} in the bundle cannot be read: {cause}. {ACCEPTED}") from cause
    known = rows["property"].isin(list(properties)) & rows["condition"].isin(list(ids))
    if not known.all() or rows.duplicated(MEASURED[:-1]).any():
        raise InputError(f"{PROPERTIES!r} in the bundle holds values of no text of this study. {ACCEPTED}")
    return rows.assign(condition=rows["condition"].map(ids))
