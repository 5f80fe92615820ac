"""Asking a model what is needed to judge its sampler: is it quick, and does it do what it is asked?"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from lmwalk.analysis.samplers import Candidates
from lmwalk.errors import InputError, PermanentError, UnsupportedError
from lmwalk.sampler_probe import checks
from lmwalk.sampler_probe.asking import Asker, Observer, Question, prompts, sentence_prompt
from lmwalk.sampler_probe.report import Finding, Frequencies, ProbeReport
from lmwalk.types import Model, Prompt, Reply, Sampling

__all__ = ["SIZES", "Finding", "Frequencies", "Observer", "ProbeReport", "Size", "most_questions", "probe"]

TEMPERATURES = (0.5, 1.0, 2.0)
OFF = (1.0, 2.0)
GREEDY = 10
REPEATED = 20
LONG_TOKENS = 40
SIZES = (50, 100, 300)
"""Answers at each temperature that are offered."""


@dataclass(frozen=True)
class Size:
    """How much is asked: answers at each temperature, how many at once, and the seed of the seeds."""

    answers: int = 100
    at_once: int = 4
    seed: int = 0

    def __post_init__(self) -> None:
        if not 20 <= self.answers <= 5000:
            raise InputError(f"answers: {self.answers} cannot be used. Accepted: a whole number from 20 to 5,000.")


def most_questions(answers: int) -> tuple[int, int]:
    """Questions of a probe, and how many more where frequencies are off; asking again after failures not counted."""
    return len(prompts()) + GREEDY + 1 + answers * len(TEMPERATURES) + REPEATED, answers * len(OFF)


async def probe(model: Model, size: Size | None = None, observer: Observer | None = None) -> ProbeReport:
    """Probe a model. Cancel it to stop.

    Asked are: log-probabilities of the first token for three questions; ten times the same at T = 0; first tokens of
    the question that tells most at T = 0.5, 1 and 2, with no setting but the temperature; 20 of these again with their
    seeds; and, where frequencies are off, first tokens with every cut switched off.

    Raises
    ------
    ModelError
        A question got no answer; the sentence says why.
    """
    size = size or Size()
    usual, more = most_questions(size.answers)
    begun, started = datetime.now(UTC), time.perf_counter()
    run = _Run(model, size, Asker(model, observer, usual + more, size.at_once))
    findings, frequencies = await run.all()
    return ProbeReport(
        model=model.name,
        asked_at=begun,
        seconds=time.perf_counter() - started,
        questions=run.asker.done,
        question=run.prompt.text,
        findings=tuple(findings),
        frequencies=tuple(frequencies),
        notes=model.accepts(Sampling(1.0, max_tokens=1), drop=True).notes,
    )


class _Run:
    """One probe as it goes on."""

    def __init__(self, model: Model, size: Size, asker: Asker) -> None:
        self.model = model
        self.asker = asker
        self.prompt: Prompt = prompts()[0]
        self._size = size
        self._seeds = np.random.default_rng(size.seed).integers(2**31, size=size.answers * 8).tolist()

    async def all(self) -> tuple[list[Finding], list[Frequencies]]:
        greedy = await self._greedy()
        given, why = await self._candidates()
        answers = {t: await self._first_tokens(t, f"Sampling at T = {t:g}") for t in TEMPERATURES}
        again = await self._again()
        found = [*checks.speed(greedy), checks.given(given, why), checks.greedy([reply.text for reply, _ in greedy])]
        found.append(checks.seeds(answers[2.0][:REPEATED], again, self.model.accepts(Sampling(), drop=True).notes))
        if given and not await self._comparable(given):
            why = "At T = 0 it answers with none of the tokens that it lists, so the two cannot be compared."
            given = None
        tested, frequencies = checks.frequencies(given, answers, self._size.seed, why)
        found += tested
        if given and any(finding.verdict == "fails" for finding in tested):
            off = {t: await self._first_tokens(t, f"Cuts switched off, T = {t:g}", cuts=False) for t in OFF}
            more, drawn = checks.cuts_off(given, off, self._size.seed)
            found, frequencies = found + more, frequencies + drawn
        return found, frequencies

    async def _greedy(self) -> list[tuple[Reply, float]]:
        sampling = Sampling(0.0, max_tokens=LONG_TOKENS)
        asked = [Question(sentence_prompt(), sampling, seed) for seed in self._seeds[-GREEDY:]]
        return await self.asker.one_by_one(asked, "The same question at T = 0")

    async def _candidates(self) -> tuple[Candidates | None, str]:
        """The tokens of the question that tells most, which becomes this probe's question; or why there are none."""
        best: Candidates | None = None
        for prompt in prompts():
            try:
                found = Candidates(await self.asker.first_tokens(prompt))
            except (UnsupportedError, PermanentError) as refusal:
                return None, str(refusal)
            if found.tokens and (best is None or found.entropy_bits > best.entropy_bits):
                best, self.prompt = found, prompt
        return best, "" if best else "It gives no probability to any answer that could be listed."

    async def _first_tokens(self, temperature: float, doing: str, *, cuts: bool = True) -> list[str]:
        sampling = Sampling(temperature, max_tokens=1)
        if not cuts:
            sampling = replace(sampling, top_p=1.0, top_k=0, min_p=0.0, repeat_penalty=1.0)
        block = TEMPERATURES.index(temperature) + (0 if cuts else len(TEMPERATURES))
        seeds = self._seeds[block * self._size.answers :][: self._size.answers]
        replies = await self.asker.replies([Question(self.prompt, sampling, seed) for seed in seeds], doing)
        return [reply.text.strip() for reply in replies]

    async def _again(self) -> list[str]:
        block = TEMPERATURES.index(2.0) * self._size.answers
        sampling = Sampling(2.0, max_tokens=1)
        asked = [Question(self.prompt, sampling, seed) for seed in self._seeds[block : block + REPEATED]]
        return [reply.text.strip() for reply in await self.asker.replies(asked, "The same seeds once more")]

    async def _comparable(self, given: Candidates) -> bool:
        question = Question(self.prompt, Sampling(0.0, max_tokens=1), self._seeds[-1])
        (reply,) = await self.asker.replies([question], "The likeliest token")
        return reply.text.strip() in {text for text, _ in given.tokens}
