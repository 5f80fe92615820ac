"""Everything LiteLLM speaks: Ollama, OpenAI-compatible servers and hosted providers."""

from __future__ import annotations

from typing import ClassVar

from lmwalk.errors import InputError
from lmwalk.registry import FALLBACK, backends
from lmwalk.types import Model, Offer


class ProvidersBackend:
    forms: ClassVar[tuple[str, ...]] = ("ollama/NAME", "openai/NAME", "PROVIDER/NAME")

    def claims(self, name: str) -> bool:
        return "/" in name

    def check(self, name: str) -> None:
        provider, slash, model = name.partition("/")
        if not slash or not provider.strip() or not model.strip() or name != name.strip():
            raise InputError(f"{name!r} is not a model's full name")

    def open(self, name: str) -> Model:
        raise InputError(name)

    def offers(self) -> list[Offer]:
        return []


backends.register(FALLBACK)(ProvidersBackend())
