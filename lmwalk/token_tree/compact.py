"""Token trees of many positions in few bytes, for a browser that tempers and cuts them itself."""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lmwalk.sampler import Array
from lmwalk.token_tree import TokenTree, logprobs_of
from lmwalk.token_tree.masses import sorter_of
from lmwalk.token_tree.spelling import Tops
from lmwalk.types import Outcome

Numbers = npt.NDArray[np.int_]
SCALE = 1_000
"""Log-probabilities are whole multiples of 1/1,000 nat."""
LIKELY = 1e-2
"""Tokens of a whole vocabulary that are at least so probable are told one by one. The others are told by how many there
are of a kind, four nats wide, and by what they weigh together at T = 2: at T = 3 that is some 3% too much."""
_KIND_NATS = 4.0
OUTSIDE, OPEN, FIRST_NODE = -1, -2, -3
"""Where a token leads if not to an outcome: to none; to a text that was not asked; to node 0, and downwards."""
_MOST_NODES = 100
_NOTHING = 1e-300


class Node(NamedTuple):
    """One list of a tree.

    Attributes
    ----------
    width : int
        How many tokens were asked for; 0 where the list is the whole vocabulary.
    rest : int
        The code of the probability that is not listed; the largest where there is none.
    codes : array of int, shape (entries,)
        ``-SCALE`` times the log-probability of each token.
    targets : array of int, shape (entries,)
        The number of the outcome that a token ends in, or ``OUTSIDE``, ``OPEN``, ``FIRST_NODE`` minus a node's number.
    counts : array of int, shape (entries,)
        Tokens that an entry stands for, each as likely as it says.
    """

    width: int
    rest: int
    codes: Numbers
    targets: Numbers
    counts: Numbers


def compact(arrivals: Iterable[tuple[int, TokenTree]], outcomes: Sequence[Outcome]) -> str:
    """Positions with their trees, deflated, in base 64.

    Little-endian columns, one after the other: how many positions and nodes there are and how many entries in all lists
    and in whole vocabularies (uint32 each); of positions their numbers (uint32) and how many nodes they have (uint8);
    of nodes their widths, how many entries they have, and the code of what is not listed (uint16 each); of entries
    their targets (int8) and codes (uint16, all upper bytes first); of the entries of whole vocabularies their counts
    (uint16).
    """
    trees = [(position, nodes_of(tree, outcomes)) for position, tree in arrivals]
    nodes = [node for _, own in trees for node in own]
    whole = [node.counts for node in nodes if node.width == 0]
    codes = _joined([node.codes for node in nodes]).astype("<u2").view(np.uint8).reshape(-1, 2)
    columns = (
        np.array([len(trees), len(nodes), len(codes), sum(map(len, whole))], "<u4"),
        np.array([position for position, _ in trees], "<u4"),
        np.array([len(own) for _, own in trees], "<u1"),
        np.array([node.width for node in nodes], "<u2"),
        np.array([len(node.codes) for node in nodes], "<u2"),
        np.array([node.rest for node in nodes], "<u2"),
        _joined([node.targets for node in nodes]).astype("<i1"),
        np.concatenate([codes[:, 1], codes[:, 0]]),
        _joined(whole).astype("<u2"),
    )
    return base64.b64encode(zlib.compress(b"".join(column.tobytes() for column in columns), 9)).decode()


def _joined(parts: Sequence[Numbers]) -> Numbers:
    return np.concatenate([np.zeros(0, int), *parts])


def nodes_of(tree: TokenTree, outcomes: Sequence[Outcome]) -> list[Node]:
    """The lists of a tree, shorter texts first; texts beyond ``_MOST_NODES`` lists are left open."""
    lists = {text: tops for text, tops in tree.lists.items() if tops}
    texts = sorted(lists, key=lambda text: (len(text), text))[:_MOST_NODES]
    places = {text: FIRST_NODE - number for number, text in enumerate(texts)}
    return [_node(lists[text], _targets(text, tree, places, tuple(outcomes)), tree.width) for text in texts]


def _targets(text: str, tree: TokenTree, places: Mapping[str, int], outcomes: tuple[Outcome, ...]) -> Numbers:
    """Where each token of the list after a text leads."""
    sort = sorter_of(outcomes)
    own = sort(text, tree.lists[text] or ())

    def goes_on(longer: str) -> int:
        if tree.after(longer) is not None:
            return places.get(longer, OPEN)
        ended = sort.spellings.ended(longer)  # it cannot be continued
        return sort.number[ended] if ended is not None and sort.spellings.stands_alone(longer) else OPEN

    targets: Numbers = np.array([*range(len(outcomes)), OUTSIDE, *map(goes_on, own.texts)])[own.codes]
    return targets


def _node(tops: Tops, targets: Numbers, width: int) -> Node:
    logprobs = logprobs_of(tops)
    order = np.argsort(-logprobs, kind="stable")
    logprobs, leads, counts = logprobs[order], targets[order], np.ones(len(order), int)
    if width == 0:
        logprobs, leads, counts = _grouped(logprobs, leads)
    rest = 0.0 if width == 0 else max(0.0, 1 - math.fsum(np.exp(logprobs)))
    return Node(width, int(_coded(np.log(max(rest, _NOTHING)))), _coded(logprobs), leads, counts)


def _coded(logprobs: npt.ArrayLike) -> Numbers:
    codes: Numbers = np.clip(np.rint(-np.asarray(logprobs) * SCALE), 0, 0xFFFF).astype(int)
    return codes


def _grouped(logprobs: Array, leads: Numbers) -> tuple[Array, Numbers, Numbers]:
    """The likeliest one by one, and the others by where they lead and how likely they are."""
    single = (logprobs >= math.log(LIKELY)) | (leads <= FIRST_NODE)
    kinds = np.stack([np.floor(-logprobs[~single] / _KIND_NATS).astype(int), leads[~single]])
    alike, which, counts = np.unique(kinds, axis=1, return_inverse=True, return_counts=True)
    roots = np.bincount(which.ravel(), np.exp(logprobs[~single] / 2), len(counts))
    told = np.concatenate([logprobs[single], 2 * np.log(np.maximum(roots, _NOTHING) / counts)])
    to, many = np.concatenate([leads[single], alike[1]]), np.concatenate([np.ones(int(single.sum()), int), counts])
    order = np.argsort(-told, kind="stable")
    return told[order], to[order], np.minimum(many[order], 0xFFFF)
