"""The switch that lays the field under walks: absent where no field is known, off at first, kept in the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lmwalk.datasets.field_arrows import Arrow, arrows_of
from lmwalk.datasets.walk_fields import policies, version_of
from lmwalk.datasets.walks import geometry_of
from lmwalk.study import Condition, Study
from lmwalk.ui.parts.selection import FIELD
from lmwalk.ui.shell import session

SHOWN, PATHS = "show", "Paths"
HELP = (
    "Grey arrows behind the walks: the mean move at each position, worked out from the model's own token probabilities "
    "for this study's question, at the condition's temperature and sampler."
)


def field_switch(study: Study) -> bool:
    """Draw the switch, where a field of the study is known; whether it is on."""
    store = session.store()
    if not policies(store, study, version_of(store, study)):
        return False
    return bool(st.toggle("Field", key=FIELD, bind="query-params", help=HELP))


def _is_on() -> bool:
    """Whether the switch is on, also before it is drawn for the first time."""
    return bool(st.session_state.get(FIELD, st.query_params.get(FIELD) == "true"))


def paths_shown() -> bool:
    """Whether the cells of Compare show paths, the only ones with positions for a field."""
    return bool(st.session_state.get(SHOWN, st.query_params.get(SHOWN, PATHS)) == PATHS)


def field_shown(study: Study, conditions: Sequence[Condition]) -> tuple[Arrow, ...]:
    """The arrows of the one condition on the stage, where the switch is on."""
    if len(conditions) != 1 or not _is_on():
        return ()
    store = session.store()
    known = policies(store, study, version_of(store, study))
    policy = known.get(conditions[0].id)
    return arrows_of(policy, geometry_of(study).reach) if policy else ()
