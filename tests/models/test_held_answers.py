"""Answers that a server holds to the outcomes: the form that goes out, and who is refused."""

from __future__ import annotations

from typing import Any

import pytest
from exchanges import exchange, must_be_refused_or_noted

from lmwalk.errors import UnsupportedError
from lmwalk.processes.draws import Prior
from lmwalk.randomness import chance
from lmwalk.types import Prompt, Sampling

MOVES = ["UP", "DOWN", "LEFT", "RIGHT"]


def schema(outcomes: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"answer": {"type": "string", "enum": outcomes}},
        "required": ["answer"],
        "additionalProperties": False,
    }


def form(outcomes: list[str]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema(outcomes)}}


@pytest.mark.parametrize(
    ("name", "where", "wanted"),
    [
        ("ollama_chat/qwen3", "format", schema(MOVES)),
        ("openai/qwen3", "response_format", form(MOVES)),
        ("openai/gpt-4", "response_format", form(MOVES)),
        ("openrouter/qwen/qwen3", "response_format", form(MOVES)),
        ("hosted_vllm/qwen3", "response_format", form(MOVES)),
        ("text-completion-openai/base", "response_format", form(MOVES)),
        ("text-completion-openai/base", "json_schema", schema(MOVES)),
        ("anthropic/claude-sonnet-4-5", "output_format", {"type": "json_schema", "schema": schema(MOVES)}),
        ("gemini/gemini-2.5-flash", "response_json_schema", schema(MOVES)),
    ],
)
def test_a_form_of_json_goes_out_in_the_providers_own_words(name: str, where: str, wanted: dict[str, Any]) -> None:
    """The schema lists the outcomes; what is announced names the field, and a note says what holding does."""
    body, sent, _ = exchange(name, Sampling(1.0, answer="json"))

    assert body.get("generationConfig", body)[where] == wanted
    assert sent.parameters[where] == "per question"
    assert any("renormalised" in note and "answer: free" in note for note in sent.notes)


@pytest.mark.parametrize("name", ["openai/qwen3", "hosted_vllm/qwen3", "text-completion-openai/base"])
def test_a_choice_goes_out_in_the_words_of_every_server_of_ones_own(name: str) -> None:
    """vLLM's newer and older word, SGLang's expression, llama.cpp's grammar: each takes what it knows."""
    body, sent, _ = exchange(name, Sampling(1.0, answer="choice"))

    held = {
        "structured_outputs": {"choice": MOVES},
        "guided_choice": MOVES,
        "regex": "(UP|DOWN|LEFT|RIGHT)",
        "grammar": 'root ::= "UP" | "DOWN" | "LEFT" | "RIGHT"',
    }
    assert held.items() <= body.items()
    assert dict.fromkeys(held, "per question").items() <= sent.parameters.items()
    assert any("renormalised" in note for note in sent.notes)


def test_each_question_is_held_to_its_own_outcomes() -> None:
    """The alphabet is the process's in the state that is asked in."""
    die = Prior(of="die")
    question = Prompt("Roll.", None, die, die.start(chance(0, 0, 0)))
    body, _, _ = exchange("ollama_chat/qwen3", Sampling(answer="json"), question)

    assert body["format"] == schema(["1", "2", "3", "4", "5", "6"])


def test_one_word_is_asked_for_in_the_question_alone() -> None:
    """No server is told anything."""
    body, sent, _ = exchange("openai/qwen3", Sampling(1.0, answer="one-word"))
    assert body == exchange("openai/qwen3", Sampling(1.0))[0]
    assert sent.notes == exchange("openai/qwen3", Sampling(1.0))[1].notes


@pytest.mark.parametrize(
    ("name", "held", "accepted"),
    [
        ("ollama_chat/qwen3", "choice", "free, one-word, json"),
        ("anthropic/claude-sonnet-4-5", "choice", "free, one-word, json"),
        ("anthropic/claude-3-5-haiku-latest", "json", "free, one-word."),
        ("groq/llama-3.1-8b-instant", "json", "free, one-word."),
        ("builtin/tiny", "json", "free, one-word"),
        ("simulated/honest", "choice", "free, one-word"),
        ("ideal", "json", "free, one-word"),
    ],
)
def test_who_cannot_hold_an_answer_is_refused_or_noted(name: str, held: Any, accepted: str) -> None:
    """The sentence says what is accepted; with a note the question goes out as it would without."""
    must_be_refused_or_noted(name, "answer", held, accepted)


def test_openai_itself_holds_json_and_no_choice() -> None:
    """Its models that know no schema are refused."""
    from lmwalk.models._failures import Target
    from lmwalk.models.providers import ProviderModel

    def model(name: str) -> ProviderModel:
        return ProviderModel(Target(f"openai/{name}", "openai", name, "https://api.openai.com/v1", "sk-none-of-them"))

    assert model("gpt-4o-mini").accepts(Sampling(answer="json"), drop=False).parameters["response_format"]
    with pytest.raises(UnsupportedError, match="free, one-word, json"):
        model("gpt-4o-mini").accepts(Sampling(answer="choice"), drop=False)
    with pytest.raises(UnsupportedError, match=r"free, one-word\."):
        model("gpt-4").accepts(Sampling(answer="json"), drop=False)
