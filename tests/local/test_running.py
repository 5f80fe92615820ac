"""Models that run here, against plain passes of the same networks: tiny ones of three families, made on the spot."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import torch
from local import tiny
from models import test_backend_contract as contract
from scipy import stats
from transformers import AutoModelForCausalLM, AutoTokenizer

from lmwalk.errors import PermanentError
from lmwalk.models.local import answering
from lmwalk.registry import open_model
from lmwalk.sampler import softmax
from lmwalk.token_tree import read
from lmwalk.types import Prompt, Reply, Sampling, TellsAttention

T = TypeVar("T")
TEXT = "I landed on the coin and then"
OUTCOMES = ("heads", "tails")
SPELT = re.compile(r"""[\s"'\u201c\u2018*_`(\[]{0,4}(heads|tails)(?![^\W_])""", re.IGNORECASE)
BEGUN = [word[:end] for word in OUTCOMES for end in range(1, len(word) + 1)]
every_family = pytest.mark.parametrize("family", tiny.FAMILIES)
Folder = Callable[..., Path]


def asked(text: str = TEXT, **more: Any) -> Prompt:
    return Prompt(text, more.get("system"), None, {}, more.get("prefill"))  # type: ignore[arg-type]


def with_model(folder: Path, use: Callable[[Any], Awaitable[T]], options: str = "dtype=f32") -> T:
    async def used() -> T:
        return await use(open_model(f"local/{folder}:device=cpu,{options}"))

    return asyncio.run(used())


class Plain:
    """The same network without lmwalk: whole sequences, one at a time."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.network = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
        self.logits = cache(self._logits)

    def _logits(self, ids: tuple[int, ...]) -> np.ndarray:
        with torch.no_grad():
            return self.network(torch.tensor([ids])).logits[0, -1].double().numpy()

    def text(self, ids: Sequence[int]) -> str:
        return self.tokenizer.decode(list(ids))

    def spelt(self, ids: tuple[int, ...], temperature: float = 1.0, least: float = 1e-7) -> Counter[str]:
        """What each outcome holds, by following every sequence of tokens that may spell one."""
        found: Counter[str] = Counter()
        stack: list[tuple[tuple[int, ...], float]] = [((), 1.0)]
        while stack:
            path, mass = stack.pop()
            for token, p in enumerate(mass * softmax(self.logits(ids + path) / temperature)):
                text, ended = self.text((*path, token)), token == self.tokenizer.eos_token_id
                text = text.removesuffix("<eos>")
                begun = text.lstrip(" \n").lower()
                if not ended and p > least and len(text) - len(begun) <= 4 and (not begun or begun in BEGUN):
                    stack.append(((*path, token), p))
                elif match := SPELT.match(text):
                    found[match[1].lower()] += p
        return found


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only what is rarer than what ``Plain.spelt`` follows is not followed."""
    monkeypatch.setattr(answering, "NEGLIGIBLE", 0.0)
    monkeypatch.setattr(answering, "LEAST", 1e-7)
    monkeypatch.setattr(answering, "MOST_PATHS", 10_000)
    yield


@every_family
def test_scores_are_those_of_reading_every_spelling_by_itself(family: str, folder_of: Folder, exact: None) -> None:
    """In any tokens, behind any blanks, to 1e-5; nothing is unseen, and the tree says the same."""
    folder = folder_of(family)
    plain = Plain(folder)
    truth = plain.spelt(tuple(plain.tokenizer(TEXT)["input_ids"]))

    async def scored(model: Any) -> tuple[Any, Any]:
        law = await model.distribution(asked(), OUTCOMES, nullcontext())
        return law, read(await model.token_tree(asked(), OUTCOMES, nullcontext()), OUTCOMES)

    law, grown = with_model(folder, scored)

    for found in (law, grown):
        assert found.unseen == 0
        assert found.masses() == pytest.approx({outcome: truth[outcome] for outcome in OUTCOMES}, rel=1e-3, abs=1e-5)
        assert sum(found.masses().values()) + found.outside == pytest.approx(1, abs=1e-6)


def test_what_questions_share_is_read_once(folder_of: Folder) -> None:
    """A sequence that grows costs its new tokens, and one that was read costs one; what is told stays the same."""
    folder = folder_of("llama")
    texts = [TEXT + ", heads" * n for n in (1, 3, 10, 30)]

    async def grown(model: Any) -> tuple[list[int], list[Any]]:
        await model.first_tokens(asked(texts[0]), nullcontext())
        reader, costs, laws = model.weights.at_hand.reader, [], []
        for text in (*texts, texts[-1]):
            before = reader.tokens
            laws.append(await model.first_tokens(asked(text), nullcontext()))
            costs.append(reader.tokens - before)
        return costs, laws

    costs, laws = with_model(folder, grown)
    lengths = [len(Plain(folder).tokenizer(text)["input_ids"]) for text in texts]

    assert costs == [1, *np.diff(lengths), 1]
    assert np.exp([p for _, p in laws[-1]]) == pytest.approx(np.exp([p for _, p in laws[-2]]), abs=1e-6)
    truth = Plain(folder).logits(tuple(Plain(folder).tokenizer(texts[-1])["input_ids"]))
    assert np.exp([p for _, p in laws[-1]]) == pytest.approx(softmax(truth), rel=1e-4, abs=1e-7)


def test_memory_is_bounded_and_what_is_forgotten_is_read_anew(folder_of: Folder) -> None:
    """More questions than are kept, forth and back, at once and one by one: each has the law that it has alone."""
    folder = folder_of("gemma")
    plain = Plain(folder)
    texts = [f"{word} {TEXT * 3} {word}" for word in ("UP", "DOWN", "LEFT", "RIGHT", "coin", "left")]

    async def told(model: Any) -> list[Any]:
        await model.first_tokens(asked(texts[0]), nullcontext())
        model.weights.at_hand.reader.resize(64)
        again = [await model.first_tokens(asked(text), nullcontext()) for text in texts + texts[::-1]]
        return again + await asyncio.gather(*[model.first_tokens(asked(text), nullcontext()) for text in texts[:2]])

    for text, law in zip([*texts, *texts[::-1], *texts[:2]], with_model(folder, told), strict=True):
        truth = softmax(plain.logits(tuple(plain.tokenizer(text)["input_ids"])))
        assert np.exp([p for _, p in law]) == pytest.approx(truth, rel=1e-4, abs=1e-7)
    with_model(folder, _resized)


async def _resized(model: Any) -> None:
    model.weights.at_hand.reader.resize(4096)


@every_family
def test_an_answer_is_the_same_alone_and_beside_others(family: str, folder_of: Folder) -> None:
    """Under every cut: 16 at once, of which some end early, say what each says by itself, as likely."""
    questions = [
        (asked(TEXT + " UP" * (n % 3)), Sampling(1.2, top_k=40, top_p=0.95, min_p=0.001, max_tokens=2 + n % 7), n)
        for n in range(16)
    ]

    async def both(model: Any) -> tuple[list[Reply], list[Reply]]:
        alone = [await model.reply(*question, nullcontext()) for question in questions]
        return alone, await asyncio.gather(*[model.reply(*question, nullcontext()) for question in questions])

    alone, together = with_model(folder_of(family), both)

    for one, other in zip(alone, together, strict=True):
        assert (one.text, one.tokens_in, one.tokens_out, one.finish) == (
            other.text,
            other.tokens_in,
            other.tokens_out,
            other.finish,
        )
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)
    assert len({reply.text for reply in alone}) > 10


@pytest.mark.parametrize(("temperature", "batch"), [(0.5, 16), (1.0, 1), (1.0, 16), (2.0, 16), (2.0, 1), (0.5, 1)])
def test_what_is_sampled_is_as_frequent_as_it_is_scored(temperature: float, batch: int, folder_of: Folder) -> None:
    """First tokens of 240 answers against their probabilities at that temperature (G-test)."""
    folder = folder_of("gemma")
    plain = Plain(folder)
    p = softmax(plain.logits(tuple(plain.tokenizer(TEXT)["input_ids"])) / temperature)

    async def sampled(model: Any) -> list[Reply]:
        found: list[Reply] = []
        for first in range(0, 240, batch):
            seeds = range(first, first + batch)
            sampling = Sampling(temperature, max_tokens=1)
            found += await asyncio.gather(*[model.reply(asked(), sampling, seed, nullcontext()) for seed in seeds])
        return found

    counts = Counter(reply.text for reply in with_model(folder, sampled))
    likely = [token for token in np.argsort(-p) if 240 * p[token] >= 5]
    seen = [counts[plain.text([token])] for token in likely]
    rest, expected = 240 - sum(seen), 240 * p[likely]

    assert stats.power_divergence([*seen, rest], [*expected, 240 - expected.sum()], lambda_=0).pvalue > 0.001


def test_a_chat_leaves_the_last_turn_open(folder_of: Folder) -> None:
    """A template puts the question as a user's message and the beginning of the answer behind; its mark ends a turn."""
    folder = folder_of("qwen", chat=True)
    plain = Plain(folder)

    async def told(model: Any) -> tuple[Any, Any, Any]:
        law = await model.first_tokens(asked(system="Be brief.", prefill=" the"), nullcontext())
        return model.accepts(Sampling(), drop=False).parameters, law, model.weights.at_hand.wording.ends

    parameters, law, ends = with_model(folder, told)
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": TEXT}]
    text = plain.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True) + " the"
    truth = softmax(plain.logits(tuple(plain.tokenizer(text, add_special_tokens=False)["input_ids"])))

    assert parameters["fed"] == "<bos><turn>user\n{text}<end>\n<turn>assistant\n{prefill}"
    assert np.exp([p for _, p in law]) == pytest.approx(truth, rel=1e-4, abs=1e-7)
    assert ends == {plain.tokenizer.eos_token_id, plain.tokenizer.convert_tokens_to_ids("<end>")}
    assert with_model(folder, told, "dtype=f32,chat=false")[0]["fed"] == "<bos>{text}{prefill}"


@every_family
def test_attention_is_that_of_a_plain_pass(family: str, folder_of: Folder) -> None:
    """Of the last position, summed over the tokens of each word; over all words and marks it makes 1."""
    folder = folder_of(family)
    plain = Plain(folder)
    text = " ".join([TEXT] * 4)
    words = [match.span() for match in re.finditer(r"\S+", text)]

    found = with_model(folder, lambda model: model.attention(asked(text), words, nullcontext()))
    encoded = plain.tokenizer(text, return_offsets_mapping=True)
    with torch.no_grad():
        told = plain.network(torch.tensor([encoded["input_ids"]]), output_attentions=True).attentions
    rows = np.stack([layer[0, :, -1].numpy() for layer in told])
    truth = [
        rows[..., [n for n, (_, end) in enumerate(encoded["offset_mapping"]) if begin < end <= last]].sum(-1)
        for begin, last in words
    ]

    assert found.tokens == len(encoded["input_ids"])
    assert found.weights == pytest.approx(np.stack(truth, axis=-1), abs=1e-4)
    assert found.weights.sum(axis=-1) + rows[..., 0] == pytest.approx(1, abs=1e-4)


def test_a_local_model_keeps_the_contract_of_models(folder_of: Folder, tmp_path: Path) -> None:
    """As every model that runs here does."""
    name = f"local/{folder_of('llama')}:dtype=f32"
    for law in (
        contract.test_a_model_is_what_its_name_says,
        contract.test_what_is_sent_is_told,
        contract.test_a_reply_is_a_text_with_what_is_known_of_it,
        contract.test_the_gate_is_held_once_at_a_time_and_let_go,
        contract.test_probabilities_are_those_of_the_outcomes_or_refused,
    ):
        law(name, tmp_path)
    assert isinstance(open_model(name), TellsAttention)


def test_memory_is_given_back_for_another_model_and_taken_again_when_asked(folder_of: Folder) -> None:
    """Not while somebody asks; afterwards the same answer comes, from weights that were loaded anew."""

    async def asked_again(model: Any) -> tuple[int, int, list[str]]:
        said = [(await model.reply(asked(), Sampling(max_tokens=6), 1, nullcontext())).text]
        before = model.weights.loads
        with model.weights.held():
            model.weights.unload()
        kept = model.weights.at_hand is not None
        model.weights.unload()
        assert kept
        assert model.weights.at_hand is None
        said.append((await model.reply(asked(), Sampling(max_tokens=6), 1, nullcontext())).text)
        return before, model.weights.loads, said

    before, after, (first, again) = with_model(folder_of("qwen"), asked_again)

    assert after == before + 1
    assert first == again


def test_a_question_too_long_for_the_window_is_refused_in_a_sentence(folder_of: Folder) -> None:
    """With the numbers that say why."""
    with pytest.raises(PermanentError, match=r"the window holds 512"):
        with_model(folder_of("llama"), lambda model: model.distribution(asked(TEXT * 100), OUTCOMES, nullcontext()))
