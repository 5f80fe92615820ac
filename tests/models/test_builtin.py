"""Laws of builtin/tiny: what it was taught, how it samples, how it shares batches."""

from __future__ import annotations

import asyncio
import contextlib
import math
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import power_divergence

from lmwalk.errors import InputError, PermanentError, TransientError, UnsupportedError
from lmwalk.models.builtin import examples, policy
from lmwalk.models.builtin.batcher import Batcher
from lmwalk.models.builtin.chat import MARKS
from lmwalk.models.builtin.decoding import CELLS, Job, batches_of
from lmwalk.models.builtin.evaluate import distributions, grid, measure, questions, texts
from lmwalk.models.builtin.model import LONGEST_ANSWER, Builtin
from lmwalk.registry import backend_of, make_process, open_model
from lmwalk.templates import named_template
from lmwalk.types import Distribution, Prompt, Reply, Sampling

GRID = make_process("grid", {})
MEMORYLESS = named_template("grid", "memoryless").text
FOLDER = Path(examples.__file__).parent


@pytest.fixture(scope="module")
def model() -> Builtin:
    opened = open_model("builtin/tiny")
    assert isinstance(opened, Builtin)
    return opened


def prompt(text: str, system: str | None = None) -> Prompt:
    return Prompt(text, system, GRID, {})


def at(x: int, y: int, text: str = MEMORYLESS) -> Prompt:
    return questions(text, np.array([(x, y)]))[0]


async def ask(model: Builtin, asked: Prompt, sampling: Sampling, seed: int) -> Reply:
    return await model.reply(asked, sampling, seed, contextlib.AsyncExitStack())


def score(model: Builtin, asked: Prompt, outcomes: Sequence[str]) -> Distribution:
    return asyncio.run(model.distribution(asked, outcomes, contextlib.nullcontext()))


async def ask_all(model: Builtin, asked: list[Prompt], sampling: Sampling) -> list[Reply]:
    return await asyncio.gather(*(ask(model, each, sampling, seed) for seed, each in enumerate(asked)))


# --- the policy -------------------------------------------------------------------------------------------------------


def test_policy_has_no_rare_move():
    """Everywhere on the 51 x 51 grid the four moves sum to 1 and none is rarer than 0.02."""
    p = policy.policy(*grid().T)
    assert p.sum(axis=1) == pytest.approx(1)
    assert p.min() > 0.02


def test_policy_turns_with_the_position():
    """A quarter turn of the position is a quarter turn of the moves: RIGHT becomes UP, UP becomes LEFT."""
    x, y = grid().T
    up, down, left, right = policy.policy(x, y).T
    turned = policy.policy(-y, x).T
    assert np.stack([right, left, up, down]) == pytest.approx(turned)


def test_policy_on_the_ring_is_tangential():
    """No radial pull on the ring: at (RING, 0) LEFT equals RIGHT and UP / DOWN = exp(2 GAIN r / sqrt(r^2 + 1))."""
    up, down, left, right = policy.policy(policy.RING, 0)
    assert left == pytest.approx(right)
    assert up / down == pytest.approx(math.exp(2 * policy.GAIN * policy.RING / math.sqrt(policy.RING**2 + 1)))


def test_policy_at_a_temperature_is_the_tempered_policy():
    """p at T is proportional to p at T = 1 to the power 1 / T."""
    p, warm = policy.policy(3, -9), policy.policy(3, -9, 1.5)
    assert p ** (1 / 1.5) / (p ** (1 / 1.5)).sum() == pytest.approx(warm)


# --- what it was taught -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "text"), list(texts()))
def test_distribution_is_the_taught_policy(model, name, text):
    """At T = 1 the mean TVD to the policy is 0.05 at most, for every template and an unseen paraphrase of it."""
    found = measure(model, text, grid(every=5))
    assert found.tvd <= 0.05
    assert found.tvd_all <= 0.05
    assert found.outside < 0.01


def test_held_out_paraphrases_are_not_trained_on():
    """No held-out line of words stands in any text that is trained on."""
    for entry in examples.paraphrases().values():
        trained = "\n".join(entry["trained"])
        assert not any(line in trained for line in entry["held_out"].splitlines())


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.5])
def test_sampled_frequencies_agree_with_the_tempered_distribution(model, temperature):
    """A G-test of 2,000 replies against p^(1/T) does not reject, and the policy at that temperature is close."""
    asked = at(4, -2)
    exact = score(model, asked, policy.MOVES).normalised()
    p = np.array([exact[move] for move in policy.MOVES]) ** (1 / temperature)
    p /= p.sum()
    replies = asyncio.run(ask_all(model, [asked] * 2000, Sampling(temperature)))
    read = [GRID.parse(reply.text).outcome for reply in replies]
    counts = np.array([read.count(move) for move in policy.MOVES])
    assert counts.sum() > 1900
    assert power_divergence(counts, p * counts.sum(), lambda_="log-likelihood").pvalue > 0.001
    assert 0.5 * np.abs(p - policy.policy(4, -2, temperature)).sum() < 0.1


@pytest.mark.parametrize("temperature", [0.5, 1.5])
def test_the_tempered_distribution_is_the_tempered_policy(model, temperature):
    """Over the 51 x 51 grid the mean TVD to the policy at another temperature is 0.05 at most, too."""
    positions = grid(every=5)
    inside, _ = asyncio.run(distributions(model, questions(MEMORYLESS, positions)))
    p = inside ** (1 / temperature)
    p /= p.sum(axis=1, keepdims=True)
    truth = policy.policy(*positions.T, temperature)
    assert 0.5 * np.abs(p - truth).sum(axis=1).mean() <= 0.05


def test_weights_are_small():
    """The network has 0.5 to 5 million parameters and its files are 8 MB or less."""
    size = sum((FOLDER / name).stat().st_size for name in ("tiny.onnx", "tokenizer.json"))
    assert 4 * 500_000 < size <= 8 * 2**20


# --- sampling ---------------------------------------------------------------------------------------------------------


def test_a_seed_gives_the_same_reply(model):
    """The same question, sampler and seed give the same reply; other seeds give others."""
    first = asyncio.run(ask_all(model, [at(0, 0)] * 40, Sampling(1.0)))
    again = asyncio.run(ask_all(model, [at(0, 0)] * 40, Sampling(1.0)))
    assert [r.text for r in first] == [r.text for r in again]
    assert len({r.text for r in first}) >= 4


def test_zero_temperature_is_the_likeliest_move(model):
    """At T = 0 the reply is the most probable outcome, whatever the seed."""
    for x, y in [(10, 3), (-7, 8), (-12, -20), (3, -9)]:
        exact = score(model, at(x, y), policy.MOVES).normalised()
        replies = asyncio.run(ask_all(model, [at(x, y)] * 3, Sampling(0.0)))
        assert {r.text for r in replies} == {max(exact, key=exact.__getitem__)}


@pytest.mark.parametrize("cut", [{"top_k": 1}, {"top_p": 1e-6}, {"min_p": 1.0}])
def test_a_cut_to_one_token_is_greedy(model, cut):
    """top_k = 1, a tiny top_p and min_p = 1 each leave only the likeliest token, at any temperature."""
    asked = [at(x, -x) for x in range(-12, 12)]
    greedy = asyncio.run(ask_all(model, asked, Sampling(0.0)))
    found = asyncio.run(ask_all(model, asked, Sampling(2.0, **cut)))
    assert [r.text for r in found] == [r.text for r in greedy]


def test_a_cut_keeps_what_it_should(model):
    """top_k = 2 draws the two likeliest moves and no other."""
    asked = at(15, 0)
    exact = score(model, asked, policy.MOVES).normalised()
    best = set(sorted(exact, key=exact.__getitem__)[-2:])
    replies = asyncio.run(ask_all(model, [asked] * 100, Sampling(3.0, top_k=2, max_tokens=1)))
    assert {r.text for r in replies} == best


def test_counts_and_logprobs_belong_to_the_tokens(model):
    """Each sampled token has a log-probability at T = 1, which sum to the answer's score; max_tokens ends it."""
    asked = at(5, 5)
    reply = asyncio.run(ask(model, asked, Sampling(0.7), 1))
    assert reply.logprobs is not None
    assert reply.tokens_out == len(reply.logprobs) == 2
    exact = score(model, asked, [reply.text])
    assert sum(reply.logprobs) == pytest.approx(exact.logprobs[reply.text], abs=1e-4)
    assert asyncio.run(ask(model, asked, Sampling(0.7, max_tokens=1), 1)).tokens_out == 1
    assert reply.tokens_in == len(model.chat.prompt_ids(asked.text, None, 1000))


# --- distributions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcomes", [policy.MOVES, ("1", "10", "UP", "UPWARDS", "heads or tails")])
def test_distribution_is_the_product_of_conditionals(model, outcomes):
    """An outcome's score is the product of its tokens' and the end's conditionals, each read afresh."""
    asked = at(-3, 11)
    found = score(model, asked, outcomes)
    ids = model.chat.prompt_ids(asked.text, None, 1000)
    for outcome in outcomes:
        total, read = 0.0, list(ids)
        for token in [*model.chat.text_ids(outcome), model.chat.end]:
            logits = model.runtime.prefill([read])[0][0].astype(float)
            total += logits[token] - np.logaddexp.reduce(logits)
            read.append(token)
        assert found.logprobs[outcome] == pytest.approx(total, abs=1e-3)
    assert sum(math.exp(v) for v in found.logprobs.values()) + found.outside == pytest.approx(1)


def test_distributions_of_many_questions_are_those_of_each(model):
    """What is scored at the same time changes no score, also where two questions are equal."""
    asked = [at(1, 1), at(-9, 4), at(1, 1)]

    async def together():
        return await asyncio.gather(*(model.distribution(a, policy.MOVES, contextlib.nullcontext()) for a in asked))

    for question, found in zip(asked, asyncio.run(together()), strict=True):
        assert found == score(model, question, policy.MOVES)


# --- batches ----------------------------------------------------------------------------------------------------------


def test_batched_replies_equal_those_alone(model):
    """What shares a batch changes no reply and no bit of a score: 36 questions, asked at once and one by one."""
    asked = [at(x, 3 - x, text) for x in range(-3, 3) for _, text in texts()]
    together = asyncio.run(ask_all(model, asked, Sampling(1.0)))
    alone = [asyncio.run(ask(model, each, Sampling(1.0), seed)) for seed, each in enumerate(asked)]
    assert [(r.text, r.logprobs) for r in together] == [(r.text, r.logprobs) for r in alone]


def test_several_loops_share_the_model(model):
    """Event loops in different threads can ask the same model at the same time."""
    found: dict[int, list[str]] = {}

    def work(number: int) -> None:
        replies = asyncio.run(ask_all(model, [at(number, 0)] * 10, Sampling(1.0)))
        found[number] = [r.text for r in replies]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: [r.text for r in asyncio.run(ask_all(model, [at(n, 0)] * 10, Sampling(1.0)))] for n in range(4)}


def test_the_gate_is_held_exactly_while_the_model_works(model):
    """A closed gate keeps the question from the model, and it is let go of when the reply is there."""

    async def scenario() -> None:
        gate = asyncio.Semaphore(1)
        await gate.acquire()
        task = asyncio.create_task(model.reply(at(0, 1), Sampling(), 0, gate))
        await asyncio.sleep(0.05)
        assert not task.done()
        gate.release()
        await task
        assert not gate.locked()
        await asyncio.gather(*(model.reply(at(0, n), Sampling(), n, gate) for n in range(5)))
        assert not gate.locked()

    asyncio.run(scenario())


def test_a_cancelled_question_disturbs_no_other(model):
    """Cancelling a question frees its gate and leaves the others their replies."""

    async def scenario() -> list[Reply]:
        gate = asyncio.Semaphore(4)
        tasks = [asyncio.create_task(model.reply(at(n, n), Sampling(), n, gate)) for n in range(8)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(done[0], asyncio.CancelledError)
        assert not gate.locked()
        return [reply for reply in done if isinstance(reply, Reply)]

    assert len(asyncio.run(scenario())) == 7


def test_a_question_out_of_time_is_a_transient_error(model):
    """No answer within timeout_s raises TransientError, and the next question is answered."""
    with pytest.raises(TransientError, match="within"):
        asyncio.run(ask(model, at(2, 2), Sampling(timeout_s=0.0), 0))
    assert asyncio.run(ask(model, at(2, 2), Sampling(), 0)).text


def test_a_failure_reaches_those_who_asked():
    """An error while a batch runs is raised for its questions only; the thread goes on."""

    def answer(jobs):
        if any(job.ids == (0,) for job in jobs):
            raise ValueError("broken")

    batcher = Batcher(lambda jobs: [[job] for job in jobs], answer)
    bad, good = batcher.submit([Job((0,))]), batcher.submit([Job((1,)), Job((2,))])
    with pytest.raises(ValueError, match="broken"):
        bad.result(10)
    assert [job.ids for job in good.result(10)[0]] == [(1,), (2,)]


def test_who_waits_shares_the_next_batch():
    """Questions that arrive while a batch runs are answered together."""
    sizes, release = [], threading.Event()

    def answer(jobs):
        sizes.append(len(jobs))
        release.wait(10)

    batcher = Batcher(lambda jobs: [list(jobs)], answer)
    first = batcher.submit([Job((0,))])
    while not sizes:
        time.sleep(0.001)
    rest = [batcher.submit([Job((n,))]) for n in range(7)]
    release.set()
    for future in [first, *rest]:
        future.result(10)
    assert sizes == [1, 7]


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=80))
def test_batches_hold_every_job_and_stay_small(lengths):
    """Splitting loses and doubles nothing; a batch has one length, and one of several questions keeps to the bound."""
    jobs = [Job((0,) * n) for n in lengths]
    batches = batches_of(jobs)
    assert sorted(id(job) for batch in batches for job in batch) == sorted(map(id, jobs))
    assert all(len({len(job.ids) for job in b}) == 1 for b in batches)
    assert all(len(b) == 1 or len(b) * len(b[0].ids) ** 2 <= CELLS for b in batches)


# --- text -------------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=())), st.none() | st.text())
def test_any_text_gets_a_reply(text, system):
    """Any Unicode text, also a lone surrogate or none at all, is a prompt that gets a reply."""
    reply = asyncio.run(ask(open_model("builtin/tiny"), prompt(text, system), Sampling(1.5), 3))
    assert GRID.parse(reply.text).status in ("ok", "unparsed", "ambiguous", "refused", "empty")
    assert reply.logprobs is not None
    assert all(math.isfinite(each) for each in reply.logprobs)


@given(st.text())
def test_tokens_give_the_text_back(text):
    """Encoding is lossless: the tokens of any text decode to it."""
    chat = open_model("builtin/tiny").chat
    assert chat.decode(chat.text_ids(text)) == text


def test_a_typed_mark_is_text(model):
    """The marks of the chat form in a user's text are spelt out, not obeyed."""
    ids = model.chat.text_ids("".join(MARKS))
    assert not {model.chat.end, model.chat.system, model.chat.user, model.chat.reply} & set(ids)


def test_a_long_prompt_loses_its_beginning(model):
    """A prompt longer than the context keeps its last tokens, is answered as the question they hold, and says so."""
    asked = prompt("heads, tails, " * 3000 + at(9, 0).text)
    limit = model.runtime.context - 16
    ids = model.chat.prompt_ids(asked.text, None, limit)
    assert len(ids) == limit
    assert ids[1:] == model.chat.prompt_ids(asked.text, None, 10**9)[1 - limit :]
    reply = asyncio.run(ask(model, asked, Sampling(0.0), 0))
    assert (reply.tokens_in, reply.prompt_cut) == (limit, True)
    assert asyncio.run(ask(model, at(9, 0), Sampling(0.0), 0)).prompt_cut is False
    with pytest.raises(PermanentError, match="at most 768 tokens, and this one has"):
        asyncio.run(model.distribution(asked, ["UP"], contextlib.nullcontext()))


def test_small_numbers_are_single_tokens(model):
    """Every whole number from -99 to 99 is one token."""
    assert {len(model.chat.text_ids(str(n))) for n in range(-99, 100)} == {1}


# --- the backend ------------------------------------------------------------------------------------------------------


def test_accepts_tells_what_is_used(model):
    """What is not asked for takes its neutral value; a repeat penalty is an error, or a note if it may be dropped."""
    used = {"temperature": 0.3, "top_p": 1.0, "top_k": 0, "min_p": 0.0, "max_tokens": 16}
    assert model.accepts(Sampling(0.3, repeat_penalty=1.0), drop=False).parameters == used
    with pytest.raises(UnsupportedError, match="repeat_penalty"):
        model.accepts(Sampling(0.3, repeat_penalty=1.1), drop=False)
    sent = model.accepts(Sampling(0.3, repeat_penalty=1.1), drop=True)
    assert sent.parameters == used
    assert "repeat_penalty" in sent.notes[0]
    asked = Sampling(1.0, top_p=0.9, top_k=40, min_p=0.05, max_tokens=LONGEST_ANSWER)
    assert model.accepts(asked, drop=False).parameters["top_k"] == 40
    with pytest.raises(UnsupportedError, match="at most"):
        model.accepts(Sampling(max_tokens=LONGEST_ANSWER + 1), drop=False)


def test_there_is_one_builtin_model(model):
    """builtin/tiny is opened once and closing it disturbs nobody; another name is an InputError that names it."""
    assert open_model("builtin/tiny") is model
    asyncio.run(model.close())
    assert asyncio.run(ask(model, at(0, 0), Sampling(), 0)).text
    with pytest.raises(InputError, match="builtin/tiny"):
        open_model("builtin/other")
    assert [(o.name, o.available) for o in backend_of("builtin/tiny").offers()] == [("builtin/tiny", True)]


def test_registering_imports_nothing_heavy():
    """Importing the backend imports neither onnxruntime nor tokenizers nor torch."""
    heavy = "{'onnxruntime', 'tokenizers', 'torch', 'onnx'} & set(sys.modules)"
    package = "lmwalk.models.builtin"
    code = f"import sys, {package}.policy, {package}.draws_law; sys.exit(bool({heavy}))"
    subprocess.run([sys.executable, "-c", code], check=True)
