"""A folder to commit: a picture for each condition, and a README with them in a table of models and temperatures."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from lmwalk.datasets.families import family_of
from lmwalk.export.canvas import one_line, png_of
from lmwalk.export.names import file_names
from lmwalk.export.scene import Cell, Scene
from lmwalk.export.stage import stage
from lmwalk.export.watch import Watch
from lmwalk.number_format import exact

FOLDER = "assets/images"
SIDE = 320
_SIGNS = re.compile(r"""[!"#$&'*+:;<>?@\[\\\]^_`{|}~]""")


def write_readme(scene: Scene, out: Path, watch: Watch) -> int:
    """Write a .zip with the pictures and README.md; the number of pictures. Raises CancelledError."""
    paths = _paths(scene)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, cell in enumerate(scene.cells):
            watch.at(place, len(scene.cells))
            alone = scene.only(cell.model, cell.temperature)
            _put(archive, paths[cell.condition], png_of(stage(alone, SIDE).paper, 1))
        _put(archive, "README.md", _page(scene, paths).encode())
        watch.at(len(scene.cells), len(scene.cells))
    return len(scene.cells)


def _put(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    # a fixed date, so that equal studies give equal files
    archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)


def _paths(scene: Scene) -> dict[str, str]:
    """Where each condition's picture lies, by its id."""
    prefix, models = family_of(scene.study).file_prefix, file_names(scene.models)
    return {c.condition: f"{FOLDER}/{prefix}_{models[c.model]}_temp_{exact(c.temperature)}.png" for c in scene.cells}


def _page(scene: Scene, paths: dict[str, str]) -> str:
    """Markdown: pictures first, the same grid as numbers below."""
    head = [f"# {literal(scene.study.name)}", literal(scene.legend)]
    grid = _table(scene, lambda cell: f"![{_alt(cell)}]({paths[cell.condition]})")
    numbers = _table(scene, lambda cell: "<br>".join(f"{literal(n.label)}: {literal(n.text)}" for n in cell.numbers))
    made = f"Made with lmwalk from {len(scene.cells)} conditions of {scene.study.trajectory_count:,} trajectories."
    said = map(literal, scene.said)
    return "\n\n".join([*head, grid, "## Table", numbers, *said, made]) + "\n"


def _table(scene: Scene, words: Callable[[Cell], str]) -> str:
    columns = [f"T = {exact(temperature)}" for temperature in scene.temperatures]
    rows = [["model", *columns], ["---"] * (1 + len(columns))]
    for model in scene.models:
        own = {cell.temperature: cell for cell in scene.cells if cell.model == model}
        rows.append([literal(model), *(words(own[t]) if t in own else "" for t in scene.temperatures)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _alt(cell: Cell) -> str:
    return literal(f"{cell.model} at temperature {cell.temperature:g}")


def literal(text: str) -> str:
    """Text that Markdown shows letter by letter, in one line: no markup, no link, no end of a table's cell."""
    coded = _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", one_line(text))
    return re.sub(r"(?i)(www)\.", r"\1&#46;", coded)
