"""Which sampler settings a provider takes, decided without asking it. Nothing is dropped without a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from lmwalk.errors import InputError, UnsupportedError
from lmwalk.models._failures import Target
from lmwalk.types import Sampling

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


class Parameters:
    """What one model can be sent.

    Parameters
    ----------
    target : Target
        The model.
    litellm : callable
        Gives the litellm module; called for providers other than Ollama, whose settings are known here.
    """

    def __init__(self, target: Target, litellm: Callable[[], Any]) -> None:
        self._target = target
        self._litellm = litellm

    def plan(self, sampling: Sampling, *, drop: bool) -> tuple[dict[str, Any], list[str]]:
        """The parameters that can be sent, by our names, and a note on each that is not."""
        accepted: dict[str, Any] = {}
        notes: list[str] = []
        for name in _PARAMETERS:
            value = getattr(sampling, name)
            if value is None:
                continue
            refusal = self._refusal(name, value)
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

    def _refusal(self, name: str, value: float) -> str | None:
        """Why a parameter cannot be sent, or None where it can."""
        provider, model = self._target.provider, self._target.model
        if provider == "ollama_chat" or (name in _EXTENSIONS and self._target.own_server):
            return None
        if name in _NOT_BESIDE_TEMPERATURE.get(provider, ()) and Sampling.NEUTRAL.get(name) == value:
            return f"it is {provider}'s own default, which may not stand beside a temperature"
        if name not in _LITELLM_WORDS or name not in self._supported:
            return f"{provider} takes no {name} for {model}"
        if self._in_litellms_words({name: value}) is None:
            return f"{model} takes no {name} other than its own"
        return None

    def _in_litellms_words(self, settings: Mapping[str, Any]) -> dict[str, Any] | None:
        """The settings as LiteLLM passes them on; None where it says that the model does not take them."""
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
        names = self._litellm().get_supported_openai_params(
            model=self._target.model, custom_llm_provider=self._target.provider
        )
        return frozenset(names or ())

    @property
    def takes_seed(self) -> bool:
        return self._target.provider == "ollama_chat" or "seed" in self._supported

    def arguments(self, accepted: Mapping[str, Any]) -> dict[str, Any]:
        """The accepted parameters as LiteLLM is handed them."""
        if not self._target.own_server:
            return dict(accepted)
        extra = {word: accepted[name] for name, words in _EXTENSIONS.items() if name in accepted for word in words}
        plain = {name: value for name, value in accepted.items() if name not in _EXTENSIONS}
        return plain | ({"extra_body": extra} if extra else {})

    def written(self, accepted: Mapping[str, Any]) -> dict[str, Any]:
        """The accepted parameters as the server will read them."""
        seed = {"seed": 0} if self.takes_seed else {}
        if self._target.provider == "ollama_chat":
            written: dict[str, Any] = {_OLLAMA_WORDS.get(name, name): value for name, value in accepted.items()} | seed
        else:
            words = self._in_litellms_words({**self.arguments(accepted), **seed})
            if words is None:
                raise UnsupportedError(f"{self._target.name} does not take {', '.join(accepted)} together.")
            written = words | (words.pop("extra_body", None) or {})
            written.pop("stream", None)
        return {name: "per question" if name.endswith("seed") else value for name, value in written.items()}
