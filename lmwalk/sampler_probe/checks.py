"""From answers to findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lmwalk.analysis.samplers import (
    Candidates,
    Tested,
    chance_of_repeats,
    explained,
    g_test,
    holm,
    noticed,
    repeats_expected,
    tail_test,
    too_alike,
)
from lmwalk.analysis.tempering import tempering
from lmwalk.sampler_probe.report import Finding, Frequencies, Verdict
from lmwalk.types import Reply

ALPHA = 0.01
"""Probability that an honest sampler fails a probe, over all its tests together."""
Answers = Mapping[float, Sequence[str]]


def speed(timed: Sequence[tuple[Reply, float]]) -> list[Finding]:
    """Seconds a question and tokens a second, of questions asked one at a time."""
    seconds = np.array([latency for _, latency in timed])
    low, middle, high = (float(value) for value in (seconds.min(), np.median(seconds), seconds.max()))
    words = f"{_time(middle)} is the median of {len(seconds)} questions, from {_time(low)} to {_time(high)}."
    found = [
        Finding(
            name="Latency",
            verdict="measured",
            sentence=words,
            numbers={"median_s": middle, "least_s": low, "most_s": high},
            counts=False,
        )
    ]
    counted = [(reply.tokens_out, latency) for reply, latency in timed if reply.tokens_out]
    if not counted:
        words = "It does not say how many tokens an answer has."
        return [*found, Finding(name="Tokens per second", verdict="cannot tell", sentence=words, counts=False)]
    tokens, spent = sum(count for count, _ in counted), sum(latency for _, latency in counted)
    rate = tokens / spent if spent > 0 else None
    words = f"{tokens:,} tokens in {_time(spent)}" + (f", {rate:.3g} a second." if rate else ".")
    return [
        *found,
        Finding(
            name="Tokens per second",
            verdict="measured",
            sentence=words,
            numbers={"tokens_per_s": rate, "tokens": tokens},
            counts=False,
        ),
    ]


def given(candidates: Candidates | None, why: str) -> Finding:
    """Whether log-probabilities are given."""
    if candidates is None:
        return Finding(name="Log-probabilities", verdict="cannot tell", sentence=f"Not given. {why}", counts=False)
    listed, held = len(candidates.tokens), 1 - candidates.outside
    words = f"Given: the {listed:,} likeliest first tokens, which hold {_percent(held)} of the probability."
    return Finding(
        name="Log-probabilities",
        verdict="passes",
        sentence=words,
        numbers={"tokens": listed, "held": held},
        counts=False,
    )


def greedy(texts: Sequence[str]) -> Finding:
    """Whether the same question gets the same reply at T = 0."""
    n, kinds, numbers = len(texts), len(set(texts)), {"n": float(len(texts)), "different": float(len(set(texts)))}
    if not any(text.strip() for text in texts):
        return _finding("T = 0 repeats", "cannot tell", f"All {n} replies were empty.", numbers)
    if kinds == 1:
        return _finding("T = 0 repeats", "passes", f"{n} of {n} replies were the same.", numbers)
    return _finding(
        "T = 0 repeats", "fails", f"{kinds} different replies to the same question, asked {n} times.", numbers
    )


def seeds(first: Sequence[str], again: Sequence[str], notes: Sequence[str]) -> Finding:
    """Whether the same seeds give the same answers, and other seeds others."""
    name, n = "A seed repeats", len(first)
    same = sum(one == other for one, other in zip(first, again, strict=True))
    by_chance, p = repeats_expected(first), chance_of_repeats(first)
    numbers = {"same": float(same), "n": float(n), "by_chance": by_chance, "p": p}
    if refused := next((note for note in notes if note.startswith("No seed is sent")), ""):
        return _finding(name, "cannot tell", refused, numbers)
    words = f"{same} of {n} answers came again with their seeds; without seeds about {by_chance:.0f} would."
    if same < n:
        return _finding(name, "fails", words, numbers)
    if p >= ALPHA:
        return _finding(name, "cannot tell", f"{words} The answers vary too little to tell.", numbers)
    return _finding(name, "passes", words, numbers)


def frequencies(
    candidates: Candidates | None, answers: Answers, seed: int, why: str
) -> tuple[list[Finding], list[Frequencies]]:
    """The temperature and the frequencies, all tests held together at ``ALPHA``."""
    law = tempering(answers, seed=seed)
    tests = {_titled(t): _tested(candidates, answers[t], t, seed) for t in answers if candidates}
    adjusted = _held_together(tests, {"law": law.law.p})
    found = [_temperature(candidates, answers, law.law, law.varies, adjusted["law"])]
    if candidates is None:
        return [*found, *[_finding(_titled(t), "cannot tell", why) for t in answers]], []
    cause = _cause(candidates, answers) if any(adjusted[name] < ALPHA for name in tests) else ""
    found += [_frequency(name, candidates, t, tests, adjusted, cause) for name, t in zip(tests, answers, strict=True)]
    return found, [_drawn(candidates, given, t, cuts_off=False) for t, given in answers.items()]


def cuts_off(candidates: Candidates, answers: Answers, seed: int) -> tuple[list[Finding], list[Frequencies]]:
    """The frequencies with top_p = 1, top_k = 0, min_p = 0 sent; these do not count for the verdict."""
    tests = {f"Cuts switched off, T = {t:g}": _tested(candidates, given, t, seed) for t, given in answers.items()}
    adjusted = _held_together(tests, {})
    cause = _cause(candidates, answers) if any(p < ALPHA for p in adjusted.values()) else ""
    found = [_frequency(name, candidates, t, tests, adjusted, cause) for name, t in zip(tests, answers, strict=True)]
    told = [finding.model_copy(update={"counts": False}) for finding in found]
    return told, [_drawn(candidates, given, t, cuts_off=True) for t, given in answers.items()]


def _titled(temperature: float) -> str:
    return f"Frequencies at T = {temperature:g}"


class _Both(NamedTuple):
    """Counts against the law: in all, and at its unlikely end."""

    whole: Tested
    tail: Tested


def _tested(candidates: Candidates, answers: Sequence[str], temperature: float, seed: int) -> _Both:
    counts, p = candidates.counts(answers, temperature), candidates.law(temperature).p
    return _Both(g_test(counts, p, seed), tail_test(counts, p))


def _held_together(tests: Mapping[str, _Both], others: Mapping[str, float]) -> dict[str, float]:
    """One p-value a name, the smaller of its two, held over all tests by Holm's method; NaN where neither can be."""
    each = {(name, place): test.p for name, both in tests.items() for place, test in enumerate(both)}
    adjusted = holm({**each, **{(name, 0): p for name, p in others.items()}})
    return {name: float(np.fmin(adjusted[name, 0], adjusted.get((name, 1), np.nan))) for name in (*tests, *others)}


def _frequency(
    name: str,
    candidates: Candidates,
    temperature: float,
    tests: Mapping[str, _Both],
    adjusted: Mapping[str, float],
    cause: str,
) -> Finding:
    law, test, p = candidates.law(temperature), tests[name].whole, adjusted[name]
    smallest = noticed(law.p, test.n, ALPHA / (2 * len(tests) + 1))
    numbers = {"G": _finite(test.statistic), "n": float(test.n), "p": _finite(p), "smallest_cut": _finite(smallest)}
    words = f"{test.n} answers, G = {test.statistic:.3g}, p {_p(p)}."
    if test.n == 0:
        return _finding(name, "cannot tell", "No answer is one of the tokens that it lists.", numbers)
    if p < ALPHA:
        return _finding(name, "fails", f"{words} {cause}".strip(), numbers)
    if not np.isfinite(test.p):
        rare = "Each token that it lists is expected fewer than 5 times, so that no frequency can be compared."
        return _finding(name, "cannot tell", f"{test.n} answers. {rare}", numbers)
    if not np.isfinite(smallest):
        likeliest = f"The likeliest answer holds {_percent(float(law.p.max()))}"
        return _finding(name, "cannot tell", f"{words} {likeliest}: no cut would show in so few answers.", numbers)
    return _finding(name, "passes", f"{words} A cut of {_percent(smallest)} or more would have shown.", numbers)


def _temperature(candidates: Candidates | None, answers: Answers, law: Tested, varies: Tested, p: float) -> Finding:
    name = "Temperature"
    numbers = {"G": _finite(law.statistic), "n": float(law.n), "p": _finite(p), "p_differ": _finite(varies.p)}
    spread = " to ".join(f"{t:g}" for t in (min(answers), max(answers)))
    if p < ALPHA:
        words = f"Answers from T = {spread} do not follow one law, p {_p(p)}."
        return _finding(name, "fails", words, numbers)
    if varies.p < ALPHA:
        words = f"Answers change from T = {spread} (p {_p(varies.p)}) as one law says they should (p {_p(p)})."
        return _finding(name, "passes", words, numbers)
    if candidates and (alike := too_alike(answers, candidates)) < ALPHA / 10:
        share = _percent(float(candidates.law(max(answers)).p.max()))
        words = (
            f"Answers do not change from T = {spread}, though at T = {max(answers):g} the likeliest should be down to "
            f"{share}: an honest sampler's differ as little with p {_p(alike)}."
        )
        return _finding(name, "fails", words, numbers)
    words = f"Answers do not differ between T = {spread}, which an honest sampler can give too."
    return _finding(name, "cannot tell", words, numbers)


def _cause(candidates: Candidates, answers: Answers) -> str:
    best = explained(candidates, answers)
    if best is None:
        return "Neither a cut nor a temperature that is left out explains it."
    if best.kept is None:
        return "They fit a sampler that draws at T = 1, whatever temperature is sent."
    what = "token" if best.kept == 1 else f"{best.kept} tokens"
    return f"They fit a cut that keeps only the likeliest {what}, {_percent(best.mass)} of the probability at T = 1."


def _drawn(candidates: Candidates, answers: Sequence[str], temperature: float, *, cuts_off: bool) -> Frequencies:
    law = candidates.law(temperature)
    counts = candidates.counts(answers, temperature)
    return Frequencies(
        temperature=temperature,
        cuts_off=cuts_off,
        names=law.names,
        observed=tuple(int(count) for count in counts),
        expected=tuple(float(p) for p in law.p),
    )


def _finding(name: str, verdict: Verdict, sentence: str, numbers: Mapping[str, float | None] | None = None) -> Finding:
    return Finding(name=name, verdict=verdict, sentence=sentence, numbers=dict(numbers or {}))


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _p(p: float) -> str:
    return f"= {p:.2g}" if p >= 0.001 else "< 0.001"


def _time(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"
