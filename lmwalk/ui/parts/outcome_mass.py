"""What a study's beliefs stand on, said above them where it is little."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lmwalk.datasets.outcome_mass import doubts, outcome_mass_of, warnings
from lmwalk.figures._data import StudyData
from lmwalk.study import Study
from lmwalk.ui.shell.escape import plain


def outcome_mass_notes(study: Study, key: str, material: StudyData) -> None:
    """A warning for each condition whose outcomes hold too little; a caption where a server's list leaves it open.

    Parameters
    ----------
    key : str
        Changes with every answer.
    """
    if study.measurement != "probabilities":
        return
    table = known_outcome_mass(study, key, material)
    for sentence in warnings(table):
        st.warning(plain(sentence), icon=":material/balance:")
    for sentence in doubts(table):
        st.caption(plain(sentence))


def known_outcome_mass(study: Study, key: str, material: StudyData) -> pd.DataFrame:
    """``standing_of`` the material, computed once for all sessions and every answer."""
    return _standing(study.to_yaml(), key, material)


@st.cache_data(max_entries=16, show_spinner=False)
def _standing(study: str, key: str, _material: StudyData) -> pd.DataFrame:  # noqa: ARG001 - the key
    return outcome_mass_of(_material)
