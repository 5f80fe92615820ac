"""Whether a model uses t: what differs, what differs alike everywhere, and what sampling alone makes differ."""

from __future__ import annotations

import numpy as np
import pytest

from lmwalk.analysis.lattices import lattice_of
from lmwalk.analysis.moments_of_field import differences, law_change, reply_change
from lmwalk.datasets.field_words import change_words
from lmwalk.geometry import SquareGrid

FOUR = ("UP", "DOWN", "LEFT", "RIGHT")
LATTICE = lattice_of(SquareGrid(3), FOUR)
RNG = np.random.default_rng(5)
BASE = RNG.dirichlet(np.full(4, 5.0), size=49)


def mixed(share: float, towards) -> np.ndarray:
    return (1 - share) * BASE + share * np.asarray(towards)


def said(laws: np.ndarray, names=(0, 25)) -> list[str]:
    return change_words(differences(laws, names), law_change(laws), LATTICE, sampled=False)


def test_pairs_of_moments_are_measured_by_their_total_variation() -> None:
    """Mean, largest and where, over positions that are known at both; an unknown one is left out."""
    later = BASE.copy()
    later[7] = BASE[7][::-1]
    later[9] = np.nan
    row = differences(np.stack([BASE, later]), ["t = 0", "t = 25"]).iloc[0]
    largest = np.abs(BASE[7] - BASE[7][::-1]).sum() / 2
    assert (row["first"], row["second"], row["positions"], row["at"]) == ("t = 0", "t = 25", 48, 7)
    assert (row["largest"], row["tvd"]) == pytest.approx((largest, largest / 48))


def test_a_push_the_same_way_everywhere_is_told_from_wandering() -> None:
    """As large a change, once upwards at every position, once each position's own."""
    upwards = np.stack([BASE, mixed(0.05, [1, 0, 0, 0])])
    wandering = np.stack([BASE, mixed(0.05, np.eye(4)[RNG.integers(4, size=49)])])
    assert "the same way at many positions" in said(upwards)[2]
    assert "in no common direction" in said(wandering)[2]
    assert said(upwards)[0].startswith("Another t changes the law over moves by 0.0")


def test_without_a_change_there_is_nothing_to_explain() -> None:
    """Equal laws have p 1, and it is said that t is not used; one moment alone cannot be compared."""
    assert law_change(np.stack([BASE, BASE])).p == 1.0
    assert said(np.stack([BASE, BASE])) == [
        "The model does not use t: no law changes by more than 0.005 over 49 positions."
    ]
    assert "cannot be told" in said(BASE[None], [0])[0]


def replies(laws: np.ndarray, n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).multinomial(n, laws)


def test_replies_keep_their_level_and_find_a_change() -> None:
    """Without a change p is uniform over 200 seeds; moments without replies are left out; a push shows."""
    fewer = np.stack([BASE, BASE, BASE])[:, :12]
    p = []
    for seed in range(200):
        counts = replies(fewer, 8, seed)
        counts[2, :4] = 0
        p.append(reply_change(counts, exchanges=99, seed=seed).p)
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    assert np.mean(p) == pytest.approx(0.5, abs=0.08)
    counts = replies(np.stack([BASE, mixed(0.3, [0, 0, 0, 1])]), 20, 1)
    change = reply_change(counts)
    assert change.p <= 0.01
    words = change_words(differences(counts / 20, [0, 25]), change, LATTICE, sampled=True, what="the wording")
    assert words[1].startswith("The model uses the wording (p ")


def test_exchanged_laws_keep_their_level() -> None:
    """Where positions wander by themselves p is uniform, for two moments and for three."""
    p = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        laws = rng.dirichlet(np.full(4, 3.0), size=(2 + seed % 2, 20))
        p.append(law_change(laws, exchanges=99, seed=seed).p)
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    assert np.mean(p) == pytest.approx(0.5, abs=0.08)
