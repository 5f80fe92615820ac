"""What the screen asks of walks."""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from typing import Any, ClassVar

import pandas as pd

from lmwalk.datasets.walks import geometry_of
from lmwalk.store import Store
from lmwalk.study import Condition, Study
from lmwalk.ui.families.base import NumberedView
from lmwalk.ui.families.comparison import Comparison
from lmwalk.ui.families.family import Family, FamilyView, Message, Values
from lmwalk.ui.families.feed import Feed
from lmwalk.ui.families.live_cells import StepCells
from lmwalk.ui.families.walks import FAMILY, form, scene
from lmwalk.ui.families.walks.field_under import field_shown, field_switch
from lmwalk.ui.families.walks.figure_texts import FIGURE_TEXTS
from lmwalk.ui.families.walks.metrics import walk_metrics
from lmwalk.ui.families.walks.published import PUBLISHED, can_be_laid_over
from lmwalk.ui.families.walks.selection import WalkSelection, parents_way
from lmwalk.ui.parts.control_row import Width
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.parts.results_table import FigureTexts
from lmwalk.ui.parts.snapshot import Snapshot


class WalkScene:
    """The picture of walks as the feed asks for it."""

    averaged: ClassVar[bool] = False

    def __init__(self, shown: WalkSelection) -> None:
        self._shown = shown
        self._arrows = geometry_of(shown.study).arrows

    def setting(self) -> Message:
        """The part of a snapshot that sets up the picture."""
        return scene.scene(self._shown)

    def starts(self) -> list[Message]:
        """Where every walk sets out."""
        return scene.starts(self._shown)

    def points(self, frame: pd.DataFrame) -> list[Message]:
        """Positions by walk."""
        return scene.points(frame, self._shown)

    def means(self, paths: pd.DataFrame) -> list[Message]:
        """Of walks no means are drawn."""
        return []

    def beside(self, row: Any) -> Message:
        """The sign of the move; of one that was drawn from token probabilities also how likely it was."""
        sign = self._arrows.get(row.outcome)
        said = {"sign": sign} if sign else {}
        return {**said, **_likelihood(row)} if isinstance(row.distribution, str) else said


def _likelihood(row: Any) -> Message:
    """The probability with which a move was drawn, as words and as a bar."""
    masses = json.loads(row.distribution)["p"]
    known = math.fsum(masses.values())
    share = masses.get(row.outcome, 0.0) / known if known else math.nan
    return {
        "text": f"P({row.outcome}) = {share:.3f}" if known else "no mass on any outcome",
        "share": share if known else None,
        "bounds": [],
        "remark": "",
    }


class WalkView(NumberedView):
    """Walks: paths over sites."""

    family: Family = FAMILY
    figure_texts: FigureTexts = FIGURE_TEXTS
    row_parameters: Collection[str] = ()
    widths: tuple[Width, ...] = form.WIDTHS

    def form_row(self, places: Any) -> tuple[Values, str]:
        return form.form_row(places)

    def form_settings(self, study: Study) -> Values:
        return form.form_settings(study)

    def choices_on_stage(self, study: Study) -> None:
        """A condition is shown whole; its field is laid under it where that is wanted."""
        field_switch(study)

    def selection(self, study: Study, conditions: tuple[Condition, ...], *, simulated: bool) -> WalkSelection:
        return WalkSelection(study, conditions, simulated, *parents_way(study), field_shown(study, conditions))

    def feed(self) -> Feed:
        return Feed(WalkScene)

    def cells(self) -> StepCells:
        return StepCells(WalkScene)

    def metrics(self, store: Store, shown: WalkSelection) -> list[Metric]:
        return walk_metrics(store, shown)

    def published(self, study: Study) -> str:
        return PUBLISHED if can_be_laid_over(study) else ""

    def comparison(self, snapshot: Snapshot, *, running: bool, published: bool = False) -> Comparison:
        from lmwalk.ui.families.walks.compare import comparison

        return comparison(snapshot, running, published=published)


VIEW: FamilyView[WalkSelection] = WalkView()
