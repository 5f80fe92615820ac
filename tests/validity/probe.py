"""Probes of honest samplers, whose lists of log-probabilities leave much out.

A probe promises .01 over all its tests, not .05: ``tests/probing/test_probe.py`` holds it to that.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lmwalk.analysis.samplers import Candidates
from lmwalk.sampler import probabilities
from lmwalk.sampler_probe.checks import frequencies
from lmwalk.types import Sampling
from validity import Design

TEMPERATURES = (0.5, 1.0, 2.0)


def fails(chance: np.random.Generator, vocabulary: int, listed: int, spread: float, answers: int = 100) -> float:
    """Whether any frequency or the temperature fails an honest sampler of that many tokens."""
    logits = np.sort(chance.normal(0, spread, vocabulary))[::-1]
    logprobs = logits - np.log(np.exp(logits).sum())
    given = Candidates(tuple((f"t{place}", float(value)) for place, value in enumerate(logprobs[:listed])))
    drawn = {}
    for at in TEMPERATURES:
        p = probabilities(logprobs, Sampling(at), "temperature-first")
        drawn[at] = [f"t{place}" for place in chance.choice(vocabulary, size=answers, p=p)]
    found, _ = frequencies(given, drawn, int(chance.integers(2**31)), "")
    return float(any(finding.verdict == "fails" for finding in found))


def honest(vocabulary: int, listed: int, spread: float) -> Design:
    """An honest sampler that lists its likeliest tokens."""

    def trial(chance: np.random.Generator) -> Mapping[str, float]:
        return {"fails (promised .01)": fails(chance, vocabulary, listed, spread)}

    return Design(f"honest, {listed} of {vocabulary:,} tokens, logits sd {spread:g}", "false positives", trial, few=4)


DESIGNS = [
    honest(20, 20, 2.0),
    *(honest(vocabulary, 20, spread) for vocabulary in (2_000, 50_000) for spread in (1.5, 3.0)),
]
