"""What each whole trajectory of a stored study says of a measure, and what is decided by that."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pandas as pd

from lmwalk.analysis.confidence_sequences import Verdict, verdicts
from lmwalk.datasets.families import family_of
from lmwalk.datasets.labels import labels
from lmwalk.datasets.trajectory_values import KEYS
from lmwalk.number_format import alike, counted
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.study.judging import bounds_of
from lmwalk.types import DECIDED

COLUMNS = [*KEYS, "value", "copy"]


class Units:
    """Whole trajectories of a stored study with their values; what was read once is not read again.

    Parameters
    ----------
    conditions : iterable of str, optional
        Those that are read; all where left out.
    """

    def __init__(self, store: Store, study: Study, measure: str, conditions: Iterable[str] | None = None) -> None:
        self._store, self._study, self._measure = store, study, measure
        self._conditions = None if conditions is None else list(conditions)
        self._table = pd.DataFrame(columns=COLUMNS)

    def upto(self, progress: pd.DataFrame) -> pd.DataFrame:
        """All that are whole, in the order of their numbers.

        Parameters
        ----------
        progress : DataFrame
            As ``Store.progress`` gives it.

        Returns
        -------
        DataFrame
            condition, trajectory, value (NaN where it has none, as where nothing could be read), copy (equal entries
            are equal to the letter).

        Raises
        ------
        InputError
            The measure has no value of a single trajectory.
        """
        whole = progress.loc[progress["state"] == "done", KEYS]
        if self._conditions is not None:
            whole = whole[whole["condition"].isin(self._conditions)]
        new = whole[~pd.MultiIndex.from_frame(whole).isin(pd.MultiIndex.from_frame(self._table[KEYS]))]
        if len(new):
            rows = self._store.answers(self._study.name, new["condition"].unique(), first=int(new["trajectory"].min()))
            parts = [part for part in (self._table, self._read(rows.merge(new, on=KEYS))) if len(part)]
            self._table = pd.concat(parts).sort_values(KEYS, kind="stable", ignore_index=True)
        return self._table

    def _read(self, rows: pd.DataFrame) -> pd.DataFrame:
        values = family_of(self._study).values(self._store, self._study, self._measure, rows)
        texts = rows["outcome"].where(rows["distribution"].isna(), rows["distribution"])
        grouped = texts.astype(object).where(texts.notna(), None).groupby([rows[key] for key in KEYS], sort=False)
        said = grouped.agg(tuple)
        table = pd.DataFrame({"value": values.reindex(said.index), "said": said}).reset_index()
        copies = list(zip(table.pop("said"), map(self._study.case, table["trajectory"]), strict=True))
        return table.assign(copy=pd.Series(copies, table.index, dtype=object))[COLUMNS]


def unit_table(store: Store, study: Study, measure: str) -> pd.DataFrame:
    """The whole trajectories of a study with their values, as ``Units.upto`` gives them. Raises InputError."""
    return Units(store, study, measure).upto(store.progress(study.name))


def verdicts_of(store: Store, study: Study, units: Units | None = None) -> dict[str, Verdict]:
    """What the study's rule says of each condition with a whole trajectory; nothing where it has no rule.

    Trajectories are looked at by number, whichever ended first, up to the first that is under way: what is decided is
    the same however often a run was stopped, and long trajectories are as likely to count as short ones. One that
    failed is left out.
    """
    rule, measure = study.stop_when, study.primary
    if rule is None or measure is None:
        return {}
    progress = store.progress(study.name)
    table = (units or Units(store, study, measure)).upto(progress)
    failed = progress[progress["state"] == "error"].groupby("condition")["trajectory"].agg(set).to_dict()
    bounds = bounds_of(study.make_process().measures(study.steps), measure)
    found = {}
    for condition, own in table.groupby("condition", sort=False):
        read = _in_turn(study, own.set_index("trajectory"), failed.get(condition, set()))
        wish = {"width": rule.width, "differs_from": rule.differs_from}
        found[str(condition)] = verdicts(
            read["value"].tolist(), read["copy"].tolist(), bounds, **wish, level=rule.level
        )
    return found


def _in_turn(study: Study, known: pd.DataFrame, failed: set[int]) -> pd.DataFrame:
    """The units before the first one that is neither known nor failed."""
    numbers = [number for number in study.numbers if number not in failed]
    first = next((place for place, number in enumerate(numbers) if number not in known.index), len(numbers))
    return known.loc[numbers[:first]]


def undecided(store: Store, study: Study) -> list[str]:
    """What is known of the conditions of a stored study that its rule did not stop; nothing where it has none."""
    names = labels(study)
    return [
        f"{names[condition]}: Not decided after {_counted(study, found)}: {study.primary} is {_held(study, found)}."
        for condition, found in verdicts_of(store, study).items()
        if condition in names and found.units and not found.decided
    ]


def decision(study: Study, found: Verdict) -> str:
    """Why a condition was stopped, in a sentence."""
    assert study.stop_when is not None
    rule = study.stop_when
    asked = f"no wider than {rule.width:g}" if rule.width is not None else f"apart from {rule.differs_from:g}"
    return f"{DECIDED}after {_counted(study, found)}: {study.primary} is {_held(study, found)}, which is {asked}."


def _counted(study: Study, found: Verdict) -> str:
    several = f" ({found.distinct:,} distinct)" if found.distinct < found.units else ""
    return f"{found.units:,} of {counted(study.trajectory_count, study.unit)}{several}"


def _held(study: Study, found: Verdict) -> str:
    assert study.stop_when is not None
    mean, low, high = alike(found.mean, found.low, found.high)
    return f"{mean} ({low} to {high} at {100 * study.stop_when.level:g}%, however often it is looked at)"


def decided(store: Store, study: Study) -> dict[str, str]:
    """Why conditions of a stored study were stopped, by condition; nothing where none was."""
    if study.stop_when is None:
        return {}
    cells = store.conditions(study.name)
    notes = {name: json.loads(text) for name, text in zip(cells["condition"], cells["notes"], strict=True)}
    return {str(name): note for name, own in notes.items() for note in own if note.startswith(DECIDED)}


def decisions(store: Store, study: Study) -> list[str]:
    """The same as sentences, with the condition's name."""
    names = labels(study)
    return [f"{names[condition]}: {note}" for condition, note in decided(store, study).items() if condition in names]
