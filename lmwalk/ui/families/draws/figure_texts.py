"""What figures of draws and the tables behind them say."""

from __future__ import annotations

from lmwalk.ui.parts.results_table import FigureTexts

FIGURE_TEXTS = FigureTexts({}, published="Published: arXiv 2503.04722 and its public result files.")
