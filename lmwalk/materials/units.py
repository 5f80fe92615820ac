"""What each whole trajectory of a stored study says of a measure, and what is decided by that."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd

from lmwalk.analysis import unit_values
from lmwalk.analysis.answers import answers
from lmwalk.analysis.confidence_sequences import Verdict, verdicts
from lmwalk.analysis.nulls import Room
from lmwalk.errors import InputError
from lmwalk.materials.chains import text_in
from lmwalk.materials.draws import truth_of
from lmwalk.materials.walks import centre_of, wall_of
from lmwalk.properties import Texts, properties
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.study.judging import bounds_of
from lmwalk.types import DECIDED
from lmwalk.wording import alike, counted

COLUMNS = ["condition", "trajectory", "value", "copy"]


def unit_table(store: Store, study: Study, measure: str, conditions: Iterable[str] | None = None) -> pd.DataFrame:
    """Whole trajectories and their values, in the order of their numbers.

    Returns
    -------
    DataFrame
        condition, trajectory, value (NaN where it has none, as where nothing could be read), copy (equal entries are
        equal to the letter).

    Raises
    ------
    InputError
        The measure has no value of a single trajectory.
    """
    progress = store.progress(study.name)
    whole = progress.loc[progress["state"] == "done", ["condition", "trajectory"]]
    rows = store.answers(study.name, conditions)
    rows = rows.merge(whole, on=["condition", "trajectory"])
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    values = _values(store, study, measure, rows)
    texts = rows["outcome"].where(rows["distribution"].isna(), rows["distribution"])
    keys = [rows["condition"], rows["trajectory"]]
    said = texts.astype(object).where(texts.notna(), None).groupby(keys, sort=False).agg(tuple)
    table = pd.DataFrame({"value": values.reindex(said.index), "said": said}).reset_index()
    copies = list(zip(table.pop("said"), map(study.case, table["trajectory"]), strict=True))
    table["copy"] = pd.Series(copies, table.index, dtype=object)
    return table.sort_values(["condition", "trajectory"], kind="stable", ignore_index=True)[COLUMNS]


def _values(store: Store, study: Study, measure: str, rows: pd.DataFrame) -> pd.Series:
    process: Any = study.make_process()
    if process.family == "walk":
        x, y = map(int, centre_of(study))
        return unit_values.of_walks(rows, measure, Room(wall_of(study), x, y))
    if process.family == "chain":
        return _last_texts(store, study, measure, rows)
    if study.process == "sequence" and measure in ("share", "alternation") and study.measurement == "replies":
        return unit_values.of_sequences(rows, measure, process.followed)
    truth = truth_of(study)
    if measure == "share":
        return unit_values.of_answers(answers(rows, truth))
    if study.process == "poisson":
        return unit_values.of_marks(answers(rows, truth), measure, process.mark)
    if measure == "distance" and study.measurement == "probabilities":
        reference = "truth" if study.process in ("in-context", "switching") else "ideal"
        return unit_values.of_distances(answers(rows, truth), process.followed, truth.outcomes, reference)
    raise InputError(f"{measure} of this {study.process} has no value of a single trajectory.")


def _last_texts(store: Store, study: Study, measure: str, rows: pd.DataFrame) -> pd.Series:
    """A property of the last text of every chain."""
    keys = ["condition", "trajectory"]
    states = store.states(study.name, rows["condition"].unique()).sort_values([*keys, "t"], kind="stable")
    chains = states.groupby(keys, sort=False)["state"].agg(list)
    values = []
    for number, every in zip(chains.index.get_level_values("trajectory"), chains, strict=True):
        initial = str(study.start(number)["text"])
        texts = [initial, *map(text_in, every[-2:])]
        values.append(properties[measure].of(Texts(texts[-1], texts[-2], initial)))
    return pd.Series(values, chains.index, dtype=float)


def verdicts_of(store: Store, study: Study, conditions: Iterable[str] | None = None) -> dict[str, Verdict]:
    """What the study's rule says of each condition with a whole trajectory; nothing where it has no rule.

    Trajectories are looked at by number, whichever ended first, up to the first that is under way: what is decided is
    the same however often a run was stopped, and long trajectories are as likely to count as short ones. One that
    failed is left out.
    """
    rule, measure = study.stop_when, study.primary
    if rule is None or measure is None:
        return {}
    table = unit_table(store, study, measure, conditions)
    failed = store.progress(study.name).query("state == 'error'")
    bounds = bounds_of(study.make_process().measures(study.steps), measure)
    found = {}
    for condition, own in table.groupby("condition", sort=False):
        spared = set(failed.loc[failed["condition"] == condition, "trajectory"])
        known = own.set_index("trajectory")
        gone = [number for number in study.numbers if number not in spared]
        first = next((place for place, number in enumerate(gone) if number not in known.index), len(gone))
        read = known.loc[gone[:first]]
        found[str(condition)] = verdicts(
            read["value"].tolist(),
            read["copy"].tolist(),
            bounds,
            width=rule.width,
            differs_from=rule.differs_from,
            level=rule.level,
        )
    return found


def decision(study: Study, found: Verdict) -> str:
    """Why a condition was stopped, in a sentence."""
    assert study.stop_when is not None
    rule, noun = study.stop_when, study.unit
    mean, low, high = alike(found.mean, found.low, found.high)
    asked = f"no wider than {rule.width:g}" if rule.width is not None else f"apart from {rule.differs_from:g}"
    several = f" ({found.distinct:,} distinct)" if found.distinct < found.units else ""
    of = f"{found.units:,} of {counted(study.trajectory_count, noun)}{several}"
    held = f"{low} to {high} at {100 * rule.level:g}%, however often it is looked at"
    return f"{DECIDED}after {of}: {study.primary} is {mean} ({held}), which is {asked}."


def decided(store: Store, study: Study) -> dict[str, str]:
    """Why conditions of a stored study were stopped, by condition; nothing where none was."""
    if study.stop_when is None:
        return {}
    cells = store.conditions(study.name)
    notes = {name: json.loads(text) for name, text in zip(cells["condition"], cells["notes"], strict=True)}
    return {str(name): note for name, own in notes.items() for note in own if note.startswith(DECIDED)}


def decisions(store: Store, study: Study) -> list[str]:
    """The same as sentences, with the model's name."""
    models = {condition.id: condition.model for condition in study.conditions()}
    return [f"{models[name]}: {note}" for name, note in decided(store, study).items() if name in models]
