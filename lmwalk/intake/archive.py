"""Archives (.zip): unpacked piece by piece with a counter, whatever their headers say."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from lmwalk.errors import InputError
from lmwalk.validation_messages import shown

MOST_CONTENTS = 5_000_000
"""Bytes of the table of contents, which is read at once."""
PIECE = 2**20
ALWAYS = 10_000_000
"""Bytes that a file may unpack to however small it is packed."""
MOST_RATIO = 100
"""How many times its packed size a larger file may unpack to; text comes to 10, repeated text to 50."""
_FAILS = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error),
    *(NotImplementedError, RuntimeError, EOFError, OSError, ValueError, OverflowError),
)


class ArchiveError(InputError):
    """The archive cannot be read; the text says why, to be put into a sentence that names it."""


class Archive:
    """An archive that is open, of so many bytes. Its files are found by name."""

    def __init__(self, held: zipfile.ZipFile, size: int) -> None:
        self._held, self.size = held, size
        # entry.is_dir() fails where a name is empty
        self.entries = {entry.filename: entry for entry in held.infolist() if not entry.filename.endswith("/")}
        self.twice = [name for name, count in Counter(held.namelist()).items() if count > 1]

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def astray(self) -> str | None:
        """A name that is there twice or leads out of the archive, where there is one."""
        return next(iter(self.twice), None) or next(filter(_leads_out, self.entries), None)

    def must_unpack_to(self, name: str, most: int) -> int:
        """Bytes that a file may unpack to. Raises ArchiveError where it says itself that it has more."""
        entry = self.entries[name]
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveError(f"{shown(name)} in it is encrypted, or packed in a way other than deflate")
        bound = min(most, max(ALWAYS, MOST_RATIO * entry.compress_size))
        if entry.file_size > bound:
            raise _too_much(name, bound)
        return bound

    def pieces(self, name: str, most: int) -> Iterator[bytes]:
        """What a file holds, piece by piece. Raises ArchiveError at the piece with which it is too much."""
        bound, count = self.must_unpack_to(name, most), 0
        try:
            with self._held.open(self.entries[name]) as file:
                while piece := file.read(PIECE):
                    count += len(piece)
                    if count > bound:
                        raise _too_much(name, bound)
                    yield piece
        except _FAILS as cause:
            raise ArchiveError(shown(str(cause))) from cause

    def content(self, name: str, most: int) -> bytes:
        """What a file holds. Raises as ``pieces``."""
        return b"".join(self.pieces(name, most))


@contextmanager
def opened_archive(source: BinaryIO | Path) -> Iterator[Archive]:
    """The archive in a file. Raises ArchiveError where it is none."""
    if not isinstance(source, Path):
        yield _archive(source)
        return
    try:
        if not source.is_file():
            raise ArchiveError("there is no such file, or it is no plain one")
        file = source.open("rb")
    except (OSError, ValueError) as cause:
        raise ArchiveError(shown(str(cause))) from cause
    with file:
        yield _archive(file)


def _archive(file: BinaryIO) -> Archive:
    try:
        return Archive(zipfile.ZipFile(_Careful(file)), file.seek(0, os.SEEK_END))
    except _FAILS as cause:
        raise ArchiveError(shown(str(cause))) from cause


class _Careful:
    """A file that hands out no more at once than a table of contents may have."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        held = self._file.read(MOST_CONTENTS + 1 if size < 0 else min(size, MOST_CONTENTS + 1))
        if len(held) > MOST_CONTENTS:
            raise zipfile.BadZipFile("it holds too many files")
        return held


def _too_much(name: str, bound: int) -> ArchiveError:
    return ArchiveError(f"{shown(name)} in it unpacks to more than {bound / 1e6:,.0f} MB, which is too much")


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts
