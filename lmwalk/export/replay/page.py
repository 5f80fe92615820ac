"""The page itself: one HTML file with the study's data, the page's own scripts and its style."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from lmwalk.export.replay.contents import contents
from lmwalk.export.watch import Watch
from lmwalk.palette import custom_properties
from lmwalk.scripts import PACKAGE, joined
from lmwalk.store import Store
from lmwalk.study import Study

WEB = Path(__file__).parent / "web"
STYLES = (PACKAGE / "ui" / "parts" / "web" / "player.css", WEB / "replay.css")
TOO_OLD = "This page replays in a browser of 2023 or later, with scripts switched on."
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{name}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<main id="lmw-replay"><h1><bdi>{name}</bdi></h1><p id="lmw-late">{too_old}</p></main>
<script type="text/plain" id="lmw-study">{study}</script>
<script>{script}</script>
</body>
</html>
"""


def write_replay(store: Store, study: Study, out: Path, watch: Watch) -> int:
    """Write the page; 1, as it is one.

    Raises
    ------
    InputError
        Nothing of the study is answered yet.
    CancelledError
        The watch asked for that.
    """
    held = contents(store, study, watch)
    return out.write_text(page_of(study.name, held), encoding="utf-8", newline="\n") and 1


def page_of(name: str, held: dict[str, Any]) -> str:
    """The page of a study of that name, with what ``contents`` gave."""
    return PAGE.format(
        policy=policy(),
        name=html.escape(name.encode("utf-8", "replace").decode()),
        style=style(),
        too_old=TOO_OLD,
        study=packed(held),
        script=script(),
    )


def packed(held: dict[str, Any]) -> str:
    """Data as letters, digits, + / and = alone: deflated JSON in base 64."""
    plain = json.dumps(held, separators=(",", ":"), ensure_ascii=True)
    return base64.b64encode(zlib.compress(plain.encode(), 9)).decode()


@cache
def script() -> str:
    """The page's scripts as one text, in a scope of its own."""
    text = f'(() => {{\n"use strict";\n{joined(WEB / "replay.js")}\n}})();'
    for mark in ("</script", "<!--"):
        if mark in text.lower():
            raise ValueError(f"a script of the page holds {mark!r}, which would end it")
    return text


@cache
def style() -> str:
    """The colours of both themes and the page's styles."""
    light, dark = (
        " ".join(f"{name}: {colour};" for name, colour in custom_properties(theme).items())
        for theme in ("light", "dark")
    )
    colours = f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    return "\n".join([colours, *(path.read_text(encoding="utf-8") for path in STYLES)])


@cache
def policy() -> str:
    """What the page may do: run this one script, have styles, and show pictures that are in it. No network at all."""
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    allowed = f"script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
