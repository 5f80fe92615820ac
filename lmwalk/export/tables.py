"""A study as tables that any program reads: steps and figures as CSV, what each column means, and a page of words."""

from __future__ import annotations

import csv
import io
import textwrap
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from lmwalk.datasets.column_table import ColumnRow, chain_rows, figure_rows, property_rows, step_rows
from lmwalk.datasets.families import study_data
from lmwalk.datasets.provenance import provenance
from lmwalk.drafts import scratch_folder
from lmwalk.export.attention import ATTENTION
from lmwalk.export.canvas import one_line
from lmwalk.export.chains import write_csv, write_properties
from lmwalk.export.findings import applicable
from lmwalk.export.lists import LISTS
from lmwalk.export.plot.undrawn import FAULTS
from lmwalk.export.watch import Watch
from lmwalk.figures._data import StudyData
from lmwalk.figures._drawing import Drawing
from lmwalk.number_format import counted
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study

README, COLUMNS, STEPS = "README.txt", "columns.csv", "steps.csv"
PROPERTIES, CHAINS, FIGURES = "properties.csv", "chains.csv", "figures"
WIDTH = 100
FILES: Mapping[str, str] = {
    README: "this page",
    COLUMNS: "each column of each table: file, column, unit, meaning",
    "study.yaml": "how the study was set; run it again with: lmwalk run study.yaml",
    STEPS: "one row a question and its answer",
    "steps.parquet": "the same, for programs that read Parquet, and for lmwalk",
    "conditions.json": "what each model was really sent, by the id of its condition",
    LISTS: "the tokens that probabilities were worked out from: one line of JSON a question",
    ATTENTION: "what models attended to as they answered: one line of JSON a question",
    PROPERTIES: "one row a measured property of a text",
    CHAINS: "one row a text of a chain, the initial texts among them",
    "report.html": "settings, pictures, numbers and figures as a page to read",
    f"{FIGURES}/": "the table behind each figure of the dashboard",
}
"""What a file of an archive holds, in the order in which the page of words names them."""
SHAPE = (
    "Tables are CSV in UTF-8: a comma between values, a point in numbers, quotes where a text needs them. An empty "
    "field means that there is no value; it is never zero. What could not be read keeps its reply and says why."
)


def write_tables(store: Store, study: Study, out: Path, watch: Watch) -> int:
    """A .zip with README.txt, columns.csv, steps.csv and a table a figure; the number of tables.

    Of chains also chains.csv and properties.csv. Figures that show one chain, which somebody has to choose, have none.
    Raises CancelledError.
    """
    rows = step_rows(store, study, STEPS)
    with scratch_folder() as folder, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        names = [STEPS]
        watch.at(0, 1)
        _add(archive, folder / STEPS, lambda path: store.copy(study.name, "csv", path))
        if processes[study.process].passes_text:
            names += [CHAINS, PROPERTIES]
            rows += [*chain_rows(CHAINS), *property_rows(study, PROPERTIES)]
            _add(archive, folder / CHAINS, lambda path: write_csv(store, study, path))
            _add(archive, folder / PROPERTIES, lambda path: write_properties(store, study, path))
        for figure, table in _figures(store, study, watch.part(0.2, 1.0)):
            name = f"{FIGURES}/{figure.name}.csv"
            archive.writestr(name, table.to_csv(index=False).encode("utf-8", "replace"))
            names.append(name)
            rows += figure_rows(study, name, map(str, table.columns))
        archive.writestr(COLUMNS, columns_csv(rows))
        archive.writestr("study.yaml", study.to_yaml())
        archive.writestr(README, read_me(store, study, [README, COLUMNS, "study.yaml", *names]))
    return len(names)


def _add(archive: zipfile.ZipFile, path: Path, write: Callable[[Path], object]) -> None:
    write(path)
    archive.write(path, path.name)


def _figures(store: Store, study: Study, watch: Watch) -> Iterator[tuple[Drawing, pd.DataFrame]]:
    """Each figure that needs no choice, and its table, where there is something in it."""
    _, data = study_data(store, study)
    figures = [figure for figure in applicable(study, data) if not figure.of_chain]
    for place, figure in enumerate(figures):
        watch.at(place, len(figures))
        table = _table(figure, data)
        if not table.empty:
            yield figure, table
    watch.at(1, 1)


def _table(figure: Drawing, data: StudyData) -> pd.DataFrame:
    """The table; an empty one where a figure of another package cannot make it, which must not end the export."""
    try:
        return figure.table(data)
    except FAULTS:
        return pd.DataFrame()


def columns_csv(rows: Iterable[ColumnRow]) -> str:
    """The table of columns: file, column, unit, meaning."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(ColumnRow._fields)
    writer.writerows(rows)
    return page.getvalue()


def read_me(store: Store, study: Study, names: Iterable[str], notes: Iterable[str] = ()) -> str:
    """The page of words: the study, the files, what their tables look like, and what the study was made with."""
    answered = store.tallies(study.name)
    answers = int(answered.loc[answered["status"] != "error", "count"].sum())
    held = set(names)
    files = [
        f"  {name:<17} {words}"
        for name, words in FILES.items()
        if name in held or (name.endswith("/") and any(each.startswith(name) for each in held))
    ]
    made = [f"  {one_line(what)}: {one_line(words)}" for what, words in provenance(store, study)]
    size = f"{counted(len(study.conditions()), 'condition')} of {study.trajectory_count:,} trajectories"
    parts = [
        one_line(study.name),
        "=" * min(WIDTH, len(one_line(study.name))),
        f"Made with lmwalk: process {study.process}, {size}, {answers:,} of {study.total_steps:,} questions answered.",
        "\n".join(["Files", "", *files]),
        *(textwrap.fill(words, WIDTH) for words in (SHAPE, *notes)),
        "\n".join(["Made with", "", *made]),
    ]
    return "\n".join([parts[0], parts[1], "", *("\n".join([part, ""]) for part in parts[2:])])
