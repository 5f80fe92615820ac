"""The shape of the package: its size, its functions, the rooms of the screen, and who asks which family a study has.

    python tests/benchmarks/bench_house.py [FOLDER]

FOLDER is a checkout of any age; this one where none is given.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import numpy as np

FAMILIES = re.compile(
    r"\bis_chain\b|family_of\([^)]*\)\s*[!=]=|\.family\s*[!=]=|hasattr\(process|getattr\(process|"
    r"\b(?:self|series)\.kind\s*[!=]=|\bkind\(\w+\)\s*[!=]=|(?<!families=)\b(?:WALKS|DRAWS|CHAINS)\b(?!\s*=\s)"
)
"""Code that asks which family a process is of, or what it is recognised by."""


def main() -> None:
    """Print the figures."""
    package = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve() / "lmwalk"
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(package.rglob("*.py"))}
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in trees)
    scripts = [path for path in package.rglob("*.js") if "node_modules" not in path.parts]
    script_lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in scripts)
    print(f"Python: {len(trees)} files, {lines:,} lines. JavaScript: {len(scripts)} files, {script_lines:,} lines.")
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    median, ninth = np.percentile(lengths, [50, 90])
    print(f"Functions: {len(lengths):,}, length median {median:.0f}, 90th percentile {ninth:.0f}, most {max(lengths)}.")
    arrows = arrows_of(package)
    modules = len(list((package / "ui").rglob("*.py")))
    print(f"ui: {modules} modules, {sum(map(len, arrows.values()))} import arrows, {len(circles(arrows))} in circles.")
    asking = {
        path.relative_to(package): len(FAMILIES.findall(code_of(path)))
        for path in trees
        if "families" not in path.parts
        and path.relative_to(package).parts[0] not in ("analysis", "processes", "models")
    }
    asking = {path: count for path, count in asking.items() if count}
    print(f"Asking for the family outside families: {sum(asking.values())} times in {len(asking)} files.")
    for path, count in asking.items():
        print(f"    {count:3} {path}")


def code_of(path: Path) -> str:
    """The module without imports, comments and docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return ast.unparse(tree)


def arrows_of(package: Path) -> dict[str, set[str]]:
    """Each module of the screen and those of the screen that it imports, wherever in it but for types alone."""
    known = {}
    for path in (package / "ui").rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        known[".".join(parts).removesuffix(".__init__")] = path
    arrows: dict[str, set[str]] = {}
    for module, path in known.items():
        found = set()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        typing_only = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            for inner in node.body
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and id(node) not in typing_only:
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    found.add(whole if whole in known else node.module)
        arrows[module] = {other for other in found if other in known and other != module}
    return arrows


def circles(arrows: dict[str, set[str]]) -> set[str]:
    """Modules that come back to themselves along their imports."""
    return {module for module in arrows if module in reached(arrows, module)}


def reached(arrows: dict[str, set[str]], module: str) -> set[str]:
    """All that a module imports, directly or through others."""
    seen: set[str] = set()
    waiting = list(arrows[module])
    while waiting:
        other = waiting.pop()
        if other not in seen:
            seen.add(other)
            waiting += arrows[other]
    return seen


if __name__ == "__main__":
    main()
