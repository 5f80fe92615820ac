"""Our own scripts, joined into one text: neither Streamlit nor a page that is opened from a disk loads modules."""

from __future__ import annotations

import os
import re
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_IMPORT = re.compile(
    r'^import (?P<names>\{[^}]*\}|\w+) from "(?P<path>\.[^"]+)"(?: with \{ type: "json" \})?;$', re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)


def joined(path: Path) -> str:
    """A module of this package with all that it imports.

    Each imported module becomes a constant that holds what it exports, made by a function, so that every file keeps
    a scope of its own. A module stands before those that import it.

    Raises
    ------
    ValueError
        Modules import each other in a circle, or something is imported or exported in a way that is unknown here.
    """
    modules: dict[Path, str] = {}
    own = _linked(path.resolve(), modules, ())
    return "\n".join([*modules.values(), own])


def _linked(path: Path, modules: dict[Path, str], importers: tuple[Path, ...]) -> str:
    """The text of a module, its imports taken from constants; ``modules`` gains those that it imports."""

    def taken(found: re.Match[str]) -> str:
        target = (path.parent / found["path"]).resolve()
        if target not in modules:
            modules[target] = _constant(target, modules, (*importers, path))
        return f"const {found['names'].replace(' as ', ': ')} = {_name(target)};"

    if path in importers:
        raise ValueError(f"{path.name} imports itself by way of {', '.join(each.name for each in importers)}")
    text = _IMPORT.sub(taken, path.read_text(encoding="utf-8"))
    if unknown := re.search(r"^import\b.*", text, re.MULTILINE):
        raise ValueError(f"{path.name}: {unknown[0]}")
    return text


def _constant(path: Path, modules: dict[Path, str], importers: tuple[Path, ...]) -> str:
    """A module as a constant that holds what it exports."""
    if path.suffix == ".json":
        return f"const {_name(path)} = {path.read_text(encoding='utf-8').strip()};"
    text = _linked(path, modules, importers)
    body, exported = _EXPORT.sub("", text), ", ".join(_EXPORT.findall(text))
    if unknown := re.search(r"^export\b.*", body, re.MULTILINE):
        raise ValueError(f"{path.name}: {unknown[0]}")
    return f"const {_name(path)} = (() => {{\n{body}return {{ {exported} }};\n}})();"


def _name(path: Path) -> str:
    return re.sub(r"\W", "_", os.path.relpath(path, PACKAGE))
