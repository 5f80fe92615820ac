"""Milliseconds of processor time a text, by property: ``python tests/benchmarks/bench_measuring.py [--words 200]``."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from lmwalk.initial_texts import initial_texts
from lmwalk.properties import Texts, available

TEXTS = 30


def texts(words: int, seed: int) -> list[Texts]:
    """Chains of texts of that many words, each some words away from the one before; no two are alike."""
    chance = np.random.default_rng(seed)
    known = np.array(" ".join(text.text for text in initial_texts().values()).split())
    initial = chance.choice(known, words)
    chain = [initial]
    for _ in range(TEXTS):
        changed = np.where(chance.random(words) < 0.2, chance.choice(known, words), chain[-1])
        chain.append(changed)
    written = [" ".join(each) for each in chain]
    return [Texts(after, before, written[0]) for before, after in pairwise(written)]


def spent(measure: Callable[[Texts], float], chain: list[Texts]) -> float:
    """Milliseconds of processor time a text."""
    begun = time.process_time()
    for each in chain:
        measure(each)
    return 1000 * (time.process_time() - begun) / len(chain)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, nargs="+", default=[200, 1000, 4000])
    for words in parser.parse_args().words:
        warm, chain = texts(words, 0)[:1], texts(words, 1)
        each = {}
        for known in available():
            spent(known.of, warm)
            each[known.name] = spent(known.of, chain)
        told = ", ".join(f"{name} {value:.2f}" for name, value in each.items())
        print(f"{words:,} words: {sum(each.values()):.1f} ms a text ({told})")


if __name__ == "__main__":
    main()
