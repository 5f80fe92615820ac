"""From a study to plays: conditions with their process and model, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from lmwalk.analysis.outcome_mass import mass_of
from lmwalk.engine.attending import Attending, attending, shown_in
from lmwalk.engine.closing import carried, closed
from lmwalk.engine.distribution_cache import DistributionCache
from lmwalk.errors import InputError, PermanentError, TransientError
from lmwalk.number_format import rather, tiny
from lmwalk.randomness import chance, stream
from lmwalk.sampler import PIPELINES, Pipeline
from lmwalk.study import Condition, OnCut, Study
from lmwalk.templates import compiled
from lmwalk.thoughts import ROOM
from lmwalk.token_tree import TOO_WIDE, TellsTree
from lmwalk.token_tree.spelling import ROUNDING
from lmwalk.types import SCANT, Distribution, Model, NeedsRoom, Process, Prompt, Sampling, Sent, Span, State

MARK = "\0"
"""Stands in for what a question shows, to find where that begins; no text of anybody's holds it."""
Fill = Callable[[Mapping[str, object]], str]


@dataclass(frozen=True)
class PreparedCondition:
    """A condition made ready: its process, its model, what the model will be sent."""

    condition: Condition
    process: Process
    model: Model
    sent: Sent
    start: Callable[[int], State]
    """The state at t = 0 of a trajectory."""
    stream: int
    scores: DistributionCache
    wordings: tuple[Fill, ...]
    fill_system: Fill | None = None
    fill_prefill: Fill | None = None
    sampling: Sampling = field(default_factory=Sampling)
    """The condition's, with room for an answer where the model has to be told how long it may be."""
    on_cut: OnCut = "keep"
    drop: bool = False
    """Whether settings that its model cannot take are left out."""
    attends: Attending | None = None
    """Who asks its model what it attends to, where that is wanted."""

    def prompt(self, state: State, trajectory: int) -> Prompt:
        """The question in a state."""
        view = self.process.view(state)
        fill = self.wordings[trajectory // self.process.cases % len(self.wordings)]
        system, prefill = (part and part(view) for part in (self.fill_system, self.fill_prefill))
        text = closed(fill(view), self.sampling.answer, self.process.outcomes(state))
        return Prompt(text, system, self.process, state, prefill)

    def sent_by_now(self) -> Sent:
        """What would be sent now: as before, less what its model has learnt that its server refuses, with the notes."""
        begun = self.condition.template.prefill is not None
        now = self.model.accepts(self.sampling, drop=self.drop, prefill=begun)
        return Sent(now.parameters, tuple(dict.fromkeys((*self.sent.notes, *now.notes))))

    def shown(self, prompt: Prompt) -> tuple[Span, ...]:
        """Where each result stands in a question that shows some, in order."""
        evidence = getattr(self.process, "evidence", None)
        fill = self.wordings[int(prompt.state.get("paraphrase", 0)) % len(self.wordings)]
        begins = fill({**self.process.view(prompt.state), evidence: MARK}).find(MARK) if evidence else -1
        return shown_in(self.process, prompt.state, prompt.text, begins)

    def parameters(self, seed: int) -> dict[str, Any]:
        """The sampler settings that go with a question of this seed, which not every provider takes."""
        sent = dict(self.sent.parameters)
        return {**sent, "seed": seed} if "seed" in sent else sent


def prepare(study: Study, open_model: Callable[[str], Model]) -> list[PreparedCondition]:
    """Every condition, ready to be asked. Opens models; sends nothing.

    Raises
    ------
    InputError
        A model cannot be had, or cannot take a setting that the study asks for.
    """
    models = {name: open_model(name) for name in study.models}
    asking = {name: attending(model, study.make_process()) for name, model in models.items() if study.attention}
    thinking = None if study.thinking == "default" else study.thinking
    scores = {name: DistributionCache(model, thinking) for name, model in models.items()}
    conditions = study.conditions()
    for cache in scores.values():
        cache.tempers = any(_tempers(condition) for condition in conditions)
    ready = [_ready(condition, study, scores[condition.model]) for condition in conditions]
    return [replace(play, attends=asking.get(play.condition.model)) for play in ready]


def _tempers(condition: Condition) -> bool:
    """Whether a sampler is worked out from token probabilities."""
    settled = condition.pipeline.settled(condition.sampling)
    return condition.measurement == "probabilities" and (settled.temperature != 1 or settled.cuts)


def _ready(condition: Condition, study: Study, scores: DistributionCache) -> PreparedCondition:
    model = scores.model
    process = study.make_process()
    if model.name == "ideal" and not process.ideal(process.start(chance(study.seed, 0, 0))):
        raise InputError(f"models: 'ideal' cannot be used; {process.name} has no ideal observer.")
    drop = study.on_unsupported == "note"
    sampling, unsent = carried(condition, _with_room(condition.sampling, process, model), drop=drop)
    asked = replace(sampling, temperature=1.0, **_NO_CUTS) if _tempers(condition) else sampling
    sent = model.accepts(asked, drop=drop, prefill=condition.template.prefill is not None)
    sent = replace(sent, notes=(*sent.notes, *unsent, *_worked_out(condition, model)))
    template = condition.template
    wordings = tuple(map(compiled, template.texts))
    system, prefill = (compiled(part) if part else None for part in (template.system, template.prefill))
    draws = stream(condition.id)
    parts = (wordings, system, prefill, sampling, study.on_cut, drop)
    return PreparedCondition(condition, process, model, sent, study.start, draws, scores, *parts)


_NO_CUTS: dict[str, Any] = {"top_p": 1.0, "top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0}


def _worked_out(condition: Condition, model: Model) -> tuple[str, ...]:
    """That the sampler is worked out from what was asked at T = 1, and is not the server's."""
    if not _tempers(condition) or (model.simulated and not isinstance(model, TellsTree)):
        return ()
    settled = condition.pipeline.settled(condition.sampling)
    cuts = {"top_k": settled.top_k, "top_p": settled.top_p, "min_p": settled.min_p}
    made = [f"{name}={value:g}" for name, value in cuts.items() if value != Sampling.NEUTRAL[name]]
    sampler = ", ".join([f"T={settled.temperature:g}", *made])
    order = "" if condition.imitate == "temperature-only" else f" in the order of {condition.pipeline.title}"
    note = f"Asked at T = 1 without cuts; {sampler} is worked out from the tokens{order}."
    penalty = condition.sampling.repeat_penalty
    return (note, *([f"repeat_penalty={penalty:g} is not worked out."] if penalty not in (None, 1) else ()))


def _with_room(sampling: Sampling, process: Process, model: Model) -> Sampling:
    """With room for an answer, and for a thought before it, where the model has to be told and the study does not say.

    What the study says itself is sent as it stands.
    """
    if sampling.max_tokens is None and isinstance(model, NeedsRoom) and model.needs_room(process):
        return replace(sampling, max_tokens=process.room + ROOM[sampling.thinking or "off"])
    return sampling


async def probed(plays: list[PreparedCondition]) -> list[PreparedCondition]:
    """The plays, noted where a model's token probabilities are bounds only, or leave little to the outcomes.

    That takes one question of each model.

    Raises
    ------
    UnsupportedError
        A model gives no token probabilities.
    """
    notes: dict[str, tuple[str, ...]] = {}
    own: dict[str, tuple[str, ...]] = {}
    for play in plays:
        if play.condition.measurement == "probabilities" and play.model.name not in notes:
            notes[play.model.name] = await _probe(play)
        if _tempers(play.condition) and not play.model.simulated:
            own[play.condition.id] = await _doubtful(play)
    return [
        replace(play, sent=replace(play.sent, notes=(*play.sent.notes, *more)))
        for play in plays
        for more in [(*notes.get(play.model.name, ()), *own.get(play.condition.id, ()))]
    ]


async def _probe(play: PreparedCondition) -> tuple[str, ...]:
    found = await _first(play, Sampling(), PIPELINES["temperature-only"])
    return () if found is None else tuple(filter(None, (_bounded(found), _scant(found))))


async def _doubtful(play: PreparedCondition) -> tuple[str, ...]:
    """That what a list of tokens leaves out is much under the condition's sampler."""
    found = await _first(play, play.condition.sampling, play.condition.pipeline)
    widest = max((high - low for low, high in found.bounds().values()), default=0.0) if found else 0.0
    if widest <= TOO_WIDE:
        return ()
    sentence = (
        "Too wide to trust: under this sampler the tokens that are not listed may hold so much that a probability in "
        f"the first question is known to {widest:.2g} only. Lower the temperature, or imitate a sampler that cuts."
    )
    return (sentence,)


async def _first(play: PreparedCondition, sampling: Sampling, pipeline: Pipeline) -> Distribution | None:
    """The distribution of the first question; None where it cannot be had now."""
    first = play.condition.branch.trajectory if play.condition.branch else 0
    state = play.start(first)
    outcomes = play.process.outcomes(state) or ()
    try:
        return await play.scores.of(play.prompt(state, first), outcomes, nullcontext(), sampling, pipeline)
    except (PermanentError, TransientError):
        return None  # the run asks again, and keeps what fails


def _bounded(found: Distribution) -> str:
    if not found.upper or found.unseen <= ROUNDING:
        return ""
    return (
        f"Only the likeliest tokens are given ({found.unseen:.2g} of the probability was not seen in the first "
        "question), so probabilities are bounds."
    )


def _scant(found: Distribution) -> str:
    """That a belief stands on little, or may."""
    least, most = mass_of(found.stored())
    if least >= SCANT:
        return ""
    known = tiny(least) if most == least else f"at least {tiny(least)} and at most {tiny(most)}"
    so = "so a belief says little of what it would answer" if most < SCANT else "so a belief may rest on little"
    return f"In the first question the outcomes hold {known} of the probability, {so}.{rather(found.instead.items())}"
