"""Series that published numbers were computed from; ``lmwalk.reference_data`` holds the numbers and their sources."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parent / "data"


def coin_in_context_series() -> pd.DataFrame:
    """P(heads) of every question, Llama-3.1-8B and gemma-2-2b-it. Source: rcorona/llm-coin-flips.

    The tosses are drawn anew for each n, true percentage and stem: they are not nested in n. The published mean
    distance of gemma-2-2b-it is up to .03 greater than what these rows give, as it would be if each row were a mean
    over several questions.

    Returns
    -------
    DataFrame
        model, n, theta_percent, stem (0..49), flips (H and T, oldest first), p_heads.
    """
    return pd.read_parquet(DATA / "coin_icl_series.parquet")


def telephone_series() -> pd.DataFrame:
    """Properties of every generation of 900 chains, 3 models at T = 0.8. Source: jeremyperez2/TelephoneGameLLM.

    Returns
    -------
    DataFrame
        model and label (the same), temperature, task, initial (0..19), seed (0..4), generation (0..50), toxicity,
        positivity, difficulty, length, ended (None: no chain ended early).
    """
    table = pd.read_parquet(DATA / "telephone_series.parquet").rename(columns={"text": "initial"})
    floats = dict.fromkeys(("toxicity", "positivity", "difficulty", "length"), "float64")
    typed = table.astype({"model": object, "task": object, **floats})
    return typed.assign(label=typed["model"], temperature=0.8, ended=None)
