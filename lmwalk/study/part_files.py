"""The files that processes leave in a folder, each a part of a study's steps: what they are called, and whose they are.

Beside study.yaml lie, of every process that writes, tables of steps and what their steps refer to, numbered from 1; and
what conditions were sent, in a file for each content that this had.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, NamedTuple

from lmwalk.errors import InputError
from lmwalk.intake import content_of
from lmwalk.intake.written import MOST_BYTES
from lmwalk.study import Study
from lmwalk.study.part import MOST, Part

STUDY = "study.yaml"
Kind = Literal["steps", "lists", "attention"]
ENDINGS: dict[Kind, str] = {"steps": "parquet", "lists": "jsonl", "attention": "jsonl"}
_NAME = re.compile(r"(steps|lists|attention)-(\d{1,7})of(\d{1,7})-([0-9a-f]{16})-(\d{5,9})\.(parquet|jsonl)", re.ASCII)
_CONDITIONS = re.compile(r"conditions-[0-9a-f]{20}\.json")


class PartFile(NamedTuple):
    """A file of one writer: what it holds, the part that was asked for, who wrote it, and its number."""

    kind: Kind
    part: Part
    writer: str
    number: int

    @property
    def name(self) -> str:
        """What it is called."""
        part = f"{self.part.number}of{self.part.of}"
        return f"{self.kind}-{part}-{self.writer}-{self.number:05}.{ENDINGS[self.kind]}"


def part_files(folder: Path, kind: Kind) -> list[tuple[PartFile, Path]]:
    """The files of a kind, in the order of their names. Raises InputError where the folder cannot be read."""
    found = []
    for path in _paths(folder):
        if (named := _NAME.fullmatch(path.name)) and named[1] == kind and named[6] == ENDINGS[kind]:
            number, of = int(named[2]), int(named[3])
            if 1 <= number <= of <= MOST:
                found.append((PartFile(kind, Part(number, of), named[4], int(named[5])), path))
    return found


def conditions_name(digest: str) -> str:
    """What the file is called that holds what conditions were sent."""
    return f"conditions-{digest}.json"


def conditions_files(folder: Path) -> list[Path]:
    """The files with what conditions were sent. Raises InputError where the folder cannot be read."""
    return [path for path in _paths(folder) if _CONDITIONS.fullmatch(path.name)]


def study_in(folder: Path) -> Study | None:
    """The study that a folder holds parts of; None where it holds none. Raises InputError where that is no study."""
    if not (folder / STUDY).is_file():
        return None
    return Study.from_stored(content_of(folder / STUDY, MOST_BYTES, "study file"))


def _paths(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as cause:
        raise InputError(f"The folder {str(folder)!r} cannot be read: {cause.strerror}.") from cause
