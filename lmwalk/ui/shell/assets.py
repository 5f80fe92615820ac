"""What the browser needs besides Python's words: our own scripts, and Plotly.js out of the plotly package."""

from __future__ import annotations

import json
import re
import shutil
import time
from functools import cache
from hashlib import sha256
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from lmwalk.drafts import DAY_S, whole_file
from lmwalk.palette import custom_properties
from lmwalk.scripts import joined

UI = Path(__file__).resolve().parent.parent

PLOTLY_URL = f"app/static/plotly-{metadata.version('plotly')}.min.js"
"""Relative to the dashboard's address; the version in the name lets a browser keep the file for good."""

_PUT_THERE = re.compile(r"plotly-[0-9][0-9a-z.]*\.min\.js|[a-z_]+-[0-9a-f]{12}\.js")
"""Names of files that lmwalk puts there."""

_served_from: list[Path] = []
"""The folder that the dashboard serves files from; empty while nothing is served."""
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
    target.parent.mkdir(exist_ok=True)
    _served_from.append(target.parent)
    _remove_stale(target)
    if not target.exists():
        with whole_file(target) as draft:
            shutil.copy2(Path(spec.origin).parent / "package_data" / "plotly.min.js", draft)
    return target


def is_served() -> bool:
    """Whether a dashboard serves pages to browsers here."""
    return bool(_served_from)


def _remove_stale(plotly: Path) -> None:
    """Remove what versions before this one have put beside Plotly.js.

    A script that is still wanted is written anew with the first page. What was put there within a day stays: a tab of
    another dashboard may be loading it.
    """
    now = time.time()
    for path in plotly.parent.iterdir():
        if path != plotly and _PUT_THERE.fullmatch(path.name) and now - path.stat().st_mtime > DAY_S:
            path.unlink(missing_ok=True)


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


def served(name: str, *sheets: str, words: str = "") -> str:
    """A few lines that bring a module and its stylesheets from the static folder, where they are put.

    Streamlit sends a component's whole script again with each message: 120 kB where a few hundred bytes are new. Where
    nothing is served, as in a test without a server, the module itself. ``words`` go before the stylesheets.
    """
    sheet = json.dumps(words + styles(*sheets))
    if not _served_from:
        return f"{script(name).replace(_DEFAULT, 'function draw (', 1)}\n{_MOUNT.format(sheet=sheet)}"
    whole = f"{script(name)}\nexport const sheet = {sheet};\n"
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
