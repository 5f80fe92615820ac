"""What the screen asks of chains."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from lmwalk.store import Store
from lmwalk.study import Condition, Study
from lmwalk.ui.families.chains import FAMILY, form
from lmwalk.ui.families.chains.feed import ChainFeed
from lmwalk.ui.families.chains.figure_texts import FIGURE_TEXTS
from lmwalk.ui.families.chains.import_chains import import_box
from lmwalk.ui.families.chains.live_cells import ChainCells
from lmwalk.ui.families.chains.metrics import chain_metrics
from lmwalk.ui.families.chains.selection import (
    ChainSelection,
    chain_name,
    chain_names,
    chain_on_stage,
    curve_shown,
    pick_chain,
    pick_curve,
    read_chain,
)
from lmwalk.ui.families.comparison import Comparison
from lmwalk.ui.families.family import Family, FamilyView, Values
from lmwalk.ui.parts.control_row import Width
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.parts.results_table import FigureTexts
from lmwalk.ui.parts.snapshot import Snapshot
from lmwalk.ui.shell import access


class ChainView:
    """Chains: texts passed from one generation to the next."""

    family: Family = FAMILY
    figure_texts: FigureTexts = FIGURE_TEXTS
    step_noun: str = "generation"
    row_parameters: Collection[str] = ("tasks", "texts")
    widths: tuple[Width, ...] = form.WIDTHS

    def form_row(self, places: Sequence[Any]) -> tuple[Values, str]:
        return form.form_row(places)

    def form_settings(self, study: Study) -> Values:
        return form.form_settings(study)

    def factors(self, study: Study) -> list[tuple[int, str]]:
        process: Any = study.make_process()
        return [(len(process.tasks), "task"), (len(process.initial), "text")]

    def more_below(self, taken: list[str]) -> None:
        """Chains that were made elsewhere can be brought here."""
        if access.may_change():
            import_box(taken)

    def choices_on_stage(self, study: Study) -> None:
        pick_curve()
        pick_chain(study)

    def selection(self, study: Study, conditions: tuple[Condition, ...], *, simulated: bool) -> ChainSelection:
        return ChainSelection(study, conditions, simulated, chain_on_stage(study)[1], curve_shown())

    def pick_line(self, study: Study, number: int) -> None:
        read_chain(study, number)

    def on_stage(self, study: Study) -> tuple[Condition, int]:
        """A closer look begins with the chain that is read."""
        return chain_on_stage(study)

    def feed(self) -> ChainFeed:
        return ChainFeed()

    def cells(self) -> ChainCells:
        return ChainCells()

    def metrics(self, store: Store, shown: ChainSelection) -> list[Metric]:
        return chain_metrics(store, shown)

    def names(self, study: Study) -> dict[int, str]:
        return chain_names(study)

    def moment(self, study: Study, number: int, t: int) -> str:
        return f"{chain_name(study, number)} at generation {t:,}"

    def published(self, study: Study) -> str:
        """Nothing stands in cells; figures have published values of their own."""
        return ""

    def comparison(self, snapshot: Snapshot, *, running: bool, published: bool = False) -> Comparison:
        from lmwalk.ui.families.chains.compare import comparison

        return comparison(snapshot, running)


VIEW: FamilyView[ChainSelection] = ChainView()
