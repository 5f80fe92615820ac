"""What studies cost so far, what the rest of them will, and which were left in the middle."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from lmwalk.models.imported import PREFIX
from lmwalk.registry import FALLBACK, backend_of, backends
from lmwalk.store.rows import read_study
from lmwalk.types import DECIDED

Cursors = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
LOCAL = ("ollama/", "ollama_chat/")
"""Providers that run on one's own machine, beside the models that run in this process."""


class Costs:
    """What the answers of each study of one store cost, in US dollars and tokens."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    def all(self) -> pd.DataFrame:
        """One row a study.

        Returns
        -------
        DataFrame
            study; cost_usd, what the answers with a known price cost (0 for models on one's own machine);
            unpriced, answers whose price is not known; rest_usd, what the questions that are left will cost at the
            mean price of the same condition's answers, NaN where one of the prices is not known; open, questions of
            trajectories that neither ended nor failed: a run that came to its end leaves none; imported, whether one
            of the models wrote elsewhere and cannot be asked.
        """
        with self._cursors() as cursor:
            cells = cursor.execute(
                "SELECT s.study, s.yaml, c.model, coalesce(n.answers, 0)::BIGINT AS answers, "
                "coalesce(n.priced, 0)::BIGINT AS priced, coalesce(n.cost, 0) AS cost, "
                "coalesce(n.ended, 0)::BIGINT AS ended, coalesce(n.ended_t, 0)::BIGINT AS ended_t, "
                "coalesce(n.failed, 0)::BIGINT AS failed, coalesce(n.failed_t, 0)::BIGINT AS failed_t, b.begun "
                "FROM studies s JOIN conditions c ON c.study = s.study LEFT JOIN (SELECT condition, "
                "count(*) FILTER (status <> 'error') AS answers, count(cost_usd) AS priced, sum(cost_usd) AS cost, "
                "count(ended) AS ended, sum(t) FILTER (ended IS NOT NULL) AS ended_t, "
                "count(*) FILTER (status = 'error') AS failed, sum(t - 1) FILTER (status = 'error') AS failed_t "
                "FROM records GROUP BY condition) n ON n.condition = c.number LEFT JOIN (SELECT d.number, "
                "count(DISTINCT r.trajectory) AS begun FROM conditions d LEFT JOIN records r ON r.condition = d.number "
                "WHERE contains(d.notes, ?) GROUP BY d.number) b ON b.number = c.number",
                [DECIDED],
            ).df()
        return _by_study(cells.assign(**_reckoned(cells)))

    def of_answers(self, process: str) -> pd.DataFrame:
        """What answers to questions of a process took and cost, as long as any is stored, of each model.

        Returns
        -------
        DataFrame
            model, answers, latency_s, cost_usd, tokens_in and tokens_out (means over those where it is known; NaN where
            it is of none; 0 US dollars for models on one's own machine).
        """
        with self._cursors() as cursor:
            found = cursor.execute(
                "SELECT c.model, count(*) AS answers, avg(r.latency_s) AS latency_s, avg(r.cost_usd) AS cost_usd, "
                "avg(r.tokens_in) AS tokens_in, avg(r.tokens_out) AS tokens_out "
                "FROM records r JOIN conditions c ON c.number = r.condition "
                "WHERE c.process = ? AND r.status <> 'error' GROUP BY c.model ORDER BY c.model",
                [process],
            ).df()
        return found.assign(
            cost_usd=found["cost_usd"].astype(float).mask(found["model"].map(is_free).astype(bool), 0.0)
        )


def _reckoned(cells: pd.DataFrame) -> dict[str, Any]:
    """What follows for each condition."""
    studies = cells["yaml"].map(read_study)
    length = studies.map(lambda study: study.steps).astype("int64")
    counts = studies.map(lambda study: study.trajectory_count).astype("int64")
    whole = length * cells["begun"].fillna(counts).astype("int64")  # what is decided needs no more
    left = whole - cells["answers"] - (cells["ended"] * length - cells["ended_t"])
    free = cells["model"].map(is_free).astype(bool)
    each = (cells["cost"] / cells["priced"].replace(0, np.nan)).mask(free, 0.0)
    return {
        "cost_usd": cells["cost"].mask(free, 0.0),
        "unpriced": (cells["answers"] - cells["priced"]).mask(free, 0),
        "rest_usd": (each * left).mask(left == 0, 0.0),
        "open": left - (cells["failed"] * length - cells["failed_t"]),
    }


def _by_study(cells: pd.DataFrame) -> pd.DataFrame:
    grouped = cells.groupby("study", sort=False)
    sums = grouped[["cost_usd", "unpriced", "open"]].sum()
    sums["imported"] = cells["model"].str.startswith(PREFIX).groupby(cells["study"], sort=False).any()
    return sums.assign(rest_usd=grouped["rest_usd"].sum(min_count=1).mask(_any_unknown(cells))).reset_index()


def _any_unknown(cells: pd.DataFrame) -> pd.Series[bool]:
    return cells["rest_usd"].isna().groupby(cells["study"], sort=False).any()


def is_free(model: str) -> bool:
    """Whether a model runs on this machine, so that its calls cost nothing."""
    return model.startswith(LOCAL) or backend_of(model) is not backends[FALLBACK]
