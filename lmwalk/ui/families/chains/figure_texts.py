"""What figures of chains and the tables behind them say."""

from __future__ import annotations

from lmwalk.datasets.column_words import OF_CHAINS as HEADINGS
from lmwalk.ui.parts.results_table import FigureTexts

FIGURE_TEXTS = FigureTexts(HEADINGS, published="Published: arXiv 2407.04503 and its public result files.")
