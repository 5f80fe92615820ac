"""Models behind servers: of one's own that speak OpenAI's language; and through LiteLLM Ollama and all hosted ones.

The only module that imports litellm, and only inside functions: importing it takes seconds.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import os
import threading
import time
import warnings
from collections.abc import Mapping, Sequence
from contextvars import copy_context
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from lmwalk.ending import Stage, at_end
from lmwalk.errors import InputError, ModelError, UnsupportedError
from lmwalk.models import _listing
from lmwalk.models._addresses import Place, located, place_of
from lmwalk.models._bodies import count, fit
from lmwalk.models._direct import Direct, asked_directly
from lmwalk.models._endpoints import OPENAI_URL, ollama_url, openai_url
from lmwalk.models._failures import OPENAI_SDK, Target, broken_off, late, translated
from lmwalk.models._fingerprints import fingerprint_of
from lmwalk.models._held import held_arguments
from lmwalk.models._keys import NO_KEY, key_of, key_variables
from lmwalk.models._learnt import Learnt
from lmwalk.models._loading import Loading
from lmwalk.models._names import check_form
from lmwalk.models._parameters import Parameters
from lmwalk.models._probabilities import NEUTRAL, Scorer
from lmwalk.models._questions import COMPLETION, READS_ONE_TEXT, asked, check_prefill, continuation
from lmwalk.models._said import Said, said_in
from lmwalk.models._tops import part
from lmwalk.models._transport import CALL, NoAnswerError, Transport
from lmwalk.models._wire import Call, Wire, desk
from lmwalk.registry import FALLBACK, accepted_forms, backends
from lmwalk.token_tree import TokenTree
from lmwalk.types import HERE, Distribution, Gate, Model, Offer, Outcome, Process, Prompt, Reply, Sampling, Sent

_IMPORTING = threading.Lock()
_OWN_HTTP = frozenset(
    {"ollama_chat", "anthropic", "deepseek", "fireworks_ai", "gemini", "groq", "hosted_vllm", "mistral", "openrouter"}
    | {"together_ai", "xai"}
)
"""Providers whose LiteLLM code takes our HTTP client."""
_LIKE_OPENAI = frozenset({"cerebras", "deepinfra", "llamafile", "lm_studio", "nvidia_nim", "perplexity"})
"""Providers that LiteLLM asks through OpenAI's library. For all others the gate is held around the whole call."""


def _litellm() -> Any:
    """LiteLLM, silent: no price download, no telemetry, no prints, no .env file."""
    with _IMPORTING:
        return _imported()


@cache
def _imported() -> Any:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    os.environ["LITELLM_MODE"] = "PRODUCTION"  # any other mode reads keys from .env files up the tree
    with warnings.catch_warnings():
        # Deprecations inside LiteLLM: nothing a user of ours can mend.
        warnings.simplefilter("ignore", DeprecationWarning)
        _ignore_remarks()
        import litellm

        litellm.telemetry = False
        litellm.suppress_debug_info = True
        litellm.drop_params = litellm.modify_params = False  # LITELLM_DROP_PARAMS would drop settings in silence
        # Servers count their tokens; LiteLLM's own count would cost a quarter of its time for each call.
        litellm.disable_token_counter = True
        for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "openai", "httpx"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # their messages hold URLs and headers
        # LiteLLM loads half of itself at its first call; this one is answered without a server.
        copy_context().run(_first_call, litellm)
    _ignore_remarks()  # of the parts that LiteLLM loads later as well
    # LiteLLM makes a call's coroutine in a thread; that of a question which is dropped meanwhile is never awaited.
    warnings.filterwarnings("ignore", "coroutine '.*completion' was never awaited", RuntimeWarning)
    # LiteLLM is some hundred thousand objects: the collector would stop the loop for a quarter of a second to look
    # through them again and again.
    gc.collect()
    gc.freeze()
    at_end(Stage.LIBRARIES)(_leave)
    return litellm


def _ignore_remarks() -> None:
    """Silence what pydantic remarks on the types of LiteLLM."""
    warnings.filterwarnings("ignore", message=".*ReadOnly", category=UserWarning)


def _first_call(litellm: Any) -> None:
    # or its log is worked on in a thread of LiteLLM's own, which the end of the process would wait for
    _skip_success_log()
    litellm.completion("openai/none", [{"role": "user", "content": "-"}], api_key=NO_KEY, mock_response="-")


def _leave() -> None:
    """Make the end of the process quiet, and sure to come.

    LiteLLM closes the clients it keeps by itself when the process ends, but it keeps the closed ones: in its cache, and
    in objects that its modules made when they were imported. Their finalizers run when the modules are taken apart,
    and import a module before they look whether there is anything to close. Such an import waits for ever where a
    thread held the import lock and runs no more. A handler leaves a client alone that was handed to it, so each is
    handed its own.
    """
    from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler, HTTPHandler

    gc.unfreeze()  # or libraries that count their objects at the end report leaks
    kinds = (AsyncHTTPHandler, HTTPHandler)
    for handler in gc.get_referrers(*kinds):
        if isinstance(handler, kinds):
            handler.client = handler.client


def _skip_success_log() -> None:
    """Spare LiteLLM the log record that nobody receives: a millisecond for each call."""
    try:
        from litellm._internal_context import is_internal_call
    except ImportError:  # a version that has no such switch
        return
    is_internal_call.set(True)


class ProviderModel:
    """A model behind a server. One ``reply`` is one HTTP request; retries are up to the caller."""

    simulated = False
    trees_are_kept = True

    def __init__(self, target: Target, notes: tuple[str, ...] = ()) -> None:
        self.name = target.name
        self.server = target.server
        self.exclusive = target.provider == "ollama_chat"  # with models that do not fit side by side it reloads them
        self._target = target
        self._notes = notes
        self._parameters = Parameters(target, _litellm)
        self._wire = Wire(target)
        self._directly = asked_directly(target)
        self._direct: Direct | None = None
        self._client: Any = None
        self._http: Any = None  # of httpx: LiteLLM wants it, and openai 3 takes it as well as one of httpx2
        self._plans: dict[Sampling, dict[str, Any]] = {}
        self._learnt = Learnt()
        self._loading = Loading(target)
        self._limits = Sampling()
        self._place: asyncio.Future[Place | None] | None = None
        self._scorer = Scorer(target, self._scored, 200 if target.own_server else 20)
        self._twin: ProviderModel | None = None

    def accepts(self, sampling: Sampling, *, drop: bool, prefill: bool = False) -> Sent:
        """What goes on the wire. Raises UnsupportedError, or with ``drop`` notes what is left out.

        What the server has refused by now is left out as well. The limits of the last settings that were asked about
        hold for questions that bring none of their own, those for probabilities.
        """
        if prefill:
            check_prefill(self._target)
        self._limits, self._learnt.drops = sampling, drop
        accepted, notes = self._parameters.plan(sampling, drop=drop)
        written = self._parameters.written(accepted)
        learnt = [note for each in self._both() for note in each._learnt.notes(written)]
        return Sent(self._learnt.fitted(written), (*self._notes, *notes, *learnt))

    def _both(self) -> list[ProviderModel]:
        """The model itself, and the same one behind another interface where that is asked too."""
        return [self] if self._twin is None else [self, self._twin]

    @property
    def lessons(self) -> int:
        return sum(len(each._learnt) for each in self._both())

    @property
    def loading_s(self) -> float | None:
        waits = [waited for each in self._both() if (waited := each._loading.waited_s) is not None]
        return max(waits, default=None)

    async def reply(self, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate) -> Reply:
        """One sampled answer; ``gate`` is held while the request is on the wire."""
        await self._prepare()
        parameters = self._settings(sampling)
        if self._parameters.takes_seed:
            parameters = {**parameters, "seed": seed}
        call = self._call(gate, sampling)
        response = await self._asked(self._question(prompt, sampling), call, parameters)
        return self._read(prompt, response, call)

    def _question(self, prompt: Prompt, sampling: Sampling) -> dict[str, Any]:
        """LiteLLM's arguments for a question, and what holds its answer where that is asked for."""
        question, held = asked(self._target, prompt), self._parameters.held(sampling)
        if held is None:
            return question
        hold = held_arguments(self._target, held, prompt.process.outcomes(prompt.state))
        extra = {**question.get("extra_body", {}), **hold.pop("extra_body", {})}
        return {**question, **hold, **({"extra_body": extra} if extra else {})}

    def needs_room(self, process: Process) -> bool:
        """A completion ends at the server's own limit, often 16 tokens; a text that is handed on must not end there."""
        return self._target.provider == COMPLETION or process.passes_text

    def _call(self, gate: Gate, limits: Sampling) -> Call:
        def patient(call: Call) -> None:
            call.timeout_s = self._loading.limit_s(limits)
            call.loading = call.timeout_s > limits.answer_s

        call = Call(gate, 0.0, desk(), limits.largest_reply_mb, before=patient, heard=self._loading.answered)
        patient(call)  # LiteLLM is told too, for the clients of its own
        return call

    def _settings(self, sampling: Sampling) -> dict[str, Any]:
        """The sampler settings as LiteLLM is handed them."""
        if sampling not in self._plans:
            accepted, _ = self._parameters.plan(sampling, drop=True)
            self._plans[sampling] = self._parameters.arguments(accepted)
        return self._plans[sampling]

    async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        """Probabilities of the outcomes at T = 1, from the likeliest next tokens that the server lists.

        A completion endpoint is asked what follows each text that may become an outcome, so an outcome may be several
        tokens long, and has to end (see ``token_tree/spelling``). A chat is asked so only where the prompt begins its
        answer; else its first token is all there is: a word that begins no other outcome is taken to end there.
        Lists that are cut, and first tokens that several outcomes share, give bounds.

        The gate is held for each request while that is on the wire. A text is asked for as a text: the server cuts it
        into its usual tokens, and what follows the same text in other tokens is taken to be the same.

        Raises
        ------
        UnsupportedError
            The provider or the server gives no log-probabilities, or cannot go on with an answer that was begun.
        TransientError, PermanentError
            As ``reply``.
        """
        model = await self._scoring()
        return await model._scorer.distribution(prompt, outcomes, gate, model._settings(NEUTRAL))

    async def distribution_without_thought(
        self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate
    ) -> Distribution:
        """As ``distribution``, with the model told not to think, so that its first token is one of the answer."""
        model = await self._scoring()
        settings = model._settings(replace(NEUTRAL, thinking="off"))
        return await model._scorer.distribution(prompt, outcomes, gate, settings)

    async def token_tree(
        self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate, *, without_thought: bool = False
    ) -> TokenTree:
        """The lists that ``distribution`` is read from, for any sampler. Raises as ``distribution``."""
        model = await self._scoring()
        settings = model._settings(replace(NEUTRAL, thinking="off") if without_thought else NEUTRAL)
        return await model._scorer.tree(prompt, outcomes, gate, settings)

    async def first_tokens(self, prompt: Prompt, gate: Gate) -> Sequence[tuple[str, float]]:
        """The likeliest tokens an answer can begin with, at T = 1. Raises as ``distribution``."""
        model = await self._scoring()
        return await model._scorer.first_tokens(prompt, gate, model._settings(NEUTRAL))

    async def fingerprint(self) -> str | None:
        """What the server tells the model from others by; asks it for a list, which takes a second at most."""
        return await asyncio.to_thread(fingerprint_of, self._target)

    async def _scoring(self) -> ProviderModel:
        """The model to ask for log-probabilities, ready. Raises UnsupportedError where it is known to give none."""
        model = self._behind_openai()
        model._limits, model._learnt.drops = self._limits, self._learnt.drops
        await model._prepare()
        model._check_logprobs()
        return model

    async def close(self) -> None:
        """Give back the connections."""
        if self._twin is not None:
            await self._twin.close()
        if self._http is not None:
            await self._http.aclose()
        await self._wire.aclose()
        self._client = self._http = None

    async def _prepare(self) -> None:
        """Where LiteLLM is asked: load it without stopping the loop, with a client that goes through our wire."""
        if self._directly or self._client is not None:
            return
        litellm = await asyncio.to_thread(_litellm)
        if self._client is not None:  # another question was first
            return
        import httpx

        transport: Any = Transport(self._wire)
        self._http = httpx.AsyncClient(transport=transport, timeout=None)  # noqa: S113 - the wire keeps the time
        if litellm.model_cost.get(self._target.model, {}).get("mode") == "responses":
            self._client = False  # LiteLLM takes another way to these models, with a client of its own
        elif url := self._openai_like(litellm):
            import openai

            self._client = openai.AsyncOpenAI(
                api_key=self._target.key or NO_KEY, base_url=url, max_retries=0, http_client=self._http
            )
        elif self._target.provider in _OWN_HTTP:
            self._client = litellm.llms.custom_httpx.http_handler.AsyncHTTPHandler()
            self._client.client = self._http
        else:
            self._client = False

    def _openai_like(self, litellm: Any) -> str | None:
        """The address of what is asked through OpenAI's library; None where it is not, or none is known."""
        provider, url = self._target.provider, self._target.url
        if provider in OPENAI_SDK:
            return url
        if provider not in _LIKE_OPENAI:
            return None
        return url or litellm.get_llm_provider(f"{provider}/{self._target.model}")[3]

    async def _scored(self, question: Mapping[str, Any], gate: Gate, settings: Mapping[str, Any]) -> Any:
        """The answer to a question for log-probabilities, within the study's limits. Raises as ``_asked``."""
        return await self._asked(question, self._call(gate, self._limits), settings)

    async def _asked(self, question: Mapping[str, Any], call: Call, parameters: Mapping[str, Any]) -> Any:
        """The answer, as JSON or as LiteLLM's. Raises TransientError or PermanentError, with no other error attached.

        What the server refuses, and what can be left out or has another name there, is learnt, and the question put
        once more without it.
        """
        while True:
            sent = self._learnt.fitted(_with_flags(question, parameters))
            answer = await (self._asked_direct if self._directly else self._asked_once)(question, call, sent)
            if not isinstance(answer, ModelError):
                self._loading.answered()
                return answer
            if not self._learnt.learn(answer, sent):
                break
            call.again()
        # Raised here, where no other error is being handled: a caught one holds the request, and that holds the key.
        system = question["messages"][0]["role"] == "system"
        raise self._learnt.explained(await self._located(answer), sent, has_system=system)

    async def _located(self, problem: ModelError) -> ModelError:
        """The failure, with the address that works where the given one may be wrong; looked for once."""
        if not problem.suspect:
            return problem
        target = self._wire.target
        if self._place is None:
            ollama = target.provider == "ollama_chat"
            self._place = asyncio.ensure_future(
                asyncio.to_thread(place_of, target.url or "", target.key, ollama=ollama)
            )
        return located(target, problem, await asyncio.shield(self._place))

    async def _asked_direct(
        self, question: Mapping[str, Any], call: Call, parameters: Mapping[str, Any]
    ) -> dict[str, Any] | ModelError:
        if self._direct is None:
            self._direct = Direct(self._target, self._wire)
        with self._loading.watched(call):
            return await self._direct.asked(question, parameters, call)

    async def _asked_once(self, question: Mapping[str, Any], call: Call, parameters: Mapping[str, Any]) -> Any:
        """LiteLLM's answer, or the failure, which is handed back so that nothing of the request hangs on it."""
        import openai

        token = CALL.set(call)
        _skip_success_log()
        try:
            with self._loading.watched(call):
                if self._client:
                    await call.take_desk()
                    arguments = self._arguments(question, call, parameters)
                    return await _litellm().acompletion(**arguments, client=self._client)
                return await self._asked_holding_gate(question, call, parameters)
        except (
            openai.OpenAIError,
            NoAnswerError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as problem:
            return call.failure or translated(self._target, problem, answered=call.answered)
        finally:
            call.leave_desk()
            CALL.reset(token)

    async def _asked_holding_gate(self, question: Mapping[str, Any], call: Call, parameters: Mapping[str, Any]) -> Any:
        async with call.gate:
            started = call.begin()
            try:
                async with asyncio.timeout(call.timeout_s):
                    return await _litellm().acompletion(**self._arguments(question, call, parameters))
            except TimeoutError:
                call.failure = late(self._target, call.timeout_s, loading=call.loading)
            finally:
                call.begun = None
                call.latency_s = time.perf_counter() - started
        raise NoAnswerError

    def _arguments(self, question: Mapping[str, Any], call: Call, parameters: Mapping[str, Any]) -> dict[str, Any]:
        target = self._target
        address = {"api_base": target.url} if target.url else {}
        key = {"api_key": target.key} if target.key else {}
        return {
            "model": f"{target.provider}/{target.model}",
            "timeout": call.timeout_s,
            "max_retries": 0,
            "num_retries": 0,
            **address,
            **key,
            **question,
            **parameters,
        }

    def _read(self, prompt: Prompt, response: Any, call: Call) -> Reply:
        # what LiteLLM asks by its own client does not come through our wire
        said = call.said or said_in(fit(response.model_dump(), self._wire.hidden)) or Said("")
        if said.error is not None:
            raise broken_off(self._target, said.error)
        usage = part(response, "usage")
        return Reply(
            text=continuation(self._target, prompt, said.text),
            latency_s=call.latency_s,
            tokens_in=count(part(usage, "prompt_tokens")) or None,
            tokens_out=count(part(usage, "completion_tokens")) or (None if said.text or said.thought else 0),
            cost_usd=self._cost_usd(response),
            finish=said.finish,
            finish_said=said.finish_said,
            thought=said.thought,
            thought_tokens=said.thought_tokens,
            raw=said.raw,
        )

    def _cost_usd(self, response: Any) -> float | None:
        target = self._target
        if target.provider == "ollama_chat":
            return 0.0
        if target.url not in (None, OPENAI_URL) or not _priced(target.provider, target.model):
            return None
        # LiteLLM has worked out completion_cost() already, and a second time would cost a tenth of a call's CPU time.
        cost = response._hidden_params.get("response_cost")
        return float(cost) if isinstance(cost, int | float) and math.isfinite(cost) and cost >= 0 else None

    def _behind_openai(self) -> ProviderModel:
        """The model to ask for log-probabilities: itself, or the same one behind Ollama's OpenAI-like interface."""
        target = self._target
        if target.provider != "ollama_chat":
            return self
        if self._twin is None:
            url = f"{target.url}/v1"
            self._twin = ProviderModel(Target(target.name, "openai", target.model, url, target.key or NO_KEY))
            self._twin._wire = self._wire  # whose sentences speak of Ollama
            self._twin._scorer = Scorer(self._twin._target, self._twin._scored, 20)
        return self._twin

    def _check_logprobs(self) -> None:
        target = self._target
        if self._directly:
            return
        known = _litellm().get_supported_openai_params(model=target.model, custom_llm_provider=target.provider)
        if "top_logprobs" not in (known or ()):
            raise UnsupportedError(
                f"{self.name} gives no log-probabilities here. Measure replies, or ask builtin/tiny, ollama/NAME, "
                "openai/NAME or text-completion-openai/NAME."
            )


def _with_flags(question: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with what the question itself wants the server to be told."""
    extra = {**settings.get("extra_body", {}), **question.get("extra_body", {})}
    return {**settings, **({"extra_body": extra} if extra else {})}


@cache
def _priced(provider: str, model: str) -> bool:
    litellm = _litellm()
    return any(name in litellm.model_cost for name in (model, f"{provider}/{model}"))


def price_of(name: str) -> tuple[float, float] | None:
    """US dollars per token of a question and of an answer, from LiteLLM's table; None where unknown. Sends nothing.

    Loads LiteLLM (seconds).
    """
    provider, _, model = name.partition("/")
    table = _litellm().model_cost
    rows = (table[each] for each in (model, name) if each in table and _is_of(table[each], provider))
    known: Mapping[str, Any] = next(rows, {})
    per_in, per_out = known.get("input_cost_per_token"), known.get("output_cost_per_token")
    return None if per_in is None or per_out is None else (float(per_in), float(per_out))


def _is_of(row: Mapping[str, Any], provider: str) -> bool:
    return str(row.get("litellm_provider", "")).startswith(provider.removeprefix("text-completion-"))


class ProvidersBackend:
    """Backend of every name that no other backend claims."""

    forms: ClassVar[tuple[str, ...]] = (
        "ollama/NAME",
        "openai/NAME",
        "text-completion-openai/NAME",
        "PROVIDER/NAME as LiteLLM writes it",
    )

    def claims(self, name: str) -> bool:
        return "/" in name

    def check(self, name: str) -> None:
        check_form(name)

    def open(self, name: str, home: Path = HERE) -> Model:
        """The model. Loads LiteLLM (seconds) to look up any provider other than Ollama and OpenAI."""
        self.check(name)
        provider, _, model = name.partition("/")
        if provider in ("ollama", "ollama_chat"):
            renamed = "Sent as ollama_chat/: LiteLLM's ollama/ writes '### User:' around the prompt."
            target = Target(name, "ollama_chat", model, ollama_url(), key_of("ollama_chat"))
            return ProviderModel(target, (renamed,) if provider == "ollama" else ())
        if provider in OPENAI_SDK:
            notes = (READS_ONE_TEXT,) if provider == COMPLETION else ()
            return ProviderModel(Target(name, provider, model, openai_url(), _openai_key(name)), notes)
        _check_provider(name, provider)
        return ProviderModel(Target(name, provider, model, None, key_of(provider)))

    def offers(self, home: Path = HERE) -> list[Offer]:
        return _listing.offers()


def _openai_key(name: str) -> str:
    key = key_of("openai")
    if key is None and openai_url() == OPENAI_URL:
        raise InputError(
            f"{name} needs a key. Set {key_variables('openai')[0]} in the environment or in .streamlit/secrets.toml, "
            "or set OPENAI_BASE_URL to a server of your own."
        )
    return key or NO_KEY


def _check_provider(name: str, provider: str) -> None:
    known = sorted(str(getattr(known, "value", known)) for known in _litellm().provider_list)
    if provider in known:
        return
    close = get_close_matches(provider, known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise InputError(f"{name!r}: LiteLLM knows no provider {provider!r}.{hint} Accepted: {accepted_forms()}.")


backends.register(FALLBACK)(ProvidersBackend())
