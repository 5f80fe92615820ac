"""What the screen asks of draws."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from lmwalk.datasets.unit_draws import BY_CASE
from lmwalk.store import Store
from lmwalk.study import Condition, Study
from lmwalk.ui.families.base import NumberedView
from lmwalk.ui.families.comparison import Comparison
from lmwalk.ui.families.draws import FAMILY, form
from lmwalk.ui.families.draws.choices import case_shown, pick_case
from lmwalk.ui.families.draws.figure_texts import FIGURE_TEXTS
from lmwalk.ui.families.draws.metrics import draw_metrics
from lmwalk.ui.families.draws.pictures import scene_of
from lmwalk.ui.families.draws.selection import DrawSelection
from lmwalk.ui.families.family import Family, FamilyView, Values
from lmwalk.ui.families.feed import Feed
from lmwalk.ui.families.live_cells import StepCells
from lmwalk.ui.parts.control_row import Width
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.parts.results_table import FigureTexts
from lmwalk.ui.parts.snapshot import Snapshot


class DrawView(NumberedView):
    """Draws: sequences of answers from a finite set, and marked texts."""

    family: Family = FAMILY
    figure_texts: FigureTexts = FIGURE_TEXTS
    row_parameters: Collection[str] = (form.MATRIX,)
    widths: tuple[Width, ...] = form.WIDTHS

    def form_row(self, places: Sequence[Any]) -> tuple[Values, str]:
        return form.form_row(places)

    def factors(self, study: Study) -> list[tuple[int, str]]:
        return [(study.make_process().cases, BY_CASE.get(study.process, "case"))]

    def form_settings(self, study: Study) -> Values:
        return form.form_settings(study)

    def choices_on_stage(self, study: Study) -> None:
        pick_case(study)

    def selection(self, study: Study, conditions: tuple[Condition, ...], *, simulated: bool) -> DrawSelection:
        return DrawSelection(study, conditions, simulated, case_shown(study))

    def feed(self) -> Feed:
        return Feed(scene_of)

    def cells(self) -> StepCells:
        return StepCells(scene_of)

    def metrics(self, store: Store, shown: DrawSelection) -> list[Metric]:
        return draw_metrics(store, shown)

    def published(self, study: Study) -> str:
        """Nothing stands in cells; figures have published values of their own."""
        return ""

    def comparison(self, snapshot: Snapshot, *, running: bool, published: bool = False) -> Comparison:
        from lmwalk.ui.families.draws.compare import comparison

        return comparison(snapshot, running)


VIEW: FamilyView[DrawSelection] = DrawView()
