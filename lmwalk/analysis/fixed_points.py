"""Where chains of texts end up for good: fixed points, cycles, and the words that live on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from lmwalk.analysis.chains import CHAIN
from lmwalk.similarity import edit_distance, words

Kind = Literal["fixed point", "cycle", "none"]

_FUNCTION_WORDS = """
a about after all also although am among an and any are as at be because been before being between both but by can
could did do does doing down during each either else every few for from had has have having he her here hers him his
how i if in into is it it's its itself just may me might more most much must my neither no nor not of off on once
only onto or other our ours out over own per rather s same shall she should since so some such t than that the their
theirs them then there these they this those though through thus to too under until up upon us very was we were what
when where whether which while who whom whose why will with within without would yet you your yours
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words without a subject matter of their own, English."""


class Limit(NamedTuple):
    """What a chain ends in: a text that repeats, texts that take turns, or neither.

    period is the number of texts in turn, entered the generation from which each is the one ``period`` before it; both
    None for neither.
    """

    kind: Kind
    period: int | None
    entered: int | None


def limit(texts: Sequence[str]) -> Limit:
    """The limit set of a chain, by texts that are equal to the letter.

    It is the least period that holds to the last text and is seen at least twice, so that two equal texts at the end
    are a fixed point.
    """
    codes = pd.factorize(np.asarray(texts, object))[0]
    for period in range(1, len(codes) // 2 + 1):
        broken = np.flatnonzero(codes[period:] != codes[:-period])
        entered = int(broken[-1]) + 1 if len(broken) else 0
        if len(codes) - entered >= 2 * period:
            return Limit("fixed point" if period == 1 else "cycle", period, entered)
    return Limit("none", None, None)


def two_periodicity(texts: Sequence[str]) -> float:
    """1 minus the mean word edit distance of each text from the one two before: 1 for a cycle of two, or one text.

    NaN for fewer than 3 texts; pairs of texts without a word do not count.
    """
    distances = [edit_distance(text, before) for text, before in zip(texts[2:], texts, strict=False)]
    known = [distance for distance in distances if not np.isnan(distance)]
    return 1 - float(np.mean(known)) if known else float("nan")


def limits(texts: pd.DataFrame) -> pd.DataFrame:
    """The limit set of every chain.

    Parameters
    ----------
    texts : DataFrame
        label, task, initial, seed, generation, text.

    Returns
    -------
    DataFrame
        One row a chain: label, task, initial, seed, kind, period and entered (missing where the kind is none), tau
        (``two_periodicity``).
    """
    rows = []
    for key, part in texts.dropna(subset="text").groupby(list(CHAIN), sort=False):
        chain = part.sort_values("generation")["text"].tolist()
        rows.append((*key, *limit(chain), two_periodicity(chain)))
    table = pd.DataFrame(rows, columns=[*CHAIN, "kind", "period", "entered", "tau"])
    return table.astype({"period": "Int64", "entered": "Int64", "tau": float})


def word_flow(texts: Sequence[str], most: int = 30) -> pd.DataFrame:
    """How often the commonest words of a chain stand in each of its texts.

    Function words are left out (``FUNCTION_WORDS``). Words that are equally common come in alphabetical order.

    Returns
    -------
    DataFrame
        One row a word and generation, the commonest first: word, generation (0: the first text), count (0 where the
        text does not have the word).
    """
    counted = [Counter(word for word in words(text) if word not in FUNCTION_WORDS) for text in texts]
    totals: Counter[str] = sum(counted, Counter())
    chosen = sorted(totals, key=lambda word: (-totals[word], word))[:most]
    rows = [(word, generation, own[word]) for word in chosen for generation, own in enumerate(counted)]
    return pd.DataFrame(rows, columns=["word", "generation", "count"])
