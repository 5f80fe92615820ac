"""What the browser needs besides Python's words: our own scripts, and Plotly.js out of the plotly package."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from hashlib import sha256
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from lmwalk.drafts import whole_file
from lmwalk.palette import custom_properties

UI = Path(__file__).resolve().parent.parent

PLOTLY_URL = f"app/static/plotly-{metadata.version('plotly')}.min.js"
"""Relative to the dashboard's address; the version in the name lets a browser keep the file for good."""

_served_from: list[Path] = []
"""The folder that the dashboard serves files from; empty while nothing is served."""
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
    _served_from.append(target.parent)
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


def served(name: str, *sheets: str) -> str:
    """A few lines that bring a module and its stylesheets from the static folder, where they are put.

    Streamlit sends a component's whole script again with each message: 120 kB where a few hundred bytes are new. Where
    nothing is served, as in a test without a server, the module itself.
    """
    words = json.dumps(styles(*sheets))
    if not _served_from:
        return f"{script(name).replace(_DEFAULT, 'function draw (', 1)}\n{_MOUNT.format(sheet=words)}"
    whole = f"{script(name)}\nexport const sheet = {words};\n"
    target = _served_from[0] / f"{Path(name).stem}-{sha256(whole.encode()).hexdigest()[:12]}.js"
    if not target.exists():
        with whole_file(target) as draft:
            draft.write_text(whole, encoding="utf-8")
    address = f'new URL("app/static/{target.name}", document.baseURI).href'
    return f"const {{ default: draw, sheet }} = await import({address});\n{_MOUNT.format(sheet='sheet')}"


_DEFAULT = "export default function ("
_MOUNT = """const words = {sheet};
export default (place) => {{
  if (!place.parentElement.querySelector(":scope > style")) {{
    place.parentElement.append(Object.assign(document.createElement("style"), {{ textContent: words }}));
  }}
  return draw(place);
}};
"""
"""Draws a component with its styles, which go with it."""


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
