"""Walks: paths over sites."""

from __future__ import annotations

from lmwalk.models.builtin import NAME as BUILTIN
from lmwalk.ui.families.family import Family, Noun

FAMILY = Family(
    name="walk",
    title="Walk",
    page="pages/walk.py",
    noun=Noun("walk", "walks"),
    empty="Nothing has walked here yet",
    invitation="The built-in model is a small transformer that runs on this machine: no key, no server, no network. "
    "It walks five times at each of three temperatures, 750 questions in all, and you see every answer as it comes.",
    process="grid",
    first={"process": "grid", "models": [BUILTIN], "temperatures": [0.3, 1.0, 2.0]},
    button="Run the built-in model",
    model=BUILTIN,
    temperatures=("0.3", "1", "2"),
    stem="walk",
    bare_keys=True,
)
