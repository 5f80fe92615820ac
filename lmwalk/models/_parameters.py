"""Which sampler settings a provider takes, decided without asking it. Nothing is dropped without a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from lmwalk.errors import InputError, UnsupportedError
from lmwalk.models._direct import asked_directly
from lmwalk.models._failures import Target
from lmwalk.models._held import held_way
from lmwalk.models._thinking import barred, thinking_way
from lmwalk.models._ways import Way, left_out
from lmwalk.types import Held, Sampling

_OLLAMA_WORDS: Mapping[str, str] = {"max_tokens": "num_predict"}
_PARAMETERS = ("temperature", "top_p", "top_k", "min_p", "repeat_penalty", "max_tokens")
_LITELLM_WORDS = ("temperature", "top_p", "max_tokens", "seed")
_EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "top_k": ("top_k",),
    "min_p": ("min_p",),
    "repeat_penalty": ("repeat_penalty", "repetition_penalty"),
}
"""What servers of one's own take beyond OpenAI's interface, in the words of llama.cpp, LM Studio and vLLM."""
_NOT_BESIDE_TEMPERATURE = {"anthropic": ("top_p",)}
"""Parameters a provider refuses next to a temperature; its own default is the neutral value."""
_MORE = ("thinking", "context", "answer")
"""Settings that are no numbers of a sampler; each provider has its own words for them."""
_WINDOW = (
    "the window of a server is set where it is started: --ctx-size of llama.cpp, --max-model-len of vLLM, "
    "--context-length of SGLang"
)


class Parameters:
    """What one model can be sent.

    Parameters
    ----------
    target : Target
        The model.
    litellm : callable
        Gives the litellm module; called for hosted providers, as what all others take is known here.
    """

    def __init__(self, target: Target, litellm: Callable[[], Any]) -> None:
        self._target = target
        self._litellm = litellm
        self._as_written = asked_directly(target)
        self._can_hold: dict[Held, bool] = {}

    def plan(self, sampling: Sampling, *, drop: bool) -> tuple[dict[str, Any], list[str]]:
        """The parameters that can be sent, by our names, and a note on each that is not."""
        accepted, notes = self._plan_more(sampling, drop=drop)
        for name in _PARAMETERS:
            value = getattr(sampling, name)
            if value is None:
                continue
            refusal = self._refusal(name, value, accepted)
            if refusal is None:
                accepted[name] = value
            elif sampling.NEUTRAL.get(name) == value:
                notes.append(f"{name}={value:g}, no cut, is not sent: {refusal}. A cut that it makes by itself stays.")
            elif drop:
                notes.append(f"{name}={value:g} is not sent: {refusal}; the provider's own setting holds.")
            else:
                raise UnsupportedError(
                    f"{self._target.name} cannot be asked with {name}={value:g}: {refusal}. Remove {name} from the "
                    "sampler settings, or set on_unsupported to 'note' to go on without it."
                )
        if extended := [name for name in _EXTENSIONS if name in accepted and self._target.own_server]:
            notes.append(f"{', '.join(extended)}: sent, but no part of OpenAI's interface; some servers ignore them.")
        if not self.takes_seed:
            notes.append(f"No seed is sent: {self._target.provider} takes none, so the same seed can give other draws.")
        return accepted, notes

    def _plan_more(self, sampling: Sampling, *, drop: bool) -> tuple[dict[str, Any], list[str]]:
        """As ``plan``, of what is no number of a sampler."""
        accepted: dict[str, Any] = {}
        notes: list[str] = []
        for name in _MORE:
            value = getattr(sampling, name)
            if value is None:
                continue
            way = self._way(name, value, sampling.max_tokens)
            if way.arguments is None:
                notes.append(left_out(self._target.name, name, value, way.said, drop=drop))
                continue
            accepted[name] = value
            notes += [way.said] if way.said else []
        return accepted, notes

    def _way(self, name: str, value: Any, limit: int | None) -> Way:
        target = self._target
        if name == "thinking":
            return thinking_way(target, value, limit, self._in_litellms_words, always=self._always_thinks)
        if name == "answer":
            return held_way(target, value, self._in_litellms_words)
        if target.provider == "ollama_chat":
            return Way({"num_ctx": value})
        return Way(None, _WINDOW if target.own_server else f"{target.provider} sets the window of its models itself")

    def held(self, sampling: Sampling) -> Held | None:
        """How the server is to hold answers, where it can."""
        held = sampling.answer
        if held is not None and held not in self._can_hold:
            self._can_hold[held] = self._way("answer", held, None).arguments is not None
        return held if held is not None and self._can_hold[held] else None

    @property
    def _always_thinks(self) -> bool:
        if self._target.provider != "anthropic":
            return False
        return bool(self._litellm().model_cost.get(self._target.model, {}).get("thinking_always_on"))

    def _arguments_of_more(self, accepted: Mapping[str, Any]) -> dict[str, Any]:
        """LiteLLM's arguments for what is no number of a sampler; a held answer is told with each question."""
        arguments: dict[str, Any] = {}
        for name in ("thinking", "context"):
            if name in accepted:
                arguments |= self._way(name, accepted[name], accepted.get("max_tokens")).arguments or {}
        return arguments

    def _refusal(self, name: str, value: float, beside: Mapping[str, Any]) -> str | None:
        """Why a parameter cannot be sent beside what is accepted, or None where it can."""
        provider, model = self._target.provider, self._target.model
        if provider == "ollama_chat" or (name in _EXTENSIONS and self._target.own_server):
            return None
        if name in _NOT_BESIDE_TEMPERATURE.get(provider, ()) and Sampling.NEUTRAL.get(name) == value:
            return f"it is {provider}'s own default, which may not stand beside a temperature"
        if name not in _LITELLM_WORDS or name not in self._supported:
            return f"{provider} takes no {name} for {model}"
        thinking = beside.get("thinking")
        if reason := barred(self._target, name, value, thinking):
            return reason
        if self._in_litellms_words({name: value, **self._arguments_of_more(beside)}) is None:
            return f"{model} takes no {name} other than its own" + (f" with thinking={thinking}" if thinking else "")
        return None

    def _in_litellms_words(self, settings: Mapping[str, Any]) -> dict[str, Any] | None:
        """The settings as LiteLLM passes them on; None where it says that the model does not take them."""
        if self._as_written:
            return dict(settings)
        import openai

        litellm, target = self._litellm(), self._target
        try:
            words: dict[str, Any] = litellm.utils.get_optional_params(
                model=target.model, custom_llm_provider=target.provider, **settings
            )
        except litellm.exceptions.UnsupportedParamsError:
            return None
        except (openai.OpenAIError, ValueError, KeyError, TypeError, AttributeError):
            raise InputError(f"{target.name}: LiteLLM cannot put questions to {target.provider} models.") from None
        return words

    @cached_property
    def _supported(self) -> frozenset[str]:
        if self._as_written:
            return frozenset(_LITELLM_WORDS)
        names = self._litellm().get_supported_openai_params(
            model=self._target.model, custom_llm_provider=self._target.provider
        )
        return frozenset(names or ())

    @property
    def takes_seed(self) -> bool:
        return self._target.provider == "ollama_chat" or "seed" in self._supported

    def arguments(self, accepted: Mapping[str, Any]) -> dict[str, Any]:
        """The accepted parameters as LiteLLM is handed them."""
        more = self._arguments_of_more(accepted)
        sampler = {name: value for name, value in accepted.items() if name not in _MORE}
        if not self._target.own_server:
            return sampler | more
        extra = {word: sampler[name] for name, words in _EXTENSIONS.items() if name in sampler for word in words}
        extra |= more.pop("extra_body", {})
        plain = {name: value for name, value in sampler.items() if name not in _EXTENSIONS} | more
        return plain | ({"extra_body": extra} if extra else {})

    def written(self, accepted: Mapping[str, Any]) -> dict[str, Any]:
        """The accepted parameters as the server will read them."""
        seed = {"seed": 0} if self.takes_seed else {}
        arguments = self.arguments(accepted)
        if self._target.provider == "ollama_chat":
            written = {_OLLAMA_WORDS.get(name, name): value for name, value in arguments.items()} | seed
        else:
            words = self._in_litellms_words({**arguments, **seed})
            if words is None:
                raise UnsupportedError(f"{self._target.name} does not take {', '.join(accepted)} together.")
            written = words | (words.pop("extra_body", None) or {})
            written.pop("stream", None)
        if self._target.provider == "anthropic":
            written = {**self._litellm().AnthropicConfig.get_config(model=self._target.model), **written}
        if "answer" in accepted:
            written |= self._way("answer", accepted["answer"], None).arguments or {}
        return {name: "per question" if name.endswith("seed") else value for name, value in written.items()}
