"""What to say where a question got no answer: one sentence, what to do next, and never a key."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from lmwalk.errors import ModelError, PermanentError, TransientError
from lmwalk.models._bodies import BrokenOffError, NotJSONError, read, text_of
from lmwalk.models._endpoints import OPENAI_URL, shown
from lmwalk.models._http import LeadsAwayError
from lmwalk.models._keys import is_page, key_variables, scrubbed
from lmwalk.models._learnt import named
from lmwalk.number_format import duration

OPENAI_SDK = frozenset({"openai", "text-completion-openai"})
_LITELLMS_OWN = re.compile(r"^(?:(?:litellm\.)?\w+(?:Error|Exception)\b(?::| -)\s*)+")
_LONGEST_SAID = 10_000
"""Characters of a server's own words that are looked through for keys before they are cut to a sentence."""
_LOADS = re.compile(
    r"(?:still|currently|is) loading|loading (?:the )?model|model (?:is )?(?:being )?load", re.IGNORECASE
)
"""How servers say that a model is on its way."""
_WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429})


@dataclass(frozen=True)
class Target:
    """The model and server that a question is sent to.

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


def late(target: Target, limit_s: float, *, loading: bool) -> ModelError:
    """The error where an answer took longer than ``limit_s`` seconds.

    Permanent if the model may have been loading, as asking again would begin the load anew.
    """
    within = f"within {limit_s:g} s" if limit_s < 100 else f"within {duration(limit_s)}"
    sentence = f"{target.name}: no answer from {target.server} {within}."
    if loading:
        return PermanentError(
            f"{sentence} So long is waited for a model's first answer, as it may have to be loaded: raise "
            "load_timeout_s in the study file where it takes longer."
        )
    return TransientError(f"{sentence} Where the model needs longer, raise timeout_s in the study file.")


def no_answer(target: Target, problem: Exception, timeout_s: float, *, loading: bool = False) -> ModelError:
    """The error where no answer came."""
    import aiohttp

    if isinstance(problem, LeadsAwayError):
        return PermanentError(_leads_away(target, problem))
    if isinstance(problem, TimeoutError):
        return late(target, timeout_s, loading=loading)
    if isinstance(problem, ValueError | aiohttp.ClientSSLError):
        return PermanentError(
            f"{target.name}: {target.server} cannot be reached ({scrubbed(str(problem), target.key)})."
        )
    if isinstance(problem, aiohttp.ClientConnectorError):
        return TransientError(f"Nothing answers at {target.server}. {_how_to_start(target)}")
    if isinstance(problem, aiohttp.ClientResponseError) or _against_http(problem.__cause__):
        cause = problem if isinstance(problem, aiohttp.ClientResponseError) else problem.__cause__
        said = scrubbed(getattr(cause, "message", "").partition("\n")[0], target.key)
        return PermanentError(
            f"{target.name}: what answers at {target.server} does not speak HTTP as it should "
            f"({said[:80].rstrip(':')}). Check the address, and what stands between here and that server."
        )
    return TransientError(f"{target.name}: the connection to {target.server} broke before the answer was complete.")


def _against_http(cause: BaseException | None) -> bool:
    """Whether the body that followed a good head broke the rules of HTTP, and did not only end too early."""
    from aiohttp.http_exceptions import BadHttpMessage, ContentEncodingError, PayloadEncodingError

    ended_early = isinstance(cause, PayloadEncodingError) and not isinstance(cause, ContentEncodingError)
    return isinstance(cause, BadHttpMessage) and not ended_early


def _leads_away(target: Target, problem: LeadsAwayError) -> str:
    try:
        place = shown(problem.location)
    except ValueError:
        place = "another place"
    place = scrubbed(place, target.key)[:100]
    if problem.in_a_circle:
        return f"{target.name}: {target.server} sends on to {place} again and again (HTTP {problem.status})."
    setting = "OLLAMA_HOST" if target.provider == "ollama_chat" else "OPENAI_BASE_URL"
    written = "the address of the endpoint" if target.name.startswith("endpoint/") else setting
    return (
        f"{target.name}: {target.server} sends on to {place} (HTTP {problem.status}). No question and no key follows "
        f"there by itself. If models answer there, make that {written}."
    )


def too_long(target: Target, most_mb: float) -> PermanentError:
    """The error where an answer is larger than ``most_mb`` megabytes."""
    return PermanentError(
        f"{target.name}: the answer of {target.server} is longer than {most_mb:g} MB; the rest was not read. Let the "
        "study file ask for fewer tokens (max_tokens), or for more of an answer (largest_reply_mb)."
    )


def _how_to_start(target: Target) -> str:
    if target.provider == "ollama_chat":
        return "Start Ollama with 'ollama serve', or set OLLAMA_HOST."
    if target.name.startswith("endpoint/"):
        return "Start that server, or mend its address on the page Models."
    if target.url == OPENAI_URL:
        return "Check the connection to the Internet, or set OPENAI_BASE_URL."
    return "Start that server, or set OPENAI_BASE_URL." if target.provider == "openai" else "Check the connection."


def failure_of(target: Target, status: int, headers: Mapping[str, str], body: bytes | str) -> ModelError:
    """The error for an HTTP status other than 200, with the server's own message, free of secrets."""
    error = _server_error(body)
    problem = _failure(target, status, headers, error)
    problem.status = status
    words = _words(error)[:_LONGEST_SAID].replace(target.model, "")
    problem.named = named(words, error.get("param") if isinstance(error, dict) else None)
    problem.suspect = status in (404, 405) and _may_be_elsewhere(target, _words(error))
    return problem


def _failure(target: Target, status: int, headers: Mapping[str, str], error: Any) -> ModelError:
    said = scrubbed(_words(error)[:_LONGEST_SAID], target.key)
    tail = f": {said}{'' if said.endswith('.') else '.'}" if said else "."
    if (status in _WORTH_ANOTHER_TRY or status >= 500) and _code(error) != "insufficient_quota":
        sentence = _capped(f"{target.server} could not answer now (HTTP {status}){tail}")
        unready = status == 503 or (status >= 500 and bool(_LOADS.search(said)))
        return TransientError(sentence, wait_s(headers), unready=unready)
    if status in (401, 403):
        variable = target.variable or key_variables(target.provider)[0]
        return PermanentError(_capped(f"{target.server} refused the key (HTTP {status}). Check {variable}{tail}"))
    if status in (404, 405):
        return PermanentError(_capped(_not_found(target, status, said, tail)))
    return PermanentError(_capped(f"{target.name}: {target.server} refused the question (HTTP {status}){tail}"))


def _not_found(target: Target, status: int, said: str, tail: str) -> str:
    """What is not there: the model, or the page that was asked."""
    if target.provider == "ollama_chat":
        if "model" in said.lower():
            hint = f"Fetch it with 'ollama pull {target.model}'."
            return f"Ollama at {target.server} has no model {target.model!r}. {hint}"
        return (
            f"What answers at {target.server} is no Ollama (HTTP {status}). Check OLLAMA_HOST; a server that speaks "
            f"OpenAI's language is asked as openai/{target.model}{tail}"
        )
    hint = _address_hint(target)
    if hint and target.model not in said:
        return f"{target.server} has nothing where questions go (HTTP {status}). {hint} It says{tail}"
    return f"{target.server} knows no model {target.model!r} (HTTP {status}){tail}"


def _may_be_elsewhere(target: Target, said: str) -> bool:
    """Whether what is missing may be the page that was asked, on a server of the user's own, and not the model."""
    if target.provider == "ollama_chat":
        return "model" not in said.lower()
    return target.own_server and (bool(_address_hint(target)) or target.model not in said)


def _address_hint(target: Target) -> str:
    """What may be wrong with the address of a server of the user's own; empty where it looks right."""
    path = urlsplit(target.url or "").path.rstrip("/")
    if not target.own_server:
        return ""
    if path.endswith(("/completions", "/chat", "/models")):
        return "Its address is to end before that, usually in /v1."
    return "" if re.search(r"/v\d", path) else "Its address may have to end in /v1."


def answer_of(target: Target, body: bytes, hidden: Callable[[str], str]) -> dict[str, Any] | ModelError:
    """The decoded body of an HTTP 200, safe to store; or the error where it is not an answer."""
    try:
        told = read(body, hidden)
    except BrokenOffError:
        return TransientError(f"{target.name}: the answer broke off before its end.")
    except NotJSONError as problem:
        return _suspect(target, PermanentError(_capped(_no_json(target, body, str(problem)))))
    if isinstance(told, dict) and not told.get("error"):
        return told
    said = scrubbed(_words(_error_in(told))[:_LONGEST_SAID], target.key).rstrip(".")
    hint = _address_hint(target)
    sentence = _capped(f"{target.name}: {target.server} sent no answer but: {said}. {hint}".rstrip())
    if hint or not isinstance(told, dict):
        return _suspect(target, PermanentError(sentence))
    return TransientError(sentence)


def broken_off(target: Target, words: str) -> TransientError:
    """The error where the server sent an error message in place of an answer."""
    said = scrubbed(words[:_LONGEST_SAID], target.key).rstrip(".")
    return TransientError(_capped(f"{target.name}: {target.server} gave up its answer: {said}."))


def _suspect(target: Target, problem: ModelError) -> ModelError:
    """What came is so unlike an answer that models may be at another address of the server."""
    problem.suspect = target.own_server or target.provider == "ollama_chat"
    return problem


def _no_json(target: Target, body: bytes, problem: str) -> str:
    """A web page, a stream, lists without end, or anything else that no model server sends unasked."""
    hint = _address_hint(target) or "Check the address."
    text = text_of(body)
    if kind := _stream_of(text):
        return (
            f"{target.name}: {target.server} sent {kind} and no whole answer, though none was asked for. {hint} Else "
            "switch streaming off there, or in what stands between."
        )
    if "\ufffd" in text and not is_page(text):
        return (
            f"{target.name}: {target.server} sent bytes that are no text in UTF-8 and no answer. {hint} Else look at "
            "what stands between here and that server."
        )
    if is_page(text):
        return f"{target.name}: {target.server} sent a web page and no answer (a sign-in page?). {hint}"
    said = f"{problem}: {scrubbed(text[:200], target.key)[:60]}" if problem == "no JSON" else problem
    return f"{target.name}: {target.server} sent no answer that can be read ({said}). {hint}"


def _stream_of(text: str) -> str:
    """The kind of stream that a text is; empty where it is none."""
    lines = [line for line in text[:_LONGEST_SAID].splitlines() if line.strip()][:2]
    if lines and re.match(r"(?:data|event|id|retry|):", lines[0]):
        return "a stream of events (SSE)"
    if len(lines) == 2 and all(line.lstrip().startswith("{") for line in lines) and lines[0].rstrip().endswith("}"):
        return "a stream of lines (NDJSON)"
    return ""


def _capped(sentence: str) -> str:
    return sentence if len(sentence) <= 300 else f"{sentence[:297]}..."


def _server_error(body: bytes | str) -> Any:
    """The ``error`` of a JSON answer, or the text itself."""
    raw = body.encode(errors="replace") if isinstance(body, str) else body
    try:
        return _error_in(read(raw, str))
    except NotJSONError:
        return text_of(raw)


def _error_in(told: Any) -> Any:
    return told.get("error", told.get("detail", told)) if isinstance(told, dict) else told


def _words(error: Any) -> str:
    text = error.get("message", error) if isinstance(error, dict) else error
    return text if isinstance(text, str) else json.dumps(text)


def _code(error: Any) -> Any:
    return error.get("code") if isinstance(error, dict) else None


def wait_s(headers: Mapping[str, str]) -> float | None:
    """Seconds a Retry-After header asks to wait: a number (infinite where it is too long for one), or a date.

    None where there is none that can be read.
    """
    value = headers.get("retry-after") or headers.get("Retry-After")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value).astimezone(UTC) - datetime.now(UTC)).total_seconds()
        except (ValueError, OverflowError):
            return None
    return None if math.isnan(seconds) else max(0.0, seconds)


def translated(target: Target, problem: Exception, *, answered: bool) -> ModelError:
    """Our error for an exception of LiteLLM; ``answered``: whether the server had answered before."""
    import openai

    if answered:
        return PermanentError(f"{target.name}: what {target.server} sent is not an answer that LiteLLM can read.")
    if isinstance(problem, openai.APITimeoutError):
        return TransientError(
            f"{target.name}: no answer from {target.server} in time. Where the model needs longer, raise timeout_s in "
            "the study file."
        )
    status = getattr(problem, "status_code", None)
    if isinstance(status, int) and status >= 400:
        headers = getattr(getattr(problem, "response", None), "headers", None) or {}
        said = str(problem).partition("Traceback (most recent call last)")[0]
        return failure_of(target, status, headers, _LITELLMS_OWN.sub("", said))
    return PermanentError(f"{target.name}: LiteLLM could not ask {target.server} ({type(problem).__name__}).")
