"""The page of published experiments: which one, what was done there, who is asked here, and both results."""

from __future__ import annotations

import streamlit as st

from lmwalk.published import Experiment, experiment, experiments
from lmwalk.ui.reproduce.ask import ask
from lmwalk.ui.reproduce.result import result
from lmwalk.ui.shell import access
from lmwalk.ui.shell.escape import plain

SOURCE, EXPERIMENT = "source", "experiment"


def reproduce() -> None:
    """Draw the page."""
    chosen = _pick()
    with st.container(key="reproduce-columns"):
        left, right = st.columns((1, 1.75), gap="large")
    with left:
        _about(chosen)
        if access.may_change():
            ask(chosen)
    with right:
        result(chosen)


def _pick() -> Experiment:
    """Draw the two choices, the publication and one of its experiments; both stand in the address."""
    named = str(st.session_state.get(EXPERIMENT) or st.query_params.get(EXPERIMENT, ""))
    if SOURCE not in st.session_state and named in experiments():
        st.session_state[SOURCE] = experiment(named).source.name
    sources = {each.source.name: each.source for each in experiments().values()}
    source = st.pills(
        "Published in",
        list(sources),
        format_func=lambda name: sources[name].short,
        default=None if SOURCE in st.session_state else next(iter(sources)),
        key=SOURCE,
        required=True,
    )
    names = sources[str(source)].experiments
    if named not in names:
        named = names[0]
    st.session_state[EXPERIMENT] = named
    if len(names) > 1:
        titles = {name: experiment(name).title for name in names}
        named = str(st.pills("Experiment", names, format_func=titles.__getitem__, key=EXPERIMENT, required=True))
    st.query_params[EXPERIMENT] = named
    return experiment(named)


def _about(chosen: Experiment) -> None:
    """What was done, by whom, and what differs here."""
    st.subheader(plain(chosen.title), anchor=False)
    source = chosen.source
    st.caption(f"{plain(f'{source.authors} ({source.year})')}: [{plain(source.title)}]({source.where})")
    st.markdown(plain(chosen.did))
    with st.expander("What differs here", icon=":material/difference:"):
        for sentence in chosen.differs:
            st.markdown(f"- {plain(sentence)}")
