"""Models behind LiteLLM, over real HTTP on the loopback."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from servers import Server, ollama_server, openai_server

from lmwalk.errors import InputError, LmwalkError, ModelError, PermanentError, TransientError, UnsupportedError
from lmwalk.models._endpoints import ollama_url
from lmwalk.models._keys import scrubbed
from lmwalk.processes.grid import Grid
from lmwalk.registry import backend_of, open_model
from lmwalk.types import Prompt, Reply, Sampling

GRID = Grid()
STATE = {"t": 0, "x": 0, "y": 0, "moves": []}
NEUTRAL = {"top_p": 1.0, "top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0}
KEY = "sk-test-0123456789abcdefghijklmnop"


def prompt(text: str = "Where to?", system: str | None = None, prefill: str | None = None) -> Prompt:
    return Prompt(text, system, GRID, STATE, prefill)


def ask(name: str, sampling: Sampling | None = None, question: Prompt | None = None, seed: int = 7) -> Reply:
    async def asked() -> Reply:
        model = open_model(name)
        try:
            return await model.reply(question or prompt(), sampling or Sampling(0.7), seed, asyncio.Semaphore(1))
        finally:
            await model.close()

    return asyncio.run(asked())


@pytest.fixture
def ollama(monkeypatch):
    with ollama_server(lambda _: "UP") as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        yield server


@pytest.fixture
def openai(monkeypatch):
    with openai_server(lambda _: "UP") as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        yield server


@pytest.fixture(params=["ollama/tiny", "openai/tiny"])
def asked(request, monkeypatch) -> tuple[str, Server]:
    """A model name and the server that answers to it."""
    kind = request.param.partition("/")[0]
    with (ollama_server if kind == "ollama" else openai_server)(lambda _: "UP") as server:
        monkeypatch.setenv("OLLAMA_HOST" if kind == "ollama" else "OPENAI_BASE_URL", server.url)
        yield request.param, server


def test_import_is_light() -> None:
    """Importing the backends loads neither LiteLLM nor an HTTP library."""
    heavy = "{'litellm', 'httpx', 'aiohttp', 'openai'}"
    code = f"import sys, lmwalk.models.providers, lmwalk.models.discovery; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


IMPORTING_AT_THE_END = """
import _imp, threading, time
from lmwalk.models import providers

litellm = providers._litellm()
litellm.kept = litellm.AsyncHTTPHandler()
held = threading.Event()

def hold():
    _imp.acquire_lock()
    held.set()
    time.sleep(3600)

threading.Thread(target=hold, daemon=True).start()
held.wait()
"""


def test_a_process_ends_whatever_its_threads_were_importing() -> None:
    """LiteLLM's clients do not wait, at the very end, for a thread that will never let go of the import lock."""
    ended = subprocess.run([sys.executable, "-c", IMPORTING_AT_THE_END], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_temperature_only_is_switched_off_in_the_request(ollama) -> None:
    """A temperature-only question tells Ollama to make no cut, and asks nothing else of it."""
    sampling = Sampling(0.7, max_tokens=5, **NEUTRAL)
    ask("ollama/gemma2:9b", sampling, prompt("Where to?", "Be brief."))

    assert [request.path for request in ollama.requests] == ["/api/chat"]
    body = ollama.requests[0].body
    messages = [(message["role"], message["content"]) for message in body.pop("messages")]
    assert messages == [("system", "Be brief."), ("user", "Where to?")]
    assert body == {
        "model": "gemma2:9b",
        "options": {"temperature": 0.7, **NEUTRAL, "num_predict": 5, "seed": 7},
        "stream": False,
    }


def test_provider_default_leaves_the_cuts_out(ollama) -> None:
    """Where the provider's defaults are asked for, no cut is named in the request."""
    ask("ollama_chat/tiny", Sampling(0.0))

    assert ollama.requests[0].body["options"] == {"temperature": 0.0, "seed": 7}


def test_openai_request_holds_what_openai_knows(openai) -> None:
    """An OpenAI-compatible server is sent temperature, top_p, max_tokens and seed, and a dummy key."""
    ask("openai/tiny", Sampling(0.7, top_p=1.0, max_tokens=5), prompt("Where to?", "Be brief."))

    request = openai.requests[0]
    assert request.path == "/v1/chat/completions"
    assert request.headers["Authorization"] == "Bearer no-key-needed"
    assert request.body == {
        "model": "tiny",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where to?"}],
        "temperature": 0.7,
        "top_p": 1.0,
        "max_tokens": 5,
        "seed": 7,
    }


@pytest.mark.parametrize("sampling", [Sampling(0.3), Sampling(1.5, max_tokens=3, **NEUTRAL)])
def test_what_is_announced_is_what_is_sent(asked, sampling) -> None:
    """``accepts`` names exactly the parameters that the server then receives, the seed aside."""
    name, server = asked
    sent = open_model(name).accepts(sampling, drop=False)
    ask(name, sampling)

    body = server.requests[-1].body
    received = body.get("options") or {key: value for key, value in body.items() if key not in ("model", "messages")}
    assert {**sent.parameters, "seed": 7} == received
    assert sent.parameters["seed"] == "per question"


def test_the_rename_to_ollama_chat_is_told() -> None:
    """That ``ollama/`` goes out as ``ollama_chat/`` stands in the notes."""
    assert "ollama_chat/" in open_model("ollama/tiny").accepts(Sampling(), drop=False).notes[0]
    assert open_model("ollama_chat/tiny").accepts(Sampling(), drop=False).notes == ()


def test_a_server_of_ones_own_is_told_to_make_no_cut(openai) -> None:
    """Its defaults may cut, so what no OpenAI has is sent in the words of llama.cpp and vLLM, and the note says so."""
    sent = open_model("openai/tiny").accepts(Sampling(1.0, **NEUTRAL), drop=False)
    ask("openai/tiny", Sampling(1.0, **NEUTRAL))

    body = openai.requests[-1].body
    wanted = {"top_p": 1.0, "top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0, "repetition_penalty": 1.0}
    assert wanted.items() <= body.items()
    assert wanted.items() <= sent.parameters.items()
    assert "some servers ignore them" in sent.notes[0]


def test_neutral_values_a_provider_lacks_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut that is off and that the provider does not have is a note, not an error."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none-of-them")
    sent = open_model("openai/tiny").accepts(Sampling(1.0, **NEUTRAL), drop=False)

    assert set(sent.parameters) == {"temperature", "top_p", "seed"}
    assert [note.partition("=")[0] for note in sent.notes] == ["top_k", "min_p", "repeat_penalty"]


def test_a_cut_a_provider_lacks_is_an_error_or_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut that cannot be made is refused in a sentence, unless the user asked for a note."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none-of-them")
    model = open_model("openai/tiny")
    with pytest.raises(UnsupportedError, match=r"openai/tiny cannot be asked with top_k=5: openai takes no top_k"):
        model.accepts(Sampling(1.0, top_k=5), drop=False)

    sent = model.accepts(Sampling(1.0, top_k=5), drop=True)
    assert "top_k" not in sent.parameters
    assert any("top_k=5 is not sent" in note for note in sent.notes)


def test_a_fixed_temperature_is_never_dropped_in_silence(openai) -> None:
    """A model that cannot change its temperature refuses any but its own."""
    model = open_model("openai/gpt-5")
    with pytest.raises(UnsupportedError, match=r"temperature=0.5"):
        model.accepts(Sampling(0.5), drop=False)

    sent = model.accepts(Sampling(0.5), drop=True)
    assert "temperature" not in sent.parameters
    assert any(note.startswith("temperature=0.5 is not sent") for note in sent.notes)


def test_a_provider_without_seeds_says_so() -> None:
    """Where no seed can be sent, a note says that draws may not repeat."""
    sent = open_model("anthropic/claude-3-5-haiku-latest").accepts(Sampling(0.5, **NEUTRAL), drop=False)

    assert set(sent.parameters) == {"temperature", "max_tokens"}
    assert any("seed" in note for note in sent.notes)


def test_reply_holds_text_counts_and_cost(ollama) -> None:
    """Ollama's counts are passed on, its answers cost nothing, and the time on the wire is measured."""
    ollama.latency_s = 0.05
    reply = ask("ollama/tiny", question=prompt("one two three"))

    assert (reply.text, reply.tokens_in, reply.tokens_out, reply.cost_usd) == ("UP", 3, 1, 0.0)
    assert reply.latency_s >= 0.05


def test_cost_on_a_server_of_ones_own_is_unknown(openai) -> None:
    """A price list does not hold for somebody else's server."""
    assert ask("openai/gpt-4o-mini").cost_usd is None


def test_text_arrives_as_it_was_sent(asked) -> None:
    """Emoji, newlines and spaces around a reply are kept."""
    name, server = asked
    text = "  \u2b06\ufe0f UP\n\n(\u4e0a) \x00 "
    server.answer = lambda _: text

    assert ask(name).text == text


HALF = {
    "ollama/tiny": "OLLAMA_HOST",
    "openai/tiny": "OPENAI_BASE_URL",
    "anthropic/tiny": "ANTHROPIC_API_BASE",
    "lm_studio/tiny": "LM_STUDIO_API_BASE",
}
"""Models on different ways to a server, and where its address is set."""


@pytest.mark.parametrize("name", HALF)
def test_half_a_letter_is_replaced_whoever_sends_it(monkeypatch, name) -> None:
    """Half a surrogate pair, which no file and no question could hold, is kept as U+FFFD on every way to a provider."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("LM_STUDIO_API_KEY", KEY)
    with ollama_server(lambda _: "UP \ud83d") as server:
        bare = name.startswith(("ollama", "anthropic"))
        monkeypatch.setenv(HALF[name], server.url if bare else f"{server.url}/v1")

        assert ask(name).text == "UP \ufffd"


def test_an_empty_answer_is_data(asked) -> None:
    """A reply without content is an empty text, not an error."""
    name, server = asked
    server.fail("empty")

    assert ask(name).text == ""


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("429", TransientError, "HTTP 429"),
        ("500", TransientError, "HTTP 500"),
        ("503", TransientError, "HTTP 503"),
        ("html", TransientError, "an HTML page"),
        ("reset", TransientError, "broke"),
        ("cut", TransientError, "broke"),
        ("truncated", TransientError, "broke off"),
        ("hang", TransientError, "within 0.2 s"),
        ("400", PermanentError, "HTTP 400"),
        ("401", PermanentError, "refused the key"),
        ("404", PermanentError, "'tiny'"),
        ("echo", PermanentError, "refused the key"),
    ],
)
def test_each_fault_is_one_request_and_one_sentence(asked, monkeypatch, fault, error, words) -> None:
    """A fault becomes its kind of error, in a short sentence without keys; nothing is asked twice behind our back."""
    name, server = asked
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OLLAMA_API_KEY", KEY)
    server.fail(fault)
    limit_s = 0.2 if fault == "hang" else 20
    with pytest.raises(error) as caught:
        ask(name, Sampling(0.7, timeout_s=limit_s, load_timeout_s=limit_s))

    sentence = str(caught.value)
    assert words in sentence
    assert len(sentence) <= 300
    assert KEY not in sentence
    assert "Bearer" not in sentence
    assert "<p>" not in sentence
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert len(server.requests) == 1
    assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"


def test_a_failure_that_passes_leaves_the_model_usable(asked) -> None:
    """After faults the same model answers again."""
    name, server = asked
    server.fail("500", times=1)
    server.fail("reset", times=1)

    async def three() -> str:
        model, gate = open_model(name), asyncio.Semaphore(1)
        for _ in range(2):
            with pytest.raises(TransientError):
                await model.reply(prompt(), Sampling(), 1, gate)
        reply = await model.reply(prompt(), Sampling(), 1, gate)
        await model.close()
        return reply.text

    assert asyncio.run(three()) == "UP"


@pytest.mark.parametrize(("header", "seconds"), [("3", 3.0), ("0.25", 0.25), ("-1", 0.0), ("soon", None), (None, None)])
def test_retry_after_is_read(asked, header, seconds) -> None:
    """Seconds in Retry-After are passed on; what is no number is no wait."""
    name, server = asked
    server.fail("429", retry_after=header)
    with pytest.raises(TransientError) as caught:
        ask(name)

    assert caught.value.retry_after_s == seconds


def test_a_date_in_retry_after_is_a_wait(openai) -> None:
    """A date far in the future is a long wait, one in the past is none."""
    for date, low in (("Fri, 01 Jan 2100 00:00:00 GMT", 1e6), ("Sat, 01 Jan 2000 00:00:00 GMT", 0.0)):
        openai.heal()
        openai.fail("429", retry_after=date)
        with pytest.raises(TransientError) as caught:
            ask("openai/tiny")
        assert caught.value.retry_after_s >= low


def test_what_to_start_is_said() -> None:
    """Where no Ollama answers, the sentence says how to start it."""
    sentence = "Nothing answers at http://127.0.0.1:9. Start Ollama with 'ollama serve', or set OLLAMA_HOST."
    with pytest.raises(TransientError) as caught:
        ask("ollama/tiny")

    assert str(caught.value) == sentence


def test_a_missing_model_says_how_to_fetch_it(ollama) -> None:
    """Ollama's 404 becomes the command that mends it."""
    ollama.fail("404")
    with pytest.raises(PermanentError, match=r"has no model 'tiny'\. Fetch it with 'ollama pull tiny'\."):
        ask("ollama/tiny")


def test_questions_on_the_wire_never_exceed_the_gate(asked) -> None:
    """However many replies are awaited, the server sees as many at once as the gate lets through, and no more."""
    name, server = asked
    server.latency_s, server.together = 0.1, 3

    async def many() -> None:
        model, gate = open_model(name), asyncio.Semaphore(3)
        await asyncio.gather(*(model.reply(prompt(), Sampling(), seed, gate) for seed in range(15)))
        await model.close()

    asyncio.run(many())
    assert server.peak == 3
    assert len(server.requests) == 15


def test_the_gate_is_held_only_on_the_wire(asked) -> None:
    """When a reply is in hand the gate is free, and a failure or a cancelled question frees it too."""
    name, server = asked
    held = []

    @asynccontextmanager
    async def gate():
        held.append(server.in_flight)
        yield
        held.append("left")

    async def through() -> None:
        model = open_model(name)
        await model.reply(prompt(), Sampling(), 1, gate())
        slots = asyncio.Semaphore(1)
        server.fail("500", times=1)
        with pytest.raises(TransientError):
            await model.reply(prompt(), Sampling(), 1, slots)
        server.latency_s = 20.0
        question = asyncio.create_task(model.reply(prompt(), Sampling(), 1, slots))
        while not slots.locked():
            await asyncio.sleep(0.01)
        question.cancel()
        with pytest.raises(asyncio.CancelledError):
            await question
        assert not slots.locked()
        await model.close()

    asyncio.run(through())
    assert held == [0, "left"]


def test_seeds_go_with_their_questions(ollama) -> None:
    """Questions asked at once keep their own seeds and get their own answers."""
    ollama.answer = lambda text: text

    async def many() -> list[str]:
        model, gate = open_model("ollama/tiny"), asyncio.Semaphore(8)
        replies = await asyncio.gather(
            *(model.reply(prompt(f"question {seed}"), Sampling(), seed, gate) for seed in range(20))
        )
        await model.close()
        return [reply.text for reply in replies]

    assert asyncio.run(many()) == [f"question {seed}" for seed in range(20)]
    pairs = {(r.body["messages"][0]["content"], r.body["options"]["seed"]) for r in ollama.requests}
    assert pairs == {(f"question {seed}", seed) for seed in range(20)}


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("", "http://localhost:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:80", "http://127.0.0.1:80"),
        ("box", "http://box:11434"),
        ("box:1234", "http://box:1234"),
        (":1234", "http://localhost:1234"),
        ("http://box", "http://box:80"),
        ("https://box", "https://box:443"),
        ("https://box/ollama/", "https://box:443/ollama"),
        ("[::1]:1234", "http://[::1]:1234"),
        ("::1", "http://[::1]:11434"),
    ],
)
def test_ollama_host_is_read_as_ollama_reads_it(monkeypatch, written, url) -> None:
    """Scheme, host and port may each be missing, and the address that means everywhere is called on this machine."""
    monkeypatch.setenv("OLLAMA_HOST", written)

    assert ollama_url() == url


def test_a_password_in_an_address_is_not_shown(monkeypatch) -> None:
    """The server's name in tables and errors holds no user and no password."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://me:hunter22@127.0.0.1:9/v1?key=abc")

    assert open_model("openai/tiny").server == "http://127.0.0.1:9/v1"


def test_a_password_in_an_address_is_sent_as_a_header(openai, monkeypatch) -> None:
    """A server behind a user and a password is asked with both, and neither is told in an error."""
    monkeypatch.setenv("OPENAI_BASE_URL", openai.url.replace("http://", "http://me:hunter22@"))
    assert ask("openai/tiny").text == "UP"
    openai.fail("echo")
    with pytest.raises(PermanentError) as caught:
        ask("openai/tiny")

    assert openai.requests[0].headers["Authorization"] == "Basic bWU6aHVudGVyMjI="
    assert "bWU6" not in str(caught.value)
    assert "hunter22" not in str(caught.value)


def test_a_known_price_is_a_cost(openai, monkeypatch) -> None:
    """Where LiteLLM knows the price of a hosted model, tokens are turned into dollars."""
    monkeypatch.setenv("DEEPSEEK_API_KEY", KEY)
    monkeypatch.setenv("DEEPSEEK_API_BASE", openai.url)
    cost = ask("deepseek/deepseek-chat").cost_usd

    assert cost is not None
    assert 0 < cost < 1e-4


@pytest.mark.parametrize("body", ["[]", "{}", '{"error": "overloaded"}', '"UP"', "null", '{"message": {"content": 5}}'])
def test_json_that_is_no_answer_is_an_error(asked, body) -> None:
    """A server that answers with other JSON fails in a sentence without LiteLLM's traceback."""
    name, server = asked
    server.verbatim = body
    with pytest.raises(ModelError) as caught:
        ask(name)

    assert str(caught.value).startswith(f"{name}: ")
    assert "Traceback" not in str(caught.value)
    assert ("overloaded" in str(caught.value)) == ("overloaded" in body)


def test_the_environment_wins_over_the_secrets_file(openai, monkeypatch, tmp_path: Path) -> None:
    """A key is taken from .streamlit/secrets.toml only where the environment has none."""
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text('OPENAI_API_KEY = "from-the-file"')
    monkeypatch.chdir(tmp_path)
    ask("openai/tiny")
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
    ask("openai/tiny")

    keys = [request.headers["Authorization"] for request in openai.requests]
    assert keys == ["Bearer from-the-file", "Bearer from-the-environment"]


def test_a_broken_secrets_file_is_named_without_its_content(monkeypatch, tmp_path: Path) -> None:
    """What cannot be read as TOML gives a sentence that quotes nothing of it."""
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(f"OPENAI_API_KEY = {KEY}")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="is not TOML") as caught:
        open_model("openai/tiny")

    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f"bad key {KEY}",
        f'{{"headers": {{"Authorization": "Bearer {KEY}"}}}}',
        f"https://host/v1?key={KEY}&x=1",
        "x-api-key: 9f8e7d6c5b4a39281706f5e4d3c2b1a0ffee",
        "Incorrect API key provided: sk-test-*******mnop.",
        "Authorization=Basic aHVudGVyMjI6aHVudGVyMjI=",
    ],
)
def test_whatever_looks_like_a_key_is_hidden(text) -> None:
    """Keys are taken out by their looks, also those that this machine does not know."""
    clean = scrubbed(text)

    assert "[hidden]" in clean
    assert not any(part in clean for part in (KEY, "9f8e7d6c", "mnop", "aHVudGVy"))


def test_a_known_key_is_hidden_whatever_it_looks_like(monkeypatch) -> None:
    """A key of this machine is hidden even if it looks like plain words, also where it is escaped."""
    monkeypatch.setenv("GROQ_API_KEY", 'open "sesame"/please')
    escaped = json.dumps('open "sesame"/please')

    assert "sesame" not in scrubbed(f'not open "sesame"/please and not {escaped}')


def test_words_are_left_alone() -> None:
    """A message without secrets is passed on as it is."""
    message = "The model `gemma2:9b-instruct-q4_K_M` is overloaded; retry in 20 s (request 4711)."

    assert scrubbed(message) == message


@pytest.mark.parametrize("name", ["gemma2", "gemma2:9b", "/gemma2", "ollama/", "ollama/ gemma2", " ollama/gemma2", ""])
def test_a_name_without_a_provider_is_refused(name) -> None:
    """A name that is no PROVIDER/NAME gets a sentence with the accepted forms."""
    with pytest.raises(
        InputError, match=r"is not a model's full name\..* Accepted: builtin/tiny, endpoint/NAME/MODEL, ideal"
    ) as caught:
        backend_of(name).check(name)

    assert repr(name) in str(caught.value)


def test_a_bare_name_gets_a_suggestion() -> None:
    """A model's name alone is answered with the full name that was probably meant."""
    for bare, full in (("gemma2:9b", "ollama/gemma2:9b"), ("gpt-4o-mini", "openai/gpt-4o-mini")):
        with pytest.raises(InputError, match=f"Did you mean '{full}'"):
            backend_of(bare).check(bare)


def test_an_unknown_provider_is_named() -> None:
    """A provider that LiteLLM does not know is refused before anything runs, with the closest one that it does."""
    with pytest.raises(InputError, match=r"knows no provider 'antropic'\. Did you mean 'anthropic'\?"):
        open_model("antropic/claude-3-5-haiku-latest")


def test_openai_without_a_key_is_refused() -> None:
    """OpenAI itself is not asked without a key."""
    with pytest.raises(InputError, match="OPENAI_API_KEY"):
        open_model("openai/gpt-4o-mini")


def test_other_providers_hold_the_gate_too(openai, monkeypatch) -> None:
    """A provider that LiteLLM calls by its own client is held to the gate, answers, and fails in our words."""
    monkeypatch.setenv("LM_STUDIO_API_KEY", KEY)
    monkeypatch.setenv("LM_STUDIO_API_BASE", openai.url)
    openai.latency_s = 0.02

    async def many() -> list[str]:
        model, gate = open_model("lm_studio/tiny"), asyncio.Semaphore(2)
        replies = await asyncio.gather(*(model.reply(prompt(), Sampling(), seed, gate) for seed in range(6)))
        openai.fail("echo")
        with pytest.raises(LmwalkError) as caught:
            await model.reply(prompt(), Sampling(), 1, gate)
        await model.close()
        return [*(reply.text for reply in replies), str(caught.value)]

    *texts, sentence = asyncio.run(many())
    assert texts == ["UP"] * 6
    assert openai.peak <= 2
    assert KEY not in sentence
    assert "refused the key" in sentence


@pytest.mark.parametrize("provider", ["groq", "deepseek", "xai", "hosted_vllm", "openrouter"])
def test_providers_on_our_wire_ask_once(openai, monkeypatch, provider) -> None:
    """Providers that take our HTTP client make one request, also when the connection breaks."""
    monkeypatch.setenv(f"{provider.upper()}_API_KEY", KEY)
    monkeypatch.setenv(f"{provider.upper()}_API_BASE", openai.url)
    assert ask(f"{provider}/tiny").text == "UP"
    openai.fail("reset")
    with pytest.raises(TransientError, match="broke"):
        ask(f"{provider}/tiny")

    assert len(openai.requests) == 2
