"""A part of a study as it comes, in a folder that several processes and machines share: each file is whole.

The last file of a process is written anew with what came since, until it is large enough; then the next one begins. So
there are few files, and who reads one finds it as it was or as it is. What steps refer to is there before they are.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

from lmwalk.drafts import clear, whole_file
from lmwalk.errors import InputError, StoreError
from lmwalk.export.attention import write_attention
from lmwalk.export.bundle import sent_text
from lmwalk.export.lists import write_lists
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.study.part import Part
from lmwalk.study.part_files import STUDY, Kind, PartFile, conditions_name, study_in

EVERY_S = 3.0
"""How long what was answered waits: what a kill may cost."""
PATIENCE = 3
"""Failures in a row after which nothing more is asked: a disk that many share may fail once."""
MOST_ROWS, MOST_BYTES = 5_000, 8_000_000
"""Of the files that are written together, after which the next ones begin."""


def begin_folder(folder: Path, study: Study) -> None:
    """Have a folder for parts of a study, and for nothing else.

    Raises
    ------
    InputError
        It holds parts of another study, or of this one with other settings.
    StoreError
        It cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear(folder)
        if not (folder / STUDY).exists():
            with whole_file(folder / STUDY, clearing=False) as draft:
                draft.write_text(study.to_yaml(), encoding="utf-8")
    except OSError as cause:
        raise _unwritable(folder, cause) from cause
    held = study_in(folder)
    if held is None or _content(held) != _content(study):
        whose = (
            f"the study {held.name!r}" if held and held.name != study.name else f"{study.name!r} as it was set before"
        )
        raise InputError(
            f"to: {str(folder)!r} holds {whose}, and this is {study.name!r} as it is set now. Accepted: a folder of "
            "its own for each study; one that has changed gets a new one."
        )


def _content(study: Study) -> dict[str, Any]:
    """The settings, but for how many questions are asked at once, which each machine may have of its own."""
    return study.model_dump(exclude={"concurrency"})


class Parts:
    """Writes the steps that a store gains of a study; those that it holds by now are in the folder already.

    Parameters
    ----------
    part : Part
        What is asked of the study.
    """

    def __init__(self, store: Store, study: Study, folder: Path, part: Part) -> None:
        self.folder = folder
        self._store, self._study, self._part = store, study.name, part
        self._conditions = part.share(study).numbers
        self._writer = secrets.token_hex(8)
        self._number = 1
        self._since = self._written = self._last_id()
        self._closed: set[str] = set()
        """Names of what steps refer to that stand in files which are not written any more."""
        self._open: set[str] = set()
        self._sent = "{}"

    def write(self) -> None:
        """Write what came since. Raises StoreError; what was written before stays."""
        try:
            self._write_sent()
            last = self._last_id()
            if last > self._written:
                self._write_steps(last)
                self._written = last
        except (OSError, StoreError) as cause:
            raise _unwritable(self.folder, cause) from cause

    def _write_sent(self) -> None:
        """Write what conditions were sent, where that is not what it was."""
        text = sent_text(self._store, self._study, self._conditions)
        if text == self._sent:
            return
        target = self.folder / conditions_name(hashlib.sha256(text.encode()).hexdigest()[:20])
        if not target.exists():
            with whole_file(target, clearing=False) as draft:
                draft.write_text(text, encoding="utf-8")
        self._sent = text

    def _write_steps(self, last: int) -> None:
        """Write the last files anew, up to an id."""
        span = (self._since, last)
        size = self._put_told("lists", write_lists, self._store.distributions.of_study(self._study, span))
        size += self._put_told("attention", write_attention, self._store.attention.of_study(self._study, span))
        size += self._put("steps", lambda out: self._store.copy(self._study, "parquet", out, span))
        if last - self._since >= MOST_ROWS or size >= MOST_BYTES:
            self._closed |= self._open
            self._open.clear()
            self._since = last
            self._number += 1

    def _put_told(self, kind: Kind, write: Callable[[Iterable[Any], Path], int], rows: Iterable[Any]) -> int:
        """Write what steps refer to, where there is some that stands in no file which is closed; its bytes."""
        new = (row for row in rows if row.name not in self._closed)
        first = next(new, None)
        if first is None:
            return 0
        return self._put(kind, lambda out: write(self._named(chain([first], new)), out))

    def _named(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self._open.add(row.name)
            yield row

    def _put(self, kind: Kind, write: Callable[[Path], int]) -> int:
        """Write a file; its bytes."""
        target = self.folder / PartFile(kind, self._part, self._writer, self._number).name
        with whole_file(target, clearing=False) as draft:
            write(draft)
        return target.stat().st_size

    def _last_id(self) -> int:
        newest = self._store.latest(self._study, 1, columns=["id"])
        return int(newest["id"].max()) if len(newest) else 0


class Writing:
    """Writes parts every few seconds, in a thread of its own, until it is finished.

    Parameters
    ----------
    failed : callable
        Called once where nothing can be written any more, so that nothing more is asked.
    """

    def __init__(self, store: Store, parts: Parts, failed: Callable[[], object]) -> None:
        self.folder = parts.folder
        self._store, self._parts, self._failed = store, parts, failed
        self._failure: StoreError | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lmwalk-parts", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Write what is left, and nothing more after that. Raises StoreError where not all could be written."""
        self._ending.set()
        self._thread.join()
        with suppress(StoreError):  # what is in the store is written, and the run says what was wrong with it
            self._store.flush()
        self._write()
        if self._failure:
            raise self._failure

    def _run(self) -> None:
        in_a_row = 0
        while in_a_row < PATIENCE and not self._ending.wait(EVERY_S):
            self._write()
            in_a_row = in_a_row + 1 if self._failure else 0
        if in_a_row:
            self._failed()

    def _write(self) -> None:
        try:
            self._parts.write()
            self._failure = None
        except StoreError as failure:
            self._failure = failure


def _unwritable(folder: Path, cause: Exception) -> StoreError:
    said = getattr(cause, "strerror", None) or str(cause).rstrip(".")
    return StoreError(
        f"to: {str(folder)!r} cannot be written to: {said}. What was written before is good; make room, or give this "
        "process the right to write, and the same command goes on from there."
    )
