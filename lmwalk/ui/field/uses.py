"""Whether a model uses t, or the words of the question: what fields of several moments or templates say of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lmwalk.analysis.moments_of_field import differences, law_change, reply_change
from lmwalk.datasets.field_words import change_words
from lmwalk.jobs.sampled_fields import SampledAsking
from lmwalk.ui.field.feed import Shown


def uses(shown: Sequence[Shown], differ: str) -> list[str]:
    """In sentences, of fields that were asked to their end: of each column's moments, and of two templates."""
    by_column: dict[int, list[Shown]] = {}
    for each in shown:
        by_column.setdefault(each.column, []).append(each)
    columns = [own for own in by_column.values() if len(own) > 1]
    said = [sentence for own in columns for sentence in _of_moments(own, named=len(columns) > 1)]
    if differ == "template" and len(by_column) > 1:
        one, other = by_column.values()
        pair = [(each, beside) for each in one for beside in other if each.asking.plan.t == beside.asking.plan.t]
        said += [
            sentence for two in pair[:1] for sentence in _compared(two, [each.name for each in two], "the wording")
        ]
    return said


def _of_moments(own: Sequence[Shown], *, named: bool) -> list[str]:
    """Whether one model uses t under one template."""
    first = own[0].asking.plan
    whose = f"{own[0].name}: " if named else ""
    if "t" not in first.template.fields:
        return [f"{whose}the words of {first.template.name!r} do not name t, so the model cannot use it."]
    return [whose + " ".join(_compared(own, [f"t = {each.asking.plan.t}" for each in own], "t"))]


def _compared(own: Sequence[Shown], names: Sequence[str], what: str) -> list[str]:
    """Fields of one model compared; of probabilities their laws at T = 1."""
    askings = [each.asking for each in own]
    lattice = askings[0].lattice
    laws = np.stack([asking.field().p for asking in askings])
    table = differences(laws, names)
    if not all(isinstance(asking, SampledAsking) for asking in askings):
        first, *more = change_words(table, law_change(laws), lattice, sampled=False, what=what)
        return [f"Does the model use {what}? At T = 1, {first[0].lower()}{first[1:]}", *more]
    counts = np.stack([asking.counts() for asking in askings if isinstance(asking, SampledAsking)])
    return change_words(table, reply_change(counts), lattice, sampled=True, what=what)
