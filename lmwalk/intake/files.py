"""The bytes of a file, never more of them than are wanted."""

from __future__ import annotations

import stat
from pathlib import Path

from lmwalk.errors import InputError


def content_of(path: Path, most: int, noun: str = "file") -> bytes:
    """What a file holds. Raises InputError as ``must_be_plain`` does."""
    must_be_plain(path, most, noun)
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as cause:
        raise InputError(f"The {noun} {str(path)!r} cannot be read: {cause.strerror}.") from cause
    if len(content) > most:  # it has grown, or does not say how much it holds
        raise _too_long(path, most, noun)
    return content


def must_be_plain(path: Path, most: int, noun: str = "file") -> None:
    """Look at a file before it is opened.

    Raises
    ------
    InputError
        It is no plain file (to read a pipe or a device might never end), has more than so many bytes, or cannot be
        read; the sentence names it.
    """
    try:
        held = path.stat()
    except (OSError, ValueError) as cause:
        reason = cause.strerror if isinstance(cause, OSError) else "no file can be called so"
        raise InputError(f"The {noun} {str(path)!r} cannot be read: {reason}.") from cause
    if not stat.S_ISREG(held.st_mode):
        kind = "folder" if stat.S_ISDIR(held.st_mode) else "pipe or a device"
        raise InputError(f"The {noun} {str(path)!r} cannot be read: it is a {kind}. Accepted: a plain file.")
    if held.st_size > most:
        raise _too_long(path, most, noun)


def _too_long(path: Path, most: int, noun: str) -> InputError:
    return InputError(f"The {noun} {str(path)!r} is too long. Accepted: at most {most / 1e6:g} MB.")
