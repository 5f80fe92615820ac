"""A study in one file: how it was set, every step, the measured properties of its texts, and a report to read."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Container
from pathlib import Path

from lmwalk.datasets.column_table import property_rows, step_rows
from lmwalk.drafts import scratch_folder
from lmwalk.export.attention import ATTENTION, write_attention
from lmwalk.export.chains import write_properties
from lmwalk.export.lists import LISTS, write_lists
from lmwalk.export.report import report
from lmwalk.export.tables import COLUMNS, PROPERTIES, README, STEPS, columns_csv, read_me
from lmwalk.export.watch import Watch
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study

MOST_CSV = 200_000
"""Steps that are written as CSV too; of more, that file alone would be some hundred megabytes."""
IMPORT = "Another lmwalk takes this archive as it is: lmwalk import FILE.zip."
TOO_MANY = "With {count:,} steps there is no steps.csv here; 'lmwalk export STUDY --format csv' writes one."


def write_bundle(store: Store, study: Study, out: Path, watch: Watch) -> int:
    """A .zip that ``lmwalk.importing.import_bundle`` reads back to an equal study; the number of steps.

    study.yaml; steps.parquet, as the view ``steps``, and up to ``MOST_CSV`` steps also as steps.csv; conditions.json,
    what each model was really sent; of token probabilities lists.jsonl, which they were worked out from;
    attention.jsonl where attention was kept; of chains properties.csv; report.html; columns.csv, what each column
    means; and README.txt. Raises CancelledError.
    """
    with scratch_folder() as folder, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("study.yaml", study.to_yaml())
        archive.writestr("conditions.json", sent_text(store, study.name))
        steps, values = folder / "steps.parquet", folder / "properties.csv"
        watch.at(0, 1)
        count = store.copy(study.name, "parquet", steps)
        watch.at(1, 10)
        archive.write(steps, steps.name, zipfile.ZIP_STORED)  # it is compressed already
        rows = step_rows(store, study, "steps.parquet")
        if count <= MOST_CSV:
            store.copy(study.name, "csv", folder / STEPS)
            archive.write(folder / STEPS, STEPS)
            rows += step_rows(store, study, STEPS)
        if study.measurement == "probabilities" and write_lists(
            store.distributions.of_study(study.name), folder / LISTS
        ):
            archive.write(folder / LISTS, LISTS)
        if write_attention(store.attention.of_study(study.name), folder / ATTENTION):
            archive.write(folder / ATTENTION, ATTENTION)
        if processes[study.process].passes_text:
            write_properties(store, study, values)
            archive.write(values, values.name)
            rows += property_rows(study, PROPERTIES)
        archive.writestr("report.html", report(store, study, watch.part(0.1, 1.0)))
        archive.writestr(COLUMNS, columns_csv(rows))
        notes = [IMPORT] if count <= MOST_CSV else [IMPORT, TOO_MANY.format(count=count)]
        archive.writestr(README, read_me(store, study, [README, *archive.namelist()], notes))
    return count


def sent_text(store: Store, study: str, named: Container[str] | None = None) -> str:
    """What the model of each condition of a study was sent, and what was said about that, by its id, as JSON.

    Of some conditions where they are named.
    """
    rows = store.conditions(study).to_dict("records")
    sent = {
        str(row["condition"]): {
            "simulated": bool(row["simulated"]),
            "sent": json.loads(row["sent"]),
            "notes": json.loads(row["notes"]),
        }
        for row in rows
        if named is None or row["condition"] in named
    }
    return json.dumps(sent, indent=1, ensure_ascii=False)
