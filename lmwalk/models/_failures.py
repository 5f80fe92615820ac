"""What to say where a question got no answer: one sentence, what to do next, and never a key."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lmwalk.errors import ModelError, PermanentError, TransientError
from lmwalk.models._endpoints import OPENAI_URL, key_variables, scrubbed, shown

OPENAI_SDK = frozenset({"openai", "text-completion-openai"})
_LITELLMS_OWN = re.compile(r"^(?:(?:litellm\.)?\w+(?:Error|Exception)\b(?::| -)\s*)+")
_WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429})


@dataclass(frozen=True)
class Target:
    """What a question is sent to.

    ``url`` is None where LiteLLM knows it; ``variable`` holds the key where that is not the provider's usual one.
    """

    name: str
    provider: str
    model: str
    url: str | None = field(repr=False)
    key: str | None = field(repr=False)
    variable: str | None = None

    @property
    def own_server(self) -> bool:
        """Whether this is a server of the user's own that speaks OpenAI's language, such as vLLM or llama.cpp."""
        return self.provider in OPENAI_SDK and self.url != OPENAI_URL

    @property
    def server(self) -> str:
        """The server's address without secrets, or the provider's name."""
        return shown(self.url) if self.url else self.provider


def no_answer(target: Target, problem: Exception, timeout_s: float) -> ModelError:
    """What to say where no answer came."""
    import aiohttp

    if isinstance(problem, TimeoutError):
        return TransientError(f"{target.name}: no answer from {target.server} within {timeout_s:g} s.")
    if isinstance(problem, aiohttp.InvalidURL | aiohttp.ClientSSLError):
        return PermanentError(
            f"{target.name}: {target.server} cannot be reached ({scrubbed(str(problem), target.key)})."
        )
    if isinstance(problem, aiohttp.ClientConnectorError):
        return TransientError(f"Nothing answers at {target.server}. {_how_to_start(target)}")
    return TransientError(f"{target.name}: the connection to {target.server} broke before the answer was complete.")


def _how_to_start(target: Target) -> str:
    if target.provider == "ollama_chat":
        return "Start Ollama with 'ollama serve', or set OLLAMA_HOST."
    if target.name.startswith("endpoint/"):
        return "Start that server, or mend its address on the page Models."
    if target.url == OPENAI_URL:
        return "Check the connection to the Internet, or set OPENAI_BASE_URL."
    return "Start that server, or set OPENAI_BASE_URL." if target.provider == "openai" else "Check the connection."


def failure_of(target: Target, status: int, headers: Mapping[str, str], body: bytes | str) -> ModelError:
    """What to say about an answer that is none: its HTTP status, and the server's own words with secrets taken out."""
    error = _server_error(body)
    said = scrubbed(_words(error), target.key)
    tail = f": {said}{'' if said.endswith('.') else '.'}" if said else "."
    if (status in _WORTH_ANOTHER_TRY or status >= 500) and _code(error) != "insufficient_quota":
        return TransientError(_capped(f"{target.server} could not answer now (HTTP {status}){tail}"), wait_s(headers))
    if status in (401, 403):
        variable = target.variable or key_variables(target.provider)[0]
        return PermanentError(_capped(f"{target.server} refused the key (HTTP {status}). Check {variable}{tail}"))
    if status == 404 and target.provider == "ollama_chat":
        hint = f"Fetch it with 'ollama pull {target.model}'."
        return PermanentError(_capped(f"Ollama at {target.server} has no model {target.model!r}. {hint}"))
    if status == 404:
        return PermanentError(_capped(f"{target.server} knows no model {target.model!r} (HTTP 404){tail}"))
    return PermanentError(_capped(f"{target.name}: {target.server} refused the question (HTTP {status}){tail}"))


def not_an_answer(target: Target, body: bytes) -> ModelError | None:
    """What to say about a body that came with HTTP 200 and is no answer; None where it may be one."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return TransientError(f"{target.name}: the answer broke off before its end.")
    if isinstance(parsed, dict) and not parsed.get("error"):
        return None
    said = scrubbed(_words(_server_error(body)), target.key).rstrip(".")
    return TransientError(_capped(f"{target.name}: {target.server} sent no answer but: {said}."))


def _capped(sentence: str) -> str:
    return sentence if len(sentence) <= 300 else f"{sentence[:297]}..."


def _server_error(body: bytes | str) -> Any:
    """The ``error`` of a JSON answer, or the text itself."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return body.decode(errors="replace") if isinstance(body, bytes) else body
    return parsed.get("error", parsed.get("detail", parsed)) if isinstance(parsed, dict) else parsed


def _words(error: Any) -> str:
    text = error.get("message", error) if isinstance(error, dict) else error
    return text if isinstance(text, str) else json.dumps(text)


def _code(error: Any) -> Any:
    return error.get("code") if isinstance(error, dict) else None


def wait_s(headers: Mapping[str, str]) -> float | None:
    """Seconds a Retry-After header asks to wait: a number, or a date. None where there is none that can be read."""
    value = headers.get("retry-after") or headers.get("Retry-After")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value).astimezone(UTC) - datetime.now(UTC)).total_seconds()
        except ValueError:
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def translated(target: Target, problem: Exception, *, answered: bool) -> ModelError:
    """What to say about a failure that only LiteLLM saw; ``answered`` where the server had answered before it."""
    import openai

    if answered:
        return PermanentError(f"{target.name}: what {target.server} sent is not an answer that LiteLLM can read.")
    if isinstance(problem, openai.APITimeoutError):
        return TransientError(f"{target.name}: no answer from {target.server} in time.")
    status = getattr(problem, "status_code", None)
    if isinstance(status, int) and status >= 400:
        headers = getattr(getattr(problem, "response", None), "headers", None) or {}
        said = str(problem).partition("Traceback (most recent call last)")[0]
        return failure_of(target, status, headers, _LITELLMS_OWN.sub("", said))
    return PermanentError(f"{target.name}: LiteLLM could not ask {target.server} ({type(problem).__name__}).")
