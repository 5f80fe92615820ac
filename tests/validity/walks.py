"""Grid walks: their measures beside null walks, and the intervals of what stands below the picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import pandas as pd

from lmwalk.analysis.motion import MEASURES
from lmwalk.analysis.null_comparison import Against, exponent_interval, walk_measures
from lmwalk.analysis.nulls import AFTER, STAY, UNREAD, Codes, Kind, Room, walked
from lmwalk.analysis.walks import direction_shares, mean_distances
from lmwalk.geometry import unbiased_distance
from validity import Design
from validity.units import held

Chance = np.random.Generator
Draw = Callable[[Chance], Codes]
ROOM = Room(25)
DIRECTIONS = ("UP", "DOWN", "LEFT", "RIGHT")
SINGLE = ("distance", "directions", "entropy rate", "dependence", "repeats")


def fair(chance: Chance, walks: int = 5, steps: int = 50) -> Codes:
    return chance.integers(STAY, size=(walks, steps)).astype(np.int8)


def biased(chance: Chance, walks: int = 5, steps: int = 50) -> Codes:
    """Memoryless walks, each with directions of its own liking."""
    shares = chance.dirichlet(np.full(STAY, 2.0), size=walks)
    return np.stack([chance.choice(STAY, size=steps, p=share) for share in shares]).astype(np.int8)


def persistent(chance: Chance, walks: int = 5, steps: int = 50, again: float = 0.7) -> Codes:
    """Walks that repeat the move before with that probability, and else take any other."""
    turns = np.where(chance.random((walks, steps)) < again, 0, chance.integers(1, STAY, size=(walks, steps)))
    turns[:, 0] = chance.integers(STAY, size=walks)
    return (np.cumsum(turns, axis=1) % STAY).astype(np.int8)


def copied(chance: Chance, walks: int = 5) -> Codes:
    """One unbiased walk, over and over."""
    return np.repeat(fair(chance, 1), walks, axis=0)


def sharing(share: float) -> Draw:
    """Unbiased walks that take that share of their moves from a common one."""

    def draw(chance: Chance) -> Codes:
        return np.where(chance.random((5, 50)) < share, fair(chance, 1), fair(chance))

    return draw


def half_of_up_unread(chance: Chance) -> Codes:
    codes = fair(chance)
    return np.where((codes == 0) & (chance.random(codes.shape) < 0.5), np.int8(UNREAD), codes)


def unread_at_random(chance: Chance) -> Codes:
    codes = fair(chance)
    return np.where(chance.random(codes.shape) < 0.2, np.int8(UNREAD), codes)


def ended_early(chance: Chance) -> Codes:
    lengths = np.array([50, 50, 30, 10, 4])[:, None]
    return np.where(np.arange(50) < lengths, fair(chance), np.int8(AFTER))


def tested(name: str, draw: Draw, kind: Kind = "unbiased", few: int = 4, *, single: bool = True) -> Design:
    """One condition against null walks of a kind: any star of its table, and single measures before adjusting."""

    def trial(chance: Chance) -> Mapping[str, float]:
        table = walk_measures({"a": draw(chance)}, ROOM, Against(kind)).set_index("measure")
        p = {f"p of {measure}": _at_most(table.loc[measure, "p"]) for measure in SINGLE if single}
        return {"any star": float((table["p_adjusted"] <= 0.05).any()), **p}

    return Design(f"{name}, against {kind}", "false positives", trial, few)


def _at_most(p: float) -> float:
    return float("nan") if np.isnan(p) else float(p <= 0.05)


def grid(conditions: int, draw: Draw, name: str, kind: Kind = "unbiased", few: int = 0) -> Design:
    """Many conditions in one table; too long for the test suite."""

    def trial(chance: Chance) -> Mapping[str, float]:
        table = walk_measures({str(number): draw(chance) for number in range(conditions)}, ROOM, Against(kind))
        return {"any star of the grid": float((table["p_adjusted"] <= 0.05).any())}

    return Design(f"{conditions} conditions, {name}, against {kind}", "false positives", trial, few)


@lru_cache
def _truth(draw: Callable[..., Codes], steps: int) -> tuple[float, float]:
    """Mean distance and mean exponent of a condition of twenty walks, by six thousand walks."""
    chance, distances, exponents = np.random.default_rng(1), [], []
    for _ in range(300):
        walk = walked(draw(chance, 20, steps)[None], ROOM)
        distances.append(float(MEASURES["distance"].compute(walk)[0]))
        exponents.append(float(MEASURES["exponent"].compute(walk)[0]))
    return float(np.mean(distances)), float(np.mean(exponents))


def covered(name: str, draw: Callable[..., Codes], walks: int, few: int = 30) -> Design:
    """Intervals of walks of 50 steps."""

    def trial(chance: Chance) -> Mapping[str, float]:
        codes = draw(chance, walks, 50)
        distance, exponent = _truth(draw, 50)
        walk = walked(codes, ROOM)
        ends = pd.DataFrame(
            {"condition": "a", "t": 50, "distance": np.hypot(walk.x[:, -1], walk.y[:, -1]), "copy": range(walks)}
        ).assign(unbiased=unbiased_distance(50))
        row = mean_distances(ends).iloc[0]
        low, high = exponent_interval(codes, ROOM)[1:]
        up = direction_shares(tallies(codes), DIRECTIONS).iloc[0]
        return {
            "mean distance": held(row, distance),
            "exponent": float("nan") if np.isnan(low) else float(low <= exponent <= high),
            "share of UP": held(up, 0.25),
        }

    return Design(f"{walks} walks, {name}", "coverage", trial, few)


def tallies(codes: Codes) -> pd.DataFrame:
    """As the store counts them."""
    rows = [
        ("a", walk, tuple(moves), DIRECTIONS[code], "ok", int((moves == code).sum()))
        for walk, moves in enumerate(codes)
        for code in range(STAY)
    ]
    return pd.DataFrame(rows, columns=["condition", "trajectory", "copy", "outcome", "status", "count"])


DESIGNS = [
    tested("5 x 50 unbiased", fair),
    tested("1 x 50 unbiased", lambda chance: fair(chance, 1)),
    tested("one unbiased walk copied 5 times", copied),
    tested("one unbiased walk copied 20 times", lambda chance: copied(chance, 20)),
    tested("5 unbiased walks that share 95% of moves", sharing(0.95)),
    tested("5 unbiased walks that share 50% of moves", sharing(0.5)),
    tested("5 unbiased walks that share 20% of moves", sharing(0.2)),
    tested("5 walks, own bias each", biased, "biased"),
    tested("5 walks that share 95% of moves", sharing(0.95), "biased"),
    tested("5 persistent walks", persistent, "persistent"),
    tested("5 walks that share 95% of moves", sharing(0.95), "persistent"),
    tested("5 unbiased walks", fair, "lazy"),
    tested("unbiased, half of UP unread", half_of_up_unread, single=False),
    tested("unbiased, half of UP unread", half_of_up_unread, "lazy", single=False),
    tested("unbiased, half of UP unread", half_of_up_unread, "biased", single=False),
    tested("unbiased, a fifth unread at random", unread_at_random, single=False),
    tested("unbiased, ended early", ended_early),
    tested("unbiased, ended early", ended_early, "biased"),
    grid(35, fair, "unbiased"),
    grid(140, fair, "unbiased"),
    grid(35, copied, "one unbiased walk copied 5 times", few=2),
    grid(35, biased, "own bias each", "biased"),
    *(
        covered(name, draw, walks)
        for walks in (5, 20)
        for name, draw in (("unbiased", fair), ("own bias each", biased), ("persistent", persistent))
    ),
]
