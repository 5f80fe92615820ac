"""The house keeps its floors."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lmwalk

ROOT = Path(lmwalk.__file__).parent
FLOORS = [
    {"errors", "geometry", "loopback"},
    {"types", "sites", "access"},
    {"validation_messages"},
    {"intake"},
    {
        "registry",
        "ending",
        "templates",
        "randomness",
        "sampler",
        "step",
        "marked_text",
        "reference_data",
        "similarity",
        "initial_texts",
        "thoughts",
        "number_format",
        "drafts",
        "palette",
        "scripts",
    },
    {"token_tree"},
    {"processes", "models", "analysis", "study", "properties"},
    {"store", "engine", "figures", "user_templates", "published"},
    {"datasets", "shelves"},
    {"cluster"},
    {"jobs", "measuring", "importing", "export", "sampler_probe"},
    {"host"},
    {"cli", "ui", "api", "__main__"},
]
ALLOWED = {
    ("registry", "types"),
    ("templates", "registry"),
    ("__main__", "cli"),
    ("store", "study"),
    ("models.builtin", "processes"),
    ("jobs", "measuring"),
}
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}


def part(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports(path: Path) -> set[str]:
    """Modules that a file imports, wherever in it; imports for type checking alone do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" if node.module == "lmwalk" else node.module for alias in node.names}
    return found


def sources() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if "dashboard" not in path.parts)


def test_every_module_has_a_floor() -> None:
    """No part of the package stands outside the house."""
    parts = {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in sources()} - {"__init__"}

    assert parts <= set(FLOOR)


def upward(path: Path) -> list[str]:
    """What a module imports from a sibling or from above."""
    parts = path.relative_to(ROOT).parts
    own, package = parts[0].removesuffix(".py"), ".".join(parts[:-1])
    others = {module: part(module) for module in imports(path) if module.startswith("lmwalk.")}
    return [
        f"{'/'.join(parts)} imports {module}"
        for module, other in sorted(others.items())
        if own != "__init__" and other not in ("", own) and FLOOR[other] >= FLOOR[own]
        if not {(own, other), (package, other)} & ALLOWED
    ]


def test_imports_go_down_the_floors() -> None:
    """A module imports from its own part or from lower floors, never from a sibling or from above."""
    assert [said for path in sources() for said in upward(path)] == []


@pytest.mark.parametrize(
    ("library", "home"), [("streamlit", "ui"), ("litellm", "models/providers.py"), ("transformers", "models/local")]
)
def test_a_heavy_library_is_imported_in_one_place(library: str, home: str) -> None:
    """Streamlit belongs to the screen, LiteLLM to one file and transformers to models on this machine."""
    for path in sources():
        if any(module.split(".")[0] == library for module in imports(path)):
            assert str(path.relative_to(ROOT)).startswith(home)


def test_sql_stands_in_the_store_alone() -> None:
    """Nothing but the store speaks to the database."""
    for path in sources():
        if "store" not in path.parts:
            assert "duckdb" not in imports(path), path


@pytest.mark.parametrize(
    "statement", ["import lmwalk", "import lmwalk.cli", "from lmwalk import Study, open_store, jobs_of"]
)
def test_importing_lmwalk_imports_nothing_heavy(statement: str) -> None:
    """Neither litellm nor streamlit nor onnxruntime is paid for before it is used."""
    code = f"{statement}\nimport sys\nprint({{'litellm', 'streamlit', 'onnxruntime', 'torch'}} & set(sys.modules))"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "set()"
