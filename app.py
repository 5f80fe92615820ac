"""The dashboard: which pages there are. Start it with ``lmwalk ui``, or with ``streamlit run app.py``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from lmwalk.ui.shell.assets import ICON, publish
from lmwalk.ui.shell.frame import frame

publish(Path(__file__).resolve().parent)
st.set_page_config(page_title="lmwalk", page_icon=ICON, layout="wide")
chosen = st.navigation(
    {
        "Experiments": [
            st.Page("pages/walk.py", title="Walk", icon=":material/timeline:", default=True),
            st.Page("pages/draws.py", title="Draws", icon=":material/casino:"),
            st.Page("pages/telephone.py", title="Telephone", icon=":material/record_voice_over:"),
            st.Page("pages/field.py", title="Field", icon=":material/explore:"),
            st.Page("pages/reproduce.py", title="Reproduce", icon=":material/history_edu:"),
        ],
        "Results": [
            st.Page("pages/compare.py", title="Compare", icon=":material/grid_view:"),
            st.Page("pages/studies.py", title="Studies", icon=":material/inventory_2:"),
            st.Page("pages/data.py", title="Data", icon=":material/database:"),
        ],
        "Models": [
            st.Page("pages/models.py", title="Models", icon=":material/dns:"),
            st.Page("pages/builtin.py", title="Built-in model", icon=":material/cyclone:"),
            st.Page("pages/templates.py", title="Templates", icon=":material/edit_note:"),
        ],
    }
)
frame()
chosen.run()
