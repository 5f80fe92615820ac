"""How much a model is to think, and how long a window is: what goes out in each provider's wire form, or is refused."""

from __future__ import annotations

from typing import Any

import pytest
from exchanges import asked, exchange, must_be_refused_or_noted

from lmwalk.errors import UnsupportedError
from lmwalk.models._failures import Target
from lmwalk.models._thinking import thinking_way
from lmwalk.models.providers import ProviderModel
from lmwalk.registry import make_process, open_model
from lmwalk.thoughts import ROOM
from lmwalk.types import Sampling


def thought(on: bool, **more: Any) -> dict[str, Any]:
    return {"chat_template_kwargs": {"enable_thinking": on, "thinking": on, **more}, **more}


ADAPTIVE = {"type": "adaptive", "display": "summarized"}
WIRE = [
    ("ollama_chat/qwen3", "off", {"think": False}),
    ("ollama_chat/qwen3", "on", {"think": True}),
    ("ollama_chat/qwen3", "high", {"think": "high"}),
    ("ollama_chat/gpt-oss:20b", "on", {"think": "medium"}),
    ("ollama_chat/gpt-oss:20b", "low", {"think": "low"}),
    ("openai/qwen3", "off", thought(False)),
    ("openai/qwen3", "on", thought(True)),
    ("openai/qwen3", "medium", thought(True, reasoning_effort="medium")),
    ("hosted_vllm/qwen3", "low", thought(True, reasoning_effort="low")),
    ("openrouter/qwen/qwen3", "off", {"reasoning": {"effort": "none"}}),
    ("openrouter/qwen/qwen3", "on", {"reasoning": {"enabled": True}}),
    ("openrouter/qwen/qwen3", "high", {"reasoning": {"effort": "high"}}),
    ("deepseek/deepseek-chat", "off", {"thinking": {"type": "disabled"}}),
    ("groq/openai/gpt-oss-20b", "low", {"reasoning_effort": "low"}),
    ("anthropic/claude-sonnet-4-5", "low", {"thinking": {"type": "enabled", "budget_tokens": 1024}}),
    ("anthropic/claude-sonnet-4-5", "on", {"thinking": {"type": "enabled", "budget_tokens": 4096}}),
    ("anthropic/claude-opus-4-7", "high", {"thinking": ADAPTIVE, "output_config": {"effort": "high"}}),
    ("anthropic/claude-sonnet-5", "off", {"thinking": {"type": "disabled"}}),
    ("gemini/gemini-2.5-flash", "off", {"thinkingConfig": {"thinkingBudget": 0}}),
    ("gemini/gemini-2.5-flash", "on", {"thinkingConfig": {"thinkingBudget": -1, "includeThoughts": True}}),
    ("gemini/gemini-2.5-pro", "low", {"thinkingConfig": {"thinkingBudget": 1024, "includeThoughts": True}}),
    ("gemini/gemini-3-pro-preview", "high", {"thinkingConfig": {"thinkingLevel": "high", "includeThoughts": True}}),
]


@pytest.mark.parametrize(("name", "thinking", "wanted"), WIRE)
def test_thinking_goes_out_in_the_providers_own_words(name: str, thinking: Any, wanted: dict[str, Any]) -> None:
    """The body holds the provider's form and is otherwise as it is without; what is announced holds it too."""
    body, sent, reply = exchange(name, Sampling(1.0, thinking=thinking))
    usual, _, _ = exchange(name, Sampling(1.0))
    settings, usual_settings = (each.get("generationConfig", each) for each in (body, usual))

    assert {key: value for key, value in settings.items() if key in wanted} == wanted
    assert wanted.items() <= sent.parameters.items()
    added = set(settings) - set(wanted)
    assert added == set(usual_settings)
    assert {key: settings[key] for key in added - {"max_tokens"}} == {
        key: usual_settings[key] for key in added - {"max_tokens"}
    }
    assert reply.text == "UP"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ollama_chat/tiny", {"options": {"temperature": 0.7, "num_predict": 5, "seed": 7}}),
        ("openai/tiny", {"temperature": 0.7, "max_tokens": 5, "seed": 7}),
        ("anthropic/claude-sonnet-4-5", {"temperature": 0.7, "max_tokens": 5}),
        ("gemini/gemini-2.5-flash", {"generationConfig": {"temperature": 0.7, "max_output_tokens": 5, "seed": 7}}),
    ],
)
def test_nothing_is_sent_where_nothing_is_asked(name: str, wanted: dict[str, Any]) -> None:
    """A study without these fields asks as it ever did, to the letter."""
    body, sent, _ = exchange(name, Sampling(0.7, max_tokens=5))

    assert body == wanted
    assert not [note for note in sent.notes if "thinking" in note or "answer" in note]


def effort(model: str, thinking: Any) -> Any:
    """What a model of OpenAI's own is sent; nobody here answers for it, so its words are those LiteLLM makes."""
    found = ProviderModel(Target(f"openai/{model}", "openai", model, "https://api.openai.com/v1", "sk-none-of-them"))
    return found.accepts(Sampling(1.0, thinking=thinking, max_tokens=50), drop=False)


def test_openai_is_sent_an_effort_and_the_least_one_is_named_as_such() -> None:
    """Off is ``none`` where a model has that, ``minimal`` where that is the least; on is ``medium``."""
    assert effort("gpt-5.1", "off").parameters["reasoning_effort"] == "none"
    assert effort("gpt-5", "off").parameters["reasoning_effort"] == "minimal"
    assert "always thinks" in effort("gpt-5", "off").notes[0]
    assert effort("gpt-5", "on").parameters["reasoning_effort"] == "medium"
    assert effort("o3-mini", "high").parameters["reasoning_effort"] == "high"
    assert "reasoning_effort" not in effort("gpt-4o-mini", "off").parameters


@pytest.mark.parametrize("model", ["o1", "o3-mini", "gpt-5", "gpt-5.1"])
def test_models_that_think_are_told_their_limit_as_max_completion_tokens(model: str) -> None:
    """OpenAI's thinking models refuse ``max_tokens``; what is noted and what goes out is the newer word."""
    body, sent, _ = exchange(f"openai/{model}", Sampling(1.0, max_tokens=50))

    assert body["max_completion_tokens"] == sent.parameters["max_completion_tokens"] == 50
    assert "max_tokens" not in body
    assert "max_tokens" not in sent.parameters


REFUSED = [
    ("ollama_chat/gpt-oss:20b", "off", "low, medium, high"),
    ("text-completion-openai/base", "on", "default"),
    ("groq/openai/gpt-oss-20b", "off", "low, medium, high"),
    ("xai/grok-4", "low", "default"),
    ("mistral/magistral-medium-latest", "low", "default"),
    ("anthropic/claude-3-5-haiku-latest", "on", "default, off"),
    ("gemini/gemini-2.0-flash", "on", "default, off"),
    ("builtin/tiny", "on", "default, off"),
    ("simulated/honest", "low", "default, off"),
    ("ideal", "high", "default, off"),
]


@pytest.mark.parametrize(("name", "thinking", "accepted"), REFUSED)
def test_a_model_that_cannot_be_told_so_is_refused_or_noted(name: str, thinking: Any, accepted: str) -> None:
    """The sentence names field, value and what is accepted; where the study says so, nothing is sent but noted."""
    must_be_refused_or_noted(name, "thinking", thinking, accepted)


@pytest.mark.parametrize("name", ["builtin/tiny", "simulated/honest", "ideal"])
def test_who_never_thinks_need_not_be_told_to_leave_it(name: str) -> None:
    """Off means the same as nothing there: a note, no refusal, so that a study may compare such a model with others."""
    assert "nothing is sent" in open_model(name).accepts(Sampling(thinking="off"), drop=False).notes[-1]


def test_anthropics_rules_are_kept() -> None:
    """A thought needs a limit above its budget, temperature 1 and a wide top_p."""
    with asked("anthropic/claude-sonnet-4-5") as (model, _):
        for refused, words in (
            (Sampling(1.0, thinking="on", max_tokens=4096), "thinking=on: its thought may take 4,096 tokens"),
            (Sampling(0.5, thinking="on"), "temperature=0.5"),
            (Sampling(1.0, top_p=0.9, thinking="low"), "top_p=0.9"),
        ):
            with pytest.raises(UnsupportedError, match=words):
                model.accepts(refused, drop=False)
        assert model.accepts(Sampling(0.5, thinking="off"), drop=False).parameters["temperature"] == 0.5
    body, _, _ = exchange("anthropic/claude-sonnet-4-5", Sampling(1.0, thinking="on", max_tokens=5000))
    assert (body["max_tokens"], body["thinking"]["budget_tokens"], body["temperature"]) == (5000, 4096, 1)


def test_what_anthropic_must_be_told_is_noted_though_nobody_asked() -> None:
    """It wants a limit with each question; the one that LiteLLM fills in stands with the condition."""
    for thinking in (None, "low"):
        body, sent, _ = exchange("anthropic/claude-sonnet-4-5", Sampling(1.0, thinking=thinking))
        assert body["max_tokens"] == sent.parameters["max_tokens"]


def test_a_temperature_that_thinking_forbids_is_named() -> None:
    """GPT-5.1 has a temperature where it does not think, and none where it does."""
    found = ProviderModel(Target("openai/gpt-5.1", "openai", "gpt-5.1", "https://api.openai.com/v1", "sk-none"))

    assert found.accepts(Sampling(0.5, thinking="off"), drop=False).parameters["temperature"] == 0.5
    with pytest.raises(UnsupportedError, match=r"temperature=0.5: .* with thinking=high"):
        found.accepts(Sampling(0.5, thinking="high"), drop=False)


def test_a_window_is_set_where_a_server_takes_one() -> None:
    """Ollama's ``num_ctx`` goes out among its options."""
    body, sent, _ = exchange("ollama_chat/qwen3", Sampling(0.7, context=8192))

    assert body == {"options": {"temperature": 0.7, "seed": 7, "num_ctx": 8192}}
    assert sent.parameters["num_ctx"] == 8192


@pytest.mark.parametrize("name", ["openai/qwen3", "anthropic/claude-sonnet-4-5", "text-completion-openai/base"])
def test_a_window_that_cannot_be_set_says_where_it_is(name: str) -> None:
    """A server of one's own is started with a window; the sentence names its options."""
    with asked(name) as (model, _):
        with pytest.raises(UnsupportedError) as caught:
            model.accepts(Sampling(context=8192), drop=False)
        noted = model.accepts(Sampling(context=8192), drop=True)
    assert f"{name} cannot be asked with context=8192" in str(caught.value)
    if not name.startswith("anthropic"):
        assert "--ctx-size of llama.cpp, --max-model-len of vLLM" in str(caught.value)
    assert any(note.startswith("context=8192 is not sent") for note in noted.notes)


def test_a_model_that_always_thinks_is_not_told_to_stop() -> None:
    """Where LiteLLM's table says that a model always thinks, off is refused."""
    target = Target("anthropic/x", "anthropic", "x", None, None)
    assert thinking_way(target, "off", None, lambda _: {}, always=True).arguments is None
    assert thinking_way(target, "off", None, lambda _: {}).arguments == {}


def test_a_level_that_a_model_lacks_is_refused_with_those_it_has() -> None:
    """What LiteLLM's table rules out is not sent; on is then the most there is."""
    target = Target("openai/x", "openai", "x", "https://api.openai.com/v1", None)

    def high_alone(asked: Any) -> dict[str, Any] | None:
        return dict(asked) if asked["reasoning_effort"] == "high" else None

    assert thinking_way(target, "on", None, high_alone).arguments == {"reasoning_effort": "high"}
    assert thinking_way(target, "low", None, high_alone) == (None, "it has no such level. Accepted for it: high")
    assert thinking_way(target, "off", None, high_alone).arguments is None


def test_rooms_grow_with_the_thought() -> None:
    """A level that is higher has more room, and off has none."""
    assert 0 == ROOM["off"] < ROOM["low"] < ROOM["medium"] == ROOM["on"] < ROOM["high"]
    assert make_process("telephone", {}).room > 0
