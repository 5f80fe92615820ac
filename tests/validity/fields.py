"""Fields: walks against the law of their sampler, and fields of several moments or wordings against each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from walks_of_fields import answered

from lmwalk.analysis.asked_walks import Walks, walks_of
from lmwalk.analysis.lattices import lattice_of
from lmwalk.analysis.moments_of_field import law_change, reply_change
from lmwalk.analysis.sampler_causes import Answered, cause_of
from lmwalk.analysis.sampler_check import check
from lmwalk.geometry import SquareGrid
from lmwalk.models.builtin.policy import policy
from lmwalk.sampler import probabilities
from lmwalk.types import Sampling
from validity import Design

Chance = np.random.Generator
LATTICE = lattice_of(SquareGrid(25), ("UP", "DOWN", "LEFT", "RIGHT"))
TAUGHT = policy(*LATTICE.points.T)
PEAKED = np.tile([0.93, 0.07 / 3, 0.07 / 3, 0.07 / 3], (len(LATTICE), 1))


def honest(name: str, p: np.ndarray, sampling: Sampling, walks: int = 5, steps: int = 50) -> Design:
    """Walks of the very sampler that they are tested against."""
    law = probabilities(np.log(p), sampling)

    def trial(chance: Chance) -> Mapping[str, float]:
        rows = answered(LATTICE, law, walks, steps, int(chance.integers(2**31)))
        found = check(walks_of(rows, LATTICE), LATTICE, law, simulations=199)
        cause = cause_of(p, LATTICE.moves, [Answered(sampling.temperature, law, found.counts)])
        positions = found.positions["p_adjusted"]
        return {
            "surprise or G": float(found.p <= 0.05),
            "any position": float((positions <= 0.05).any()),
            "cause": float(cause is not None and cause.p <= 0.05),
        }

    return Design(f"{walks} x {steps} walks, {name}, T = {sampling.temperature:g}", "false positives", trial, 4)


def asked(replies: int, positions: int = 51) -> Design:
    """So many replies at each of some positions."""

    def trial(chance: Chance) -> Mapping[str, float]:
        places = np.repeat(chance.choice(len(LATTICE), positions, replace=False), replies)
        draws = chance.random(len(places))[:, None] >= np.cumsum(TAUGHT[places], axis=1)[:, :-1]
        found = check(Walks(places, draws.sum(axis=1)[:, None], walking=False), LATTICE, TAUGHT, simulations=199)
        positions_p = found.positions["p_adjusted"]
        return {"surprise or G": float(found.p <= 0.05), "any position": float((positions_p <= 0.05).any())}

    return Design(f"{positions} positions x {replies} replies", "false positives", trial, 4)


def unchanged(moments: int, replies: int) -> Design:
    """Replies at 51 positions that do not depend on t, and laws that wander at each position by themselves."""

    def trial(chance: Chance) -> Mapping[str, float]:
        p = TAUGHT[chance.choice(len(LATTICE), 51, replace=False)]
        wandering = np.stack([[chance.dirichlet(50 * own) for own in p] for _ in range(moments)])
        counts = chance.multinomial(replies, np.broadcast_to(p, (moments, *p.shape)))
        seed = int(chance.integers(2**31))
        return {
            "replies": float(reply_change(counts, 99, seed).p <= 0.05),
            "laws": float(law_change(wandering, 99, seed).p <= 0.05),
        }

    return Design(f"51 positions x {moments} moments x {replies} replies", "false positives", trial, 4)


DESIGNS = [
    honest("taught", TAUGHT, Sampling(0.3)),
    honest("taught", TAUGHT, Sampling(1.0)),
    honest("taught", TAUGHT, Sampling(2.0)),
    honest("one move .93", PEAKED, Sampling(0.5)),
    honest("one move .93", PEAKED, Sampling(1.0)),
    honest("taught, cut at .9", TAUGHT, Sampling(1.0, top_p=0.9)),
    honest("one move .93", PEAKED, Sampling(1.0), 20, 60),
    asked(5),
    asked(20),
    unchanged(2, 5),
    unchanged(3, 20),
]
