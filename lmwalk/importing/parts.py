"""Steps that several processes left in a folder, each its part of one study: looked at as strictly as a bundle.

A file that cannot be read is named and left out, and what it holds comes another time. The answers of one trajectory
are taken in order, and only as far as each was given in the state that the one before led to.
"""

from __future__ import annotations

from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pyarrow as pa

from lmwalk.errors import InputError
from lmwalk.importing.attention import attention_of
from lmwalk.importing.lists import lists_of
from lmwalk.importing.rows import each_row, step_of
from lmwalk.importing.sent import MOST_BYTES, SentOf, sent_in
from lmwalk.importing.versions import FAILED, OVER, Answer, Answers, Stood, continuation, digest, which
from lmwalk.intake import content_of, must_be_plain
from lmwalk.step import Step
from lmwalk.store import Made, Store, StoredCondition
from lmwalk.store.rows import merged
from lmwalk.study import Study
from lmwalk.study.part import WHOLE, Part, Share
from lmwalk.study.part_files import STUDY, Kind, conditions_files, part_files, study_in
from lmwalk.types import Sent

MOST_OF_FILE = 2 * 10**9
"""Bytes, as in a bundle."""
T = TypeVar("T")
_Key = tuple[str, int]


@dataclass
class Taken:
    """What came of a folder.

    Attributes
    ----------
    new, there : int
        Answers that were not stored, and that were.
    others : int
        Answers to questions that are answered otherwise: by another process that asked the same, or here.
    loose : int
        Answers before which one is missing, or whose question is not what the one before led to.
    complaints : list of str
        What could not be read, a sentence a file.
    """

    study: Study
    new: int = 0
    there: int = 0
    others: int = 0
    loose: int = 0
    complaints: list[str] = field(default_factory=list)


def holds_parts(folder: Path) -> bool:
    """Whether it is a folder in which processes leave parts of a study."""
    return folder.is_dir() and (folder / STUDY).is_file()


def import_parts(store: Store, folder: Path) -> Taken:
    """Keep what processes left in a folder so far, and was not kept before; measured properties are left to others.

    Raises
    ------
    InputError
        The folder holds no study, or one of that name is stored that is another; nothing is written.
    StoreError
        It cannot be written; what was committed before stays.
    """
    study = study_in(folder)
    if study is None:
        raise InputError(f"{str(folder)!r} holds no study.yaml. Accepted: a folder that 'lmwalk run --to' wrote to.")
    return _take(store, study, folder, WHOLE, with_told=True)


def take_up(store: Store, study: Study, folder: Path, part: Part) -> Taken:
    """Take into a store the steps that a folder holds of a part, and what was learnt, so that it can go on."""
    return _take(store, study, folder, part, with_told=False)


class _Tables(NamedTuple):
    """The files of steps that are read, who wrote each, and the conditions that their steps may have."""

    paths: list[Path]
    writers: list[str]
    ids: frozenset[str]


def _take(store: Store, study: Study, folder: Path, part: Part, *, with_told: bool) -> Taken:
    taken, share = Taken(study), part.share(study)
    tables = _tables(study, folder, part)
    conditions = _conditions(study, folder, taken)
    found = _answers(tables, study, share, taken)
    stood = _stood(store, study, {condition for condition, _ in found})
    chains: dict[_Key, _Chain] = {}
    for key, own in found.items():
        chain = continuation(own, tables.writers, stood[key], study.steps)
        _count(own, chain, stood[key], taken)
        if chain:
            chains[key] = _Chain.of(chain)
    lists = _told("lists", lists_of, study, folder, taken) if with_told else tuple
    attention = _told("attention", attention_of, study, folder, taken) if with_told else tuple
    total, failed = (sum(getattr(chain, name) for chain in chains.values()) for name in ("count", "failed"))
    made = Made(study, conditions, partial(_steps, tables, study, chains), total, None, lists, attention)
    taken.new = max(0, store.join(made) - failed)
    return taken


def _tables(study: Study, folder: Path, part: Part) -> _Tables:
    """The files that may hold steps of a part."""
    ids = frozenset(condition.id for condition in study.conditions())
    count = len(ids) * study.trajectory_count
    named = [(path, file.writer) for file, path in part_files(folder, "steps") if file.part.meets(part, count)]
    return _Tables([path for path, _ in named], [writer for _, writer in named], ids)


def _readable(path: Path, read: Callable[[], T], taken: Taken) -> T | None:
    """What is read of a file; None where it cannot be, which is noted."""
    try:
        must_be_plain(path, MOST_OF_FILE)
        return read()
    except InputError as cause:
        taken.complaints.append(f"{path.name} is left out. {cause}")
    except (OSError, pa.ArrowException) as cause:
        taken.complaints.append(f"{path.name} is left out. It cannot be read: {str(cause)[:200]}")
    return None


def _conditions(study: Study, folder: Path, taken: Taken) -> list[StoredCondition]:
    """Every condition with what is known of it in any file."""
    files = [_readable(path, partial(_sent_of, path), taken) or {} for path in conditions_files(folder)]
    conditions = []
    for condition in study.conditions():
        told = [file[condition.id] for file in files if condition.id in file] or [SentOf(Sent({}), simulated=False)]
        sent = merged(*(each.sent for each in told))
        conditions.append(StoredCondition(condition, sent, any(each.simulated for each in told)))
    return conditions


def _sent_of(path: Path) -> dict[str, SentOf]:
    return sent_in(content_of(path, MOST_BYTES))


def _told(
    kind: Kind, rows_of: Callable[[Path, Study], Iterable[Any]], study: Study, folder: Path, taken: Taken
) -> Callable[[], Iterator[Any]]:
    """What steps refer to, of every file that can be read: each row is looked at before one is kept."""
    paths = []
    for _, path in part_files(folder, kind):
        if _readable(path, partial(_looked_through, rows_of, path, study), taken):
            paths.append(path)
    return lambda: (row for path in paths for row in rows_of(path, study))


def _looked_through(rows_of: Callable[[Path, Study], Iterable[Any]], path: Path, study: Study) -> bool:
    deque(rows_of(path, study), maxlen=0)
    return True


def _answers(tables: _Tables, study: Study, share: Share, taken: Taken) -> dict[_Key, Answers]:
    """The answers of a share's trajectories in all files that can be read whole."""
    found: dict[_Key, Answers] = defaultdict(Answers)
    for place, path in enumerate(tables.paths):
        own = _readable(path, partial(_compared, tables, place, study, share), taken)
        for key, answers in (own or {}).items():
            found[key].extend(answers)
    return found


def _compared(tables: _Tables, place: int, study: Study, share: Share) -> dict[_Key, Answers]:
    found: dict[_Key, Answers] = defaultdict(Answers)
    for row in each_row(tables.paths[place], study, tables.ids):
        if (key := _key(row)) in share:
            found[key].add(_answer(row, place))
    return found


def _key(row: dict[str, Any]) -> _Key:
    return row["condition"], row["trajectory"]


def _answer(row: dict[str, Any], place: int) -> Answer:
    mark = FAILED if row["status"] == "error" else OVER if row["ended"] is not None else 0
    before, after = digest(row["state_before"]), digest(row["state_after"])
    return Answer(row["t"], before, after, which(row["state_after"], row["asked_at"]), place, mark)


def _stood(store: Store, study: Study, conditions: set[str]) -> dict[_Key, Stood]:
    """Where trajectories stand that are stored."""
    found: dict[_Key, Stood] = defaultdict(Stood)
    columns = ("trajectory", "t", "status", "state_after", "asked_at", "ended")
    for condition in sorted(conditions):
        rows = store.steps(study.name, conditions=[condition], columns=columns)
        for trajectory, t, status, after, asked_at, ended in rows.itertuples(index=False, name=None):
            own = found[condition, trajectory]
            if status == "error":
                own.failed = True
                continue
            own.answers[t] = which(after, asked_at)
            own.over |= isinstance(ended, str)
            if t > own.t:
                own.t, own.after = t, digest(after)
    return found


def _count(found: Answers, chain: list[Answer], stood: Stood, taken: Taken) -> None:
    """Count the answers that are not taken."""
    kept = stood.answers | {answer.t: answer.which for answer in chain if answer.mark != FAILED}
    own = 0
    for answer in found:
        if answer.mark == FAILED:
            continue
        if answer.t not in kept:
            taken.loose += 1
        elif kept[answer.t] == answer.which:
            own += 1
        else:
            taken.others += 1
    taken.there += own - sum(answer.mark != FAILED for answer in chain)


@dataclass
class _Chain:
    """What is taken of a trajectory: the answers from a step on, in which files they are, and whether the last failed.

    ``place`` is how many of them were handed on.
    """

    first: int
    answers: array[int]
    files: frozenset[int]
    failed: bool

    @classmethod
    def of(cls, chain: list[Answer]) -> _Chain:
        """A chain of at least one answer."""
        files = frozenset(answer.file for answer in chain)
        return cls(chain[0].t, array("q", [answer.which for answer in chain]), files, chain[-1].mark == FAILED)

    @property
    def count(self) -> int:
        """How many steps they are."""
        return len(self.answers)

    def is_next(self, place: int, answer: Answer) -> bool:
        """Whether it is the answer in that place."""
        return place < len(self.answers) and (answer.t, answer.which) == (self.first + place, self.answers[place])


def _steps(tables: _Tables, study: Study, chains: dict[_Key, _Chain]) -> Iterator[Step]:
    """The steps of chains, those of each in order: files are read again where one goes on in an earlier one."""
    used = [tables.paths[place] for place in sorted(frozenset().union(*(chain.files for chain in chains.values())))]
    places = dict.fromkeys(chains, 0)
    left, moved = sum(chain.count for chain in chains.values()), True
    while left and moved:
        moved = False
        for row in (row for path in used for row in each_row(path, study, tables.ids)):
            key = _key(row)
            if key in chains and chains[key].is_next(places[key], _answer(row, 0)):
                places[key] += 1
                left, moved = left - 1, True
                yield step_of(row, key[0])
