"""The figures of a stored study, each with one choice made where it shows one thing at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd
import plotly.graph_objects as go

from lmwalk.datasets.chains import texts_of
from lmwalk.datasets.families import study_data
from lmwalk.datasets.figure_selection import choices_of, selected, single_columns, values_of
from lmwalk.datasets.labels import labels, measured_by
from lmwalk.datasets.outcome_mass import cautioned, outcome_mass_of
from lmwalk.datasets.published import beside_published, shown_first
from lmwalk.errors import InputError
from lmwalk.figures._data import StudyData
from lmwalk.figures._drawing import Drawing, Words, figures_of
from lmwalk.published import of_study
from lmwalk.store import Store
from lmwalk.study import Study


@dataclass(frozen=True)
class Finding:
    """One figure with what it shows: what was chosen for that, and the rows of its table."""

    drawing: Drawing
    words: Words
    choice: tuple[object, ...]
    table: pd.DataFrame

    @property
    def figure(self) -> go.Figure:
        """The figure, drawn now, with what it says in words."""
        lines = (self.words.caution, self.drawing.said(self.table))
        return self.drawing(self.table, replace(self.words, caution="\n".join(filter(None, lines))))


def figure_of(
    store: Store, study: Study, name: str, model: str | None = None, temperature: float | None = None
) -> Finding:
    """One figure; where it shows one condition at a time, that of the model and the temperature, or the first.

    Where the study repeats a published experiment, the published values stand beside its own, as the page Reproduce
    shows them first.

    Raises
    ------
    InputError
        The study's process has no such figure, or nothing to draw in it.
    """
    _, material = study_data(store, study)
    known = [figure for figure in figures_of(study.process) if figure.applies(material)]
    found = next((figure for figure in known if figure.name == name), None)
    if found is None:
        raise InputError(
            f"figure: {name!r} is no figure of {study.name!r}. Accepted: "
            f"{', '.join(figure.name for figure in known) or 'none, as nothing is answered yet'}."
        )
    wanted = {
        words
        for c, words in zip(study.conditions(), labels(study).values(), strict=True)
        if model in {None, c.model} and temperature in {None, c.temperature}
    }
    drawn = list(findings_of(store, study, found, material, published=True))
    if not drawn:
        raise InputError(f"figure: there is nothing to draw in {name!r} yet. Run more of {study.name!r} first.")
    return next((each for each in drawn if wanted & {str(value) for value in each.choice}), drawn[0])


def findings_of(
    store: Store, study: Study, figure: Drawing, material: StudyData, *, published: bool = False
) -> Iterator[Finding]:
    """A figure with every choice that it offers, in order; ``published`` values beside them where they are known."""
    words = Words(material.event, measured_by(study), geometry=study.make_process().geometry)
    if figure.of_chain:
        condition = study.conditions()[0]
        texts = texts_of(store, study, condition.id, 0)
        subject = f"{labels(study)[condition.id]}, chain 1"
        material, words = material.of_texts(texts, subject), replace(words, subject=subject)
    table = figure.table(material)
    if table.empty:
        return
    found = outcome_mass_of(material)
    beside = _published(study, figure, material) if published else pd.DataFrame()
    if len(beside):
        words = replace(words, source=f"Published values, in grey: {beside.attrs['source']}.")
    for choice in choices_of(table, single_columns(figure, table)):
        rows, own = selected(table, words, choice)
        if len(rows):
            rows = _with(beside, rows, {column: choice[column] for column in figure.choose})
            yield Finding(figure, cautioned(own, found, rows), tuple(choice.values()), rows)


def _published(study: Study, figure: Drawing, material: StudyData) -> pd.DataFrame:
    """The published rows of the experiment that the study repeats, as they are shown first, and in ``attrs`` whose."""
    repeated = of_study(study)
    if repeated is None or figure.name not in repeated[0].figures:
        return pd.DataFrame()
    chosen = repeated[0]
    others = beside_published(figure, material, pd.DataFrame(), chosen.only)
    shown = others[others["label"].isin(shown_first(values_of(others, "label"), study))]
    shown.attrs["source"] = chosen.source.brief
    return shown


def _with(published: pd.DataFrame, own: pd.DataFrame, choice: Mapping[str, object]) -> pd.DataFrame:
    """Rows of a figure and after them the published ones of the same choice."""
    for column, value in choice.items() if len(published) else ():
        published = published[published[column] == value]
    if published.empty:
        return own
    return pd.concat([own.assign(published=False), published], ignore_index=True)


def applicable(study: Study, material: StudyData) -> list[Drawing]:
    """The figures that the study's answers can fill."""
    if material.rows.empty:
        return []
    return [figure for figure in figures_of(study.process) if figure.applies(material)]
