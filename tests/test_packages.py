"""What is imported is declared, and what is declared has a tested version."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
INSTALLED = [*PROJECT["dependencies"], *EXTRAS["test"], *EXTRAS["cluster"]]
LINE = re.compile(r"([A-Za-z0-9][\w.-]*)==(\w[\w.+!-]*)")
PRODUCT = [*(ROOT / "lmwalk").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
TESTS = list((ROOT / "tests").rglob("*.py"))


def lines_of(*names: str) -> list[str]:
    """The lines of files in requirements/."""
    return [line for name in names for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()]


def versions() -> dict[str, str]:
    """Version of each package in requirements/, by its canonical name."""
    lines = lines_of("tested.txt", "local.txt")
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found), lines
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def names(requirements: Iterable[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def imported(paths: Iterable[Path]) -> set[str]:
    """Top-level names that files import from outside the standard library and the repository."""
    own = {"lmwalk", "tests", *(path.stem for path in (ROOT / "tests").iterdir())}
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - own - set(sys.stdlib_module_names)


def packages(modules: Iterable[str]) -> set[str]:
    """The packages that bring modules; one that is not installed is named as its module is."""
    brought = packages_distributions()
    return {canonicalize_name(name) for module in modules for name in brought.get(module, [module])}


def test_what_the_product_imports_is_declared() -> None:
    """Nothing is there only because another package happens to need it; extras are declared too."""
    extras = (line for name, lines in EXTRAS.items() if name != "test" for line in lines)
    declared = names([*PROJECT["dependencies"], *extras])

    assert packages(imported(PRODUCT)) <= declared


def test_what_is_declared_is_imported() -> None:
    """Nobody installs what lmwalk does not use."""
    assert names(PROJECT["dependencies"]) <= packages(imported(PRODUCT))


def test_what_the_tests_import_is_declared() -> None:
    """The tests need what the product and its extras ``test``, ``cluster`` and ``local`` bring, and nothing else."""
    assert packages(imported(TESTS)) <= names([*INSTALLED, *EXTRAS["local"]])


@pytest.mark.parametrize("line", [*INSTALLED, *EXTRAS["local"], *EXTRAS["train"], *EXTRAS["toxicity"]])
def test_every_range_is_bounded(line: str) -> None:
    """A new major version is tried out here before it reaches a user."""
    operators = {part.operator for part in Requirement(line).specifier}

    assert operators & {"<", "<=", "==", "~="}
    assert operators & {">", ">=", "==", "~="}


@pytest.mark.parametrize("line", [*INSTALLED, *EXTRAS["local"]])
def test_every_package_has_a_tested_version_within_its_range(line: str) -> None:
    """What pyproject.toml allows holds the version that the gate was green with."""
    requirement = Requirement(line)

    assert versions()[canonicalize_name(requirement.name)] in requirement.specifier


def test_tested_versions_name_no_registry() -> None:
    """A line is name==version and nothing else, each package once."""
    assert len(versions()) == len(lines_of("tested.txt", "local.txt"))
