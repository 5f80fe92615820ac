"""What figures of each family and the tables behind them say."""

from __future__ import annotations

from collections.abc import Mapping

from lmwalk.study import Study
from lmwalk.ui.families.chains.figure_texts import FIGURE_TEXTS as CHAINS
from lmwalk.ui.families.draws.figure_texts import FIGURE_TEXTS as DRAWS
from lmwalk.ui.families.family import family_of
from lmwalk.ui.families.walks.figure_texts import FIGURE_TEXTS as WALKS
from lmwalk.ui.parts.results_table import FigureTexts

_TEXTS: Mapping[str, FigureTexts] = {"walk": WALKS, "draw": DRAWS, "chain": CHAINS}


def figure_texts_of(study: Study) -> FigureTexts:
    """What the figures of a study say."""
    return _TEXTS[family_of(study.process)]
