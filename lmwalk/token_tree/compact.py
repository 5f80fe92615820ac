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
from lmwalk.token_tree.whole import Folded
from lmwalk.types import Outcome

Numbers = npt.NDArray[np.int_]
NATS = (0.0, 1.4, 3.0, 4.6, 7.0, 10.0, 10.0 + 0.4 * 64_000)
CODES = (0, 700, 1_100, 1_132, 1_156, 1_171, 65_171)
"""Log-probabilities are told by codes, which lie the wider apart, the less probable a token is: between these points in
steps of 0.002, 0.004, 0.05, 0.1, 0.2 and 0.4 nat. What is lost moves no probability of a move by more than 0.005 up to
T = 3, but for tokens that stand at the very edge of a cut: those may be on its other side."""
LIKELY = 1e-2
"""Tokens of a whole vocabulary that are at least so probable are told one by one. The others are told by how many there
are of a kind, four nats wide, and by what they weigh together at T = 2: at T = 3 that is some 3% too much."""
SURE = 0.99
"""Lists whose likeliest token holds at least so much are told once for all positions where they are alike."""
_ALIKE = 128
"""Alike are lists in which equal shares, to 1/128, lead the same ways at T = 3; below that they differ less."""
_ALIKE_AT = 3.0
_KIND_NATS = 4.0
OUTSIDE, OPEN, FIRST_NODE = -1, -2, -3
"""Where a token leads if not to an outcome: to none; to a text that was not asked; to node 0, and downwards."""
_MOST_NODES = 100
_NOTHING = 1e-300
_NO_CODE = 0xFFFF


class Node(NamedTuple):
    """One list of a tree.

    Attributes
    ----------
    width : int
        How many tokens were asked for; 0 where the list is the whole vocabulary.
    rest : int
        The code of the probability that is not listed; the largest where there is none.
    codes : array of int, shape (entries,)
        Of the log-probability of each token; see ``CODES``.
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

    Columns, one after the other, in little-endian order or, where it says so, as all upper bytes and then all lower
    ones: how many positions, lists of positions and different lists there are, and how many entries in all different
    lists and in whole vocabularies (uint32 each); of positions their numbers (16 bits, split) and how many lists they
    have (uint8); which of the different lists each is, as the difference from the one before (int16); of different
    lists their widths and how many entries they have (uint16 each), and the code of what is not listed (split); of
    entries their targets (int8), then how much larger their code is than that of the one before in the list (split);
    of the entries of whole vocabularies their counts (split).
    """
    trees = [(position, nodes_of(tree, outcomes)) for position, tree in arrivals]
    places, nodes = _told_once([node for _, own in trees for node in own])
    whole = [node.counts for node in nodes if node.width == 0]
    rises = _joined([np.diff(node.codes, prepend=0) for node in nodes])
    columns = (
        np.array([len(trees), len(places), len(nodes), len(rises), sum(map(len, whole))], "<u4"),
        _bytes([position for position, _ in trees]),
        np.array([len(own) for _, own in trees], "<u1"),
        np.diff(places, prepend=0).astype("<i2"),
        np.array([node.width for node in nodes], "<u2"),
        np.array([len(node.codes) for node in nodes], "<u2"),
        _bytes([node.rest for node in nodes]),
        _joined([node.targets for node in nodes]).astype("<i1"),
        _bytes(rises),
        _bytes(_joined(whole)),
    )
    return base64.b64encode(zlib.compress(b"".join(column.tobytes() for column in columns), 9)).decode()


def _told_once(nodes: Sequence[Node]) -> tuple[list[int], list[Node]]:
    """The different lists, and which of them each is."""
    known: dict[object, int] = {}
    different: list[Node] = []
    places = []
    for node in nodes:
        key = _kind(node) or len(different)  # a number is nobody else's key
        if key not in known:
            known[key] = len(different)
            different.append(node)
        places.append(known[key])
    return places, different


def _kind(node: Node) -> tuple[object, ...] | None:
    """Equal for lists that are alike; None of one that is told by itself."""
    nats = np.interp(node.codes, CODES, NATS)
    if not len(nats) or nats[0] > -math.log(SURE) or node.targets.min() <= FIRST_NODE:
        return None
    weights = node.counts * np.exp(-nats / _ALIKE_AT)
    ways, which = np.unique(node.targets, return_inverse=True)
    shares = np.bincount(which, weights) / weights.sum()
    return node.width, node.rest // 8, *ways.tolist(), *np.rint(_ALIKE * shares).astype(int).tolist()


def _bytes(values: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    """Numbers of 16 bits, all upper bytes first: each kind deflates better by itself."""
    split = np.asarray(values).astype("<u2").view(np.uint8).reshape(-1, 2)
    return np.concatenate([split[:, 1], split[:, 0]])


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
    sizes = tops.counts.astype(int) if isinstance(tops, Folded) else np.ones(len(order), int)
    logprobs, leads, counts = logprobs[order], targets[order], sizes[order]
    if width == 0:
        logprobs, leads, counts = _grouped(logprobs, leads, counts)
    rest = 0.0 if width == 0 else max(0.0, 1 - math.fsum(np.exp(logprobs)))
    told = int(_coded(math.log(rest))) if rest > _NOTHING else _NO_CODE
    return Node(width, told, _coded(logprobs), leads, counts)


def _coded(logprobs: npt.ArrayLike) -> Numbers:
    codes: Numbers = np.rint(np.interp(-np.asarray(logprobs, float), NATS, CODES)).astype(int)
    return codes


def _grouped(logprobs: Array, leads: Numbers, sizes: Numbers) -> tuple[Array, Numbers, Numbers]:
    """The likeliest one by one, and the others by where they lead and how likely they are."""
    single = (logprobs >= math.log(LIKELY)) | (leads <= FIRST_NODE)
    kinds = np.stack([np.floor(-logprobs[~single] / _KIND_NATS).astype(int), leads[~single]])
    alike, which = np.unique(kinds, axis=1, return_inverse=True)
    counts = np.bincount(which.ravel(), sizes[~single], alike.shape[1]).astype(int)
    roots = np.bincount(which.ravel(), sizes[~single] * np.exp(logprobs[~single] / 2), len(counts))
    counts = _few_digits(counts)
    told = np.concatenate([logprobs[single], 2 * np.log(np.maximum(roots, _NOTHING) / counts)])
    to, many = np.concatenate([leads[single], alike[1]]), np.concatenate([np.ones(int(single.sum()), int), counts])
    order = np.argsort(-told, kind="stable")
    return told[order], to[order], np.minimum(many[order], 0xFFFF)


def _few_digits(counts: Numbers) -> Numbers:
    """Numbers of tokens to a quarter of an octave; their probability makes up for it."""
    rounded: Numbers = np.rint(2 ** (np.rint(4 * np.log2(counts)) / 4)).astype(int)
    return np.where(counts <= 4, counts, rounded)
