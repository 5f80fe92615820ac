"""What figures of attention share: where they have something to show, and what they are made from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lmwalk.analysis.attention import attended
from lmwalk.figures._data import DrawData
from lmwalk.number_format import counted

FEW = "95% intervals are over sequences and wordings, each place for itself, where there are enough"


def rows_of(material: DrawData) -> pd.DataFrame:
    """As ``analysis.attention.attended`` gives it."""
    return attended(material.answers, material.attention(), material.switches)


def attends(material: DrawData) -> bool:
    """Whether it was asked what models attend to."""
    return material.attends


def switches(material: DrawData) -> bool:
    """The same, of sequences whose coin is exchanged on the way."""
    return material.attends and any(at is not None for at in material.switches)


def observed(row: dict[Any, Any]) -> str:
    """How many independent observations stand behind a value."""
    wordings = counted(int(row["units"]), "wording")
    return f"{counted(int(row['cases']), 'sequence')} in {wordings}"
