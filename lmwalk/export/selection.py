"""Steps from any studies, as somebody picked them, as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lmwalk.store import Filter, Store


def selected_bytes(store: Store, wanted: Filter, file_format: str) -> bytes:
    """The whole rows of the steps that are looked for, as csv or parquet. Raises StoreError."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"steps.{file_format}"
        store.browse.copy(wanted, file_format, out)
        return out.read_bytes()
