"""Attractors of base and instruct models beside each other: the difference of strengths over the same texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lmwalk.analysis.attractors import attractors
from lmwalk.analysis.paired_strengths import strength_differences


def chains(slopes: dict[str, float], noise: float, shared: float = 0.0, texts: int = 20) -> pd.DataFrame:
    """Chains of one generation, last = slope x first and noise, some of it the same of a text in every model."""
    rng, rows = np.random.default_rng(0), []
    first, both = rng.normal(0, 1, texts), rng.normal(0, shared, texts)
    for model, slope in slopes.items():
        last = slope * first + both + rng.normal(0, noise, texts)
        for text in range(texts):
            rows += [(model, text, 0, first[text]), (model, text, 1, last[text])]
    frame = pd.DataFrame(rows, columns=["model", "initial", "generation", "length"])
    fixed = {"condition": frame["model"], "label": frame["model"], "temperature": 1.0, "task": "t", "seed": 0}
    return frame.assign(**fixed, trajectory=frame["initial"], ended=None)


def test_the_difference_is_that_of_the_strengths() -> None:
    """Instruct less base, each as the attractor's own figure has it; without noise exactly, and without a width."""
    exact = strength_differences(chains({"b": 0.5, "i": 0.2}, 0.0), ["length"], {"b": "i"}).iloc[0]
    noisy = chains({"b": 0.5, "i": 0.2}, 0.1)
    found = strength_differences(noisy, ["length"], {"b": "i"}).iloc[0]
    strength = attractors(noisy, ["length"], ["model"]).set_index("model")["strength"]

    assert exact[["difference", "difference_low", "difference_high"]].tolist() == pytest.approx([0.3] * 3)
    assert found["difference"] == pytest.approx(strength["i"] - strength["b"])
    assert found["difference_low"] < found["difference"] < found["difference_high"]
    assert found["texts"] == 20


def test_what_a_text_does_to_both_models_widens_nothing() -> None:
    """Noise of a text that both models share leaves the interval of the difference as narrow as none."""
    widths = [
        float(np.ptp(strength_differences(each, ["length"], {"b": "i"}).loc[0, ["difference_low", "difference_high"]]))
        for each in (chains({"b": 0.5, "i": 0.2}, 0.05), chains({"b": 0.5, "i": 0.2}, 0.05, shared=0.5))
    ]
    assert widths[1] < 1.5 * widths[0]


def test_texts_that_one_model_lacks_are_left_out() -> None:
    """The difference is of the texts that both were given; with fewer than four there is no interval."""
    whole = chains({"b": 0.5, "i": 0.2}, 0.1)
    part = whole[(whole["model"] == "b") | (whole["initial"] < 3)]
    found = strength_differences(part, ["length"], {"b": "i"}).iloc[0]

    assert found["texts"] == 3
    assert np.isnan(found["difference_low"])
