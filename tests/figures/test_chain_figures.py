"""What holds for every figure of chains, and that each shows the numbers of its frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import NULL, Drawing, Words, figures_of
from lmwalk.properties import properties
from tests import published_series
from tests.figures.datasets import PAIRS, pair_rows

HOSTILE = "<b>x</b>&<a href='javascript:1'>y</a>"
FIGURES = figures_of("telephone")
NAMES = [figure.name for figure in FIGURES]
TEXTS = ("the river ran", "the river was dry", "a dry bed", "the river was dry", "a dry bed")
every_figure = pytest.mark.parametrize("figure", FIGURES, ids=NAMES)


@pytest.fixture(scope="module")
def series() -> pd.DataFrame:
    """Two published models, as a base and an instruct model at two temperatures, ten texts, fewer generations."""
    frame = published_series.telephone_series()
    frame = frame[frame["initial"].lt(10) & frame["generation"].isin([0, 1, 2, 5, 10, 20, 50])]
    models = dict(zip(frame["model"].unique(), ("one-7b", "one-7b-instruct", "two"), strict=True))
    frame = frame.assign(model=frame["model"].map(models))
    hot = frame[frame["model"] == "two"].assign(temperature=1.6)
    frame = pd.concat([frame, hot], ignore_index=True)
    return frame.assign(label=frame["model"] + frame["temperature"].map(" · T = {:g}".format), variety=np.nan)


@pytest.fixture(scope="module")
def material(series: pd.DataFrame) -> ChainData:
    initials = tuple(f"text {place}" for place in range(10))
    return ChainData(
        series,
        initials=initials,
        texts=TEXTS,
        subject="text 0, seed 1",
        every_text=lambda: series.assign(text=[TEXTS[place % 5] for place in series["generation"]]),
        pairs=PAIRS,
        pair_differences=lambda: pair_rows(PAIRS),
    )


def one_of_each(figure: Drawing, table: pd.DataFrame) -> pd.DataFrame:
    for column in figure.choose:
        table = table[table[column] == table[column].iloc[0]]
    return table


def drawn(figure: Drawing, material: ChainData) -> go.Figure:
    return figure(one_of_each(figure, figure.table(material)), Words(measurement="sampled texts", subject="it"))


def test_there_is_a_figure_for_every_question() -> None:
    """Courses, ends, attractors, pace, spreads, temperature, tuning, drift, differences, likeness, words, limits."""
    assert len(FIGURES) == 13
    assert len({figure.place for figure in FIGURES}) == 13


@every_figure
def test_every_figure_names_its_measurement_and_both_axes(figure: Drawing, material: ChainData) -> None:
    """Whoever sees the picture alone knows what it shows, and no letter has a colour of its own."""
    picture = drawn(figure, material)

    assert figure.applies(material)
    assert picture.data
    assert "sampled texts" in picture.layout.title.subtitle.text
    assert picture.layout.xaxis.title.text
    assert picture.layout.yaxis.title.text or picture.layout.yaxis2.title.text
    assert (picture.layout.paper_bgcolor, picture.layout.font.color) == ("rgba(0,0,0,0)", None)
    assert figure.about.endswith(".")


@every_figure
def test_what_a_name_holds_is_shown_letter_by_letter(figure: Drawing, material: ChainData) -> None:
    """Models, tasks, texts and words that look like markup are no markup anywhere."""
    chains = material.chains.assign(task=HOSTILE, label=HOSTILE + material.chains["label"])
    hostile = replace(material, chains=chains, initials=(HOSTILE,) * 10, texts=(HOSTILE, HOSTILE), subject=HOSTILE)
    models = chains.assign(model=HOSTILE + chains["model"])
    pairs = {HOSTILE + base: HOSTILE + tuned for base, tuned in PAIRS.items()}
    hostile = replace(hostile, every_text=lambda: chains.assign(text=HOSTILE), chains=models)
    hostile = replace(hostile, pairs=pairs, pair_differences=lambda: pair_rows(pairs))

    picture = drawn(figure, hostile)

    assert "<b>" not in str(picture.to_plotly_json())
    assert "<a " not in str(picture.to_plotly_json())


@every_figure
def test_nothing_is_drawn_of_nothing(figure: Drawing) -> None:
    """Without a text that was handed on no figure applies."""
    chains = pd.DataFrame({"generation": [0], "model": ["m"], "label": ["m"], "task": ["t"], "temperature": [1.0]})

    assert not figure.applies(ChainData(pd.DataFrame()))
    assert not figure.applies(ChainData(chains))


@every_figure
def test_an_early_end_and_a_hole_change_no_picture_into_an_error(figure: Drawing, material: ChainData) -> None:
    """Chains that ended early, properties that were not measured at some texts."""
    chains = material.chains
    short = chains[~((chains["seed"] == 0) & (chains["generation"] > 5))]
    holed = short.assign(positivity=short["positivity"].where(short["generation"] != 2))

    assert drawn(figure, replace(material, chains=holed)).data


def test_the_attractor_stands_where_the_fit_meets_the_diagonal(material: ChainData) -> None:
    """The diamond lies on the fitted line and on y = x, where it is determined."""
    figure = next(each for each in FIGURES if each.name == "chain-endpoints")
    table = figure.table(material)
    picture = figure(one_of_each(figure, table[table["position_low"].notna()]), Words())
    diagonal, dots, fit, attractor = picture.data
    slope = (fit.y[1] - fit.y[0]) / (fit.x[1] - fit.x[0])

    assert diagonal.line.color == NULL
    assert len(dots.x) == 50
    assert np.allclose(diagonal.x, diagonal.y)
    assert attractor.x == attractor.y
    assert attractor.y[0] == pytest.approx(fit.y[0] + slope * (attractor.x[0] - fit.x[0]))


def test_a_position_that_is_not_determined_is_said_to_be_so_and_not_drawn(material: ChainData) -> None:
    """Chains that copy but for noise: no diamond in either picture, and words instead."""
    copied = material.chains.sort_values(["label", "task", "initial", "seed", "generation"])
    noise = np.random.default_rng(0).normal(0, 50, len(copied))
    first = copied.groupby(["label", "task", "initial", "seed"])["length"].transform("first")
    still = replace(material, chains=copied.assign(length=first + noise * (copied["generation"] > 0)))

    for name in ("chain-attractors", "chain-endpoints"):
        figure = next(each for each in FIGURES if each.name == name)
        table = figure.table(still)
        table = table[table["property"] == "length"]
        row = table[table["position_low"].isna() & table["position"].notna()].head(1)
        picture = figure(
            one_of_each(figure, table[table["label"].isin(row["label"]) & table["task"].isin(row["task"])]), Words()
        )
        diamonds = [trace for trace in picture.data if getattr(trace.marker, "symbol", "") == "diamond"]
        assert all(pd.isna(list(trace.x)).all() for trace in diamonds)
        assert "not determined" in str(picture.to_plotly_json())


def test_strengths_of_published_models_are_given_per_generation_too(material: ChainData) -> None:
    """1 - |slope|^(1/50), and published positivity stands beside NLTK's, by which it was made."""
    others = next(each for each in FIGURES if each.published).published(material)

    assert (1 - (1 - others["per_generation"]) ** 50).tolist() == pytest.approx(others["strength"].tolist())
    assert set(others["property"]) == {"toxicity", "positivity-nltk", "difficulty", "length"}


def test_published_attractors_can_be_laid_beside(material: ChainData) -> None:
    """The published models come as further rows of the same table, in grey."""
    figure = next(each for each in FIGURES if each.published)
    own, others = figure.table(material), figure.published(material)
    both = pd.concat([own, others[others["label"] == "gpt-3.5-turbo-0125"].assign(published=True)])

    picture = figure(one_of_each(figure, both), Words(measurement="sampled texts"))

    assert any("gpt-3.5-turbo-0125" in trace.y[0] for trace in picture.data)
    assert {"strength", "position", "property", "task"} <= set(others)


@pytest.mark.parametrize("adds_up", [True, False])
def test_stars_follow_the_adjusted_p_where_parts_add_up(material: ChainData, adds_up: bool) -> None:
    """A pair is starred exactly where its adjusted p is small; where parts do not add up none is, and it says so."""
    figure = next(each for each in FIGURES if each.name == "chain-differences")
    table = one_of_each(figure, figure.table(material))
    table = table.assign(p_adjusted=np.linspace(0.01, 0.09, len(table)), adds_up=adds_up, together="a and b, p 0.01")
    table = table.assign(starred=table["p_adjusted"].lt(0.05) & adds_up)

    picture = figure(table, Words())

    starred = [row.startswith("* ") for row in picture.data[0].y]
    assert starred == (table["p_adjusted"].lt(0.05) & adds_up).tolist()
    assert ("a and b, p 0.01" in picture.layout.title.subtitle.text) is not adds_up
    assert len(table) >= 3


def test_no_ridge_leaves_what_a_property_can_be(material: ChainData) -> None:
    """Values near an end of the range are spread within it, and every curve reaches the same height."""
    table = next(each for each in FIGURES if each.name == "chain-ridgelines").table(material)

    for name, rows in table.groupby("property"):
        low, high = properties[name].low, properties[name].high
        assert rows["value"].min() >= low
        assert high is None or rows["value"].max() <= high
    assert np.allclose(table.groupby(["label", "task", "property", "generation"])["density"].max(), 1)


def test_no_two_lines_of_the_drift_look_alike() -> None:
    """Twelve conditions of three tasks differ in colour, sign or dash."""
    cells = [(f"m{place}", task) for place in range(12) for task in ("a", "b", "c")]
    frame = pd.DataFrame(cells, columns=["label", "task"]).assign(property="length", generation=1, ks=0.5)

    picture = next(each for each in FIGURES if each.name == "chain-drift")(frame.assign(p_adjusted=0.01), Words())

    lines = [trace for trace in picture.data if not trace.showlegend and trace.showlegend is not None]
    looks = {(trace.line.color, trace.line.dash, trace.marker.symbol[0]) for trace in lines}
    assert len(lines) == len(looks) == 36


def test_an_even_pace_is_one_over_the_generations(material: ChainData) -> None:
    """The dashed line stands where every step is as long as the others."""
    figure = next(each for each in FIGURES if each.name == "chain-pace")
    picture = drawn(figure, material)

    assert picture.layout.shapes[0].y0 == picture.layout.shapes[0].y1 == 1 / 50
    assert (picture.layout.shapes[0].line.color, picture.layout.shapes[0].line.dash) == (NULL, "dash")


def test_every_chain_s_limit_is_counted(material: ChainData) -> None:
    """Bars add up to the chains of a condition, by kind."""
    figure = next(each for each in FIGURES if each.name == "chain-limits")
    table = figure.table(material)
    picture = figure(table, Words())

    assert sum(sum(trace.x) for trace in picture.data) == len(table) == 4 * 3 * 10 * 5
    assert {trace.name for trace in picture.data} == {"fixed point", "cycle", "none"}
