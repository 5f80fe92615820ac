"""A study's own rows of a figure with the published ones beside them, or the published ones alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lmwalk.figures._data import StudyData
from lmwalk.figures._drawing import Drawing
from lmwalk.study import Study

MOST, FEW = 8, 4
"""Published models that are all drawn at first; of more than that so few."""


def beside_published(figure: Drawing, material: StudyData, own: pd.DataFrame, only: Mapping[str, str]) -> pd.DataFrame:
    """The rows of a figure, and after them all published ones that belong to the study's settings.

    Parameters
    ----------
    figure : Drawing
        One that knows published values.
    material : StudyData
        What the study's figures are made from; its settings say which published values belong to it.
    own : DataFrame
        The figure's table; empty before the first answer.
    only : mapping
        The value that published rows have in a column, for each that is named.

    Returns
    -------
    DataFrame
        As the figure draws it, with ``published`` true for rows that are. What is not known of those is NaN.
    """
    others = figure.published(material) if figure.published else pd.DataFrame()
    for column, value in only.items():
        others = others[others[column] == value]
    if others.empty:
        return own.assign(published=False)
    return pd.concat([own.assign(published=False), others.assign(published=True)], ignore_index=True).replace(
        {None: np.nan}
    )


def shown_first(others: Sequence[str], study: Study) -> list[str]:
    """Published models to begin with: all where they can be told apart; else those whom the study asks too, and some.

    Parameters
    ----------
    others : sequence of str
        The labels of all published rows.
    """
    if len(others) <= MOST:
        return list(others)
    asked = {model.rpartition("/")[2].casefold() for model in study.models}
    same = [name for name in others if name.split(" ·")[0].casefold() in asked]
    each = {name.split(" ·")[0]: name for name in others}  # of a model at several temperatures the last
    return [*same, *(name for name in each.values() if name not in same)][: max(FEW, len(same))]
