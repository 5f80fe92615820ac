"""The numbers below the pictures of walks as they were at any moment, for what moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.datasets.stat import Stat
from lmwalk.datasets.walks import cell_stats, geometry_of, share_columns
from lmwalk.number_format import DASH
from lmwalk.store import Store
from lmwalk.study import Study

Array = npt.NDArray[np.float64]


class WalkCourse:
    """The numbers of every condition at any moment; the store is read when the first one is asked for.

    Parameters
    ----------
    rows : DataFrame
        As ``datasets.walks.table`` gives it: the numbers of the end.
    paths : DataFrame
        condition, trajectory, t, x, y of all walks, the starts included.
    """

    def __init__(self, store: Store, study: Study, rows: pd.DataFrame, paths: pd.DataFrame) -> None:
        self.store, self.study, self.paths = store, study, paths
        self.rows: dict[str, dict[str, Any]] = {
            row["condition"]: {str(name): value for name, value in row.items()} for row in rows.to_dict("records")
        }

    def stats(self, condition: str, moment: int) -> list[Stat]:
        """The numbers of one condition after ``moment`` steps, each with the label that it has at the end.

        The distance is the mean over the walks. Its interval, and what it rests on, are said of the end alone.
        """
        row = self.rows[condition]
        now = SimpleNamespace(**{**row, **self._counts(condition, moment)})
        distance, *others = cell_stats(now, self.study)
        if np.isfinite(now.distance):
            distance = replace(distance, text=_like(distance.text, self._distance(condition, moment)))
        return [distance, *others]

    def _distance(self, condition: str, moment: int) -> float:
        walks = self._distances.get(condition, [])
        found = [far[np.searchsorted(at, moment, side="right") - 1] for at, far in walks]
        return float(np.mean(found)) if found else np.nan

    @cached_property
    def _distances(self) -> Mapping[str, list[tuple[Array, Array]]]:
        """The moments of each walk, and how far it was from its start at each, by condition."""
        geometry = geometry_of(self.study)
        found: dict[str, list[tuple[Array, Array]]] = {}
        for (condition, _), walk in self.paths.groupby(["condition", "trajectory"], sort=False):
            x, y = walk["x"].to_numpy(float), walk["y"].to_numpy(float)
            far = geometry.distances((float(x[0]), float(y[0])), x, y)
            found.setdefault(str(condition), []).append((walk["t"].to_numpy(float), far))
        return found

    def _counts(self, condition: str, moment: int) -> dict[str, float]:
        """Shares, answers, unread and failed calls up to a moment, as columns of ``rows``."""
        columns = share_columns(self.study)
        at, sums = self._sums.get(condition, (np.zeros(0), np.zeros((0, len(columns) + 2))))
        place = int(np.searchsorted(at, moment, side="right"))
        *named, unread, failed = sums[place - 1].tolist() if place else [0] * (len(columns) + 2)
        read = sum(named)
        shares = {column: count / read if read else np.nan for column, count in zip(columns, named, strict=True)}
        return {**shares, "answers": int(read + unread), "unread": int(unread), "failed": int(failed)}

    @cached_property
    def _sums(self) -> Mapping[str, tuple[Array, Array]]:
        """Moments, and how many of each outcome, unread and failed answers there were by then, by condition."""
        every, outcomes = self.store.course(self.study.name), list(share_columns(self.study).values())
        kinds = every["outcome"].where(every["status"] == "ok", every["status"].map(_kind))
        wide = every.assign(kind=kinds).pivot_table(
            index=["condition", "t"], columns="kind", values="count", aggfunc="sum", fill_value=0
        )
        wide = wide.reindex(columns=[*outcomes, "unread", "failed"], fill_value=0)
        return {
            str(condition): (own.index.get_level_values("t").to_numpy(float), own.to_numpy(float).cumsum(axis=0))
            for condition, own in wide.groupby(level="condition")
        }


def _kind(status: str) -> str:
    return "failed" if status == "error" else "unread"


def _like(said: str, value: float) -> str:
    """A number with the decimals of the one that a text begins with, so that no moment changes its width."""
    _, _, decimals = said.split()[0].partition(".")
    return f"{value:,.{len(decimals)}f}" if np.isfinite(value) else DASH
