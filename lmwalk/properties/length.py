"""How long a text is."""

from __future__ import annotations

from lmwalk.properties._property import Texts, measured, without_hashtags


@measured("length", title="Length", unit="characters", about="Characters of the text.", low=0, place=1)
def length(texts: Texts) -> float:
    """Characters, hashtags left out."""
    return float(len(without_hashtags(texts.text)))
