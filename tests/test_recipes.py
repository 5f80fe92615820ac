"""Every recipe of CONTRIBUTING.md works, and is as short as it says.

All recipes are applied to one copy of the package; the laws in ``tests/recipes.py`` and the contracts of processes,
properties and figures are then tested there, in one process.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

HOME = Path(__file__).resolve().parent.parent
NEEDED = ("lmwalk", "pages", "tests", "app.py", "pyproject.toml")
RECIPE = re.compile(r"^### (.+) \((\d+) files?, (\d+) lines?\)$", re.MULTILINE)
BLOCK = re.compile(r"^`([\w./]+)`\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LAWS = (
    "tests/recipes.py",
    "tests/processes/test_contract.py",
    "tests/models/test_backend_contract.py",
    "tests/properties/test_properties.py",
    "tests/store/test_columns.py",
    "tests/test_architecture.py",
    "tests/test_rooms.py",
    "tests/ui/test_every_process.py",
    "tests/ui/test_pages.py",
)
NEW = "recipe or torus or always or questions or slowest or test_columns or floor or test_rooms"


class Block(NamedTuple):
    """One file of a recipe: all of it, or the lines that are added to it and around it."""

    path: str
    language: str
    text: str

    @property
    def touched(self) -> int:
        """Lines that are written or taken away, blank ones left out."""
        lines = [line for line in self.text.splitlines() if line.strip("+- ")]
        return sum(self.language != "diff" or line[0] in "+-" for line in lines)

    def apply(self, folder: Path) -> None:
        """Write the file, or change it where its lines are as the diff says."""
        target = folder / self.path
        if self.language != "diff":
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self.text, encoding="utf-8")
            return
        lines = [line if line.strip() else " \n" for line in self.text.splitlines(keepends=True)]
        before, after = ("".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
        written = target.read_text(encoding="utf-8")
        assert written.count(before) == 1, f"{self.path} has no place for:\n{self.text}"
        target.write_text(written.replace(before, after), encoding="utf-8")


def recipes() -> Iterator[tuple[str, int, int, list[Block]]]:
    """Name, files, lines and blocks of each recipe."""
    page = (HOME / "CONTRIBUTING.md").read_text(encoding="utf-8")
    headings = list(RECIPE.finditer(page))
    for heading, end in zip(
        headings, [*(found.start() for found in headings[1:]), page.index("## Commits")], strict=True
    ):
        name, files, lines = heading.groups()
        yield name, int(files), int(lines), [Block(*found) for found in BLOCK.findall(page[heading.end() : end])]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in which every recipe was followed."""
    folder = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("__pycache__", "static", "browser", "benchmarks")
    for name in NEEDED:
        if (HOME / name).is_dir():
            shutil.copytree(HOME / name, folder / name, ignore=ignored)
        else:
            shutil.copy(HOME / name, folder / name)
    for *_, blocks in recipes():
        for block in blocks:
            block.apply(folder)
    return folder


@pytest.mark.parametrize(("name", "files", "lines", "blocks"), [pytest.param(*each, id=each[0]) for each in recipes()])
def test_a_recipe_is_as_short_as_it_says(name: str, files: int, lines: int, blocks: list[Block]) -> None:
    """Its heading counts the files and the lines that are touched."""
    assert blocks
    assert (len({block.path for block in blocks}), sum(block.touched for block in blocks)) == (files, lines)


def test_every_recipe_works(copy: Path) -> None:
    """What was added keeps the contracts, and what the recipe promises holds."""
    report = copy / "report.xml"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        f"--junitxml={report}",
        "-k",
        NEW,
    ]
    environment = {**os.environ, "PYTHONPATH": str(copy)}

    ended = subprocess.run([*command, *LAWS], cwd=copy, env=environment, capture_output=True, text=True, timeout=300)

    assert ended.returncode == 0, ended.stdout[-6000:]
    tested = {case.get("name", "") for case in ElementTree.parse(report).iter("testcase")}
    assert len([name for name in tested if name.endswith("_recipe")]) == len(list(recipes()))
    assert any("[torus]" in name for name in tested)
