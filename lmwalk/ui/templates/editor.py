"""The editor of a template: one component whose variables are marked while one types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from lmwalk.ui.shell.assets import script, styles

MOST_SHOWN = 200
"""Letters of a variable's value."""
_component = st.components.v2.component(
    "lmwalk_editor", css=styles("templates/web/editor.css"), js=script("templates/web/editor.js"), isolate_styles=False
)


def editor(
    words: Mapping[str, str],
    revision: str,
    dashes: int,
    variables: Mapping[str, tuple[str, str]],
    on_words: Callable[[Mapping[str, str]], None] | None,
    *,
    key: str,
) -> None:
    """Draw the editor.

    Parameters
    ----------
    words : mapping
        text, system and prefill.
    revision : str
        Where it is another than before, the words take the place of what was typed.
    dashes : int
        Of the line between wordings.
    variables : mapping
        Name of a variable to what it is and what it holds now.
    on_words : callable or None
        Called before the next run with what was typed; None where nothing may be typed.
    """
    line = "-" * dashes
    fields = [
        _field("text", "Words of the question", 7, f"Separate several wordings with {line} on a line between them."),
        _field("system", "System message", 1, "Sent before the question. Empty: none is sent."),
        _field("prefill", "Answer begins with", 1, "Written for the model, which goes on from there. Empty: nothing."),
    ]
    known = [{"name": name, "about": about, "value": _short(value)} for name, (about, value) in variables.items()]
    data: dict[str, Any] = {
        "fields": fields,
        "words": dict(words),
        "revision": revision,
        "variables": known,
        "readonly": on_words is None,
    }

    def typed() -> None:
        if on_words:
            on_words(st.session_state[key]["words"])

    _component(key=key, data=data, height="content", on_words_change=typed)


def _field(key: str, label: str, rows: int, meaning: str) -> dict[str, Any]:
    return {"key": key, "label": label, "rows": rows, "help": meaning}


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= MOST_SHOWN else f"{line[: MOST_SHOWN - 1]}…"
