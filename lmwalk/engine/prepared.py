"""From a study to plays: conditions with their process and model, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from lmwalk.analysis.outcome_mass import mass_of
from lmwalk.engine.closing import carried, closed
from lmwalk.engine.distribution_cache import DistributionCache
from lmwalk.errors import InputError, PermanentError, TransientError
from lmwalk.number_format import rather, tiny
from lmwalk.randomness import chance, stream
from lmwalk.study import Condition, OnCut, Study
from lmwalk.templates import compiled
from lmwalk.thoughts import ROOM
from lmwalk.types import SCANT, Distribution, Model, NeedsRoom, Process, Prompt, Sampling, Sent, State

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

    def prompt(self, state: State, trajectory: int) -> Prompt:
        """The question in a state."""
        view = self.process.view(state)
        fill = self.wordings[trajectory // self.process.cases % len(self.wordings)]
        system, prefill = (part and part(view) for part in (self.fill_system, self.fill_prefill))
        text = closed(fill(view), self.sampling.answer, self.process.outcomes(state))
        return Prompt(text, system, self.process, state, prefill)

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
    thinking = None if study.thinking == "default" else study.thinking
    scores = {name: DistributionCache(model, thinking) for name, model in models.items()}
    return [_ready(condition, study, scores[condition.model]) for condition in study.conditions()]


def _ready(condition: Condition, study: Study, scores: DistributionCache) -> PreparedCondition:
    model = scores.model
    process = study.make_process()
    if model.name == "ideal" and not process.ideal(process.start(chance(study.seed, 0, 0))):
        raise InputError(f"models: 'ideal' cannot be used; {process.name} has no ideal observer.")
    drop = study.on_unsupported == "note"
    sampling, unsent = carried(condition, _with_room(condition.sampling, process, model), drop=drop)
    sent = model.accepts(sampling, drop=drop, prefill=condition.template.prefill is not None)
    sent = replace(sent, notes=(*sent.notes, *unsent))
    template = condition.template
    wordings = tuple(map(compiled, template.texts))
    system, prefill = (compiled(part) if part else None for part in (template.system, template.prefill))
    draws = stream(condition.id)
    parts = (wordings, system, prefill, sampling, study.on_cut, drop)
    return PreparedCondition(condition, process, model, sent, study.start, draws, scores, *parts)


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
    for play in plays:
        if play.condition.measurement == "probabilities" and play.model.name not in notes:
            notes[play.model.name] = await _probe(play)
    return [
        replace(play, sent=replace(play.sent, notes=(*play.sent.notes, *notes.get(play.model.name, ()))))
        for play in plays
    ]


async def _probe(play: PreparedCondition) -> tuple[str, ...]:
    first = play.condition.branch.trajectory if play.condition.branch else 0
    state = play.start(first)
    try:
        found = await play.scores.of(play.prompt(state, first), play.process.outcomes(state) or (), nullcontext())
    except (PermanentError, TransientError):
        return ()  # the run asks again, and keeps what fails
    return tuple(filter(None, (_bounded(found), _scant(found))))


def _bounded(found: Distribution) -> str:
    if not found.upper:
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
