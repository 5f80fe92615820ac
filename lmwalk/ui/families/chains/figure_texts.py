"""What figures of chains and the tables behind them say."""

from __future__ import annotations

from collections.abc import Mapping

from lmwalk.ui.parts.results_table import FigureTexts, Heading

HEADINGS: Mapping[str, Heading] = {
    "task": ("Task", "What was asked of the texts."),
    "property": ("Property", "What was measured of the texts."),
    "slope": ("Slope", "Of the last text's value on the first one's, over all chains."),
    "slope_low": ("95% from", "Lower end of the slope's interval, by leaving out one initial text at a time."),
    "slope_high": ("95% to", "Upper end of the slope's interval."),
    "intercept": ("Intercept", "The fitted last value where the first one is 0."),
    "strength": ("Strength", "1 - |slope|: 0 the text keeps what it had, 1 where it began does not matter."),
    "strength_low": ("95% from", "Lower end of the strength's interval."),
    "strength_high": ("95% to", "Upper end of the strength's interval."),
    "per_generation": ("Of one generation", "1 - |slope|^(1/generations), alike for chains of any length."),
    "per_generation_low": ("95% from", "Lower end of the strength of one generation."),
    "per_generation_high": ("95% to", "Upper end of the strength of one generation."),
    "corrected": ("Corrected strength", "Without what few texts alone take from it."),
    "position": ("Position", "The value that chains move to: where the fit meets y = x."),
    "position_low": ("95% from", "Lower end of the position's interval."),
    "position_high": ("95% to", "Upper end of the position's interval."),
    "chains": ("Chains", "How many chains count."),
    "distinct": ("Distinct", "Chains that differ; copies of a chain are one."),
    "texts": ("Texts", "How many initial texts there are: the observations that an interval rests on."),
    "early": ("Ended early", "Chains that ended before the last generation; they count as far as they went."),
    "since": ("Since", "The first of the last ten generations, over which chains that have arrived do not move."),
    "moves": ("Moves", "Mean change from the earlier half of these generations to the later one, by initial text."),
    "moves_p": ("p", "That chains at rest move as much, by initial text; empty for fewer than 6 texts."),
    "moves_p_adjusted": ("p adjusted", "Over the whole table. Below 0.05: the chains still move."),
    "last": ("Generation", "The last generation."),
    "initial": ("Text", "Number of the initial text, from 0."),
    "seed": ("Seed", "Number of the chain with this initial text, from 0."),
    "generation": ("Generation", "0 is the initial text."),
    "seeds": ("Trajectories", "How many chains the mean is over."),
    "se": ("Standard error", "Over the chains; empty for a single one."),
}
"""Where a column means something else than in other tables, or is there alone."""
FIGURE_TEXTS = FigureTexts(HEADINGS, published="Published: arXiv 2407.04503 and its public result files.")
