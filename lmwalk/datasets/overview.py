"""What Compare says of each process of draws: which small picture, which numbers below it, in which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from lmwalk.analysis import overviews, transitions
from lmwalk.analysis.attractors import attractors
from lmwalk.analysis.chains import evolution
from lmwalk.analysis.overviews import readings
from lmwalk.datasets import thumbnails
from lmwalk.figures._data import ChainData, DrawData
from lmwalk.figures._drawing import figures
from lmwalk.figures._transitions import true_matrix

Numbers = Callable[[DrawData], pd.DataFrame]


@dataclass(frozen=True)
class Number:
    """A number below a picture: its column (with _low and _high where it has an interval), name and meaning.

    The name may hold {event} and {chance}: the event, and its probability or its share.
    """

    column: str
    name: str
    meaning: str


@dataclass(frozen=True)
class Overview:
    """One process in Compare.

    Attributes
    ----------
    figure : str
        The figure whose table the pictures are drawn from.
    legend : str
        What the pictures show.
    late : callable or None
        Numbers that take long, and wait for the end of a run.
    """

    figure: str
    draw: thumbnails.Draw
    legend: str
    shown: tuple[Number, ...]
    numbers: Numbers
    late: Numbers | None = None

    def table(self, material: DrawData) -> pd.DataFrame:
        """What the pictures are drawn from."""
        return figures[self.figure].table(material)


DISTANCE = (
    "Total variation distance: 0 the same, 1 apart. Replies are averaged over the wordings first; by chance: what "
    "drawing from the reference itself would show with as many."
)
TRUTH = Number("distance", "distance from truth", f"Mean over all questions. {DISTANCE}")
ASKED = Number("distance", "distance", f"From what the statement asks for. {DISTANCE}")
EVEN = Number("distance", "distance from even", f"From an even chance. {DISTANCE}")
GAMMA = Number(
    "gamma",
    "discount gamma",
    "Of the filter nearest to the answers: 1 forgets nothing, 0 all but the last toss. Interval over cases and "
    "wordings; whether the filter fits is said under Learners compared.",
)
SPREAD = Number("spread", "sd over wordings", "Standard deviation of the probability over the wordings.")
UNREAD = "With unread: what the interval is if all that could not be read went to one side."
CHANCE_MEANS = (
    "Mean over the wordings, and its interval over them; of replies, among those that could be read (of one wording, "
    f"over its replies). {UNREAD}"
)
OWN_MEANS = (
    "Among all that the model drew: the mean over the wordings, or over the sequences of one wording, and its "
    f"interval. {UNREAD}"
)
CHANCE = Number("share", "{chance}", CHANCE_MEANS)
OWN_SHARE = Number("share", "share of {event}", OWN_MEANS)
ALTERNATION = Number("alternation", "alternation", "How often neighbours differ; fair coins: half of the time.")
RATIO_MEANS = (
    "Marks in the model's texts over those the rates ask for; right: 1. The interval is over the wordings, or over the "
    "texts of one wording."
)
RATIO = Number("ratio", "marks over nominal", RATIO_MEANS)
DISPERSION = Number("dispersion", "dispersion", "Variance over mean of the marks after a word; Poisson: 1.")

OBSERVER = Number("observer", "from observer", f"From what an ideal observer expects of the same sequence. {DISTANCE}")
AREA = Number(
    "area",
    "area",
    "Below the distance from the truth, over the lengths shown and divided by how far they reach: the mean distance "
    "over a whole sequence.",
)


def _from(reference: str) -> Numbers:
    return lambda m: overviews.distance(m.answers, m.event, m.outcomes, reference)


def _discounts(material: DrawData) -> pd.DataFrame:
    return overviews.discounts(material.answers, material.event)


def _stated(material: DrawData) -> pd.DataFrame:
    return _from("ideal")(material).merge(overviews.spreads(material.answers), on="label", how="left")


def _prior(material: DrawData) -> pd.DataFrame:
    return _from("ideal")(material).merge(overviews.event_means(material.answers), on="label", how="left")


def _own(material: DrawData) -> pd.DataFrame:
    return overviews.own_shares(material.answers, material.event, material.outcomes)


def _marks(material: DrawData) -> pd.DataFrame:
    return overviews.mark_ratios(material.answers, str(material.params.get("mark", "*")))


def _transitions(material: DrawData) -> pd.DataFrame:
    return transitions.numbers(transitions.expectations(material.answers, true_matrix(material), material.outcomes))


LEARNER = "The ideal observer's is dotted."
OVERVIEWS = {
    "in-context": Overview(
        "evidence",
        thumbnails.evidence,
        "Up: mean {chance}, 0 to 1. Across: tosses shown, at equal distances, {sizes}. A line for each true "
        "probability, cool to warm. " + LEARNER,
        (TRUTH, GAMMA),
        _from("truth"),
        _discounts,
    ),
    "switching": Overview(
        "switching",
        thumbnails.switching,
        "Up: mean {chance}, 0 to 1. Across: tosses shown, {sizes}. The true probability is dashed. " + LEARNER,
        (TRUTH, GAMMA),
        _from("truth"),
        _discounts,
    ),
    "double-distribution": Overview(
        "followed",
        thumbnails.followed,
        "Up: mean {chance}, 0 to 1. Across: the probability after the switch, 0 to 1. A line for each cutoff, early "
        "(cool) to late (warm). On the dashed diagonal the belief has followed the switch whole.",
        (TRUTH,),
        _from("truth"),
    ),
    "sequence": Overview(
        "running",
        thumbnails.running,
        f"Up: share of {{event}} so far, 0 to 1. Across: results so far. 95% of fair sequences are inside the grey "
        f"funnel at any one place. At most {thumbnails.MOST_LINES} sequences are drawn.",
        (OWN_SHARE, ALTERNATION),
        _own,
    ),
    "prior": Overview(
        "outcomes",
        thumbnails.outcomes,
        "A bar for each outcome: {outcomes}. The dashed line is an even chance.",
        (EVEN, CHANCE),
        _prior,
    ),
    "stated-bias": Overview(
        "stated",
        thumbnails.stated,
        "Up: mean {chance}, 0 to 1. Across: the probability that is stated, 0 to 1. On the dashed diagonal the "
        "answer is what was stated.",
        (ASKED, SPREAD),
        _stated,
    ),
    "poisson": Overview(
        "poisson-rates",
        thumbnails.rates,
        "Up: estimated rate. Across: nominal rate, {rates} marks per word. On the dashed diagonal they are the same; "
        "the dotted curve is 1 - exp(-rate).",
        (RATIO, DISPERSION),
        _marks,
    ),
    "markov": Overview(
        "transition-distance",
        thumbnails.transitions,
        "Up: total variation distance from the true row. Across: states shown, at equal distances, {sizes}. A constant "
        "answer's is dashed. " + LEARNER,
        (TRUTH, OBSERVER, AREA),
        _transitions,
    ),
}
PARITY = Overview(
    "stated",
    thumbnails.parity,
    "A bar for each statement, {statements}: the probability of the numbers it asks for. Dashed: 1.",
    (ASKED, SPREAD),
    _stated,
)


def overview_of(process: str, material: DrawData, chance: str) -> Overview:
    """What Compare says of a process, with the event and its probability by name."""
    parity = process == "stated-bias" and not material.answers["stated"].notna().any()
    overview = PARITY if parity else OVERVIEWS[process]
    named = (replace(each, name=each.name.format(event=material.event, chance=chance)) for each in overview.shown)
    return replace(overview, shown=tuple(named))


def course_table(material: ChainData, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The attractors of a property of chains, and its means for each initial text and generation.

    Both with model and temperature; the means with ``place``, where the text began among all: 0 lowest, 1 highest.
    """
    by = ["label", "task"]
    if material.chains.empty:
        none = pd.DataFrame(columns=[*by, "model", "temperature"])
        return none, none
    whose = material.chains[[*by, "model", "temperature"]].drop_duplicates()
    found = attractors(material.chains, [name]).merge(whose, on=by)
    means = evolution(material.chains, name).merge(whose, on=by)
    first = means[means["generation"] == 0].groupby("initial")["mean"].first().rank(method="first")
    place = (first - 1) / max(1, len(first) - 1)
    return found, means.assign(place=means["initial"].map(place).fillna(0.5))


def draw_table(overview: Overview, material: DrawData, *, late: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the pictures of draws are drawn from, and the numbers below them, one row a label."""
    found = readings(material.answers).merge(overview.numbers(material), on="label", how="left")
    if overview.late and late:
        found = found.merge(overview.late(material), on="label", how="left")
    return overview.table(material), found
