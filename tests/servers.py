"""Ollama and OpenAI-compatible servers on the loopback: real HTTP, answers by a function, faults on request.

::

    with ollama_server(lambda prompt: "UP") as server:
        server.fail("429", times=2, retry_after="0.05")
        ...                      # ask server.url
        server.requests          # what came in
        server.peak              # how many questions were in flight at once, at most

``python tests/servers.py ollama --latency 0.2`` runs one alone, for benchmarks, and prints its URL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import wire_forms
from aiohttp import web

Answer = Callable[[str], str]
Refuse = Callable[[Any], tuple[int, Any] | None]
"""What a server says against a question's body: HTTP status and JSON; None where it answers."""
NextTokens = Callable[[str], Mapping[str, float]]
"""Probabilities of the tokens that may follow a text."""

TOGETHER_S = 10.0
DIRECTIONS = ("UP", "DOWN", "LEFT", "RIGHT")
FAULTS = ("400", "401", "404", "429", "500", "502", "503", "reset", "cut", "truncated", "empty", "hang", "echo", "html")
"""Status codes, and: ``reset`` (connection aborted), ``cut`` (body ends early), ``truncated`` (half a JSON text),
``empty`` (content ""), ``hang`` (nothing for 30 s), ``echo`` (a 401 that repeats the request's headers), ``html`` (a
long 502 page)."""


@dataclass(frozen=True)
class Request:
    """One request as it came in; ``body`` is parsed JSON, or None."""

    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Server:
    """A running server and what it saw. ``latency_s`` may be changed while it runs."""

    answer: Answer | None = None
    latency_s: float = 0.0
    models: tuple[str, ...] = ("tiny:latest", "gemma2:9b")
    probabilities: Mapping[str, float] = field(default_factory=lambda: {"UP": 0.5, " UP": 0.2, "up": 0.1, "DOWN": 0.15})
    """What ``logprobs`` of the first token say."""
    next_tokens: NextTokens | None = None
    """Where set: what they say after a text, which is a completion's prompt or a chat's begun answer."""
    listed: int | None = None
    """Where set: the longest list of ``logprobs`` that is given, whatever was asked for."""
    widest: int | None = None
    """Where set: longer lists are refused with HTTP 400; 0: all are."""
    silent: bool = False
    """Give no ``logprobs``, also where they are asked for."""
    chat_like: bool = False
    """Write the ``logprobs`` of completions as those of chats are written, as llama.cpp does."""
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    in_flight: int = 0
    peak: int = 0
    hang_s: float = 30.0
    sampler: str = ""
    """Where set, answers are drawn from ``probabilities`` with the request's temperature and seed: ``honest``, or
    ``top_k=N`` for a cut that is always made, whatever is sent."""
    verbatim: str | None = None
    """Where set: the body of every answer, as it stands."""
    written: Callable[[int], Mapping[str, Any]] | None = None
    """Where set: the body of each answer, by its number from 0."""
    together: int = 1
    """The first questions are answered once so many are in flight at once, or ``TOGETHER_S`` have passed."""
    refuse: Refuse | None = None
    load_s: float = 0.0
    """Seconds that the model is loaded for; a load whose asker hangs up is given up, and begins anew, as Ollama's."""
    loaded: bool = False
    loads: int = 0
    """Loads that were begun."""
    _queue: deque[tuple[str, str | None]] = field(default_factory=deque)
    _always: tuple[str, str | None] | None = None
    _everywhere: bool = False

    @property
    def questions(self) -> list[Request]:
        """Requests that ask a model something, without lists and versions."""
        return [request for request in self.requests if request.path in QUESTIONS]

    def fail(
        self, fault: str, *, times: int | None = None, retry_after: str | None = None, everywhere: bool = False
    ) -> None:
        """Let the next ``times`` questions (None: all of them) meet a fault; ``everywhere``: lists and versions too."""
        assert fault in FAULTS, f"{fault} is none of {FAULTS}"
        self._everywhere = everywhere
        if times is None:
            self._always = (fault, retry_after)
        else:
            self._queue.extend([(fault, retry_after)] * times)

    def heal(self) -> None:
        """No more faults."""
        self._queue.clear()
        self._always = None
        self._everywhere = False

    def next_fault(self, path: str) -> tuple[str, str | None] | None:
        if path not in QUESTIONS and not self._everywhere:
            return None
        return self._queue.popleft() if self._queue else self._always

    def text_for(self, prompt: str, options: Mapping[str, Any]) -> str:
        if self.answer is not None:
            return self.answer(prompt)
        if self.sampler:
            return sampled(self.probabilities, self.sampler, options)
        return random_direction(options)


def sampled(probabilities: Mapping[str, float], sampler: str, options: Mapping[str, Any]) -> str:
    """A token drawn at the request's temperature, behind a hidden cut where the sampler has one."""
    kept = int(sampler.partition("=")[2] or len(probabilities))
    ranked = sorted(probabilities.items(), key=lambda item: -item[1])[:kept]
    temperature = options.get("temperature", 1.0)
    if temperature == 0:
        return ranked[0][0]
    weights = [p ** (1 / temperature) for _, p in ranked]
    return random.Random(options.get("seed")).choices([token for token, _ in ranked], weights)[0]


def random_direction(options: Mapping[str, Any]) -> str:
    """A direction that depends on the request's seed (where it has one) and temperature; UP is preferred."""
    temperature = options.get("temperature", 1.0)
    if temperature == 0:
        return DIRECTIONS[0]
    weights = [0.4 ** (rank / temperature) for rank in range(len(DIRECTIONS))]
    return random.Random(options.get("seed")).choices(DIRECTIONS, weights)[0]


GEMINI = "/models/{model}:generateContent"
QUESTIONS = ("/api/chat", "/api/generate", "/v1/chat/completions", "/v1/completions", "/v1/messages")


@contextmanager
def ollama_server(answer: Answer | None = None, **settings: Any) -> Iterator[Server]:
    """An Ollama server in a thread."""
    with _running(Server(answer, **settings), ollama_routes) as server:
        yield server


@contextmanager
def slowing_server(after: int, quick_s: float) -> Iterator[Server]:
    """An Ollama server that takes a second from so many answers on, until its ``latency_s`` is set."""
    given = count(1)

    def answer(_: str) -> str:
        if next(given) == after:
            server.latency_s = 1.0
        return "UP"

    with ollama_server(answer, latency_s=quick_s) as server:
        yield server


@contextmanager
def openai_server(answer: Answer | None = None, **settings: Any) -> Iterator[Server]:
    """An OpenAI-compatible server in a thread; ``url`` ends in /v1."""
    with _running(Server(answer, **settings), openai_routes) as server:
        server.url += "/v1"
        yield server


@contextmanager
def web_page_server(**settings: Any) -> Iterator[Server]:
    """The same with a web page at every other address, as chat programs have; ``url`` is without /v1."""
    with _running(Server(lambda _: "UP", **settings), _among_pages) as server:
        yield server


def _among_pages(server: Server) -> list[web.RouteDef]:
    async def page(request: web.Request) -> web.Response:
        await _received(server, request)
        return web.Response(
            text="<!doctype html><html><body><div id=app></div></body></html>", content_type="text/html"
        )

    return [*openai_routes(server), web.route("*", "/{tail:.*}", page)]


@contextmanager
def server_process(kind: str, latency_s: float = 0.0) -> Iterator[str]:
    """A server (``ollama`` or ``openai``) in a process of its own; gives its URL."""
    command = [sys.executable, __file__, kind, "--latency", str(latency_s)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def _running(server: Server, routes: Callable[[Server], list[web.RouteDef]]) -> Iterator[Server]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="test server", daemon=True)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(_start(server, routes), loop).result(10)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _start(server: Server, routes: Callable[[Server], list[web.RouteDef]]) -> web.AppRunner:
    app = web.Application()
    app.add_routes(routes(server))
    # A handler whose client went away is cancelled, so `in_flight` counts what somebody waits for.
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.01, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    return runner


def ollama_routes(server: Server) -> list[web.RouteDef]:
    """Ollama's own interface and the OpenAI-compatible one it has under /v1."""
    return [
        web.get("/", _plain(server, lambda _: web.Response(text="Ollama is running"))),
        web.get("/api/version", _plain(server, lambda _: web.json_response({"version": "0.12.3"}))),
        web.get("/api/tags", _plain(server, lambda _: web.json_response({"models": [_tag(n) for n in server.models]}))),
        web.post("/api/show", _plain(server, lambda body: web.json_response(_show(body)))),
        web.post("/api/chat", _asked(server, _ollama_chat, _ollama_error)),
        web.post("/api/generate", _asked(server, _ollama_generate, _ollama_error)),
        *openai_routes(server),
    ]


def openai_routes(server: Server) -> list[web.RouteDef]:
    """The part of OpenAI's interface that vLLM, llama.cpp, LM Studio and Ollama copy."""
    return [
        web.get("/v1/models", _plain(server, lambda _: web.json_response(_model_list(server)))),
        web.post("/v1/chat/completions", _asked(server, _openai_chat, _openai_error)),
        web.post("/v1/completions", _asked(server, _openai_completion, _openai_error)),
        web.post("/v1/messages", _asked(server, _anthropic_message, _openai_error)),
        web.post(GEMINI, _asked(server, _gemini_content, _openai_error)),
    ]


Handler = Callable[[web.Request], Any]
Reply = Callable[[Server, Any, str], list[dict[str, Any]]]
"""JSON objects of an answer: the last one is the whole answer, those before it are the pieces of a stream."""


def _plain(server: Server, respond: Callable[[Any], web.Response]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        body = await _received(server, request)
        fault = server.next_fault(request.path)
        return await _faulty(server, request, fault, _ollama_error) if fault else respond(body)

    return handle


def _asked(server: Server, reply: Reply, error: Callable[[int, Any], dict[str, Any]]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        body = await _received(server, request)
        server.in_flight += 1
        server.peak = max(server.peak, server.in_flight)
        try:
            await _company(server)
            await _load(server)
            if server.latency_s:
                await asyncio.sleep(server.latency_s)
            if server.refuse and (told := server.refuse(body)):
                return web.json_response(told[1], status=told[0])
            fault = server.next_fault(request.path)
            if fault and fault[0] not in ("empty", "truncated", "cut"):
                return await _faulty(server, request, fault, error)
            if server.widest is not None and _width(body) > server.widest:
                return web.json_response(error(400, body["model"]), status=400)
            return await _answered(server, request, body, reply, fault[0] if fault else "")
        finally:
            server.in_flight -= 1

    return handle


async def _company(server: Server) -> None:
    """Wait until as many questions have come together as are asked for."""
    given_up = asyncio.get_running_loop().time() + TOGETHER_S
    while server.peak < server.together and asyncio.get_running_loop().time() < given_up:
        await asyncio.sleep(0.005)


async def _load(server: Server) -> None:
    """Bring the model into memory for the first question; whoever leaves meanwhile takes the load along."""
    if server.load_s and not server.loaded:
        server.loads += 1
        await asyncio.sleep(server.load_s)
        server.loaded = True


async def _received(server: Server, request: web.Request) -> Any:
    raw = await request.read()
    body = json.loads(raw) if raw else None
    server.requests.append(Request(request.path, dict(request.headers), body))
    return body


async def _answered(server: Server, request: web.Request, body: Any, reply: Reply, fault: str) -> web.StreamResponse:
    text = "" if fault == "empty" else server.text_for(_prompt(body), body.get("options", body))
    objects = reply(server, body, text)
    native = request.path.startswith("/api/")
    if body.get("stream", native):  # Ollama's own interface streams unless told not to
        return await _streamed(request, objects, native)
    if server.written is not None:
        objects = [dict(server.written(len(server.questions) - 1))]
    whole = (json.dumps(objects[-1]) if server.verbatim is None else server.verbatim).encode()
    if fault == "truncated":
        whole = whole[: len(whole) // 2]
    if fault == "cut":
        return await _cut(request, whole)
    return web.Response(body=whole, content_type="application/json")


async def _streamed(request: web.Request, objects: list[dict[str, Any]], native: bool) -> web.StreamResponse:
    response = web.StreamResponse()
    response.content_type = "application/x-ndjson" if native else "text/event-stream"
    await response.prepare(request)
    for piece in objects[:-1]:
        line = json.dumps(piece)
        await response.write(f"{line}\n".encode() if native else f"data: {line}\n\n".encode())
    if not native:
        await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response


async def _cut(request: web.Request, whole: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(whole)), "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    assert request.transport is not None
    request.transport.close()
    return response


async def _faulty(
    server: Server, request: web.Request, fault: tuple[str, str | None], error: Callable[[int, Any], dict[str, Any]]
) -> web.StreamResponse:
    kind, retry_after = fault
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    if kind == "reset":
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if kind == "hang":
        await asyncio.sleep(server.hang_s)
        return web.Response()
    if kind == "html":
        page = "<html><body>" + "<p>Bad gateway</p>" * 2000 + "</body></html>"
        return web.Response(status=502, text=page, content_type="text/html")
    if kind == "echo":
        return web.json_response({"error": {"message": f"bad key in {dict(request.headers)}"}}, status=401)
    raw = await request.read()
    model = (json.loads(raw) if raw else {}).get("model", "")
    return web.json_response(error(int(kind), model), status=int(kind), headers=headers)


def _ollama_error(status: int, model: str) -> dict[str, Any]:
    texts = {
        404: f"model '{model}' not found",
        401: "unauthorized",
        503: "server busy, please try again.  maximum pending requests exceeded",
    }
    return {"error": texts.get(status, f"status {status}")}


def _openai_error(status: int, model: str) -> dict[str, Any]:
    texts = {
        404: f"The model `{model}` does not exist or you do not have access to it.",
        401: "Incorrect API key provided.",
        429: "Rate limit reached for requests.",
    }
    return {"error": {"message": texts.get(status, f"status {status}"), "type": "error", "param": None, "code": None}}


def _prompt(body: Any) -> str:
    messages = body.get("messages")
    prompt = messages[-1]["content"] if messages else body.get("prompt", "")
    if isinstance(prompt, str):
        return prompt
    return "".join(part if isinstance(part, str) else part["text"] for part in prompt)


def _tag(name: str) -> dict[str, Any]:
    return {"name": name, "model": name, "size": 5_443_152_417, "details": {"family": "gemma2", "parameter_size": "9B"}}


def _show(body: Any) -> dict[str, Any]:
    return {
        "modelfile": f"FROM {body.get('model') or body.get('name')}",
        "template": "{{ .Prompt }}",
        "parameters": "",
        "details": {"family": "gemma2", "parameter_size": "9B"},
        "model_info": {"gemma2.context_length": 8192},
        "capabilities": ["completion"],
    }


def _counts(prompt: str, text: str) -> tuple[int, int]:
    return len(prompt.split()), len(text.split())


def _ollama_end(body: Any, text: str) -> dict[str, Any]:
    prompt_tokens, tokens = _counts(_prompt(body), text)
    return {
        "done": True,
        "done_reason": "stop",
        "total_duration": 200_000_000,
        "load_duration": 1_000_000,
        "prompt_eval_count": prompt_tokens,
        "prompt_eval_duration": 100_000_000,
        "eval_count": tokens,
        "eval_duration": 90_000_000,
    }


def _ollama_chat(server: Server, body: Any, text: str) -> list[dict[str, Any]]:
    head = {"model": body["model"], "created_at": "2026-01-01T00:00:00.0Z"}
    pieces = [{**head, "message": {"role": "assistant", "content": part}, "done": False} for part in text.split(" ")]
    last = {**head, "message": {"role": "assistant", "content": ""}, **_ollama_end(body, text)}
    return [*pieces, last, {**last, "message": {"role": "assistant", "content": text}}]


def _ollama_generate(server: Server, body: Any, text: str) -> list[dict[str, Any]]:
    head = {"model": body["model"], "created_at": "2026-01-01T00:00:00.0Z"}
    pieces = [{**head, "response": part, "done": False} for part in text.split(" ")]
    last = {**head, "response": "", **_ollama_end(body, text)}
    return [*pieces, last, {**last, "response": text}]


def _model_list(server: Server) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "test"} for name in server.models]}


def _openai_answer(body: Any, text: str, kind: str, choice: dict[str, Any]) -> dict[str, Any]:
    prompt_tokens, tokens = _counts(_prompt(body), text)
    usage = {"prompt_tokens": prompt_tokens, "completion_tokens": tokens, "total_tokens": prompt_tokens + tokens}
    choice = {"index": 0, "finish_reason": "stop", "logprobs": None, **choice}
    head = {"id": "chatcmpl-1", "object": kind, "created": 1_767_225_600, "model": body["model"]}
    return {**head, "service_tier": "default", "choices": [choice], "usage": usage}


def _openai_chat(server: Server, body: Any, text: str) -> list[dict[str, Any]]:
    choice: dict[str, Any] = {"message": {"role": "assistant", "content": text}}
    if _width(body) and not server.silent:
        last = body["messages"][-1]
        choice["logprobs"] = _chat_logprobs(text, _top(server, last["content"] * (last["role"] == "assistant"), body))
    piece = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    stream = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    return [{**stream, "choices": [piece]}, _openai_answer(body, text, "chat.completion", choice)]


def _openai_completion(server: Server, body: Any, text: str) -> list[dict[str, Any]]:
    prompts = [body["prompt"]] if isinstance(body["prompt"], str) else body["prompt"]
    answer = _openai_answer(body, text, "text_completion", {})
    (head,) = answer["choices"]
    answer["choices"] = [
        {**head, "index": number, **_completed(server, body, prompt, text)} for number, prompt in enumerate(prompts)
    ][::-1]
    return [answer, answer]


def _completed(server: Server, body: Any, prompt: str, text: str) -> dict[str, Any]:
    if not _width(body) or server.silent:
        return {"text": text}
    top = _top(server, prompt, body)
    logprobs = _chat_logprobs(text, top) if server.chat_like else _completion_logprobs(text, top)
    return {"text": text, "logprobs": logprobs}


def _anthropic_message(server: Server, body: Any, text: str) -> list[dict[str, Any]]:
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"]}
    prompt_tokens, tokens = _counts(_prompt(body), text)
    usage = {"input_tokens": prompt_tokens, "output_tokens": tokens}
    end = {"stop_reason": "end_turn", "stop_sequence": None, "usage": usage}
    return [{**head, "content": [{"type": "text", "text": text}], **end}]


def _gemini_content(server: Server, body: Any, text: str) -> list[dict[str, Any]]:
    return [wire_forms.body("gemini", wire_forms.Told(text))]


def _width(body: Any) -> int:
    """How many alternatives are asked for."""
    asked = body.get("top_logprobs", 0) if "messages" in body and body.get("logprobs") else body.get("logprobs")
    return int(asked or 0)


def _chat_logprobs(text: str, top: list[tuple[str, float]]) -> dict[str, Any]:
    entries = [{"token": token, "logprob": logprob, "bytes": None} for token, logprob in top]
    first = {"token": text, "logprob": top[0][1] if top else -0.5, "bytes": None}
    return {"content": [{**first, "top_logprobs": entries}]}


def _completion_logprobs(text: str, top: list[tuple[str, float]]) -> dict[str, Any]:
    return {"tokens": [text], "token_logprobs": [top[0][1]], "top_logprobs": [dict(top)], "text_offset": [0]}


def _top(server: Server, text: str, body: Any) -> list[tuple[str, float]]:
    probabilities = server.probabilities if server.next_tokens is None else server.next_tokens(text)
    count = _width(body) if server.listed is None else min(server.listed, _width(body))
    ranked = sorted(probabilities.items(), key=lambda item: -item[1])[:count]
    return [(token, math.log(p)) for token, p in ranked if p > 0]


async def _alone(kind: str, latency_s: float) -> None:
    server = Server(latency_s=latency_s)
    await _start(server, ollama_routes if kind == "ollama" else openai_routes)
    print(server.url + ("/v1" if kind == "openai" else ""), flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Run one server until it is stopped."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("kind", choices=["ollama", "openai"])
    parser.add_argument("--latency", type=float, default=0.0)
    arguments = parser.parse_args()
    asyncio.run(_alone(arguments.kind, arguments.latency))


if __name__ == "__main__":
    main()
