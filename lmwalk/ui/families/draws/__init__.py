"""Draws: sequences of answers from a finite set, and marked texts."""

from __future__ import annotations

from lmwalk.models.builtin import NAME as BUILTIN
from lmwalk.ui.families.family import Family, Noun

FAMILY = Family(
    name="draw",
    title="Draws",
    page="pages/draws.py",
    noun=Noun("trajectory", "trajectories"),
    empty="Nothing was drawn here yet",
    invitation="The built-in model is a small transformer that runs on this machine: no key, no server, no network. "
    "It is shown up to 50 tosses of three coins, heads at 20, 50 and 80%, and asked after each few of them what comes "
    "next. 105 questions, and you see its belief follow the evidence.",
    process="in-context",
    first={
        "process": "in-context",
        "params": {"thetas": [0.2, 0.5, 0.8], "examples": [0, 1, 3, 5, 10, 20, 50], "prior": [6, 3]},
        "measurement": "probabilities",
        "models": [BUILTIN],
        "trajectories": 1,
    },
    button="Run the built-in model",
    model=BUILTIN,
    temperatures=("1",),
    shared_keys=("of",),
    template_in_row=False,
)
