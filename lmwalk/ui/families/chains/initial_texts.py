"""The initial texts of chains: those that lmwalk brings, texts from files, and texts that are typed in."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.errors import InputError
from lmwalk.initial_texts import initial_texts, read_texts, short_name
from lmwalk.properties import Texts, measure
from lmwalk.ui.parts.multiline import joined_texts, split_texts
from lmwalk.ui.shell.escape import plain

NAMES, OWN = "texts", "own_texts"
MEASURED = ("length", "positivity", "difficulty")
HELP = (
    "Where the chains begin. lmwalk brings twenty texts, five each that differ in positivity, difficulty, length and "
    "bluntness. Upload your own, or type one in."
)


def pick_texts(place: Any) -> tuple[list[str], str]:
    """Draw the control; the initial texts, names of ours and whole texts, and what is wrong with them if anything is.

    All of ours alone are given as an empty list, which is what a study takes for them.
    """
    known = list(initial_texts())
    with place.popover("Texts…", help=HELP):
        names = st.multiselect(
            "Built-in texts",
            known,
            default=known,
            key=NAMES,
            bind="query-params",
            help="Clear the list to use texts of your own alone.",
        )
        with st.expander("What they are", icon=":material/table:"):
            _table()
        files = st.file_uploader(
            "Upload texts",
            type=["txt", "csv", "json"],
            accept_multiple_files=True,
            help="A .txt file holds one text, or several with a line --- between them. A .csv file has a column text. "
            "A .json file is a list of texts, or an object of names and texts.",
        )
        typed = st.text_area(
            "Type a text",
            key=OWN,
            height=140,
            placeholder="Several texts stand below each other, with a line --- between them.",
            help="Texts of your own. They are kept with the study.",
        )
        uploaded, complaint = _uploaded(files)
        own = [*uploaded, *(text for text in split_texts(typed) if text.strip())]
        if own:
            st.caption(plain(f"{len(own)} of your own: {', '.join(short_name(text) for text in own)}"))
        if complaint:
            st.error(plain(complaint))
    if not names and not own and not complaint:
        complaint = "texts: none is chosen. Accepted: at least one initial text."
    ours_alone = list(names) == known and not own
    return ([] if ours_alone else [*names, *own]), complaint


def settings(texts: tuple[str, ...]) -> dict[str, Any]:
    """The values of the controls for the initial texts of a study."""
    known = list(initial_texts())
    own = [text for text in texts if text not in known]
    return {NAMES: [text for text in texts if text in known] if texts else known, OWN: joined_texts(own)}


def _uploaded(files: list[Any]) -> tuple[list[str], str]:
    found: list[str] = []
    for file in files:
        try:
            found += read_texts(file.name, file.getvalue())
        except InputError as error:
            return found, str(error)
    return found, ""


def _table() -> None:
    number = st.column_config.NumberColumn
    st.dataframe(
        measured(),
        hide_index=True,
        height=300,
        column_config={
            "name": "Name",
            "family": st.column_config.TextColumn("Differs in", help="What its family is spread over."),
            "length": number("Length", format="%d", help="Characters."),
            "positivity": number("Positivity", format="%.2f", help="VADER compound, -1 to 1."),
            "difficulty": number("Difficulty", format="%.1f", help="Gunning fog, in years of school."),
            "text": st.column_config.TextColumn("Text", width="large"),
        },
    )


@cache
def measured() -> pd.DataFrame:
    """The texts that lmwalk brings, one row each: name, family, length, positivity, difficulty, text."""
    rows = [
        {"name": known.name, "family": known.family, **measure(Texts(known.text, None, known.text), MEASURED)}
        | {"text": known.text}
        for known in initial_texts().values()
    ]
    return pd.DataFrame(rows)
