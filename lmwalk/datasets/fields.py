"""From what a model told at the positions of a walk to its field under a sampler, and what is kept of that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import numpy as np

from lmwalk.analysis.lattices import Lattice
from lmwalk.analysis.policy_field import Array, PolicyField, field_of
from lmwalk.engine.field_plan import FieldPlan
from lmwalk.sampler import Pipeline
from lmwalk.store import Store
from lmwalk.store.distributions import digest_of
from lmwalk.token_tree import AT_ONE, TEMPERATURE_ONLY, TokenTree, tree_from
from lmwalk.token_tree.masses import Masses, MassReader
from lmwalk.types import Sampling

Trees = Mapping[int, TokenTree] | Iterable[tuple[int, TokenTree]]
"""What a model told, by the number of the position."""


def field_from(
    lattice: Lattice, trees: Trees, sampling: Sampling = AT_ONE, pipeline: Pipeline = TEMPERATURE_ONLY
) -> PolicyField:
    """The field that a sampler makes of what a model told.

    Equal trees are read once.

    Parameters
    ----------
    lattice : Lattice
    trees : mapping of int to TokenTree, or pairs of both
        Asked for the lattice's moves; positions that are not among them are NaN.
    sampling, pipeline
        As ``token_tree.read`` takes them.

    Returns
    -------
    PolicyField
        Each law as ``Distribution.normalised`` has it, with the bounds that cut lists leave, and the mass that is known
        to be no move's as ``outside``. A position whose moves hold no mass at all is NaN.
    """
    moves = len(lattice.moves)
    known, upper = np.full((2, len(lattice), moves), np.nan)
    outside, unseen = np.full((2, len(lattice)), np.nan)
    reader, found = MassReader(lattice.moves, sampling, pipeline), dict[int, Masses]()
    given = dict(trees)  # held for as long as trees are told apart by where they are in memory
    for position, tree in given.items():
        if id(tree) not in found:
            found[id(tree)] = reader(tree)
        known[position], upper[position], outside[position], unseen[position] = found[id(tree)]
    return field_of(lattice, known, outside, _bounds(known, upper, unseen))


def _bounds(known: Array, upper: Array, unseen: Array) -> Array:
    """The least and the most of each normalised probability, as ``Distribution.bounds`` has them for one."""
    spare = upper - known
    total = known.sum(axis=1, keepdims=True)
    most = total + np.minimum(spare.sum(axis=1, keepdims=True) - spare, np.maximum(unseen, 0)[:, None])
    least = total - known + upper
    low = np.divide(known, most, out=np.zeros_like(known), where=most > 0)
    return np.stack([low, np.divide(upper, least, out=np.ones_like(known), where=least > 0)])


def kept_trees(store: Store, plan: FieldPlan) -> dict[int, TokenTree]:
    """What the model told of a plan's questions before, by position, whatever it was asked for; asks nothing.

    All positions are looked up, not those of the plan's stride alone. Of several models of one name the one that was
    asked last counts. Models whose lists are not kept (``builtin/tiny``, simulations) have none.
    """
    # a model that cannot be told not to think was asked as it is
    ways = (True, False) if plan.thinking == "off" else (False,)
    by_keys: dict[tuple[str, ...], list[int]] = {}
    for position in range(len(plan.lattice)):
        question = plan.question(position)
        by_keys.setdefault(tuple(digest_of(*question, way) for way in ways), []).append(position)
    found = store.distributions.latest(plan.model, sorted({key for keys in by_keys for key in keys}))
    trees: dict[int, TokenTree] = {}
    for keys, positions in by_keys.items():
        if told := next((found[key] for key in keys if key in found), None):
            trees |= dict.fromkeys(positions, tree_from({"width": told[0], "lists": json.loads(told[1])}))
    return trees


def kept_field(
    store: Store, plan: FieldPlan, sampling: Sampling = AT_ONE, pipeline: Pipeline = TEMPERATURE_ONLY
) -> PolicyField | None:
    """The field of what is kept, for laying under stored walks; None where nothing is. Asks nothing."""
    trees = kept_trees(store, plan)
    return field_from(plan.lattice, trees, sampling, pipeline) if trees else None
