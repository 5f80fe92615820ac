"""A study as a file that other tools read, or that people look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lmwalk.drafts import scratch_folder
from lmwalk.errors import CancelledError, InputError
from lmwalk.export.bundle import write_bundle
from lmwalk.export.canvas import WIDTHS_MM, WRITERS, pixels, written
from lmwalk.export.chains import write_csv, write_properties, write_zip
from lmwalk.export.film import write_gif, write_mp4
from lmwalk.export.findings import figure_of
from lmwalk.export.names import file_name
from lmwalk.export.plot import html, picture
from lmwalk.export.readme import write_readme
from lmwalk.export.replay import write_replay
from lmwalk.export.report import report
from lmwalk.export.scene import Scene, scene_of
from lmwalk.export.stage import stage
from lmwalk.export.tables import write_tables
from lmwalk.export.watch import Watch, whole_file
from lmwalk.number_format import exact
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study

__all__ = [
    "BUNDLE",
    "FORMATS",
    "LONG",
    "OF_CHAINS",
    "OF_STEPS",
    "REPLAY",
    "UNITS",
    "WIDTHS_MM",
    "CancelledError",
    "Choice",
    "Watch",
    "ending",
    "file_name",
    "name_of",
    "to_bytes",
    "to_file",
]

OF_STEPS = ("csv", "parquet", "jsonl")
OF_CHAINS: Mapping[str, Callable[[Store, Study, Path], int]] = {
    "chains-csv": write_csv,
    "chains-zip": write_zip,
    "properties": write_properties,
}
PICTURES = (*WRITERS, "html")
OF_SCENES: Mapping[str, Callable[[Scene, Path, Watch], int]] = {
    "mp4": write_mp4,
    "gif": write_gif,
    "readme": write_readme,
}
BUNDLE, REPLAY, TABLES = "bundle", "replay", "tables"
LONG = (*OF_SCENES, BUNDLE, TABLES, "html", REPLAY)
"""What may take more than a second or two."""
FORMATS = (*OF_STEPS, TABLES, *PICTURES, *OF_SCENES, REPLAY, BUNDLE, *OF_CHAINS)
UNITS = {
    "chains-csv": "text",
    "chains-zip": "chain",
    "properties": "value",
    "mp4": "frame",
    "gif": "frame",
    "png": "picture",
    "svg": "picture",
    "pdf": "picture",
    "html": "page",
    REPLAY: "page",
    "readme": "picture",
    TABLES: "table",
}
"""What the number that ``to_file`` gives back counts, in the singular; ``step`` for the rest."""


ENDINGS = {
    "readme": "zip",
    BUNDLE: "zip",
    REPLAY: "html",
    TABLES: "zip",
    "chains-zip": "zip",
    "chains-csv": "csv",
    "properties": "csv",
}


def ending(file_format: str) -> str:
    """How the name of a file in that format ends, without a point."""
    return ENDINGS.get(file_format, file_format)


WHAT = {
    **dict.fromkeys(OF_STEPS, "steps"),
    **dict.fromkeys(WRITERS, "pictures"),
    **dict.fromkeys(("mp4", "gif"), "film"),
    "html": "report",
    "readme": "README tables",
    "chains-csv": "chains",
    "chains-zip": "folders",
}
"""What a file holds, for its name; the other formats are called as they are."""


@dataclass(frozen=True)
class Choice:
    """What of a study: one model, one temperature, one figure instead of the pictures of all conditions.

    ``width`` is one of ``WIDTHS_MM``: pictures and figures are as wide then as one column of a journal or two, with
    letters of 7 to 9 points; left out, they are made for the screen. With ``field`` the field of each condition, where
    it is known, lies as arrows under its walks.
    """

    model: str | None = None
    temperature: float | None = None
    figure: str | None = None
    width: str | None = None
    field: bool = False


WHOLE = Choice()


def name_of(study: str, file_format: str, choice: Choice = WHOLE) -> str:
    """What the file is to be called: the study, what is in it, and what of that was chosen."""
    heat = "" if choice.temperature is None else f"T {exact(choice.temperature)}"
    what = choice.figure or WHAT.get(file_format, file_format)
    return file_name(study, what, choice.model or "", heat, ending=ending(file_format))


def to_file(
    store: Store, study: str, file_format: str, out: Path, choice: Choice = WHOLE, watch: Watch | None = None
) -> int:
    """Write a study; how many of what ``UNITS`` says: steps, chains, values, frames, pictures.

    ``png``, ``svg``, ``pdf``, ``mp4``, ``gif`` and ``readme`` hold the pictures of all conditions or those of the
    choice; ``png``, ``svg``, ``pdf`` and ``html`` hold a figure where one is named; else ``html`` is the report.
    ``replay`` is a page that replays the whole study, which the other formats hold too. A file that is already there
    is replaced only by a whole one.

    Raises
    ------
    InputError
        No such study, no such format of this study, nothing to draw, or the file cannot be written there.
    CancelledError
        The watch asked for that; nothing was written.
    """
    if file_format not in FORMATS:
        raise InputError(f"format: {file_format!r} cannot be used. Accepted: {', '.join(FORMATS)}.")
    stored = store.study(study)
    if file_format in OF_CHAINS and not processes[stored.process].passes_text:
        accepted = ", ".join(each for each in FORMATS if each not in OF_CHAINS)
        raise InputError(
            f"format: {file_format!r} is for chains of texts, and {study!r} has none. Accepted: {accepted}."
        )
    if choice.figure and file_format not in PICTURES:
        raise InputError(f"figure: a figure cannot be written as {file_format!r}. Accepted: {', '.join(PICTURES)}.")
    if choice.width and file_format not in WRITERS:
        raise InputError(f"width: {file_format!r} has no width for print. Accepted: {', '.join(WRITERS)}.")
    with whole_file(out) as part:
        return _write(store, stored, file_format, part, choice, watch or Watch())


def _write(store: Store, study: Study, file_format: str, out: Path, choice: Choice, watch: Watch) -> int:
    if file_format in OF_STEPS:
        return store.copy(study.name, file_format, out)
    if file_format in OF_CHAINS:
        return OF_CHAINS[file_format](store, study, out)
    if file_format == BUNDLE:
        return write_bundle(store, study, out, watch)
    if file_format == REPLAY:
        return write_replay(store, study, out, watch)
    if file_format == TABLES:
        return write_tables(store, study, out, watch)
    if file_format in OF_SCENES:
        return OF_SCENES[file_format](_scene(store, study, choice), out, watch)
    return out.write_bytes(_picture(store, study, file_format, choice, watch)) and 1


def _scene(store: Store, study: Study, choice: Choice) -> Scene:
    """The pictures of a choice."""
    return replace(scene_of(store, study).only(choice.model, choice.temperature), with_field=choice.field)


def _picture(store: Store, study: Study, file_format: str, choice: Choice, watch: Watch) -> bytes:
    """A figure, the pictures of the conditions, or the report."""
    if choice.figure:
        finding = figure_of(store, study, choice.figure, choice.model, choice.temperature)
        if file_format == "html":
            return html(finding.figure)
        return picture(finding.figure, file_format, finding.table, choice.width)
    if file_format == "html":
        return report(store, study, watch)
    return written(stage(_scene(store, study, choice), width=pixels(choice.width)).paper, file_format, choice.width)


def to_bytes(store: Store, study: str, file_format: str, choice: Choice = WHOLE, watch: Watch | None = None) -> bytes:
    """The same as bytes, for a download."""
    with scratch_folder() as folder:
        out = folder / f"steps.{file_format}"
        to_file(store, study, file_format, out, choice, watch)
        return out.read_bytes()
