"""How like a text is to the first of its chain and to the one before."""

from __future__ import annotations

from lmwalk.properties._property import Texts, measured
from lmwalk.similarity import cosines, edit_distance

COSINE = "TF-IDF cosine of the two texts: 1 the same words as often, 0 no word in common."
EDIT = "Word edit distance over the longer text: 0 the same, 1 no word in its place."
RANGE = {"unit": "", "low": 0, "high": 1}
NAN = float("nan")


@measured("cosine_initial", title="Likeness to the first", about=COSINE, place=7, **RANGE)
def cosine_initial(texts: Texts) -> float:
    """Cosine similarity to the initial text; NaN where one of them has no word."""
    return float(cosines([texts.initial, texts.text])[0, 1])


@measured("cosine_previous", title="Likeness to the one before", about=COSINE, place=8, **RANGE)
def cosine_previous(texts: Texts) -> float:
    """Cosine similarity to the text before; NaN at the start, and where one of them has no word."""
    return NAN if texts.previous is None else float(cosines([texts.previous, texts.text])[0, 1])


@measured("edit_initial", title="Distance from the first", about=EDIT, place=9, **RANGE)
def edit_initial(texts: Texts) -> float:
    """Word edit distance to the initial text; NaN where neither has a word."""
    return edit_distance(texts.initial, texts.text)


@measured("edit_previous", title="Distance from the one before", about=EDIT, place=10, **RANGE)
def edit_previous(texts: Texts) -> float:
    """Word edit distance to the text before; NaN at the start."""
    return NAN if texts.previous is None else edit_distance(texts.previous, texts.text)
