"""What a model attends to as it answers: asked once a question, beside the answer, and named by where it is kept."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from lmwalk.errors import InputError
from lmwalk.types import Attention, Gate, Model, Outcome, Prompt, ShowsEvidence, Span, State, TellsAttention

REMEMBERED = 50_000


class Asked(NamedTuple):
    """A question, and where in its text the results stand that it shows."""

    prompt: str
    system: str | None
    prefill: str | None
    spans: tuple[Span, ...]


class Shelf(Protocol):
    """Where attention is kept from run to run."""

    def look_up(self, asked: Asked) -> str | None:
        """The name under which the attention of a question is kept; None where it is not, or is to be asked anew."""

    def keep(self, asked: Asked, found: Attention, asked_at: datetime) -> str:
        """Keep what was told now; its name."""


class Attending:
    """Asks one model what it attends to; who asks for a question that is under way waits for it.

    Nothing but names is held in memory: what was told goes to the shelf at once.

    Attributes
    ----------
    shelf : Shelf or None
        Where it is kept; without one nothing is asked.
    """

    def __init__(self, model: TellsAttention) -> None:
        self.model = model
        self.shelf: Shelf | None = None
        self._names: OrderedDict[Asked, str] = OrderedDict()
        self._under_way: dict[Asked, asyncio.Lock] = {}

    async def of(self, prompt: Prompt, spans: tuple[Span, ...], gate: Gate) -> str | None:
        """The name under which a question's attention is kept; None where it shows nothing. Raises as ``reply``."""
        asked, shelf = Asked(prompt.text, prompt.system, prompt.prefill, spans), self.shelf
        if not spans or shelf is None:
            return None
        async with self._under_way.setdefault(asked, asyncio.Lock()):
            if asked not in self._names:
                self._names[asked] = shelf.look_up(asked) or await self._told(shelf, asked, prompt, gate)
            name = self._names[asked]
        self._under_way.pop(asked, None)
        if len(self._names) > REMEMBERED:
            self._names.popitem(last=False)
        return name

    async def _told(self, shelf: Shelf, asked: Asked, prompt: Prompt, gate: Gate) -> str:
        asked_at = datetime.now(UTC).replace(tzinfo=None)
        found = await self.model.attention(prompt, asked.spans, gate)
        return shelf.keep(asked, found, asked_at)


def attending(model: Model, process: object) -> Attending:
    """What asks a model for its attention to the results that questions show.

    Raises
    ------
    InputError
        The model tells none.
    """
    if not isinstance(model, TellsAttention):
        raise InputError(
            f"attention: {model.name!r} does not tell what it attends to. Accepted with attention: models that run on "
            "this machine as local/NAME, and simulated/filter; or leave attention out."
        )
    assert isinstance(process, ShowsEvidence)  # as the study was checked for
    return Attending(model)


def evidence_spans(results: Sequence[Outcome], text: str, begins: int) -> tuple[Span, ...]:
    """Where each of some results stands that follow one another in a text from a letter on, the space before included.

    A token is often a word with the space before it, so that it begins where the space is.

    >>> evidence_spans(["heads", "tails"], "So far: heads, tails, and?", 7)
    ((7, 13), (14, 20))
    """
    spans: list[Span] = []
    for result in results:
        at = text.index(result, begins)
        first = at - 1 if at > begins and text[at - 1] == " " else at
        spans.append((first, at + len(result)))
        begins = at + len(result)
    return tuple(spans)


def shown_in(process: object, state: State, text: str, begins: int) -> tuple[Span, ...]:
    """The same for the results that a process shows in a state; nothing where the text does not show them."""
    if not isinstance(process, ShowsEvidence) or begins < 0:
        return ()
    return evidence_spans(process.shown(state), text, begins)
