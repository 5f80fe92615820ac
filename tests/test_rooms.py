"""The screen keeps its rooms: who may import whom, no circles, and no word on a family outside the families."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import lmwalk.ui
from lmwalk.registry import processes

ROOT = Path(lmwalk.ui.__file__).parent
PACKAGE = "lmwalk.ui"
SHARED = ("shell", "parts", "families", "messages")
ENTRY = ("serve", "")
"""What starts the server stands above all rooms."""


def name_of(path: Path) -> str:
    """A module's name below ``lmwalk.ui``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ROOT.rglob("*.py"))}


def resolved(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The modules of the screen that a statement imports."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        module = node.module or ""
        inner = [f"{module}.{alias.name}" for alias in node.names]
        names = [each if each.removeprefix(f"{PACKAGE}.") in SOURCES else module for each in inner]
    for name in names:
        if name.startswith(f"{PACKAGE}."):
            yield name.removeprefix(f"{PACKAGE}.")


def imports(tree: ast.AST, *, at_once: bool) -> set[str]:
    """What a module imports; ``at_once``: while it is imported itself, not later in a function."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= set(resolved(node))
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        elif not (at_once and isinstance(node, ast.FunctionDef | ast.Lambda)):
            found |= imports(node, at_once=at_once)
    return found


def room(module: str) -> str:
    """The room that a module is in; each family has one of its own."""
    first, *rest = module.split(".")
    return f"families.{rest[0]}" if first == "families" and f"families.{rest[0]}.view" in SOURCES else first


def allowed(module: str, other: str) -> bool:
    """Whether a module may import another one."""
    own, its = room(module), room(other)
    if own == its or own in ENTRY:
        return True
    if own in ("shell", "messages"):
        return False
    if own == "parts":
        return its in ("shell", "messages") or other == "families.family"
    return its in SHARED


def test_a_room_imports_the_shared_ones_and_no_other_page() -> None:
    """The shell imports nothing, parts the shell and the protocol, families no other family, pages no other page."""
    arrows = {(module, other) for module, tree in SOURCES.items() for other in imports(tree, at_once=False)}

    assert sorted((module, other) for module, other in arrows if not allowed(module, other)) == []


def test_no_two_modules_of_the_screen_import_each_other() -> None:
    """However many others stand between them."""
    arrows = {module: sorted(imports(tree, at_once=True)) for module, tree in SOURCES.items()}
    circles: list[str] = []
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        if module in path:
            circles.append(" -> ".join((*path[path.index(module) :], module)))
        elif module not in done:
            for other in arrows[module]:
                visit(other, (*path, module))
            done.add(module)

    for module in arrows:
        visit(module, ())

    assert circles == []


def family_words(tree: ast.AST) -> Iterator[str]:
    """Names of families and experiments, and questions of what kind a process is."""
    every = processes.values()
    words = {*processes, *(process.family for process in every)} - {name for own in every for name in own.model_fields}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            said = node.value in words
        elif isinstance(node, ast.Name | ast.alias):
            said = (node.id if isinstance(node, ast.Name) else node.name) in CONSTANTS
        elif isinstance(node, ast.Call):
            said = ast.unparse(node).startswith(("hasattr(process", "getattr(process"))
        else:
            said = isinstance(node, ast.Compare) and "family_of" in ast.unparse(node)
        if said and isinstance(node, ast.expr | ast.alias):
            yield f"{node.lineno}: {ast.unparse(node)}"


CONSTANTS = ("WALKS", "DRAWS", "CHAINS", "is_chain", "kind_of")


def test_nothing_outside_the_families_asks_which_one_it_is() -> None:
    """No name of a family or an experiment, and no test of what a process has."""
    found = {
        f"{module}.py:{said}"
        for module, tree in SOURCES.items()
        if not module.startswith(("families", "messages"))
        for said in family_words(tree)
    }

    assert sorted(found) == []
