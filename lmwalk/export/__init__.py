"""A study as a file that other tools read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from lmwalk.errors import InputError, StoreError
from lmwalk.export.bundle import write_bundle
from lmwalk.export.chains import write_csv, write_properties, write_zip
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study

Write = Callable[[Store, Study, Path], int]

OF_STEPS = ("csv", "parquet", "jsonl")
OF_CHAINS: Mapping[str, Write] = {"chains-csv": write_csv, "chains-zip": write_zip, "properties": write_properties}
BUNDLE = "bundle"
FORMATS = (*OF_STEPS, BUNDLE, *OF_CHAINS)


def to_file(store: Store, study: str, file_format: str, out: Path) -> int:
    """Write a study; the number of steps, or in the formats of chains of texts, of chains, or of measured values.

    A file that is already there is replaced only by a whole one.

    Raises
    ------
    InputError
        No such study, no such format of this study, or the file cannot be written there.
    """
    if file_format not in FORMATS:
        raise InputError(f"format: {file_format!r} cannot be used. Accepted: {', '.join(FORMATS)}.")
    stored = store.study(study)
    if file_format in OF_CHAINS and processes[stored.process].family != "chain":
        raise InputError(
            f"format: {file_format!r} is for chains of texts, and {study!r} has none. "
            f"Accepted: {', '.join((*OF_STEPS, BUNDLE))}."
        )
    if not out.resolve().parent.is_dir():
        raise InputError(f"out: the folder {str(out.parent)!r} does not exist. Accepted: a file in a folder that does.")
    part = out.with_name(f"{out.name}.part")
    try:
        write = {**OF_CHAINS, BUNDLE: write_bundle}.get(file_format)
        rows = write(store, stored, part) if write else store.copy(study, file_format, part)
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
