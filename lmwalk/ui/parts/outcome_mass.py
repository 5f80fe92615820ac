"""What a study's beliefs stand on, said above them where it is little."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lmwalk.datasets.outcome_mass import doubts, outcome_mass_of, warnings
from lmwalk.ui.parts.snapshot import Snapshot, cached
from lmwalk.ui.shell.escape import plain


def outcome_mass_notes(snapshot: Snapshot) -> None:
    """A warning for each condition whose outcomes hold too little; a caption where a server's list leaves it open."""
    if snapshot.study.measurement != "probabilities":
        return
    table = known_outcome_mass(snapshot)
    for sentence in warnings(table):
        st.warning(plain(sentence), icon=":material/balance:")
    for sentence in doubts(table):
        st.caption(plain(sentence))


def known_outcome_mass(snapshot: Snapshot) -> pd.DataFrame:
    """``outcome_mass_of`` the study's data, computed once for all sessions and every answer."""
    return cached(_outcome_mass, snapshot)


def _outcome_mass(snapshot: Snapshot) -> pd.DataFrame:
    return outcome_mass_of(snapshot.data)
