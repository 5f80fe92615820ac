"""A study's own rows of a figure with the published ones beside them, or the published ones alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lmwalk.figures._data import StudyData
from lmwalk.figures._drawing import Drawing


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
