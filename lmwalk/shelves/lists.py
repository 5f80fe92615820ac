"""Keeping what models told of questions for token probabilities, so that no later run has to ask it again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from lmwalk.engine.distribution_cache import DistributionCache, Question, Told
from lmwalk.engine.prepared import PreparedCondition
from lmwalk.store import Store
from lmwalk.store.distributions import KeptLists, Lists, digest_of
from lmwalk.token_tree import TellsTree, TokenTree, tree_from
from lmwalk.types import TellsFingerprint


class KeptTrees:
    """The shelf of one model in one store.

    Parameters
    ----------
    model, server : str
        As the model calls itself.
    fingerprint : str or None
        What the server tells the model from others by.
    known : dict
        The names of what was told before, by question.
    """

    def __init__(
        self, store: Store, model: str, server: str, fingerprint: str | None, known: dict[str, str] | None = None
    ) -> None:
        self._store = store
        self._of = (model, server, fingerprint)
        self._known = known or {}
        self._at_hand: dict[str, Lists] = {}

    async def fetch(self, questions: Iterable[Question], *, without_thought: bool) -> None:
        """Have what was told of many questions at hand: to look each up by itself takes a query each."""
        self._at_hand |= await asyncio.to_thread(self._many, questions, without_thought)

    def _many(self, questions: Iterable[Question], without_thought: bool) -> dict[str, Lists]:
        keys = {digest_of(*question, without_thought) for question in questions}
        return self._store.distributions.many([self._known[key] for key in keys if key in self._known])

    async def look_up(self, question: Question, *, without_thought: bool) -> Told | None:
        name = self._known.get(digest_of(*question, without_thought))
        if name is None:
            return None
        found = self._at_hand.pop(name, None) or await asyncio.to_thread(self._store.distributions.lists, name)
        return Told(tree_from({"width": found[0], "lists": json.loads(found[1])}), name) if found else None

    def keep(self, question: Question, tree: TokenTree, asked_at: datetime, *, without_thought: bool) -> Told:
        key = digest_of(*question, without_thought)
        name = digest_of(*self._of, key, asked_at.isoformat())
        plain = tree.stored()
        self._store.keep(
            KeptLists(
                *(name, key, *self._of, question.system, question.prompt, question.prefill),
                *(json.dumps(question.outcomes), without_thought, tree.width, json.dumps(plain["lists"]), asked_at),
            )
        )
        return Told(tree, name)


async def shelved(store: Store, plays: list[PreparedCondition], *, refresh: bool) -> list[PreparedCondition]:
    """Give every cache its shelf; the plays, noted where a server has another model than before under the same name.

    Parameters
    ----------
    refresh : bool
        Whether everything is asked anew.
    """
    scoring = _scoring(plays)
    notes = {cache.model.name: await shelve(store, cache, refresh=refresh) for cache in scoring}
    return [
        replace(play, sent=replace(play.sent, notes=(*play.sent.notes, *notes.get(play.model.name, ()))))
        for play in plays
    ]


async def shelve(store: Store, cache: DistributionCache, *, refresh: bool) -> tuple[str, ...]:
    """Give a cache its shelf; that its server has another model than before under the same name, where it has."""
    model = cache.model
    fingerprint = await model.fingerprint() if isinstance(model, TellsFingerprint) else None
    own = (model.name, model.server, fingerprint)
    known = {} if refresh else await asyncio.to_thread(store.distributions.questions, *own)
    cache.shelf = KeptTrees(store, *own, known)
    other = await asyncio.to_thread(store.distributions.other_fingerprint, *own)
    return (_another(other, fingerprint),) if other else ()


def _another(before: str, now: str | None) -> str:
    said = f"now {now}" if now else "which its server does not say now"
    return (
        f"Its fingerprint was {before} when it was asked before, {said}. It is taken for another model, and nothing "
        "that was asked then is used."
    )


def _scoring(plays: Iterable[PreparedCondition]) -> list[DistributionCache]:
    """The caches of the models whose lists are kept."""
    caches = {id(play.scores): play.scores for play in plays if play.condition.measurement == "probabilities"}
    return [cache for cache in caches.values() if isinstance(cache.model, TellsTree) and cache.model.trees_are_kept]
