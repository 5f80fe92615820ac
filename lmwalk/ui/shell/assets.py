"""What the browser needs besides Python's words: our own scripts, and Plotly.js out of the plotly package."""

from __future__ import annotations

import shutil
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from lmwalk.drafts import whole_file
from lmwalk.palette import custom_properties
from lmwalk.scripts import joined

UI = Path(__file__).resolve().parent.parent

PLOTLY_URL = f"app/static/plotly-{metadata.version('plotly')}.min.js"
"""Relative to the dashboard's address; the version in the name lets a browser keep the file for good."""

ICON = Path(__file__).parent / "web" / "icon.svg"


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
    """A module of ours, named from ``lmwalk/ui``, with all that it imports, as ``joined`` gives it."""
    return joined(UI / name)
