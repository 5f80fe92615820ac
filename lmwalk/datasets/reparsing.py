"""Studies parsed again by the current rules: what of each, or of all, would change. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from lmwalk.analysis import reparsing
from lmwalk.processes.readers import Reader, readers_of
from lmwalk.store import Store
from lmwalk.study import Study

CHANGED = ["study", "condition", *reparsing.READINGS, "why", "count"]


@dataclass(frozen=True)
class Reparsed:
    """What other rules would change in a study.

    Attributes
    ----------
    why_not : str
        Why there is nothing to read, as a sentence; empty where there is.
    answers, differing, moved : int
        Replies that were read, those that would be parsed differently, and of them those with another outcome.
    trajectories, begun : int
        Those with another outcome at any step, and all that have an answer.
    changed : DataFrame
        study, and the rest as ``analysis.reparsing.changes`` gives it.
    read : DataFrame
        The different replies that would be parsed differently, as ``analysis.reparsing.reparse`` gives them.
    """

    study: str
    process: str
    why_not: str = ""
    answers: int = 0
    differing: int = 0
    moved: int = 0
    trajectories: int = 0
    begun: int = 0
    changed: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=CHANGED))
    read: pd.DataFrame = field(default_factory=pd.DataFrame)


def nothing_to_read(study: Study) -> str:
    """Why no reply of a study can be read by a rule, as a sentence; empty where each can."""
    process = study.make_process()
    if study.measurement == "probabilities":
        return "Token probabilities were asked for, so there is no reply to read."
    if not process.alphabet:
        return "Answers are free text: all of each counts as it is."
    return ""


def reparse_study(store: Store, study: Study, rules: str | None = None) -> Reparsed:
    """Read a study's replies again.

    Parameters
    ----------
    rules : str, optional
        A setting of the study's process, such as ``legacy``; left out, the study's own as they are today.
    """
    reader, why_not = _reader(study, rules)
    if reader is None:
        return Reparsed(study.name, study.process, why_not)
    answers, parts = 0, []
    for replies in store.replies.distinct(study.name):
        answers += int(replies["count"].sum())
        read = reparsing.reparse(replies, reader)
        parts.append(read[read["differs"]].drop(columns="reply"))
    begun = len(store.progress(study.name))
    read = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if read.empty:
        return Reparsed(study.name, study.process, "", answers, begun=begun)
    firsts = reparsing.first_changes(store.replies.alike(study.name, read))
    return Reparsed(
        *(study.name, study.process, "", answers, int(read["count"].sum())),
        *(int(read.loc[read["moved"], "count"].sum()), len(firsts), begun),
        reparsing.changes(read).assign(study=study.name)[CHANGED],
        read,
    )


def by_rule(found: Iterable[Reparsed]) -> pd.DataFrame:
    """As ``analysis.reparsing.by_rule``, of studies that were read again."""
    changed = [each.changed for each in found if len(each.changed)]
    return reparsing.by_rule(pd.concat(changed, ignore_index=True) if changed else pd.DataFrame(columns=CHANGED))


def steps_otherwise(store: Store, found: Sequence[Reparsed], most_characters: int) -> Iterator[pd.DataFrame]:
    """Every step that would be parsed differently, a study at a time.

    Yields
    ------
    DataFrame
        study, condition, trajectory, t, reply (its first so many characters), read_as, would_be_read_as, why.
    """
    for each in found:
        if not each.read.empty:
            steps = store.replies.alike(each.study, each.read)
            texts = store.replies.texts(steps["id"], most_characters)
            rows = reparsing.in_words(steps).merge(texts, on="id", how="left").assign(study=each.study)
            named = rows.rename(columns={"text": "reply", "was": "read_as", "would": "would_be_read_as"})
            yield named[["study", "condition", "trajectory", "t", "reply", "read_as", "would_be_read_as", "why"]]


def _reader(study: Study, rules: str | None) -> tuple[Reader | None, str]:
    if why_not := nothing_to_read(study):
        return None, why_not
    process = study.make_process()
    if rules is None:
        return process.parse, ""
    known = readers_of(process)
    if rules not in known:
        return None, f"It has no rules {rules!r}, only {', '.join(known) or 'its own'}."
    return known[rules], ""
