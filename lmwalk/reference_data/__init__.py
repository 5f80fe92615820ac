"""Numbers published by others, to be laid beside one's own. Each loader names its source.

The draws are those of "Enough Coin Flips Can Make LLMs Act Bayesian" (Gupta, Corona, Ge et al., 2025, arXiv
2503.04722); but for the discounts, which stand in the paper, the numbers were computed from its public result files
(GitHub, rcorona/llm-coin-flips). The chains of texts are those of "When LLMs Play the Telephone Game" (Perez et al.,
2024, arXiv 2407.04503; GitHub, jeremyperez2/TelephoneGameLLM). The walks are those of GitHub, attentionmech/TILDNN
(2024). A loader gives a frame of the caller's own: changing it
changes nothing here.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@cache
def _table(name: str) -> pd.DataFrame:
    import pandas as pd

    with (resources.files(__name__) / name).open("rb") as file:
        return pd.read_csv(file)


def coin_in_context() -> pd.DataFrame:
    """P(heads) after n true tosses, 13 models. Source: rcorona/llm-coin-flips.

    Returns
    -------
    DataFrame
        model, n (tosses shown), theta_percent (true percentage of heads), p_heads (mean over wordings), tvd (mean over
        wordings of the distance of each from the truth, so never below the distance of the mean).
    """
    return _table("coin_icl_published.csv").copy()


def coin_stated_bias() -> pd.DataFrame:
    """P(heads) where a percentage of heads is stated, 11 models. Source: rcorona/llm-coin-flips.

    Returns
    -------
    DataFrame
        model, stated_heads_percent, p_heads_mean and p_heads_sd (over 50 stems), tvd_mean (from what is stated).
    """
    return _table("coin_stated_bias_published.csv").copy()


def priors() -> pd.DataFrame:
    """Zero-shot probabilities, one wording, nothing stated. Source: rcorona/llm-coin-flips.

    Returns
    -------
    DataFrame
        One row an outcome: process (coin, die, number), model, outcome (heads, tails; 1..6; 1..10), probability
        (rounded by the source to four decimals), tvd_from_uniform (of the whole distribution).
    """
    import pandas as pd

    table = _table("draws_priors_published.csv")
    chances = [json.loads(text) for text in table["probabilities"]]
    names = [_outcomes(process, len(found)) for process, found in zip(table["process"], chances, strict=True)]
    long = table.drop(columns="probabilities").assign(outcome=pd.Series(names), probability=pd.Series(chances))
    columns = ["process", "model", "outcome", "probability", "tvd_from_uniform"]
    return long.explode(["outcome", "probability"], ignore_index=True)[columns].astype({"probability": float})


def _outcomes(process: str, count: int) -> list[str]:
    return ["heads", "tails"] if process == "coin" else [str(number) for number in range(1, count + 1)]


def poisson() -> pd.DataFrame:
    """Estimated rates of Poisson marks, 11 models. Source: rcorona/llm-coin-flips.

    Its texts hold at most one mark after a word, so that the true rate is 1 - exp(-lambda).

    Returns
    -------
    DataFrame
        model, mode (explicit: the rate is stated; icl: a text carries the marks), temperature, lambda (nominal),
        lambda_hat_median, lambda_hat_mean (over texts, of marks for each word).
    """
    return _table("poisson_published.csv").copy()


def discounts() -> pd.DataFrame:
    """Discount gamma of a filter, as published. Source: arXiv 2503.04722.

    The fit is the legacy one: gamma alone, prior Beta(1, 1), summed absolute error.

    Returns
    -------
    DataFrame
        model, gamma.
    """
    return _table("gamma_published.csv").copy()


def walk_endpoints() -> pd.DataFrame:
    """Where walks of 50 steps ended, 5 models, 7 temperatures. Source: attentionmech/TILDNN (2024-12-22).

    Read off the 35 figures of the source, 5 walks each. Markers that lie on each other are one row, so most figures
    give fewer than five; two give six, where one marker was read twice. The walks began at (0, 0), their prompt said
    "25 x 25", walls stood at 25 on each side, and any reply that holds "UP" was read as UP.

    Returns
    -------
    DataFrame
        model (as Ollama names it), temperature, x_end, y_end (cells, as the figures' axes have them).
    """
    return _table("walk_endpoints_published.csv").copy()


def telephone_attractors() -> pd.DataFrame:
    """Attractors of chains of texts, 5 models, 3 tasks, 4 properties. Source: jeremyperez2/TelephoneGameLLM.

    Length is regressed on generation 1 there, the other properties on generation 0; positions of positivity are cut
    off at 1.

    Returns
    -------
    DataFrame
        model, task, property, strength, position.
    """
    return _table("telephone_attractors_published.csv").copy()
