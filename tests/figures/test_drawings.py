"""What holds for every registered figure of draws, and that each shows the numbers of its frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, Drawing, Words, figures, figures_of, safe, warmth
from lmwalk.figures._published import told_apart
from tests.figures.datasets import NOT_ASKED_FOR, OF_FIELDS, STUDIES, Materials

HOSTILE = "<b>x</b>&<a href='javascript:1'>y</a>"
NOTHING_TO_SHOW = {
    ("prior-scored", "heat"),
    ("prior-scored", "running"),
    *(("stated-bias", figure) for figure in ("haystack-depth", "haystack-bias")),
    ("hidden-bias", "outcomes-stated"),
    *NOT_ASKED_FOR,
    *((walk, "walk-unread") for walk in ("grid", "ring", "cube")),
    *((walk, figure) for walk in ("ring", "cube") for figure in OF_FIELDS),
} | {(study, "parse-status") for study, values in STUDIES.items() if values.get("measurement") == "probabilities"}
FILLED = [
    (study, figure.name)
    for study, values in STUDIES.items()
    for figure in figures_of(str(values["process"]))
    if (study, figure.name) not in NOTHING_TO_SHOW
]


def traces(figure: go.Figure, name: str) -> go.Figure:
    return next(trace for trace in figure.data if trace.name == name)


def drawn(materials: Materials, study: str, figure: str) -> tuple[Drawing, pd.DataFrame]:
    given = materials(study)
    assert figures[figure].applies(given)
    return figures[figure], figures[figure].table(given)


def one(drawing: Drawing, table: pd.DataFrame) -> pd.DataFrame:
    column = "condition" if "condition" in table else "label"
    return table[table[column] == table[column].iloc[0]] if drawing.one else table


@pytest.mark.parametrize(("study", "figure"), FILLED)
def test_every_figure_names_its_measurement_and_both_axes(materials: Materials, study: str, figure: str) -> None:
    """Whoever sees the picture alone knows how it was measured, and no letter has a colour of its own."""
    drawing, table = drawn(materials, study, figure)

    picture = drawing(one(drawing, table), Words(measurement="sampled replies"))

    layout = picture.layout
    assert not table.empty
    assert picture.data
    assert "sampled replies" in layout.title.subtitle.text
    assert layout.title.text
    assert layout.xaxis.title.text
    assert (layout.paper_bgcolor, layout.plot_bgcolor) == ("rgba(0,0,0,0)",) * 2
    assert layout.font.color is None
    assert drawing.about.endswith(".")


@pytest.mark.parametrize(("study", "figure"), FILLED)
def test_what_a_name_holds_is_shown_letter_by_letter(materials: Materials, study: str, figure: str) -> None:
    """A model called like markup is no markup anywhere in a figure."""
    drawing, table = drawn(materials, study, figure)
    names = {name: HOSTILE if place == 0 else f"{place}{HOSTILE}" for place, name in enumerate(table["label"].unique())}

    picture = drawing(one(drawing, table.assign(label=table["label"].map(names))), Words(subject=HOSTILE))

    assert "<b>" not in str(picture.to_plotly_json())
    assert "<a" not in str(picture.to_plotly_json())
    assert safe(HOSTILE) in picture.layout.title.subtitle.text


@pytest.mark.parametrize("figure", list(figures))
def test_an_empty_frame_makes_an_empty_figure_that_says_so(figure: str) -> None:
    """Nothing yet is said in words."""
    picture = figures[figure](pd.DataFrame(), Words())

    assert picture.layout.annotations[0].text == "Nothing to draw yet"
    assert picture.layout.title.text == figures[figure].title


@pytest.mark.parametrize(
    ("study", "figure"), [(study, figure) for study, figure in FILLED if figures[figure].published is not None]
)
def test_published_models_are_laid_beside_one_s_own(materials: Materials, study: str, figure: str) -> None:
    """Their rows have what the figure draws, under their names, in grey, and the picture says where they are from."""
    own = materials(study)
    of_a_coin = {"outcomes": ("heads", "tails"), "event": "heads", "thing": "coin"}
    given = replace(own, **of_a_coin) if isinstance(own, DrawData) else own
    drawing = figures[figure]
    assert drawing.published is not None
    others = drawing.published(given)
    name = others["label"].iloc[0]
    chosen = others[others["label"] == name].assign(published=True)

    picture = drawing(pd.concat([drawing.table(own), chosen], ignore_index=True), Words(source="from a paper"))

    assert safe(name) in str(picture.to_plotly_json())
    assert "published" in str(picture.to_plotly_json())
    assert "from a paper" in picture.layout.title.subtitle.text


def test_published_models_are_told_apart_without_colours() -> None:
    """Up to a dozen lines differ in signs and dashes, all open; none looks like the study's own, or keeps its name."""
    names = [f"model {place}" for place in range(12)]
    traces = [{"type": "scatter", "mode": "lines+markers", "name": name} for name in ["own", *names]]

    own, *others = told_apart(go.Figure({"data": traces}), names).data

    assert own.name == "own"
    assert own.marker.symbol is None
    assert len({(each.marker.symbol, each.line.dash) for each in others}) == len(names)
    assert all(each.marker.symbol.endswith("-open") and each.name.endswith("(published)") for each in others)


def test_bars_hold_means_and_what_lies_outside() -> None:
    """Each bar is its outcome's mean; the last one, grey, is the mass on no outcome."""
    frame = pd.DataFrame({"label": "m", "outcome": ["heads", "tails"], "mean": [0.7, 0.3], "outside": 0.05}).assign(
        low=[0.6, 0.1], high=[0.9, 0.4], least=[0.6, 0.2], most=[0.8, 0.4], expected=0.5
    )

    picture = figures["outcomes"](frame.assign(units=5, answers=40, distinct=40, count=[28, 12]), Words())
    bar = picture.data[0]

    assert list(bar.y) == [0.7, 0.3, 0.05]
    assert bar.marker.color[-1] == NULL
    assert list(bar.error_y.arrayminus)[:2] == pytest.approx([0.1, 0.2])
    assert bar.customdata[0].startswith("95%: 0.600 to 0.900<br>")
    assert bar.customdata[0].endswith("5 wordings, 40 replies")
    assert list(traces(picture, "if all not read went to one side").y) == [0.6, 0.2, 0.8, 0.4]


def test_too_few_wordings_are_shown_one_by_one() -> None:
    """Two wordings have no whisker: each is a circle, and the bar says why."""
    frame = pd.DataFrame({"label": "m", "outcome": ["heads", "tails"], "mean": [0.7, 0.3], "outside": 0.0})
    frame = frame.assign(low=np.nan, high=np.nan, least=frame["mean"], most=frame["mean"], expected=0.5, units=2)
    frame = frame.assign(answers=40, distinct=2, count=[28, 12], points=[(0.5, 0.9), (0.5, 0.1)])

    picture = figures["outcomes"](frame, Words())

    assert list(traces(picture, "each wording").y) == [0.5, 0.9, 0.5, 0.1]
    assert next(iter(picture.data[0].customdata)) == (
        "2 distinct wordings, an interval needs 4<br>2 wordings, 40 replies, 2 distinct"
    )


def test_the_slider_shows_one_number_of_tosses_at_a_time(materials: Materials) -> None:
    """A step for each n; the last is on at first, and every step turns on other traces."""
    drawing, table = drawn(materials, "in-context", "calibration")

    picture = drawing(table, Words())

    steps = picture.layout.sliders[0].steps
    assert [step.label for step in steps] == ["0", "1", "5"]
    shown = np.array([step.args[1] for step in steps])
    assert (shown.sum(axis=0) == 1).all()
    assert [trace.visible for trace in picture.data] == shown[-1].tolist()
    line = next(trace for trace in picture.data if trace.visible and trace.name and "filter" in trace.name)
    rows = table[(table["n"] == 5) & table["label"].str.contains("filter")]
    assert list(line.y) == rows.sort_values("theta")["mean"].tolist()


def test_belief_and_the_ideal_observer_s_have_one_colour_a_theta(materials: Materials) -> None:
    """Both lines of a theta hold its numbers, and cool is rare, warm is frequent."""
    drawing, table = drawn(materials, "in-context", "evidence")
    rows = table[table["label"].str.contains("filter")]

    picture = drawing(rows, Words())

    for theta, case in rows.groupby("theta"):
        own = traces(picture, f"θ = {theta:g}")
        learner = next(t for t in picture.data if t.legendgroup == own.legendgroup and t.name == "ideal observer")
        assert list(own.y) == case["mean"].tolist()
        assert list(learner.y) == case["ideal"].tolist()
        assert own.line.color == learner.line.color == warmth(theta)
    assert (warmth(0), warmth(1)) == ("#2f7fd1", "#d55e00")


def test_the_constant_answer_stands_beside_every_distance(materials: Materials) -> None:
    """With coins of 0.2 and 0.8 an even chance is 0.3 away, whatever was shown."""
    drawing, table = drawn(materials, "in-context", "distance")

    picture = drawing(table, Words())

    assert list(traces(picture, "constant answer, 0.300").y) == pytest.approx([0.3] * 3)
    ideal = table[(table["label"] == "ideal observer") & (table["measure"] == "tvd")]
    assert list(traces(picture, "ideal observer").y) == ideal["mean"].tolist()


def test_the_truth_steps_where_the_coin_is_exchanged(materials: Materials) -> None:
    """The dashed line is 0.75 for the first six tosses, then 0.25; the filter fitted to a filter is that filter."""
    drawing, table = drawn(materials, "switching", "switching")
    rows = table[table["label"].str.startswith("simulated/filter:gamma=0.8 ")]

    picture = drawing(rows, Words())

    assert list(traces(picture, "true probability").y) == [0.75] * 6 + [0.25] * 7
    assert np.allclose(traces(picture, "fitted filter, gamma = 0.800").y, rows["mean"], atol=1e-3)


def test_a_discount_stands_with_its_interval() -> None:
    """Whiskers reach from low to high; the original's fit is a cross beside it."""
    frame = pd.DataFrame({"label": ["m"], "gamma": 0.8, "gamma_low": 0.7, "gamma_high": 0.85, "legacy_gamma": 0.5})
    ranges = {f"gamma_{part}{end}": 0.7 for part in ("short", "middle") for end in ("", "_low", "_high")}
    ranges |= {f"gamma_long{end}": np.nan for end in ("", "_low", "_high")}
    picture = figures["discount"](frame.assign(memory=5.0, mean=0.5, strength=2.0, **ranges), Words())

    fitted = traces(picture, "fitted")
    assert list(fitted.x) == [0.8]
    assert (fitted.error_x.array[0], fitted.error_x.arrayminus[0]) == pytest.approx((0.05, 0.1))
    assert list(traces(picture, "legacy fit").x) == [0.5]
    assert list(traces(picture, "n ≤ 5").x) == [0.7]
    assert "n ≥ 20" not in {trace.name for trace in picture.data}


def test_a_stated_bias_is_compared_with_the_diagonal() -> None:
    """The line holds the means in percent of what is stated; statements without a percentage have no place on it."""
    frame = pd.DataFrame({"label": "m", "stated": [0.5, 0.0, np.nan], "mean": [0.6, 0.1, 0.9]})
    frame = frame.assign(low=[0.4, 0.0, 0.8], high=[0.8, 0.3, 1.0])

    picture = figures["stated"](frame, Words())

    assert list(traces(picture, "as stated").y) == [0, 1]
    assert (list(traces(picture, "m").x), list(traces(picture, "m").y)) == ([0, 50], [0.1, 0.6])
    filled = next(trace for trace in picture.data if trace.fill == "toself")
    assert sorted(filled.y) == [0, 0.3, 0.4, 0.8]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((-0.02, -0.01), "Nearer than the filter: gambler. The filter does not fit (p = 0.010). 5 wordings, 11 cases."),
        (
            (-0.02, 0.01),
            "No other learner is surely nearer. The filter does not fit (p = 0.010). 5 wordings, 11 cases.",
        ),
        ((0.01, 0.02), "Surely farther: gambler."),
        ((np.nan, np.nan), "Which learner is nearest is not decided: 3 distinct wordings, an interval needs 4."),
    ],
)
def test_learners_are_told_apart_where_their_intervals_leave_out_0(ends: tuple[float, float], said: str) -> None:
    """A verdict names who is surely nearer than the filter, who is surely farther, and whether the filter fits."""
    frame = pd.DataFrame({"label": "m", "learner": ["filter", "gambler"], "loss": [0.03, 0.02]})
    frame = frame.assign(difference=[0.0, np.mean(ends)], low=[np.nan, ends[0]], high=[np.nan, ends[1]])
    frame = frame.assign(units=3 if np.isnan(ends[0]) else 5, cases=11, misfit_p=0.01, misfit_p_adjusted=0.01)

    picture = figures["learners"](frame, Words())

    assert said in picture.layout.title.subtitle.text
    assert list(traces(picture, "learner").y) == ["gambler"]


def test_rates_stand_beside_both_laws(materials: Materials) -> None:
    """The points are the estimates; the dotted curve is 1 - exp(-rate)."""
    drawing, table = drawn(materials, "poisson", "poisson-rates")

    picture = drawing(table, Words())

    curve = traces(picture, "1 - exp(-rate)")
    assert np.allclose(curve.y, 1 - np.exp(-np.asarray(curve.x)))
    assert list(traces(picture, table["label"].iloc[0]).y) == table["rate_hat"].tolist()


def test_gaps_are_shares_of_the_words(materials: Materials) -> None:
    """Observed and expected shares of each rate sum to 1."""
    _, table = drawn(materials, "poisson", "poisson-gaps")

    sums = table.groupby("rate")[["share", "expected_share"]].sum()

    assert np.allclose(sums, 1)


def test_bias_and_memory_are_counted_apart_in_the_title(materials: Materials) -> None:
    """Sequences with an adjusted p of at most 0.05, once for all tests of one question, and once for copies."""
    drawing, table = drawn(materials, "sequence", "randomness")
    first = table["label"].eq(table["label"].iloc[0])
    found = table.assign(p_adjusted=0.5).mask(first & table["asks"].eq("memory"), other=table.assign(p_adjusted=0.01))
    distinct = len(table.drop_duplicates(["label", "trajectory"]))
    own = len(table[first].drop_duplicates("trajectory"))
    counts = [("bias", 0), ("memory", own)]

    def title(frame: pd.DataFrame) -> str:
        return str(drawing(frame, Words()).layout.title.text)

    assert title(found).split(" · ") == [f"{asks} in {some} of {distinct} distinct sequences" for asks, some in counts]
    copied = title(found[first].assign(copies=own))
    assert copied == "bias in 0 of 1 distinct sequence · memory in 1 of 1 distinct sequence"


def test_a_sequence_keeps_its_colour_and_stays_in_its_lane(materials: Materials) -> None:
    """Sequence lines end at the share of the whole sequence."""
    drawing, table = drawn(materials, "sequence", "running")
    rows = one(drawing, table)

    picture = drawing(rows, Words())

    for number, walk in rows.groupby("trajectory"):
        line = traces(picture, f"sequence {number}")
        assert line.y[-1] == walk["share"].iloc[-1]


def test_temperatures_are_rows_of_the_map(materials: Materials) -> None:
    """Each row of colours sums to 1 over the outcomes."""
    drawing, table = drawn(materials, "prior", "heat")

    heat = drawing(table, Words()).data[0]

    assert list(heat.y) == ["0.5", "1"]
    assert np.allclose(np.asarray(heat.z).sum(axis=1), 1)
