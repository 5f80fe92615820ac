"""Ask models to flip coins, roll dice, pick numbers and place marks, and compare them with chance and with Bayes."""

from __future__ import annotations

from lmwalk.ui.experiment.page import experiment
from lmwalk.ui.families.draws import FAMILY
from lmwalk.ui.shell.page import header

header(
    "Draws",
    "A model flips a coin, rolls a die, picks a number, follows a chain or places marks. Is it fair, does it learn, "
    "does it learn as Bayes would?",
)
experiment(FAMILY)
