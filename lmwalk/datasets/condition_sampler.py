"""What stands between a model's probabilities and the moves of a condition: its sampler, as far as it is known."""

from __future__ import annotations

import re
from typing import NamedTuple

from lmwalk.models import builtin
from lmwalk.number_format import exact
from lmwalk.sampler import PIPELINES, Pipeline, PipelineName
from lmwalk.study import Condition
from lmwalk.token_tree import TEMPERATURE_ONLY
from lmwalk.types import Sampling

CUTS = ("top_k", "top_p", "min_p")
NO_SERVER: frozenset[PipelineName] = frozenset({"temperature-only", "own"})
OWN_ENGINE = re.compile(r"gemma3|qwen3|gpt-oss", re.IGNORECASE)
"""Of models that Ollama samples by its own engine."""


class ConditionSampler(NamedTuple):
    """A sampler.

    Attributes
    ----------
    sampling, pipeline
        As ``datasets.fields.field_from`` takes them.
    known : bool
        Whether that is what draws the moves. Otherwise it is what was asked for, the temperature and cuts that were
        sent.
    words : str
        The same for people: ``T = 0.7, no cuts``.
    """

    sampling: Sampling
    pipeline: Pipeline
    known: bool
    words: str


def sampler_of(condition: Condition) -> ConditionSampler:
    """What draws the moves of a condition, as far as it is known here; nobody is asked."""
    if condition.measurement == "probabilities":
        return _sampler(condition, condition.pipeline, known=True)
    if not _may_cut(condition.sampling):
        return _sampler(condition, TEMPERATURE_ONLY, known=True)
    name = _of_server(condition.model)
    return _sampler(condition, PIPELINES[name], known=True) if name else asked_of(condition)


def asked_of(condition: Condition) -> ConditionSampler:
    """What was asked of the server and nothing else: the temperature, then such cuts as were sent."""
    sent = any(getattr(condition.sampling, name) is not None for name in CUTS)
    return _sampler(condition, PIPELINES["own"] if sent else TEMPERATURE_ONLY, known=False)


def others_of(condition: Condition) -> list[ConditionSampler]:
    """What each server that is known would make of a condition: what was sent in its order, and its own defaults.

    None where it is known what draws the moves, and of simulations, which are no server.
    """
    if sampler_of(condition).known or "simulated/" in condition.model:
        return []
    return [_sampler(condition, pipeline, known=False) for name, pipeline in PIPELINES.items() if name not in NO_SERVER]


def _may_cut(sampling: Sampling) -> bool:
    """Whether a cut was sent, or is left to the server."""
    return any(getattr(sampling, name) != Sampling.NEUTRAL[name] for name in CUTS)


def _of_server(model: str) -> PipelineName | None:
    """What the sources of a server say that it does; None where it is not known which server it is."""
    provider, _, name = model.partition("/")
    if model == builtin.NAME:
        return "own"
    if provider in ("ollama", "ollama_chat"):
        return "ollama-engine" if OWN_ENGINE.search(name) else "ollama"
    return "openai" if provider == "hosted_vllm" else None


def _sampler(condition: Condition, pipeline: Pipeline, *, known: bool) -> ConditionSampler:
    settled = pipeline.settled(condition.sampling)
    values = {"top_k": settled.top_k, "top_p": settled.top_p, "min_p": settled.min_p}
    cuts = [f"{name} {value:g}" for name, value in values.items() if value != Sampling.NEUTRAL[name]]
    order = f", in the order of {pipeline.title}" if cuts else ""
    words = f"T = {exact(condition.temperature)}, {', '.join(cuts) or 'no cuts'}{order}"
    return ConditionSampler(condition.sampling, pipeline, known, words)
