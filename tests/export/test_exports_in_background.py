"""Exports in the background end by themselves, when they are asked to, and with a sentence."""

from __future__ import annotations

import io
import zipfile

from lmwalk.export import Choice
from lmwalk.export.background import Export
from lmwalk.store import Store
from tests.export.studies import walks


def test_a_finished_export_holds_the_file(store: Store) -> None:
    """It is named after the study, so that any disk takes it."""
    export = Export(store, walks(store).name, "readme")

    export.wait(timeout_s=60)

    assert (export.running, export.error, export.share) == (False, None, 1.0)
    assert export.file_name == "a _b_walk_b_ _ _y_ - README tables.zip"
    assert export.content is not None
    assert "README.md" in zipfile.ZipFile(io.BytesIO(export.content)).namelist()


def test_a_cancelled_export_holds_none(store: Store) -> None:
    """It ends soon, without a file and without a complaint."""
    export = Export(store, walks(store, steps=400).name, "mp4")

    export.cancel()
    export.wait(timeout_s=60)

    assert (export.running, export.cancelled, export.error, export.content) == (False, True, None, None)


def test_a_failed_export_says_why(store: Store) -> None:
    """In the sentence of the error."""
    export = Export(store, walks(store).name, "gif", Choice(model="nobody"))

    export.wait(timeout_s=60)

    assert export.content is None
    assert "nobody" in (export.error or "")
