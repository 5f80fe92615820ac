"""The user's own servers: list, add, remove. A key is never typed here."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from lmwalk.errors import InputError
from lmwalk.models import endpoint
from lmwalk.models.endpoint import Endpoint
from lmwalk.types import Offer
from lmwalk.ui.parts.available_models import refresh_models
from lmwalk.ui.shell.escape import counted, plain

FIELDS = ("name", "url", "key_env")
ABOUT = (
    "A server that speaks OpenAI's language, such as vLLM, llama.cpp, LM Studio or a hosted one. Its models become "
    "endpoint/NAME/MODEL everywhere a model is named. The list is the file endpoints.yaml beside the database."
)


def own_servers(home: Path, found: list[Offer]) -> None:
    """Draw the list of endpoints, each with what it offers and a way to remove it, and the form that adds one."""
    st.subheader("Servers of your own", anchor=False)
    if told := st.session_state.pop("_endpoint_told", ""):
        st.success(plain(told), icon=":material/check:")
    try:
        for known in endpoint.read(home):
            _line(home, known, [offer for offer in found if offer.group == endpoint.PREFIX + known.name])
    except InputError as error:
        st.error(plain(str(error)), title="The list of servers cannot be read")
        return
    _form(home)


def _line(home: Path, known: Endpoint, found: list[Offer]) -> None:
    words, button = st.columns([3, 1], vertical_alignment="center")
    words.markdown(f"**{plain(known.name)}** · {plain(known.url)}  \n{_key(known)} {_state(found)}")
    with button.popover("Remove", width="stretch", help="Take this server off the list."):
        st.markdown(f"Remove **{plain(known.name)}**? Studies that name its models stay, but cannot be continued.")
        if st.button("Yes, remove it", key=f"remove-{known.name}"):
            endpoint.remove(home, known.name)
            st.session_state["_endpoint_told"] = f"{known.name} is no longer on the list."
            refresh_models()
            st.rerun()


def _state(found: list[Offer]) -> str:
    """How many models there are, or why there are none; nothing while the server is being asked."""
    ready = sum(offer.available for offer in found)
    if ready or not found:
        return f"{counted(ready, 'model')}." if ready else ""
    return f":orange[:material/warning:] {plain(found[0].detail)}."


def _key(known: Endpoint) -> str:
    if not known.key_env:
        return "No key is sent."
    variable = plain(known.key_env)
    return "" if known.lacks_key else f"The key in {variable} is sent."


def _form(home: Path) -> None:
    with st.form("endpoint", border=True):
        st.caption(ABOUT)
        left, right = st.columns([1, 2])
        left.text_input("Name", key="endpoint_name", placeholder="lab", help="What you call it: letters, digits, . _ -")
        right.text_input(
            "Address",
            key="endpoint_url",
            placeholder="http://localhost:8000/v1",
            help="Where it answers; mostly the address ends in /v1.",
        )
        left.text_input(
            "Variable of its key",
            key="endpoint_key_env",
            placeholder="LAB_KEY",
            help="The name of the environment variable that holds the key, never the key. Empty: it needs none.",
        )
        with right.container(height="stretch", vertical_alignment="bottom"):
            st.form_submit_button("Add this server", icon=":material/add:", on_click=_add, args=(home,))
    if complaint := st.session_state.pop("_endpoint_complaint", ""):
        st.error(plain(complaint), title="Not added")


def _add(home: Path) -> None:
    """List what was typed. A field in which a key may stand is emptied, so that the page does not hold it."""
    typed = {field: st.session_state[f"endpoint_{field}"] for field in FIELDS}
    try:
        made = endpoint.made(**typed)
        endpoint.add(home, made)
    except InputError as error:
        st.session_state["_endpoint_complaint"] = str(error)
        field = str(error).partition(":")[0]
        if field in FIELDS and "key" in str(error):
            st.session_state[f"endpoint_{field}"] = ""
        return
    for field in FIELDS:
        st.session_state[f"endpoint_{field}"] = ""
    st.session_state["_endpoint_told"] = f"{made.name} is on the list."
    refresh_models()
