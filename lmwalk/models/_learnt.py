"""What a model's server refused of its questions, learnt once: left out where that means the same, else how to mend it.

Servers differ in what they take beyond a temperature: vLLM wants ``top_k`` -1 for no cut where llama.cpp wants 0, Text
Generation Inference refuses a ``top_p`` of 1, strict ones refuse every field that they do not know. What they say
names the field, and that is all there is to go by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lmwalk.errors import ModelError, PermanentError
from lmwalk.types import REFUSED, Sampling

MOST_LESSONS = 8
"""Fields that are learnt of one model; a server that refuses more is not to be asked in this way."""
SYSTEM = "system"
_REFUSALS = frozenset({400, 422, 500})
_CUTS: Mapping[str, str] = {
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "repeat_penalty": "repeat_penalty",
    "repetition_penalty": "repeat_penalty",
}
"""Words on the wire -> our names of the cuts."""
_OTHERS = ("temperature", "max_tokens", "max_completion_tokens", "seed")
_FLAGS = ("add_generation_prompt", "continue_final_message")
_SAYS_SYSTEM = re.compile(
    r"system['\"`]?\s+(?:role|message|prompt|instruction)|roles?\b[^.]{0,40}\bsystem\b", re.IGNORECASE
)
_PLACE = re.compile(r"""["']loc["']: ?[\[(] ?["']body["'], ?["'](\w+)["']""")
"""Where pydantic, which most such servers check questions with, says what is wrong; behind it may stand all of it."""
_SAYS_NO = re.compile(r"\b(?:not|no|cannot|can't|don't|doesn't|only|unsupported|refused?|invalid|must|unknown)\b", re.I)
_RENAMED = re.compile(r"use\W+max_completion_tokens|max_completion_tokens\W+instead", re.IGNORECASE)
_LONGEST_REASON = 140


def named(words: str, parameter: object = None) -> tuple[str, ...]:
    """The settings that a server's refusal names, by their names in the request; ``system`` for a system message.

    Parameters
    ----------
    words : str
        What it said.
    parameter : object
        The field that it says is wrong, as OpenAI's errors have it.
    """
    known = (*_CUTS, *_OTHERS, *_FLAGS)
    if isinstance(parameter, str) and parameter in known:
        return (parameter,)
    if placed := [name for name in _PLACE.findall(words) if name in known]:
        return tuple(dict.fromkeys(placed))
    found = tuple(name for name in known if _stands_in(name, words))
    return (*found, SYSTEM) if _SAYS_SYSTEM.search(words) and _SAYS_NO.search(words) else found


def _stands_in(name: str, words: str) -> bool:
    spelt = "[ _-]?".join(map(re.escape, name.split("_")))
    return bool(re.search(rf"(?<![\w-]){spelt}(?![\w-])", words, re.IGNORECASE))


class Learnt:
    """The lessons of one model.

    Attributes
    ----------
    drops : bool
        Whether the study lets settings be left out that the server does not take.
    """

    def __init__(self) -> None:
        self.drops = False
        self._refused: dict[str, str] = {}
        self._renamed: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._refused) + len(self._renamed)

    def fitted(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The settings without those that the server refuses, and with the names that it wants."""
        fit = {self._renamed.get(name, name): value for name, value in settings.items() if name not in self._refused}
        extra = fit.pop("extra_body", None)
        kept = {name: value for name, value in (extra or {}).items() if name not in self._refused}
        return fit | ({"extra_body": kept} if kept else {})

    def notes(self, written: Mapping[str, Any]) -> tuple[str, ...]:
        """A sentence for each of the ``written`` settings (as the server names them) that is left out or renamed."""
        refused = [_note(name, written[name], said) for name, said in self._refused.items() if name in written]
        renamed = [
            f"{REFUSED}{old}; {new} is sent in its place." for old, new in self._renamed.items() if old in written
        ]
        return (*refused, *renamed)

    def learn(self, problem: ModelError, sent: Mapping[str, Any]) -> bool:
        """Learn from a refusal. True where the question should be asked again, as ``fitted`` now gives something else.

        Parameters
        ----------
        problem : ModelError
            The refusal.
        sent : mapping
            What was sent, as LiteLLM was handed it.
        """
        if problem.status not in _REFUSALS:
            return False
        flat = {**sent, **sent.get("extra_body", {})}
        names = [name for name in problem.named if name in flat]
        if any(name in self._refused or name in self._renamed for name in names):
            return True  # another question, sent at the same time, has taught it
        if len(self) >= MOST_LESSONS:
            return False
        if "max_tokens" in names and _RENAMED.search(str(problem)):
            self._renamed["max_tokens"] = "max_completion_tokens"
            return True
        spare = self._spare(names, flat, str(problem))
        self._refused |= dict.fromkeys(spare, _reason(problem))
        return bool(spare)

    def _spare(self, names: list[str], flat: Mapping[str, Any], said: str) -> list[str]:
        """What of it can be left out: what means the same, before what a study lets be left out."""
        neutral = [name for name in names if name in _CUTS and Sampling.NEUTRAL[_CUTS[name]] == flat[name]]
        if "temperature" in names and flat["temperature"] == 1 and re.search(r"default \(1(?:\.0)?\)", said):
            neutral.append("temperature")
        if neutral:
            return neutral
        if "seed" in names:
            return ["seed"]
        return [name for name in names if name in _CUTS] if self.drops else []

    def explained(self, problem: ModelError, sent: Mapping[str, Any], *, has_system: bool) -> ModelError:
        """The refusal as a PermanentError that names the line to write in the study file; unchanged if none helps."""
        flat = {**sent, **sent.get("extra_body", {})}
        line = _mended_by(problem.named, flat, has_system=has_system) if problem.status in _REFUSALS else ""
        if not line:
            return problem
        told = PermanentError(f"{str(problem)[:300]} {line}")
        told.status, told.named = problem.status, problem.named
        return told


def _mended_by(names: tuple[str, ...], flat: Mapping[str, Any], *, has_system: bool) -> str:
    """What to write into the study file; empty where nothing would help, or where that is not known."""
    if SYSTEM in names and has_system:
        return "This model takes no system message: write a template without system."
    if flags := [name for name in names if name in _FLAGS and name in flat]:
        return f"It cannot be told to go on with a begun answer ({flags[0]}): write a template without prefill."
    cuts = [name for name in names if name in _CUTS and name in flat]
    if cuts:
        ours = _CUTS[cuts[0]]
        return f"To leave {ours} to the server, write sampler: {{{ours}: null}} in the study file."
    return ""


def _reason(problem: ModelError) -> str:
    """The server's own words, cut to what a note can hold."""
    said = str(problem).partition(f"(HTTP {problem.status})")[2].lstrip(": ").rstrip(".")
    return said if len(said) <= _LONGEST_REASON else f"{said[: _LONGEST_REASON - 3]}..."


def _note(name: str, value: Any, said: str) -> str:
    why = f" ({said})" if said else ""
    if name == "seed":
        return f"{REFUSED}seed{why}. None is sent, so the same seed can give other draws."
    if name == "temperature":
        return f"{REFUSED}temperature{why}. It is not sent, as the server's only one is the one that was asked for."
    if Sampling.NEUTRAL.get(_CUTS.get(name, "")) == value:
        return f"{REFUSED}{name}={value:g}, no cut{why}. It is not sent; a cut that the server makes by itself stays."
    return f"{REFUSED}{name}={value:g}{why}. It is not sent; the server's own setting holds."
