"""A study from the archive that ``lmwalk export --format bundle`` makes: checked whole, then kept whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from lmwalk.drafts import scratch_folder
from lmwalk.errors import InputError
from lmwalk.importing.attention import ATTENTION, attention_of
from lmwalk.importing.lists import LISTS, lists_of
from lmwalk.importing.rows import checked_rows, steps_of
from lmwalk.importing.sent import CONDITIONS, MOST_BYTES, SentOf, sent_in
from lmwalk.importing.values import read_values
from lmwalk.intake import Archive, ArchiveError, opened_archive
from lmwalk.registry import processes
from lmwalk.store import Made, Store, StoredCondition
from lmwalk.study import Study
from lmwalk.types import Sent
from lmwalk.validation_messages import shown

STUDY, STEPS, PROPERTIES = "study.yaml", "steps.parquet", "properties.csv"
MOST = {STUDY: 2 * 10**7, CONDITIONS: MOST_BYTES, **dict.fromkeys((STEPS, PROPERTIES, LISTS, ATTENTION), 2 * 10**9)}
"""Bytes of each file, unpacked."""
ACCEPTED = "Accepted: a .zip that 'lmwalk export --format bundle' made."


def is_bundle(source: Path) -> bool:
    """Whether a file is an archive with a study in it."""
    try:
        with opened_archive(source) as archive:
            return STUDY in archive and STEPS in archive
    except ArchiveError:
        return False


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
        with _opened(file) as archive:
            before = Study.from_stored(archive.content(STUDY, MOST[STUDY]))
            study = before if name is None else Study.of(**{**before.model_dump(), "name": name})
            ids = {old.id: new.id for old, new in zip(before.conditions(), study.conditions(), strict=True)}
            conditions = _stored_conditions(archive, study, ids)
            values = _values(archive, folder, study, ids)
            table = _unpacked(archive, STEPS, folder)
            lists, attention = (
                _unpacked(archive, name, folder) if name in archive else None for name in (LISTS, ATTENTION)
            )
        store.must_be_free(study.name)
        checked = checked_rows(table, study, ids)
        conditions = [
            replace(cell, simulated=checked.simulated.get(cell.condition.id, cell.simulated)) for cell in conditions
        ]
        told = partial(lists_of, lists, study) if lists else tuple
        attended = partial(attention_of, attention, study) if attention else tuple
        for each in (told, attended):
            deque(each(), maxlen=0)  # each is looked at before anything is kept
        store.bring(Made(study, conditions, partial(steps_of, table, ids), checked.rows, values, told, attended))
    return study


@contextmanager
def _opened(file: BinaryIO | Path) -> Iterator[Archive]:
    """The archive; what is wrong with it as a sentence, before anything of it is unpacked."""
    try:
        with opened_archive(file) as archive:
            _check(archive)
            yield archive
    except ArchiveError as cause:
        raise InputError(f"This cannot be read as a bundle: {cause}. {ACCEPTED}") from cause


def _check(archive: Archive) -> None:
    if stray := archive.astray():
        raise InputError(f"The bundle holds {shown(stray)}, which no bundle does. {ACCEPTED}")
    for name in (STUDY, STEPS):
        if name not in archive:
            raise InputError(f"The bundle holds no {name}. {ACCEPTED}")
    for name, most in MOST.items():
        if name in archive:
            archive.must_unpack_to(name, most)


def _unpacked(archive: Archive, name: str, folder: Path) -> Path:
    """A file of the archive as one on disk."""
    target = folder / name
    with target.open("wb") as file:
        file.writelines(archive.pieces(name, MOST[name]))
    return target


def _values(archive: Archive, folder: Path, study: Study, ids: Mapping[str, str]) -> pd.DataFrame | None:
    """The measured properties; None where there are none, or the study's answers are no texts."""
    if PROPERTIES not in archive or not processes[study.process].passes_text:
        return None
    return read_values(_unpacked(archive, PROPERTIES, folder), study, ids)


def _stored_conditions(archive: Archive, study: Study, ids: Mapping[str, str]) -> list[StoredCondition]:
    """Every condition with what its model was sent."""
    known = sent_in(archive.content(CONDITIONS, MOST[CONDITIONS])) if CONDITIONS in archive else {}
    nothing = SentOf(Sent({}), simulated=False)
    told = [known.get(old, nothing) for old in ids]
    return [StoredCondition(condition, *own) for condition, own in zip(study.conditions(), told, strict=True)]
