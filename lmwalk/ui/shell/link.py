"""What the address says of the view, so that a reload and a shared link come back to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import streamlit as st

STUDY, T = "study", "t"
Option = TypeVar("Option")
_ARRIVING, _PAGE, _OPENED, _BROUGHT = "_arriving", "_page", "_opened", "_brought"


def open_page(page: str, values: Mapping[str, Any] | None = None, *, study: str | None = None) -> NoReturn:
    """Open another page with values in its widgets.

    Streamlit lets nobody write a parameter that belongs to a widget, so they go by way of the session: ``arrive``
    sets them before that page draws a widget, and the widgets write the address.

    Parameters
    ----------
    values : mapping, optional
        The value of each widget, by its key.
    study : str, optional
        The study that the page shows; the one last looked at where none is named.
    """
    st.session_state[_ARRIVING] = dict(values or {})
    st.switch_page(page, query_params={STUDY: study} if study else {})


def arrive(page: str) -> None:
    """Set what ``open_page`` was given; every page begins with it."""
    values = st.session_state.pop(_ARRIVING, {})
    st.session_state[_OPENED] = st.session_state.get(_PAGE) != page
    st.session_state[_PAGE], st.session_state[_BROUGHT] = page, bool(values)
    st.session_state.update(values)


def just_opened() -> bool:
    """Whether this is the first look at the page since it was opened."""
    return bool(st.session_state.get(_OPENED, True))


def brings_values() -> bool:
    """Whether this page was opened with values for its widgets."""
    return bool(st.session_state.get(_BROUGHT))


def t() -> int | None:
    """Where the clock of the player stands; None for its end."""
    written = st.query_params.get(T, "")
    return int(written) if written.isascii() and written.isdigit() else None


def set_t(t: int | None) -> None:
    """Put the clock's place into the address; its end stands there as nothing."""
    if t is None:
        st.query_params.pop(T, None)
    elif st.query_params.get(T) != str(t):
        st.query_params[T] = str(t)


def looked_at(key: str, options: Sequence[str]) -> str:
    """The option that a widget or the address names, else the first."""
    named = st.session_state.get(key, st.query_params.get(key))
    return named if named in options else options[0]


def choose(words: str, key: str, options: Sequence[Option], help_text: str, width: int, **more: Any) -> Option:
    """A list to choose from whose choice is kept in the address."""
    if key in st.session_state and st.session_state[key] not in options:
        st.session_state[key] = options[0]
    chosen: Option = st.selectbox(words, options, key=key, bind="query-params", help=help_text, width=width, **more)
    return chosen
