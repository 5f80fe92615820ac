"""Servers of one's own that speak OpenAI's language (vLLM, llama.cpp, LM Studio, Ollama's /v1), asked by ourselves.

Chats and completions, for replies and for log-probabilities. The body is what LiteLLM would send, at a tenth of its
CPU time for each question, and without loading it.
"""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from lmwalk.errors import ModelError, PermanentError
from lmwalk.models._failures import Target
from lmwalk.models._http import Sent
from lmwalk.models._questions import COMPLETION
from lmwalk.models._wire import Call, Wire

_BY_OTHER_RULES = re.compile(r"(?:^|[/.:_-])(?:o\d|gpt-(?:[5-9]|\d\d|daybreak)|codex)", re.IGNORECASE)
"""OpenAI's reasoning models. LiteLLM knows what each of them takes, also where they are reached through a gateway."""
_OF_AN_ACCOUNT = {"OPENAI_ORG_ID": "OpenAI-Organization", "OPENAI_PROJECT_ID": "OpenAI-Project"}
"""Variables that gateways to OpenAI want to be told, and the headers that tell them."""


def asked_directly(target: Target) -> bool:
    """Whether a model is asked without LiteLLM."""
    return target.own_server and not _BY_OTHER_RULES.search(target.model)


class Direct:
    """The client of one model."""

    def __init__(self, target: Target, wire: Wire) -> None:
        self._target = target
        self._wire = wire
        self._url = _page(target)
        self._headers = _headers(target)

    async def asked(
        self, question: Mapping[str, Any], parameters: Mapping[str, Any], call: Call
    ) -> dict[str, Any] | ModelError:
        """The answer as JSON, in a form that ``said_in`` reads; or the failure.

        Parameters
        ----------
        question : mapping
            ``messages``; those of a completion are texts, of which several make one request.
        parameters : mapping
            Further fields of the body; those in ``extra_body`` stand beside the others.
        """
        sent = Sent("POST", self._url, self._headers, _body(self._target, question, parameters))
        received = await self._wire.received(sent, call)
        if isinstance(received, ModelError):
            return received
        told = self._wire.answer(received, call)
        if isinstance(told, ModelError) or (call.said is not None and _has_choices(told)):
            return told
        return PermanentError(
            f"{self._target.name}: what {self._target.server} sent is not an answer that can be read."
        )


def _body(target: Target, question: Mapping[str, Any], parameters: Mapping[str, Any]) -> bytes:
    fields = {"model": target.model, **question, **parameters}
    fields |= fields.pop("extra_body", None) or {}
    if target.provider == COMPLETION:
        texts = [message["content"] for message in fields.pop("messages")]
        fields["prompt"] = texts if len(texts) > 1 else texts[0]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _page(target: Target) -> str:
    parts = urlsplit(target.url or "")
    page = "completions" if target.provider == COMPLETION else "chat/completions"
    # A user and a password become a header; aiohttp refuses to see both.
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, place, f"{parts.path.rstrip('/')}/{page}", parts.query, ""))


def _headers(target: Target) -> dict[str, str]:
    parts = urlsplit(target.url or "")
    said = f"Bearer {target.key}"
    if parts.username or parts.password:
        pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        said = f"Basic {b64encode(pair.encode()).decode()}"
    account = {header: os.environ[name] for name, header in _OF_AN_ACCOUNT.items() if os.environ.get(name)}
    return {"Content-Type": "application/json", "Accept": "application/json", "Authorization": said, **account}


def _has_choices(told: Mapping[str, Any]) -> bool:
    """Whether the choices are objects, where there are any: some servers send none where a filter took the answer."""
    choices = told.get("choices")
    return not isinstance(choices, list) or all(isinstance(choice, dict) for choice in choices)
