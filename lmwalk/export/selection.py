"""Steps from any studies, as somebody picked them, as a file."""

from __future__ import annotations

from lmwalk.drafts import scratch_folder
from lmwalk.store import Filter, Store


def selected_bytes(store: Store, wanted: Filter, file_format: str) -> bytes:
    """The whole rows of the steps that are looked for, as csv or parquet. Raises StoreError."""
    with scratch_folder() as folder:
        out = folder / f"steps.{file_format}"
        store.browse.copy(wanted, file_format, out)
        return out.read_bytes()
