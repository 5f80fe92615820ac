"""What the browser is told of fields while they are asked: each position once, in the order in which they come."""

from __future__ import annotations

import base64
import json
import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary, proxy

import numpy as np

from lmwalk.analysis.policy_field import share_bounds
from lmwalk.engine.field_plan import FieldPlan, SampledPlan
from lmwalk.jobs.fields import FieldAsking
from lmwalk.jobs.sampled_fields import Counts
from lmwalk.token_tree import read
from lmwalk.token_tree.compact import compact
from lmwalk.types import Prompt
from lmwalk.ui import messages
from lmwalk.ui.field.room import room_of, samplers

AT_ONCE = 100
"""Positions that are packed for one message at most, so that none takes long."""


class Packed:
    """What has come of a field, packed once for all browsers."""

    def __init__(self, asking: FieldAsking) -> None:
        self._asking = proxy(asking)
        self._lock = threading.Lock()
        self._pieces: list[tuple[int, str]] = []
        """Up to which arrival each goes, and what it holds."""

    def after(self, told: int) -> tuple[int, list[str]]:
        """What comes after so many arrivals, the end of a piece: up to which it goes, and its pieces."""
        with self._lock:
            end = self._pieces[-1][0] if self._pieces else 0
            if new := self._asking.since(end)[:AT_ONCE]:
                end += len(new)
                self._pieces.append((end, _piece(self._asking, new)))
            return end, [text for reached, text in self._pieces if reached > told]


def _piece(asking: FieldAsking, new: Sequence[tuple[int, Any]]) -> str:
    """What has come, as the browser reads it."""
    if isinstance(asking.plan, SampledPlan):
        return _counts(new)
    return compact(new, asking.lattice.moves)


def _counts(new: Sequence[tuple[int, Counts]]) -> str:
    """Positions with their replies, deflated JSON in base 64: position, how often each move came, unread, intervals."""
    moves = np.array([found.moves for _, found in new], float)
    bounds = np.round(share_bounds(moves), 4)
    rows = [
        [position, list(found.moves), found.unread, own_low, own_high]
        for (position, found), own_low, own_high in zip(new, *bounds.tolist(), strict=True)
    ]
    return base64.b64encode(zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 9)).decode()


_known: WeakKeyDictionary[FieldAsking, Packed] = WeakKeyDictionary()
_making = threading.Lock()


def _packed(asking: FieldAsking) -> Packed:
    with _making:
        return _known.setdefault(asking, Packed(asking))


class Shown(NamedTuple):
    """A field on the page: in which of the columns it stands, what that is called, and what was asked."""

    column: int
    name: str
    asking: FieldAsking


@dataclass
class Feed:
    """What one session has told its browser."""

    view: str = ""
    reached: list[int] = field(default_factory=list)
    """How many positions of each field were told."""
    opened: tuple[int, tuple[int, ...]] | None = None
    """The position that the user looks at, and the numbers of the fields it is looked at in."""

    def open(self, position: int, fields: Sequence[int]) -> None:
        """Tell more of a position with the next message."""
        self.opened = (position, tuple(fields))

    def rewind(self, reached: Sequence[int]) -> None:
        """Tell again what came after these, where the browser missed something."""
        self.reached = [min(told, its) for told, its in zip(self.reached, reached, strict=False)] or self.reached

    def behind(self, shown: Sequence[Shown]) -> bool:
        """Whether something that has come was not told yet."""
        return self._view(shown) != self.view or any(
            each.asking.since(told) for each, told in zip(shown, self.reached, strict=True)
        )

    def message(self, shown: Sequence[Shown], differ: str = "", uses: str = "") -> messages.Field:
        """What is new since the last one; ``differ`` and ``uses`` as ``messages.Field`` has them."""
        if (view := self._view(shown)) != self.view:
            self.view, self.reached, self.opened = view, [0] * len(shown), None
        first = not any(self.reached)
        parts = [self._part(number, each) for number, each in enumerate(shown)]
        told: messages.Field = {
            "view": view,
            "differ": differ,
            "uses": uses,
            "of": _of(shown),
            "fields": parts,
            "opened": self._opened(shown),
        }
        if first:
            told["room"] = room_of(shown[0].asking.lattice)
            told["samplers"] = samplers()
        return told

    def _view(self, shown: Sequence[Shown]) -> str:
        return " ".join(f"{asking.plan.key}-{id(asking):x}" for _, _, asking in shown)

    def _part(self, number: int, shown: Shown) -> messages.FieldPart:
        told, asking = self.reached[number], shown.asking
        self.reached[number], lists = _packed(asking).after(told)
        return {
            "name": shown.name,
            "model": asking.plan.model,
            "template": asking.plan.template.name,
            "column": shown.column,
            "t": asking.plan.t,
            "state": asking.state,
            "count": _count(asking),
            "tempers": asking.has_sampler,
            "sampled": _sampled(asking.plan),
            "after": told,
            "to": self.reached[number],
            "lists": lists,
        }

    def _opened(self, shown: Sequence[Shown]) -> messages.FieldPosition | None:
        if self.opened is None:
            return None
        position, numbers = self.opened
        looked_at = [shown[number] for number in numbers if 0 <= number < len(shown)]
        if not looked_at or not 0 <= position < len(looked_at[0].asking.lattice):
            return None
        spelt = [(_called(each, looked_at), *way) for each in looked_at for way in _spelt(each.asking, position)]
        return {"position": position, "parts": _questions(looked_at, position), "spellings": spelt}


def _sampled(plan: FieldPlan) -> messages.FieldSampled | None:
    """With how many replies, and at which temperature; None where probabilities were asked for."""
    if isinstance(plan, SampledPlan):
        return {"replies": plan.replies, "temperature": plan.temperature}
    return None


def _of(shown: Sequence[Shown]) -> list[str]:
    """What all have in common, for the names of files: the walk, the model, the template, the moment."""
    plans = [each.asking.plan for each in shown]
    named = [(plan.process.name, plan.model, plan.template.name, f"t {plan.t}") for plan in plans]
    return [own[0] for own in zip(*named, strict=True) if len({*own}) == 1]


def _called(each: Shown, looked_at: Sequence[Shown]) -> str:
    """What a field is called among those looked at; nothing where it is the only one."""
    if len({other.column for other in looked_at}) > 1:
        return each.name
    return f"t = {each.asking.plan.t:,}" if len(looked_at) > 1 else ""


def _questions(looked_at: Sequence[Shown], position: int) -> list[messages.PromptPart]:
    """The parts of the question, of each field where they differ."""
    asked = [(_called(each, looked_at), _parts(each.asking.plan.prompt(position))) for each in looked_at]
    if all(parts == asked[0][1] for _, parts in asked):
        return asked[0][1]
    return [{"title": f"{part['title']}: {name}", "text": part["text"]} for name, parts in asked for part in parts]


def _count(asking: FieldAsking) -> str:
    """How far the asking is, in words."""
    come = f"{len(asking.since(0)):,} of {asking.total:,} positions"
    sampled = isinstance(asking.plan, SampledPlan)
    questions = f"{asking.asked:,} {'replies of' if sampled else 'asked of'} the model"
    spared = f", {asking.spared:,} spared, as the answer was known" if asking.spared else ""
    return f"{come}: {questions}{spared}"


def _spelt(asking: FieldAsking, position: int) -> list[tuple[str, list[tuple[str, float]]]]:
    """How the model writes each move at T = 1, the likeliest way first; nothing where it was not asked."""
    tree = next((tree for at, tree in asking.since(0) if at == position), None)
    if tree is None or isinstance(asking.plan, SampledPlan):
        return []
    spellings = read(tree, asking.lattice.moves).spellings
    ranked = {move: sorted(ways.items(), key=lambda way: -way[1])[:4] for move, ways in spellings.items()}
    return [(move, [(text, round(p, 6)) for text, p in ways]) for move, ways in ranked.items()]


def _parts(prompt: Prompt) -> list[messages.PromptPart]:
    """The question in its parts."""
    named = (("System message", prompt.system), ("The question", prompt.text), ("Answer begins", prompt.prefill))
    return [{"title": title, "text": text} for title, text in named if text]
