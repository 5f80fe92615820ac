"""Lists of whole large vocabularies: sorting few tokens sorts all, and folding keeps what a sampler makes of them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from lmwalk.sampler import PIPELINES, softmax
from lmwalk.token_tree import TokenTree, read
from lmwalk.token_tree.cut_lists import least
from lmwalk.token_tree.index import Index, only
from lmwalk.token_tree.masses import MassReader
from lmwalk.token_tree.spelling import spellings_of
from lmwalk.token_tree.whole import folded
from lmwalk.types import Sampling

LETTERS = ' \n"*heatdsilupUPDOWN10.5,'
COIN = ("heads", "tails")


def tokens(count: int) -> list[str]:
    """A vocabulary with an end mark, in which outcomes can be written in many ways."""
    rng = random.Random(0)
    made = {"".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 6))) for _ in range(count)}
    own = [
        "",
        "he",
        "head",
        "heads",
        " heads",
        "heads,",
        "ads",
        "tails",
        " tails",
        "ta",
        "10",
        " 1",
        "\u017f",
        "\u0130",
    ]
    return [*own, *sorted(made - set(own))]


@pytest.mark.parametrize(
    "outcomes", [COIN, ("UP", "DOWN"), tuple(map(str, range(1, 101))), ("1", "1.5", "heads up", "head", "he")]
)
def test_sorting_by_first_letters_is_sorting_one_by_one(outcomes: tuple[str, ...]) -> None:
    """Behind any text that may become an outcome, each token leads where the rules of spelling lead it."""
    vocabulary, spellings, count = tokens(1_500), spellings_of(outcomes), len(outcomes)
    index = Index(vocabulary)
    for text in ("", " ", "\n\n", "    ", " h", "he", "head", " heads", "1", "10", "1.", "heads ", "u", "UP", ' "t'):
        if not spellings.may_become(text):
            continue
        leads = index(text, outcomes)
        for token, code in zip(vocabulary, leads.codes.tolist(), strict=True):
            found = leads.texts[code - count - 1] if code > count else outcomes[code] if code < count else None
            goes_on = token and spellings.may_become(text + token)
            assert found == (text + token if goes_on else spellings.ended(text + token)), (text, token)
            assert (code > count) == bool(goes_on)


@pytest.mark.parametrize(
    ("temperature", "cuts"),
    [(0.0, {}), (0.5, {}), (1.0, {}), (2.0, {}), (2.0, {"top_p": 0.9}), (0.5, {"top_k": 40, "min_p": 0.02})],
)
def test_a_folded_list_is_tempered_and_cut_as_the_whole_one(temperature: float, cuts: dict[str, float]) -> None:
    """To a thousandth but for tokens at the edge of a cut, from a tenth of the numbers; both ways of reading agree."""
    vocabulary, rng = tokens(5_000), np.random.default_rng(0)
    index, lists = Index(vocabulary), dict[str, np.ndarray]()
    for text in ("", " ", "he", "heads", "ta", "tails", " heads", " tails"):
        lists[text] = softmax(rng.normal(0, 3, len(vocabulary)) + 6 * (np.array(vocabulary) == "heads"))
    leads = {text: only(index(text, COIN), lists, COIN) for text in lists}
    tree = TokenTree({text: folded(text, p, leads[text], 2, vocabulary) for text, p in lists.items()}, 0)
    sampling, pipeline = Sampling(temperature, **cuts), PIPELINES["own"]  # type: ignore[arg-type]

    truth = brute(vocabulary, lists, lambda p: least(p, 0, pipeline, pipeline.settled(sampling)))
    masses = MassReader(COIN, sampling, pipeline)(tree)
    law = read(tree, COIN, sampling, pipeline)

    assert masses.known.tolist() == pytest.approx(
        [truth[outcome] for outcome in COIN], rel=1e-2 if cuts else 1e-3, abs=1e-6
    )
    assert law.masses() == pytest.approx(dict(zip(COIN, masses.known.tolist(), strict=True)), rel=1e-6, abs=1e-9)
    assert sum(law.masses().values()) + law.outside == pytest.approx(1, abs=1e-6)
    assert sum(map(len, tree.lists.values())) < len(lists) * len(vocabulary) / 10


def brute(
    vocabulary: list[str], lists: dict[str, np.ndarray], sampler: Callable[[np.ndarray], np.ndarray]
) -> Counter[str]:
    """What each outcome holds, token by token; a whole word that is not followed is taken to end there."""
    spellings, found, open_texts = spellings_of(COIN), Counter[str](), Counter({"": 1.0})
    for text in sorted(lists, key=len):
        for token, share in zip(vocabulary, sampler(lists[text]).tolist(), strict=True):
            longer, mass = text + token, share * open_texts[text]
            if token and longer in lists:
                open_texts[longer] += mass
                continue
            goes_on = token and spellings.may_become(longer)
            found[str(spellings.whole(longer) if goes_on else spellings.ended(longer))] += mass
    return found
