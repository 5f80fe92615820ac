"""What the browser needs besides Python's words: our own scripts, and Plotly.js out of the plotly package."""

from __future__ import annotations

import re
import shutil
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from lmwalk.drafts import whole_file
from lmwalk.palette import custom_properties

UI = Path(__file__).resolve().parent.parent

PLOTLY_URL = f"app/static/plotly-{metadata.version('plotly')}.min.js"
"""Relative to the dashboard's address; the version in the name lets a browser keep the file for good."""

ICON = Path(__file__).parent / "web" / "icon.svg"
_IMPORT = re.compile(
    r'^import (?P<names>\{[^}]*\}|\w+) from "(?P<path>\.[^"]+)"(?: with \{ type: "json" \})?;$', re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)


@cache
def publish(folder: Path) -> Path:
    """Put Plotly.js where the dashboard serves files from, once.

    It is copied, because static serving refuses a link that leaves its folder.

    Parameters
    ----------
    folder : Path
        The folder of ``app.py``.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise OSError("the package plotly is not installed")
    target = folder / "static" / Path(PLOTLY_URL).name
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        with whole_file(target) as draft:
            shutil.copy2(Path(spec.origin).parent / "package_data" / "plotly.min.js", draft)
    return target


@cache
def styles(*names: str) -> str:
    """The colours of the palette as custom properties, then stylesheets, each named from ``lmwalk/ui``."""
    light, dark = (
        " ".join(f"{name}: {colour};" for name, colour in custom_properties(theme).items())
        for theme in ("light", "dark")
    )
    colours = f":root {{ {light} }}\n.lmw-dark {{ {dark} }}"
    return "\n".join([colours, *((UI / name).read_text(encoding="utf-8") for name in names)])


@cache
def script(name: str) -> str:
    """A module of ours, named from ``lmwalk/ui``, with all that it imports: Streamlit takes one text for a component.

    Each imported module becomes a constant that holds what it exports, made by a function, so that every file keeps
    a scope of its own. A module stands before those that import it.

    Raises
    ------
    ValueError
        Modules import each other in a circle, or something is imported or exported in a way that is unknown here.
    """
    joined: dict[Path, str] = {}
    own = _linked(UI / name, joined, ())
    return "\n".join([*joined.values(), own])


def _linked(path: Path, joined: dict[Path, str], importers: tuple[Path, ...]) -> str:
    """The text of a module, its imports taken from constants; ``joined`` gains the modules that it imports."""

    def taken(found: re.Match[str]) -> str:
        target = (path.parent / found["path"]).resolve()
        if target not in joined:
            joined[target] = _constant(target, joined, (*importers, path))
        return f"const {found['names'].replace(' as ', ': ')} = {_name(target)};"

    if path in importers:
        raise ValueError(f"{path.name} imports itself by way of {', '.join(each.name for each in importers)}")
    text = _IMPORT.sub(taken, path.read_text(encoding="utf-8"))
    if unknown := re.search(r"^import\b.*", text, re.MULTILINE):
        raise ValueError(f"{path.name}: {unknown[0]}")
    return text


def _constant(path: Path, joined: dict[Path, str], importers: tuple[Path, ...]) -> str:
    """A module as a constant that holds what it exports."""
    if path.suffix == ".json":
        return f"const {_name(path)} = {path.read_text(encoding='utf-8').strip()};"
    text = _linked(path, joined, importers)
    body, exported = _EXPORT.sub("", text), ", ".join(_EXPORT.findall(text))
    if unknown := re.search(r"^export\b.*", body, re.MULTILINE):
        raise ValueError(f"{path.name}: {unknown[0]}")
    return f"const {_name(path)} = (() => {{\n{body}return {{ {exported} }};\n}})();"


def _name(path: Path) -> str:
    return re.sub(r"\W", "_", str(path.relative_to(UI.parent)))
