"""Two conditions compared: of one law or one mean, paired or not, copied, skewed, unequal; and how they are apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from lmwalk.analysis.contrasts import Asked, Contrast, contrast, paired_contrast
from lmwalk.analysis.outcome_contrasts import outcome_distance
from lmwalk.analysis.pairs import FEWEST_PAIRS
from validity import Design
from validity.units import beta

Chance = np.random.Generator
Draw = Callable[[Chance], np.ndarray]
NONE = float("nan")
STEPS = np.array([(0, 1), (0, -1), (-1, 0), (1, 0)])


def spoke(found: Contrast) -> float:
    return NONE if np.isnan(found.p) else float(found.differs)


def held(found: Contrast, truth: float) -> float:
    return NONE if np.isnan(found.low) else float(found.low <= truth <= found.high)


def of_walks(chance: Chance, walks: int, shares: np.ndarray, steps: int = 50) -> np.ndarray:
    """Distances at the end of walks with shares of their own, shape (walks, 4)."""
    counts = np.stack([chance.multinomial(steps, own) for own in np.broadcast_to(shares, (walks, 4))])
    return np.hypot(*(counts @ STEPS).T)


def false(name: str, a: Draw, b: Draw, few: int = 12, **asked: bool) -> Design:
    """Two conditions of one mean."""
    return Design(
        name,
        "false positives",
        lambda chance: {"difference, p": spoke(contrast(a(chance), b(chance), asked=Asked(**asked)))},
        few,
    )


def covered(name: str, a: Draw, b: Draw, truth: float, few: int = 12, **asked: bool) -> Design:
    """Two conditions whose means are so far apart."""
    return Design(
        name,
        "coverage",
        lambda chance: {"difference": held(contrast(a(chance), b(chance), asked=Asked(**asked)), truth)},
        few,
    )


def normal(n: int, mean: float = 0, sd: float = 1) -> Draw:
    return lambda chance: chance.normal(mean, sd, n)


def skewed(n: int, mean: float = 1) -> Draw:
    return lambda chance: chance.exponential(mean, n)


def shares(n: int, mean: float, sd: float) -> Draw:
    return lambda chance: beta(chance, mean, sd, n)


def coins(n: int, p: float) -> Draw:
    return lambda chance: (chance.random(n) < p).astype(float)


def walks(n: int) -> Draw:
    return lambda chance: of_walks(chance, n, np.full(4, 0.25))


def biased_walks(n: int) -> Draw:
    return lambda chance: of_walks(chance, n, chance.dirichlet(np.ones(4), n))


def copied(chance: Chance) -> Mapping[str, float]:
    """Twenty walks of each, copies of five; and of one."""
    found = {}
    for distinct in (5, 1):
        a, b = (of_walks(chance, distinct, np.full(4, 0.25)) for _ in range(2))
        of = [number % distinct for number in range(20)]
        found[f"difference, p, {distinct} distinct"] = spoke(contrast(a[of], b[of], (of, of)))
    return found


def copied_unevenly(chance: Chance) -> Mapping[str, float]:
    """Six distinct walks beside six, one of each copied fifteen times."""
    a, b = (of_walks(chance, 6, np.full(4, 0.25)) for _ in range(2))
    of = [0] * 15 + list(range(1, 6))
    return {"difference, p": spoke(contrast(a[of], b[of], (of, of)))}


def in_wordings(wordings: int, shift: float, kind: str) -> Design:
    """The same wordings asked of both, whose probability differs from wording to wording as that of published ones."""

    def trial(chance: Chance) -> Mapping[str, float]:
        base = beta(chance, 0.45, 0.25, wordings)
        a, b = (chance.binomial(20, p) / 20 for p in (base * (1 - shift) + shift, base))
        pairs = wordings >= FEWEST_PAIRS
        found = paired_contrast(a, b, asked=Asked(share=True)) if pairs else contrast(a, b, asked=Asked(share=True))
        if kind == "coverage":
            return {"difference of shares": held(found, shift * (1 - 0.45))}
        return {"difference of shares, p": spoke(found)}

    return Design(f"{wordings} wordings in both, sd .25, apart by {0.55 * shift:g}", kind, trial)  # type: ignore[arg-type]


def by_text(texts: int, shift: float, draw: Callable[[Chance, int], np.ndarray], name: str) -> list[Design]:
    """Chains from the same texts, five each, which keep something of where they began."""

    def compared(chance: Chance) -> Contrast:
        first = chance.normal(600, 300, texts)
        a, b = (0.5 * first + draw(chance, texts) + 20 * chance.normal(size=(5, texts)).mean(axis=0) for _ in range(2))
        return paired_contrast(a + shift, b)

    named = f"{texts} texts x 5 chains in both, {name}"
    if shift:
        return [Design(f"{named}, apart", "coverage", lambda chance: {"difference": held(compared(chance), shift)})]
    return [Design(named, "false positives", lambda chance: {"difference, p": spoke(compared(chance))})]


def apart(units: int, first: list[float], second: list[float], strength: float = 3) -> Design:
    """Units whose shares of the outcomes differ from unit to unit, around the law of their condition."""
    p, q = np.array(first), np.array(second)
    truth = float(np.abs(p - q).sum() / 2)

    def trial(chance: Chance) -> Mapping[str, float]:
        a, b = (
            np.stack([chance.multinomial(20, own) for own in chance.dirichlet(law * strength, units)]) / 20
            for law in (p, q)
        )
        found = outcome_distance(a, b)
        if truth:
            return {"distance of outcomes": NONE if np.isnan(found.low) else float(found.low <= truth <= found.high)}
        return {"distance of outcomes, p": float(found.differs)}

    kind = "coverage" if truth else "false positives"
    return Design(f"{units} and {units} units, {len(p)} outcomes, {truth:.2g} apart", kind, trial, 12)  # type: ignore[arg-type]


def at_the_margin(units: int, name: str, draw: Callable[[Chance, int], np.ndarray]) -> Design:
    """A true difference just as large as the margin must seldom be called alike."""

    def trial(chance: Chance) -> Mapping[str, float]:
        a, b = draw(chance, units), draw(chance, units)
        asked = Asked(within=0.5)
        return {
            "alike, p": float(contrast(a + 0.5, b, asked=asked).alike),
            "alike in pairs, p": float(paired_contrast(a + 0.5, b, asked=asked).alike),
        }

    return Design(f"{units} and {units} units at the margin, {name}", "false positives", trial, 12)


def gauss(chance: Chance, n: int) -> np.ndarray:
    return 0.4 * chance.normal(size=n)


def exponential(chance: Chance, n: int) -> np.ndarray:
    return 0.4 * chance.exponential(size=n)


EVEN = [0.25] * 4
TAILS: Mapping[str, Callable[[Chance, int], np.ndarray]] = {
    "normal": lambda chance, n: 50 * chance.normal(size=n),
    "heavy tails": lambda chance, n: 50 * chance.standard_t(3, n),
}
DESIGNS = [
    *(false(f"{n} and {n} unbiased walks", walks(n), walks(n)) for n in (4, 5, 20)),
    *(false(f"{n} and {n} walks, own bias each", biased_walks(n), biased_walks(n)) for n in (5, 20)),
    false("5 and 20 units, sd 3 and 1", normal(5, sd=3), normal(20)),
    false("5 and 20 units, sd 1 and 3", normal(5), normal(20, sd=3)),
    false("5 and 20 units, skewed", skewed(5), skewed(20)),
    false("5 and 20 units, skewed, spreads 3 and 1", skewed(5, 3), lambda chance: 2 + chance.exponential(size=20)),
    false("10 and 10 units, skewed and normal", skewed(10), normal(10, 1)),
    *(
        false(f"{n} and {n} wordings, sd .25", shares(n, 0.5, 0.25), shares(n, 0.5, 0.25), share=True)
        for n in (4, 5, 20)
    ),
    *(false(f"{n} and {n} wordings, 0 or 1", coins(n, 0.7), coins(n, 0.7), share=True) for n in (5, 20)),
    Design("20 and 20 walks, copies", "false positives", copied),
    Design("20 and 20 walks, one of six copied 15 times", "false positives", copied_unevenly),
    *(in_wordings(n, 0.0, "false positives") for n in (5, 8, 20)),
    *(
        design
        for texts in (5, 20)
        for name, draw in TAILS.items()
        for shift in (0.0, 60.0)
        for design in by_text(texts, shift, draw, name)
    ),
    *(apart(n, EVEN, EVEN) for n in (5, 20)),
    apart(10, [0.1] * 10, [0.1] * 10),
    *(at_the_margin(n, name, draw) for n in (5, 20) for name, draw in (("normal", gauss), ("skewed", exponential))),
    *(covered(f"{n} and {n} units, normal, apart", normal(n, 1), normal(n), 1) for n in (4, 5, 20)),
    covered("5 and 20 units, sd 3 and 1, apart", normal(5, 1, 3), normal(20), 1),
    covered("5 and 20 units, skewed, spreads 3 and 1, apart", skewed(5, 3), skewed(20), 2),
    *(covered(f"{n} and {n} units, skewed, apart", skewed(n, 3), skewed(n), 2) for n in (5, 10, 20)),
    *(
        covered(f"{n} and {n} wordings, .97 and .5", shares(n, 0.97, 0.06), shares(n, 0.5, 0.25), 0.47, share=True)
        for n in (5, 20)
    ),
    *(covered(f"{n} and {n} wordings, 0 or 1, apart", coins(n, 0.9), coins(n, 0.5), 0.4, share=True) for n in (5, 20)),
    *(in_wordings(n, 0.4, "coverage") for n in (5, 8, 20)),
    *(apart(n, EVEN, [0.55, 0.15, 0.15, 0.15]) for n in (5, 20)),
    apart(20, EVEN, [0.3, 0.2, 0.25, 0.25]),
    apart(10, [0.1] * 10, [0.3] + [0.7 / 9] * 9),
]
