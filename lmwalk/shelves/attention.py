"""Keeping what models attend to, so that no later run has to ask it again."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

import numpy as np

from lmwalk.engine.attending import Asked, Attending
from lmwalk.engine.prepared import PreparedCondition
from lmwalk.store import Store
from lmwalk.store.attention import KeptAttention
from lmwalk.store.distributions import digest_of
from lmwalk.study import Study
from lmwalk.types import Attention, TellsFingerprint


class KeptAttentions:
    """The shelf of one model in one store.

    Parameters
    ----------
    own : tuple
        The model's name, its server, and what the server tells it from others by.
    known : dict
        The names of what was told before, by question.
    each : bool
        Whether every layer and head is kept by itself.
    """

    def __init__(self, store: Store, own: tuple[str, str, str | None], known: dict[str, str], *, each: bool) -> None:
        self._store, self._own, self._known, self._each = store, own, known, each

    def look_up(self, asked: Asked) -> str | None:
        return self._known.get(digest_of(*asked))

    def keep(self, asked: Asked, found: Attention, asked_at: datetime) -> str:
        question = digest_of(*asked)
        name = digest_of(*self._own, question, asked_at.isoformat())
        layers, heads, _ = found.weights.shape
        told = np.asarray(found.weights, float)
        by_span = told.reshape(layers * heads, -1)
        self._store.keep(
            KeptAttention(
                *(name, question, *self._own, asked.system, asked.prompt, asked.prefill, json.dumps(asked.spans)),
                *(found.tokens, layers, heads, by_span.mean(axis=0).tolist(), by_span.max(axis=0).tolist()),
                *(told.ravel().tolist() if self._each else None, asked_at),
            )
        )
        return name


async def attended(store: Store, plays: list[PreparedCondition], study: Study) -> None:
    """Give whoever asks models for their attention its shelf; with ``refresh`` everything is asked anew."""
    for asking in {id(play.attends): play.attends for play in plays if play.attends}.values():
        model, each = asking.model, study.attention == "each"
        fingerprint = await model.fingerprint() if isinstance(model, TellsFingerprint) else None
        own = (_name(asking), str(getattr(model, "server", "")), fingerprint)
        known = {} if study.refresh else await asyncio.to_thread(store.attention.questions, *own, each=each)
        asking.shelf = KeptAttentions(store, own, known, each=each)


def _name(asking: Attending) -> str:
    return str(getattr(asking.model, "name", ""))
