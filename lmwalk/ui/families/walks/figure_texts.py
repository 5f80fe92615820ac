"""What figures of walks and the tables behind them say."""

from __future__ import annotations

from lmwalk.datasets.column_words import OF_WALKS as HEADINGS
from lmwalk.figures.walk_why import NAME as WHY
from lmwalk.ui.families.walks.null_table import null_words
from lmwalk.ui.families.walks.why import why_not, why_words
from lmwalk.ui.parts.results_table import FigureTexts

FIGURE_TEXTS = FigureTexts(HEADINGS, above={"walk-null": null_words, WHY: why_words}, why=WHY, why_not=why_not)
