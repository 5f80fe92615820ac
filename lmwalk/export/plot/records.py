"""A trace of a Plotly figure, and the pane that it is drawn in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lmwalk.export.plot.scales import Array, Scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Spec = Mapping[str, Any]


@dataclass
class Pane:
    """Where a trace is drawn.

    Attributes
    ----------
    slots : mapping
        How far each trace stands from its place, by its number.
    width, box_width : float
        Of a bar, and of a box or violin.
    stacks : dict
        Heights so far at each place, of stacked traces by their group.
    before : tuple or None
        The points of the trace before, which a fill may reach to.
    """

    axes: Axes
    x: Scale
    y: Scale
    slots: Mapping[int, float] = field(default_factory=dict)
    width: float = 0.8
    box_width: float = 0.5
    stacked: bool = False
    stacks: dict[str, dict[float, float]] = field(default_factory=dict)
    before: tuple[Array, Array] | None = None


@dataclass(frozen=True)
class Trace:
    """One trace: its number, what it says, and a colour where it names none."""

    number: int
    spec: Spec
    hue: str

    @property
    def gid(self) -> str:
        return f"trace-{self.number}"

    def of(self, *path: str, otherwise: Any = None) -> Any:
        value: Any = self.spec
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return otherwise if value is None else value
