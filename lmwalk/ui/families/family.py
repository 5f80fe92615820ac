"""Families of experiments: a record of each one's words and first settings, and what the screen asks of all of them.

A family has a room of its own beside this module. Nothing outside these rooms asks which family a study belongs to:
pages and parts call ``view_of`` and use the protocol. Rooms are imported when they are first asked for, so parts and
pages can import this module without a circle.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Condition, Study
from lmwalk.ui.parts.control_row import Width

if TYPE_CHECKING:
    from lmwalk.ui.families.comparison import Comparison
    from lmwalk.ui.families.live_cells import CellSource
    from lmwalk.ui.parts.metric import Metric
    from lmwalk.ui.parts.results_table import FigureTexts
    from lmwalk.ui.parts.selection import Selection
    from lmwalk.ui.parts.snapshot import Snapshot

ROOMS: Mapping[str, str] = {"walk": "walks", "draw": "draws", "chain": "chains"}
"""The room of each family, in the order of the pages; the first one's study is what empty pages offer."""
Message = dict[str, Any]
"""What a component in the browser is told."""
Values = dict[str, Any]
"""Fields of a study, or values of controls, by name."""
S = TypeVar("S", bound="Selection")


@dataclass(frozen=True)
class Noun:
    """What something is called."""

    one: str
    several: str

    def of(self, count: int) -> str:
        """The word for so many."""
        return self.one if count == 1 else self.several

    def counted(self, count: int) -> str:
        """So many of them: ``1 walk``, ``3 walks``."""
        return f"{count:,} {self.of(count)}"


@dataclass(frozen=True)
class Family:
    """One page of experiments.

    Attributes
    ----------
    name : str
        The processes' ``family``.
    title, page : str
        What its page is called, and the file of that page.
    noun : Noun
        What a trajectory is called in sentences.
    empty, invitation : str
        Title and words of the page while nothing was run.
    process : str
        The experiment that is set up at first.
    first : mapping
        What the invitation's button runs, without a name.
    button : str
        What that button says.
    model : str
        Who is asked at first.
    temperatures : tuple of str
        What is set at first.
    stem : str
        What a study is called, with a number behind it; where empty, as its experiment is.
    shared_keys : tuple of str
        Parameters that its experiments share, whose control keeps its value from one to the next.
    bare_keys : bool
        Whether the address names the controls of ``process`` by its parameters alone. Those of all other experiments
        have the experiment's name before them.
    template_in_row : bool
        Whether the template is chosen in the row of controls, and not under More.
    stage_widths : (int, int)
        Of the lists of studies and of conditions below the stage.
    """

    name: str
    title: str
    page: str
    noun: Noun
    empty: str
    invitation: str
    process: str
    first: Mapping[str, Any]
    button: str
    model: str
    temperatures: tuple[str, ...]
    stem: str = ""
    shared_keys: tuple[str, ...] = ()
    bare_keys: bool = False
    template_in_row: bool = True
    stage_widths: tuple[int, int] = (220, 300)

    @cached_property
    def view(self) -> FamilyView[Any]:
        """What its page shows."""
        found: FamilyView[Any] = import_module(f"{__package__}.{ROOMS[self.name]}.view").VIEW
        return found

    @property
    def processes(self) -> list[str]:
        """The names of its experiments, the one that is set up at first before the others."""
        return sorted(
            (name for name in processes if family_of(name) == self.name), key=lambda name: name != self.process
        )

    def first_study(self, taken: Collection[str]) -> Study:
        """What the invitation runs, under a name that no study has."""
        return Study.of(name=self.suggestion(self.process, taken), **self.first)

    def suggestion(self, process: str, taken: Collection[str]) -> str:
        """A name that no study has."""
        return free_name(self.stem or processes[process].title.lower(), taken)


class LiveFeed(Protocol):
    """One session's place in the stream of one study."""

    view: str
    """The view that the stage was last told; an empty text makes the next message a snapshot."""

    def delta(self, store: Store, shown: Any) -> Message:
        """What is new since the last message; all of it where the view is another one."""

    def rewind(self, cursor: int) -> None:
        """Tell again what came after the message whose ``to`` was this."""


class FamilyView(Protocol[S]):
    """What the screen asks of a family. ``S`` is what its stage can show."""

    family: Family
    step_noun: str
    """What one question is called where they are counted."""

    # ---- the form

    @property
    def widths(self) -> tuple[Width, ...]:
        """Of the places in the row of controls; the last four hold steps, trajectories, More and Run."""

    def form_row(self, places: Sequence[Any]) -> tuple[Values, str]:
        """Draw the row of controls, and what is rare behind More.

        Parameters
        ----------
        places : sequence
            A place for each of ``widths``; the last one, Run's, is left alone.

        Returns
        -------
        The fields of the study, temperatures as they were typed, and why they make none; an empty text where they do.
        """

    def form_settings(self, study: Study) -> Values:
        """The value of each control of the row that no other family has, by the control's key."""

    @property
    def row_parameters(self) -> Collection[str]:
        """Parameters of a process that ``form_settings`` sets."""

    def factors(self, study: Study) -> list[tuple[int, str]]:
        """How many cases a study has, factor by factor, each with its noun."""

    def more_below(self, taken: list[str]) -> None:
        """Draw what the page has below everything else."""

    # ---- what is on the stage

    def choices_on_stage(self, study: Study) -> None:
        """Draw the lists that choose what the stage shows of a condition."""

    def selection(self, study: Study, conditions: tuple[Condition, ...], *, simulated: bool) -> S:
        """What the stage shows: of these conditions, what the lists say."""

    def pick_line(self, study: Study, number: int) -> None:
        """The line with that number was clicked."""

    def on_stage(self, study: Study) -> tuple[Condition, int]:
        """The condition and the number of the trajectory that a closer look begins with."""

    def feed(self) -> LiveFeed:
        """A new stream of messages for the stage."""

    def cells(self) -> CellSource:
        """Where the points of the live grid come from."""

    def metrics(self, store: Store, shown: S) -> list[Metric]:
        """The numbers below the stage."""

    # ---- one trajectory

    def names(self, study: Study) -> dict[int, str]:
        """Each trajectory's number, and the trajectory in few words."""

    def moment(self, study: Study, number: int, t: int) -> str:
        """A step of a trajectory in few words: ``walk 3 at t = 17``."""

    # ---- all conditions

    figure_texts: FigureTexts
    """What its figures and the tables behind them say."""

    def published(self, study: Study) -> str:
        """What was published that can be laid into the cells of Compare, in few words; nothing where nothing was."""

    def comparison(self, snapshot: Snapshot, *, running: bool, published: bool = False) -> Comparison:
        """What Compare shows of a study; draws the controls that no other family has.

        Parameters
        ----------
        running : bool
            While the study is run, numbers that take long may be left out.
        published : bool
            Whether what was published is shown, too.
        """


@cache
def families() -> Mapping[str, Family]:
    """Every family by its name, in the order of the pages."""
    return {name: import_module(f"{__package__}.{room}").FAMILY for name, room in ROOMS.items()}


def first_family() -> Family:
    """Whose first study empty pages offer."""
    return next(iter(families().values()))


def family_of(process: str) -> str:
    """The name of the family of a registered process."""
    return str(processes[process].family)


def record_of(process: str) -> Family:
    """The family of a registered process."""
    return families()[family_of(process)]


def view_of(study: Study) -> FamilyView[Any]:
    """What the screen asks of the family of a study."""
    return record_of(study.process).view


def noun_of(study: Study) -> Noun:
    """What a trajectory of a study is called in sentences."""
    return record_of(study.process).noun


def free_name(stem: str, taken: Collection[str]) -> str:
    """The stem with the first number that no study has."""
    return next(name for number in itertools.count(1) if (name := f"{stem} {number}") not in taken)
