"""A probe tells honest samplers from those that hide a cut or a temperature."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from scipy.stats import binomtest
from servers import ollama_server, openai_server
from validity.probe import fails

from lmwalk.analysis.samplers import Candidates
from lmwalk.errors import InputError, ModelError
from lmwalk.registry import open_model
from lmwalk.sampler_probe import Finding, ProbeReport, Size, most_questions, probe
from lmwalk.sampler_probe.checks import frequencies

MOVES = {"UP": 0.4, "DOWN": 0.3, "LEFT": 0.2, "RIGHT": 0.1}


def probed(name: str, **size: int) -> ProbeReport:
    async def ask() -> ProbeReport:
        model = open_model(name)
        try:
            return await probe(model, Size(**size))
        finally:
            await model.close()

    return asyncio.run(ask())


def named(report: ProbeReport) -> dict[str, Finding]:
    return {finding.name: finding for finding in report.findings}


def test_a_model_behind_a_hidden_cut_is_caught_each_time() -> None:
    """simulated/peaked fails for every one of 5 seeds, by the cut that it has, and passes with cuts switched off."""
    for seed in range(5):
        report = probed("simulated/peaked", seed=seed)

        assert report.verdict == "fails"
        assert named(report)["Frequencies at T = 2"].verdict == "fails"
        assert "keeps only the likeliest token, 93%" in named(report)["Frequencies at T = 2"].sentence
        assert named(report)["Temperature"].verdict == "fails"
        assert "Temperature" in report.sentence


def test_an_honest_model_passes_as_often_as_it_should() -> None:
    """simulated/honest fails in no more than about one of a hundred probes."""
    failed = sum(probed("simulated/honest", seed=seed).verdict == "fails" for seed in range(15))

    assert binomtest(failed, 15, 0.011, alternative="greater").pvalue > 0.001


def test_the_built_in_model_passes_every_check() -> None:
    """builtin/tiny is an honest sampler whose log-probabilities are exact."""
    report = probed("builtin/tiny")

    assert report.verdict == "passes"
    assert {finding.verdict for finding in report.findings} <= {"passes", "measured"}
    assert report.questions <= most_questions(100)[0]


def test_a_model_without_a_temperature_is_caught() -> None:
    """simulated/biased answers alike at every temperature, T = 0 among them."""
    found = named(probed("simulated/biased", answers=300))

    assert found["T = 0 repeats"].verdict == "fails"
    assert found["Temperature"].verdict == "fails"
    assert "whatever temperature is sent" in found["Frequencies at T = 0.5"].sentence


def test_where_nothing_can_be_told_nothing_is_claimed() -> None:
    """A model that says nothing passes and fails nothing."""
    report = probed("simulated/empty", answers=50)

    assert report.verdict == "cannot tell"


def test_a_report_comes_back_as_it_was_kept() -> None:
    """JSON and back."""
    report = probed("simulated/peaked", answers=50)

    assert ProbeReport.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize("answers", [19, 5001])
def test_a_size_that_makes_no_sense_is_refused(answers: int) -> None:
    """Too few answers tell nothing, too many cost too much."""
    with pytest.raises(InputError, match="20 to 5,000"):
        Size(answers=answers)


def test_a_probe_asks_no_more_than_it_says() -> None:
    """The most that it will ask is known before, and its observer sees the count grow to what was asked."""
    seen: list[tuple[int, int]] = []

    class Watching:
        def progress(self, done: int, most: int, doing: str) -> None:
            seen.append((done, most))

    report = asyncio.run(probe(open_model("simulated/peaked"), Size(50), Watching()))
    usual, more = most_questions(50)

    assert [done for done, _ in seen] == list(range(1, report.questions + 1))
    assert {most for _, most in seen} == {usual + more}
    assert report.questions == usual + more


def test_an_honest_server_passes_over_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """First tokens over an OpenAI-compatible server, drawn from the log-probabilities that it lists."""
    with openai_server(sampler="honest", probabilities=MOVES) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        report = probed("openai/tiny")

    assert report.verdict == "passes", report.findings
    assert named(report)["Tokens per second"].verdict == "measured"
    assert all(question.body["max_tokens"] in (1, 40) for question in server.questions)


@pytest.mark.parametrize("serve", ["ollama", "openai"])
def test_a_server_with_a_hidden_top_k_fails_over_http(monkeypatch: pytest.MonkeyPatch, serve: str) -> None:
    """The cut shows through both interfaces; no cut is sent, so that the server's own one acts."""
    running = {"ollama": ollama_server, "openai": openai_server}[serve]
    with running(sampler="top_k=2", probabilities=MOVES) as server:
        monkeypatch.setenv("OLLAMA_HOST" if serve == "ollama" else "OPENAI_BASE_URL", server.url)
        report = probed(f"{serve}/tiny")

    assert report.verdict == "fails"
    assert "2 tokens" in named(report)["Frequencies at T = 1"].sentence


def test_a_server_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe of a dead server ends with the reason."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(ModelError, match="Nothing answers at"):
        probed("openai/tiny")


@pytest.mark.parametrize("vocabulary", [2_000, 50_000])
def test_honest_samplers_with_a_short_list_never_crash_and_seldom_fail(vocabulary: int) -> None:
    """Twenty tokens of many are listed: in 15 probes at most what a level of .01 gives with a chance of .001."""
    failed = sum(fails(np.random.default_rng([1, place]), vocabulary, 20, 3.0, answers=50) for place in range(15))

    assert binomtest(int(failed), 15, 0.01, alternative="greater").pvalue > 0.001


def test_a_frequency_that_cannot_be_tested_does_not_pass() -> None:
    """Eight answers, the last of twenty even tokens: no token is expected five times, so G is 0 whatever came."""
    given = Candidates(tuple((f"t{place}", float(np.log(0.01))) for place in range(20)))
    answers = {at: [f"t{place}" for place in range(12, 20)] for at in (0.5, 2.0)}

    found, _ = frequencies(given, answers, 0, "")

    told = {finding.name: finding for finding in found}
    for at in ("0.5", "2"):
        finding = told[f"Frequencies at T = {at}"]
        assert finding.verdict == "cannot tell"
        assert "expected fewer than 5 times" in finding.sentence
        assert finding.numbers["n"] == 8
