"""From logits to a draw: temperature and the cuts, in the orders that are in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from lmwalk.types import Sampling

Array = npt.NDArray[np.float64]
Order = Literal["temperature-first", "cuts-first"]


Stage = Literal["temperature", "top_k", "top_p", "min_p"]
PipelineName = Literal["temperature-only", "own", "openai", "llama.cpp", "ollama", "ollama-engine"]


class Settled(NamedTuple):
    """A sampler's settings with nothing left open; ``top_k=0``, ``top_p=1`` and ``min_p=0`` cut nothing."""

    temperature: float
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0

    @property
    def cuts(self) -> bool:
        """Whether any token may be cut away."""
        return self.top_k > 0 or self.top_p < 1 or self.min_p > 0


_NO_CUT = Settled(1.0)


@dataclass(frozen=True)
class Pipeline:
    """What a sampler does, in order, and the cuts that it makes where it is told none.

    Attributes
    ----------
    title, about : str
        Its name as a user would say it, and what it does in one line.
    stages : tuple of str
        Temperature and cuts in their order; a cut that is not named is not made, whatever is asked for. Each cut sees
        the probabilities of the tokens that are left, and renormalises.
    """

    title: str
    about: str
    stages: tuple[Stage, ...]
    usual: Settled = _NO_CUT
    """The cuts that it makes by default; of its temperature nothing is said."""

    def settled(self, sampling: Sampling) -> Settled:
        """The settings it works with: what was asked for, else its defaults; cuts that it does not make are off."""
        asked = Settled(sampling.temperature)
        for name in ("top_k", "top_p", "min_p"):
            value = getattr(sampling, name)
            if name in self.stages:
                asked = asked._replace(**{name: getattr(self.usual, name) if value is None else value})
        return asked


PIPELINES: Mapping[PipelineName, Pipeline] = {
    "temperature-only": Pipeline("Temperature only", "nothing but the temperature", ("temperature",)),
    "own": Pipeline(
        "Own settings",
        "temperature, then top_k, top_p and min_p as they are set",
        ("temperature", "top_k", "top_p", "min_p"),
    ),
    "openai": Pipeline(
        "OpenAI, vLLM",
        "temperature, then min_p, top_k and top_p as they are set; by default no cut",
        ("temperature", "min_p", "top_k", "top_p"),
    ),
    "llama.cpp": Pipeline(
        "llama.cpp",
        "top_k 40, top_p 0.95, min_p 0.05 unless they are set, and the temperature last",
        ("top_k", "top_p", "min_p", "temperature"),
        Settled(1.0, 40, 0.95, 0.05),
    ),
    "ollama": Pipeline(
        "Ollama (by llama.cpp)",
        "top_k 40, top_p 0.9 unless they are set, and the temperature last, as for gemma2 and llama3",
        ("top_k", "top_p", "min_p", "temperature"),
        Settled(1.0, 40, 0.9, 0.0),
    ),
    "ollama-engine": Pipeline(
        "Ollama (own engine)",
        "top_k 40, then the temperature, then top_p 0.9 unless they are set, as for gemma3 and qwen3",
        ("top_k", "temperature", "top_p", "min_p"),
        Settled(1.0, 40, 0.9, 0.0),
    ),
}
"""As the sources of these servers have it.

llama.cpp: ``common/common.h`` lists the samplers (penalties, dry, top_n_sigma, top_k, typical_p, top_p, min_p, xtc,
temperature) and their defaults; dry, top_n_sigma, typical_p and xtc are off. Ollama hands its own defaults to the same
samplers (``llama/sampling_ext.cpp``) for models that llama.cpp runs, among them gemma2, llama3 and qwen2.5. Models
whose architecture needs its own engine (``fs/ggml/ggml.go:OllamaEngineRequired``: gemma3, qwen3, gpt-oss and others)
are sampled by ``sample/samplers.go``, which tempers before it makes top_p. vLLM's ``v1/sample/sampler.py`` tempers
first, makes min_p, then top_k and top_p. OpenAI publishes no order; its temperature and top_p act as vLLM's do.
"""
assert tuple(PIPELINES) == get_args(PipelineName)


def probabilities(logits: npt.ArrayLike, sampling: Sampling, order: Order = "temperature-first") -> Array:
    """Sampling probabilities along the last axis.

    Parameters
    ----------
    logits : array_like, shape (..., n)
        Unnormalised log-probabilities; -inf is never drawn.
    sampling : Sampling
        Temperature 0 puts all mass on the largest logit (the first of equals). A cut that is None is not made.
    order : str
        ``cuts-first`` makes top_k, top_p and min_p on the distribution at T = 1 and applies the temperature to what
        is left, as Ollama does; ``temperature-first`` cuts the tempered distribution.
    """
    values = np.asarray(logits, dtype=np.float64)
    if sampling.temperature == 0:
        coldest: Array = np.zeros_like(values)
        np.put_along_axis(coldest, values.argmax(axis=-1, keepdims=True), 1.0, axis=-1)
        return coldest
    if order == "cuts-first":
        return softmax(_cut(values, sampling) / sampling.temperature)
    return softmax(_cut(values / sampling.temperature, sampling))


def softmax(logits: Array) -> Array:
    """Probabilities along the last axis."""
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Array = weights / weights.sum(axis=-1, keepdims=True)
    return result


def _cut(logits: Array, sampling: Sampling) -> Array:
    """The logits with everything top_k, top_p and min_p reject set to -inf."""
    top_k, top_p, min_p = sampling.top_k or 0, sampling.top_p or 1.0, sampling.min_p or 0.0
    if not (0 < top_k < logits.shape[-1]) and top_p >= 1 and min_p <= 0:
        return logits
    order = np.argsort(-logits, axis=-1, kind="stable")
    rank = np.argsort(order, axis=-1, kind="stable")
    keep = np.ones(logits.shape, dtype=bool)
    if 0 < top_k < logits.shape[-1]:
        keep &= rank < top_k
    if top_p < 1:
        sorted_p = np.take_along_axis(softmax(np.where(keep, logits, -np.inf)), order, axis=-1)
        before = np.cumsum(sorted_p, axis=-1) - sorted_p
        keep &= np.take_along_axis(before, rank, axis=-1) < top_p
    if min_p > 0:
        kept = softmax(np.where(keep, logits, -np.inf))
        keep &= kept >= min_p * kept.max(axis=-1, keepdims=True)
    return np.where(keep, logits, -np.inf)


def draw(p: Array, u: float) -> int:
    """The index that a uniform number in [0, 1) picks from one distribution of shape (n,)."""
    cumulative = np.cumsum(p)
    return int(np.searchsorted(cumulative, u * cumulative[-1], side="right"))
