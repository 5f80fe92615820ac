"""How toxic a text is, by the classifier Detoxify (Hanu & Unitary 2020), which is an extra."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

from lmwalk.errors import InputError
from lmwalk.properties._property import Texts, measured, without_hashtags
from lmwalk.similarity import words

INSTALL = (
    'Toxicity is not measured: the package detoxify is missing. Get it with: pip install "lmwalk[toxicity]". It brings '
    "PyTorch, and downloads its weights once, at first use."
)


def needs() -> str | None:
    """What is missing, if anything is; nothing heavy is imported to find out."""
    return None if find_spec("detoxify") else INSTALL


@measured(
    "toxicity",
    title="Toxicity",
    unit="Detoxify",
    about="Detoxify's estimate that a reader finds the text rude or hurtful, 0 to 1.",
    low=0,
    high=1,
    place=5,
    slow=True,
    needs=needs,
)
def toxicity(texts: Texts) -> float:
    """The score 'toxicity' of Detoxify's model 'original', 0 to 1; NaN for a text without a word.

    Raises
    ------
    InputError
        The package is not there, or its weights cannot be had.
    """
    text = without_hashtags(texts.text)
    return float(_classifier().predict(text)["toxicity"]) if words(text) else float("nan")


@cache
def _classifier() -> Any:
    if sentence := needs():
        raise InputError(sentence)
    try:
        from detoxify import Detoxify

        return Detoxify("original")
    except Exception as cause:
        raise InputError(
            f"Toxicity is not measured: Detoxify could not load its weights ({type(cause).__name__}). They are "
            "downloaded once, so a network is needed the first time. The other properties are measured all the same."
        ) from cause
