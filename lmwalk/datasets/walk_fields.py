"""The fields behind a study of walks: what each condition's model told of the very questions that its walks are asked.

A question is the same where its words are, whatever its template is called and whoever asked it: the page of fields,
the command line, or a study that measures probabilities. Positions that were not asked stay unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial

import numpy as np
import pandas as pd

from lmwalk.analysis.known_policy import KnownPolicy
from lmwalk.analysis.policy_field import PolicyField
from lmwalk.datasets import told_here
from lmwalk.datasets.condition_sampler import ConditionSampler, asked_of, others_of, sampler_of
from lmwalk.datasets.fields import field_from
from lmwalk.datasets.told_trees import AtHand, Kept, Simulation, Told, known_questions, source_of
from lmwalk.datasets.walk_questions import WalkQuestions, same_words
from lmwalk.errors import InputError
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Condition, Study
from lmwalk.token_tree import AT_ONE, TEMPERATURE_ONLY
from lmwalk.types import SCANT

PLAIN = ConditionSampler(AT_ONE, TEMPERATURE_ONLY, known=True, words="T = 1, no cuts")
SETTLED, A_GOOD_DEAL = timedelta(seconds=15), 1.25
"""While more is asked, fields are read anew when there is so much more of them; afterwards whole."""


def version_of(store: Store, study: Study) -> tuple[object, ...]:
    """Changes whenever more may be known of a study's policies; empty where nothing is. Quick."""
    if processes[study.process].family != "walk":
        return ()
    kept = store.distributions.origins(study.models)
    asked = [_counted(count, latest) for count, latest in zip(kept["questions"], kept["latest"], strict=True)]
    at_hand = [len(each.since(0)) for model in study.models for each in told_here.at_hand(model)]
    simulated = [model for model in study.models if told_here.simulation(model)]
    return (*asked, *at_hand, *simulated)


def _counted(count: int, latest: pd.Timestamp) -> str:
    """Another text when more is known: each time, or while more comes when it is a good deal more."""
    if datetime.now(UTC).replace(tzinfo=None) - latest > SETTLED:
        return f"{count} {latest}"
    return f"{math.ceil(math.log(count) / math.log(A_GOOD_DEAL))} and more"


def policies(store: Store, study: Study, version: tuple[object, ...]) -> Mapping[str, KnownPolicy]:
    """What is known of the policy of each condition, by its id; those of which nothing is are left out.

    Parameters
    ----------
    version : tuple
        As ``version_of`` gave it; what is known is read once for each.
    """
    return _policies(store, study.to_yaml(), version) if version else {}


@lru_cache(maxsize=2)
def _policies(store: Store, written: str, version: tuple[object, ...]) -> Mapping[str, KnownPolicy]:  # noqa: ARG001
    study = Study.from_stored(written)
    try:
        questions = WalkQuestions(study)
    except InputError:
        return {}
    origins, own = store.distributions.origins(study.models), store.distributions.asked_by(study.name)
    told = dict[str, Told | None]()
    for condition in study.conditions():
        if condition.model not in told:
            told[condition.model] = _told(store, questions, condition, origins, own)
    return {
        condition.id: _policy(questions, condition, found)
        for condition in study.conditions()
        if (found := told[condition.model])
    }


def _told(
    store: Store, questions: WalkQuestions, condition: Condition, origins: pd.DataFrame, own: pd.DataFrame
) -> Told | None:
    """What the model of a condition told of the questions of its walks."""
    if model := told_here.simulation(condition.model):
        return Simulation(questions, model)
    known = origins[origins["model"] == condition.model]
    before = own[own["model"] == condition.model]
    if len(before):  # the very model that the steps were asked of goes before any that has its name
        known = known.merge(before, on=["model", "server", "fingerprint"])
    ways = (True, False) if condition.sampling.thinking == "off" else (False,)
    for origin in known.to_dict("records"):
        fingerprint = origin["fingerprint"] if isinstance(origin["fingerprint"], str) else None
        asked = store.distributions.prompts(condition.model, str(origin["server"]), fingerprint)
        kept = Kept(questions, known_questions(asked, questions, ways), store.distributions.many, source_of(origin))
        if kept.known and (kept.moments() if kept.timed else kept.trees(questions.begins)):
            return kept
    for asking in told_here.at_hand(condition.model):
        if same_words(questions, condition, asking.plan):
            return AtHand(questions.timed, asking.plan.t, dict(asking.since(0)))
    return None


def _policy(questions: WalkQuestions, condition: Condition, told: Told) -> KnownPolicy:
    sampler, asked = sampler_of(condition), asked_of(condition)
    fields = {each: _remembered(questions, told, each) for each in (sampler, asked, PLAIN)}
    return KnownPolicy(
        questions.lattice,
        *(fields[sampler], fields[PLAIN], fields[asked]),
        lambda t: np.array(sorted(told.trees(t)), np.intp),
        lambda t, places: _field(questions, told, sampler, t, places),
        told.timed,
        *(questions.start, questions.begins, questions.steps),
        *(sampler.words, sampler.known, condition.measurement == "probabilities"),
        told.moments() if told.timed else (),
        told.source,
        others={each.pipeline.title: _remembered(questions, told, each) for each in others_of(condition)},
    )


def _remembered(questions: WalkQuestions, told: Told, sampler: ConditionSampler) -> Callable[[int], PolicyField]:
    """The field at a moment under a sampler; of those that depend on t few are remembered, each takes a megabyte."""
    read = lru_cache(maxsize=2)(partial(_field, questions, told, sampler))
    return read if told.timed else lambda _: read(questions.begins)


def _field(
    questions: WalkQuestions, told: Told, sampler: ConditionSampler, t: int, places: Iterable[int] | None = None
) -> PolicyField:
    trees = told.trees(t)
    own = trees if places is None else {place: trees[place] for place in places if place in trees}
    found = field_from(questions.lattice, own, sampler.sampling, sampler.pipeline)
    if not questions.sampled:
        return found
    scant = found.outside > 1 - SCANT  # what is said there is hardly ever a move, and nothing is known of that
    return replace(found, p=np.where(scant[:, None], np.nan, found.p))
