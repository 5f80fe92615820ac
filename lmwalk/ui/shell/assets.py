"""What the browser needs besides Python's words: our own scripts, and Plotly.js out of the plotly package."""

from __future__ import annotations

import shutil
from functools import cache
from importlib import metadata, resources
from importlib.util import find_spec
from pathlib import Path

from lmwalk.drafts import whole_file

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
def web(*names: str) -> str:
    """The text of files, each named from ``lmwalk/ui``, one after the other."""
    folder = resources.files("lmwalk.ui")
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)
