"""Chains: texts passed from one generation to the next."""

from __future__ import annotations

from lmwalk.ui.families.family import Family, Noun

MOVER = "simulated/mover:rate=0.1,noise=20,latency_s=0.04"
FAMILY = Family(
    name="chain",
    title="Telephone",
    page="pages/telephone.py",
    noun=Noun("chain", "chains"),
    empty="No text has been handed on yet",
    invitation="A model is given a text and asked to say it in other words, then asked again about what it wrote, "
    "generation after generation. To begin with, a simulation plays: it adds and drops words until texts are about 600 "
    "characters long. No key, no server, no network; 20 texts, 2 chains each, 20 generations. Then choose models of "
    "your own.",
    process="telephone",
    first={"process": "telephone", "models": [MOVER], "temperatures": [0.8], "trajectories": 2, "steps": 20},
    button="Run the simulation",
    model=MOVER,
    temperatures=("0.8",),
    stage_widths=(170, 200),
)
