"""A study's steps as a file that other tools read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lmwalk.errors import InputError, StoreError
from lmwalk.store import Store

FORMATS = ("csv", "parquet", "jsonl")


def to_file(store: Store, study: str, file_format: str, out: Path) -> int:
    """Write every step of a study, one row each, oldest first; the number of rows.

    A file that is already there is replaced only by a whole one.

    Raises
    ------
    InputError
        No such study, no such format, or the file cannot be written there.
    """
    if file_format not in FORMATS:
        raise InputError(f"format: {file_format!r} cannot be used. Accepted: {', '.join(FORMATS)}.")
    store.study(study)
    if not out.resolve().parent.is_dir():
        raise InputError(f"out: the folder {str(out.parent)!r} does not exist. Accepted: a file in a folder that does.")
    part = out.with_name(f"{out.name}.part")
    try:
        rows = store.copy(study, file_format, part)
        part.replace(out)
    except (StoreError, OSError) as cause:
        raise InputError(f"out: {str(out)!r} cannot be written. {cause}") from cause
    finally:
        part.unlink(missing_ok=True)
    return rows


def to_bytes(store: Store, study: str, file_format: str) -> bytes:
    """The same as bytes, for a download."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"steps.{file_format}"
        to_file(store, study, file_format, out)
        return out.read_bytes()
