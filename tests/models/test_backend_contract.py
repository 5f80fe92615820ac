"""What holds for every model backend, and for every kind of model that can be opened without leaving this machine."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import ollama_server, openai_server

from lmwalk.engine.prepared import prepare
from lmwalk.errors import InputError, ModelError, UnsupportedError
from lmwalk.models import endpoint
from lmwalk.models.function import FunctionBackend
from lmwalk.registry import accepted_forms, backend_of, backends, open_model, processes
from lmwalk.study import Study
from lmwalk.types import HERE, Distribution, Model, Offer, Outcome, Prompt, Reply, Sampling, Sent

T = TypeVar("T")
ON_SERVERS = ("ollama/tiny", "openai/tiny", "endpoint/lab/tiny")
IN_TURNS = "relay/simulated/copier + simulated/swapper"
IMPORTED = "imported/what was said elsewhere"
WRONG = {
    "builtin": "builtin/huge",
    "endpoint": "endpoint/lab",
    "ideal": "ideal ",
    "imported": "imported/ ",
    "local": "local/ ",
    "providers": "no such provider",
    "relay": "relay/ideal",
    "simulated": "simulated/biased:p=2",
}
"""A name of each backend that cannot be used."""


def _offered(name: str) -> list[str]:
    """The models that a backend offers without asking a server."""
    return [offer.name for offer in backends[name].offers() if offer.available]


HERE_ALONE = [model for name in ("builtin", "ideal", "simulated") for model in _offered(name)]
"""Models that run in this process and draw from the seed alone."""
OPENABLE = [*HERE_ALONE, IN_TURNS, *ON_SERVERS]
SETTINGS = [
    Sampling(),
    Sampling(0.0, top_p=0.9, top_k=40, min_p=0.05, repeat_penalty=1.1, max_tokens=5),
    Sampling(1.5, thinking="high", context=4096),
    Sampling(answer="choice"),
    Sampling(answer="json", thinking="off"),
]
every_backend = pytest.mark.parametrize("name", list(backends))
every_model = pytest.mark.parametrize("name", OPENABLE)


@pytest.fixture(scope="module")
def _servers() -> Iterator[tuple[str, str]]:
    with ollama_server(lambda _: "UP", models=("tiny",)) as ollama, openai_server(lambda _: "UP") as openai:
        yield ollama.url, openai.url


@pytest.fixture
def home(_servers: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder with one endpoint, where both kinds of servers answer on the loopback."""
    ollama, openai = _servers
    monkeypatch.setenv("OLLAMA_HOST", ollama)
    monkeypatch.setenv("OPENAI_BASE_URL", openai)
    endpoint.add(tmp_path, endpoint.made("lab", openai))
    return tmp_path


class Gate:
    """Counts how often it is entered, and how deep."""

    def __init__(self) -> None:
        self.entered = self.inside = self.deepest = 0

    async def __aenter__(self) -> None:
        self.entered += 1
        self.inside += 1
        self.deepest = max(self.deepest, self.inside)

    async def __aexit__(self, *_: object) -> None:
        self.inside -= 1


def question(process: str, model: Model) -> Prompt:
    """The first question of a process, with its own template."""
    study = Study(name="contract", process=process, models=["ideal"], on_unsupported="note")
    (play,) = prepare(study, lambda _: model)
    return play.prompt(play.start(0), 0)


def with_model(name: str, home: Path, use: Callable[[Model], Awaitable[T]]) -> T:
    """What comes of a model that is opened for it, and closed twice."""

    async def used() -> T:
        model = open_model(name, home)
        try:
            return await use(model)
        finally:
            await model.close()
            await model.close()

    return asyncio.run(used())


async def first_answered(model: Model, seeds: Sequence[int] = (7,)) -> tuple[Prompt, list[Reply]]:
    """The first process that a model answers, its question, and the answers to it under some seeds."""
    said = []
    for process in processes:
        asked = question(process, model)
        try:
            return asked, [await model.reply(asked, Sampling(), seed, Gate()) for seed in seeds]
        except ModelError as error:
            said.append(str(error))
    raise AssertionError(said)


# ---- backends


@every_backend
def test_a_backend_has_all_that_the_protocol_names(name: str) -> None:
    """Forms are for sentences, and the sentence that lists what is accepted has them all."""
    backend = backends[name]

    assert isinstance(backend.forms, tuple)
    assert all(isinstance(form, str) and form and form in accepted_forms() for form in backend.forms)
    for method in ("claims", "check", "open", "offers"):
        assert callable(getattr(backend, method))


@every_backend
@given(text=st.text(max_size=30))
def test_any_text_is_claimed_or_not(name: str, text: str) -> None:
    """Whatever stands in a study file, a backend says yes or no, and to what it claims nothing or why not."""
    backend = backends[name]

    if backend.claims(text):
        try:
            backend.check(text)
        except InputError as error:
            assert str(error)


@every_backend
def test_a_name_that_cannot_be_used_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    """At once by ``check``, and so before a study is made of it."""
    wrong = WRONG[name]

    with pytest.raises(InputError, match=r"Accepted|There is"):
        backends[name].check(wrong)
    with pytest.raises(InputError):
        Study(name="contract", models=[wrong])


@every_backend
def test_what_is_offered_can_be_named(name: str, tmp_path: Path) -> None:
    """An offer that is available is a name the backend itself takes, and no other backend comes before it."""
    for offer in backends[name].offers(tmp_path):
        assert isinstance(offer, Offer)
        if offer.available:
            assert backend_of(offer.name) is backends[name]
            backends[name].check(offer.name)


def test_a_registered_function_is_a_backend_like_the_others() -> None:
    """Its own name and no other."""
    backend = FunctionBackend("mine", lambda *_: "UP", simulated=True)

    assert (backend.forms, backend.claims("mine"), backend.claims("yours")) == (("mine",), True, False)
    assert [offer.name for offer in backend.offers()] == ["mine"]
    with pytest.raises(InputError, match="Accepted: 'mine'"):
        backend.open("yours", HERE)


# ---- models


@every_model
def test_a_model_is_what_its_name_says(name: str, home: Path) -> None:
    """It keeps its name, and says whom it shares its server with and whether it is a simulation."""

    async def told(model: Model) -> Model:
        return model

    model = with_model(name, home, told)

    assert isinstance(model, Model)
    assert model.name == name
    assert isinstance(model.server, str)
    assert isinstance(model.exclusive, bool)
    assert model.simulated is (name not in (*ON_SERVERS, "builtin/tiny") and not name.startswith("local/"))
    for method in (model.reply, model.distribution, model.close):
        assert inspect.iscoroutinefunction(method)


@every_model
def test_what_is_sent_is_told(name: str, home: Path) -> None:
    """As plain JSON with sentences; what cannot be sent raises, or is a note where the study says so."""

    async def accepted(model: Model) -> list[Sent | None]:
        return [_accepted(model, *asked) for asked in product(SETTINGS, (False, True), (False, True))]

    found = with_model(name, home, accepted)

    for sent in filter(None, found):
        assert json.loads(json.dumps(dict(sent.parameters))) == dict(sent.parameters)
        assert all(isinstance(note, str) and note for note in sent.notes)
    for strict, lenient in zip(found[::2], found[1::2], strict=True):
        assert strict is not None or lenient is None or lenient.notes


def _accepted(model: Model, sampling: Sampling, prefill: bool, drop: bool) -> Sent | None:
    """What is sent; None where it is refused, as what is left out where it may be never is."""
    try:
        return model.accepts(sampling, drop=drop, prefill=prefill)
    except UnsupportedError as error:
        assert str(error)
        assert not drop or prefill
        return None


@every_model
def test_a_reply_is_a_text_with_what_is_known_of_it(name: str, home: Path) -> None:
    """Seconds and counts are not negative, and nothing is made up where nothing is known."""
    _, (reply,) = with_model(name, home, first_answered)

    assert isinstance(reply, Reply)
    assert isinstance(reply.text, str)
    assert reply.latency_s >= 0
    for count in (reply.tokens_in, reply.tokens_out, reply.thought_tokens, reply.cost_usd):
        assert count is None or count >= 0
    assert reply.finish in (None, "stop", "length", "filter", "refusal", "tool", "error")


@every_model
def test_the_gate_is_held_once_at_a_time_and_let_go(name: str, home: Path) -> None:
    """So the engine's count of questions in flight is true; a model of no server may pass it by."""

    async def gated(model: Model) -> tuple[Gate, str]:
        asked, _ = await first_answered(model)
        gate = Gate()
        await model.reply(asked, Sampling(), 7, gate)
        return gate, model.server

    gate, server = with_model(name, home, gated)

    assert gate.inside == 0
    assert gate.deepest == (1 if server else gate.deepest)
    assert gate.deepest <= 1


@every_model
def test_probabilities_are_those_of_the_outcomes_or_refused(name: str, home: Path) -> None:
    """Every outcome and no other has a mass; with what is outside and unseen they make one."""

    async def scored(model: Model) -> tuple[Sequence[Outcome], Distribution | None]:
        asked, _ = await first_answered(model)
        outcomes = asked.process.outcomes(asked.state)
        if not outcomes:
            return (), None
        try:
            return outcomes, await model.distribution(asked, outcomes, Gate())
        except (UnsupportedError, ModelError) as error:
            assert str(error)
            return outcomes, None

    outcomes, found = with_model(name, home, scored)

    if found is not None:
        masses = found.masses()
        assert set(masses) == set(outcomes)
        assert min(masses.values()) >= 0
        assert found.outside >= -1e-9
        assert found.unseen >= -1e-9
        assert sum(masses.values()) + found.outside + found.unseen == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", [*HERE_ALONE, IN_TURNS])
def test_the_same_seed_gives_the_same_words(name: str, home: Path) -> None:
    """Of what runs here, so that a run that was stopped goes on as one that was not."""
    seeds = (3, 5, 2**62)

    first = with_model(name, home, lambda model: first_answered(model, seeds))
    again = with_model(name, home, lambda model: first_answered(model, seeds))

    assert [reply.text for reply in first[1]] == [reply.text for reply in again[1]]


def test_another_seed_gives_another_draw(home: Path) -> None:
    """The ideal observer of a fair process is seen to draw: 20 equal ones of 4 outcomes come once in 4^19 times."""
    _, replies = with_model("ideal", home, lambda model: first_answered(model, range(20)))

    assert len({reply.text for reply in replies}) > 1


def test_what_was_imported_is_claimed_but_cannot_be_asked(tmp_path: Path) -> None:
    """A study may name it; asking it says what to do."""
    Study(name="contract", process="telephone", models=[IMPORTED])

    with pytest.raises(InputError, match="cannot be asked"):
        open_model(IMPORTED, tmp_path)
