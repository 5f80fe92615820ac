"""A study in one file: how it was set, every step, and the measured properties of its texts."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from lmwalk.export.chains import write_properties
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study


def write_bundle(store: Store, study: Study, out: Path) -> int:
    """A .zip with study.yaml, steps.parquet, and of chains properties.csv; the number of steps."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("study.yaml", study.to_yaml())
        steps, values = Path(folder) / "steps.parquet", Path(folder) / "properties.csv"
        count = store.copy(study.name, "parquet", steps)
        archive.write(steps, steps.name)
        if processes[study.process].family == "chain":
            write_properties(store, study, values)
            archive.write(values, values.name)
    return count
