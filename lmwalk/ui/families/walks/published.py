"""Published end points of walks next to the study's: crosses in the cells, and columns of the table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lmwalk import reference_data
from lmwalk.analysis.walk_references import STEPS, end_points
from lmwalk.datasets.walks import geometry_of
from lmwalk.geometry import SquareGrid
from lmwalk.study import Study

PUBLISHED = "published end points"
COLUMNS = ["published", "published_ends"]
LEGEND = "Crosses: end points that attentionmech/TILDNN (2024) published."
SOURCE = (
    "Published: attentionmech/TILDNN (2024), read off its figures, 5 walks of 50 steps each; end points on the same "
    "spot count once. Its prompt said 25 x 25, and its rules read any reply that holds UP as UP."
)


def can_be_laid_over(study: Study) -> bool:
    """Whether a study's walks go over the grid that the published ones went over."""
    return isinstance(geometry_of(study), SquareGrid)


def published_words(study: Study) -> str:
    """What the crosses are, or that no condition of the study was published."""
    if any(crosses_of(each.model, each.temperature) for each in study.conditions()):
        return LEGEND
    known = reference_data.walk_endpoints()
    models = ", ".join(dict.fromkeys(known["model"]))
    temperatures = ", ".join(f"{each:g}" for each in sorted(set(known["temperature"])))
    return f"No condition here was published. Published are {models} at temperatures {temperatures}."


def crosses_of(model: str, temperature: float) -> list[tuple[float, float]]:
    """The published end points of a condition, x and y in cells."""
    known = reference_data.walk_endpoints()
    own = known[known["model"].eq(model.rpartition("/")[2]) & np.isclose(known["temperature"], temperature)]
    return [(float(x), float(y)) for x, y in zip(own["x_end"], own["y_end"], strict=True)]


def published_columns(rows: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, dict[str, Any], list[str]]:
    """The rows with the published columns, their headings and their names; draws where they come from.

    Parameters
    ----------
    rows : DataFrame
        One row a condition: model, temperature, and anything else.
    """
    merged = with_published(rows, end_points(reference_data.walk_endpoints()))
    if not merged["published"].notna().any():
        return rows, {}, []
    steps = "" if study.steps == STEPS else f" Walks have {study.steps:,} steps here, so distances differ for that too."
    st.caption(f"{SOURCE}{steps}")
    columns = {
        "published": st.column_config.NumberColumn(
            "Published", format="%.2f", help="Mean distance of the published end points from the start, in cells."
        ),
        "published_ends": st.column_config.TextColumn("Published end points", help="x and y of each, in cells."),
    }
    return merged, columns, COLUMNS


def with_published(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The rows with ``published`` and ``published_ends`` where model and temperature agree; NaN elsewhere.

    A model's name counts without its provider: ``ollama/llama3.2:1b`` and ``ollama_chat/llama3.2:1b`` are one.
    """
    name = rows["model"].str.rpartition("/")[2]
    by = {"bare": name, "degree": rows["temperature"].round(6)}
    others = known.rename(columns={"model": "bare", "temperature": "degree", "distance": "published"})
    others = others.rename(columns={"ends": "published_ends"}).drop(columns="points")
    return rows.assign(**by).merge(others, on=list(by), how="left").drop(columns=list(by))
