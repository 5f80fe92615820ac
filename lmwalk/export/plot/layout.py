"""What stands around the traces: axes, titles, shapes, notes and the legend, and room for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from lmwalk.export.canvas import DPI, FAINT, GRID, INK, POINT, unmarked
from lmwalk.export.lettering import width_of, wrapped
from lmwalk.export.plot.colours import colour, dash
from lmwalk.export.plot.records import Pane
from lmwalk.export.plot.scales import Scale

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Spec = Mapping[str, Any]
EDGE, BETWEEN = 14, 12
"""Pixels to the paper's end, and between parts."""
LETTER = 7.4
"""Pixels of a letter of a small text, about."""
KEY = 60
"""Pixels of the sign beside a name in the legend, and of the room around both."""


class Letters(NamedTuple):
    """Sizes of the title and of all else, in pixels."""

    large: float
    small: float


SCREEN, PRINT = Letters(17, 12), Letters(9 / POINT, 7.5 / POINT)
LEAST, MOST = 7.0, 9.0
"""Points of letters in print."""


def dress(pane: Pane, *, words: Collection[str]) -> None:
    """Give a pane its ranges and lines, and along the axes named, ``x`` and ``y``, its numbers and titles."""
    axes = pane.axes
    axes.set_axisbelow(True)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, labelsize=SCREEN.small * POINT, labelcolor=INK)
    for name, scale in (("x", pane.x), ("y", pane.y)):
        _along(pane, name, scale)
        if name not in words:
            getattr(axes, f"set_{name}label")("")
            axes.tick_params(axis=name, labelleft=False, labelbottom=False)  # type: ignore[arg-type]
    if pane.y.spec.get("scaleanchor") or pane.x.spec.get("scaleanchor"):
        axes.set_aspect("equal", adjustable="box")
    if pane.y.spec.get("overlaying"):
        axes.patch.set_visible(False)
    if pane.y.spec.get("side") == "right":
        axes.yaxis.tick_right()
        axes.yaxis.set_label_position("right")


def _along(pane: Pane, name: str, scale: Scale) -> None:
    axes, axis = pane.axes, getattr(pane.axes, f"{name}axis")
    if scale.log:
        getattr(axes, f"set_{name}scale")("log")
    low, high = scale.limits()
    getattr(axes, f"set_{name}lim")(*((10**low, 10**high) if scale.log else (low, high)))
    places, texts = scale.ticks()
    axis.set_minor_locator(_no_ticks())
    axis.set_ticks(places, labels=texts)
    if scale.spec.get("showgrid") is not False:
        axis.grid(color=GRID, linewidth=0.8)
    wide = 0.97 * axes.get_window_extent().width
    if name == "x" and sum(map(len, texts)) * LETTER > wide:
        axis.set_tick_params(rotation=30)
        for label in axis.get_ticklabels():
            label.set_horizontalalignment("right")
    said = scale.spec.get("title") or {}
    getattr(axes, f"set_{name}label")(unmarked(said.get("text") or ""), fontsize=SCREEN.small * POINT, color=INK)
    if scale.spec.get("visible") is False:
        axis.set_visible(False)
    if scale.spec.get("showticklabels") is False:
        axis.set_tick_params(labelleft=False, labelbottom=False)


def _no_ticks() -> Any:
    from matplotlib.ticker import NullLocator

    return NullLocator()


def outline(shape: Spec, pane: Pane) -> Any:
    """A line or a rectangle of the layout."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    moved = _transform(shape, pane)
    line = shape.get("line") or {}
    looks: dict[str, Any] = {"linewidth": float(line.get("width", 2)) * POINT, "linestyle": dash(line)}
    behind = 0.5 if shape.get("layer") == "below" else 4
    (x0, x1), (y0, y1) = (_ends(shape, axis, getattr(pane, axis)) for axis in "xy")
    if shape.get("type") == "line":
        drawn: Any = Line2D([x0, x1], [y0, y1], color=colour(line.get("color", INK)), **looks)
    else:
        inside = colour(shape.get("fillcolor") or "none", float(shape.get("opacity", 1)))
        rim = colour(line.get("color") or "none")
        drawn = Rectangle((x0, y0), x1 - x0, y1 - y0, facecolor=inside, edgecolor=rim, **looks)
    drawn.set(transform=moved, zorder=behind, clip_on=True)
    pane.axes.add_artist(drawn)
    return drawn


def _ends(spec: Spec, axis: str, scale: Scale) -> tuple[float, float]:
    ends = [spec.get(f"{axis}0"), spec.get(f"{axis}1")]
    if _free(spec, axis):
        return float(ends[0]), float(ends[1])  # type: ignore[arg-type]
    first, last = scale.place(ends)
    return float(first), float(last)


def _free(spec: Spec, axis: str) -> bool:
    """Whether a place is a share of the paper or the pane, not a value."""
    named = str(spec.get(f"{axis}ref") or axis)
    return named == "paper" or named.endswith(" domain")


def _transform(spec: Spec, pane: Pane) -> Any:
    from matplotlib.transforms import blended_transform_factory

    axes = pane.axes
    return blended_transform_factory(*(axes.transAxes if _free(spec, axis) else axes.transData for axis in "xy"))


def note(annotation: Spec, pane: Pane) -> None:
    """A text of the layout, with its arrow where it has one."""
    across = {"left": "left", "right": "right"}.get(str(annotation.get("xanchor")), "center")
    along = {"top": "top", "bottom": "bottom"}.get(str(annotation.get("yanchor")), "center")
    font = annotation.get("font") or {}
    place = [
        float(annotation[axis]) if _free(annotation, axis) else float(getattr(pane, axis).place([annotation[axis]])[0])
        for axis in "xy"
    ]
    arrow = annotation.get("showarrow", True)
    away = (float(annotation.get("ax", -10)) * POINT, -float(annotation.get("ay", -30)) * POINT)
    shift = (float(annotation.get("xshift", 0)) * POINT, float(annotation.get("yshift", 0)) * POINT)
    pane.axes.annotate(
        unmarked(annotation.get("text", "")),
        (place[0], place[1]),
        away if arrow else shift,
        xycoords=_transform(annotation, pane),
        textcoords="offset points",
        ha=across,
        va=along,
        fontsize=float(font.get("size", 12)) * POINT,
        color=font.get("color") or INK,
        arrowprops={"arrowstyle": "->", "color": FAINT} if arrow else None,
        annotation_clip=False,
    )


def title(paper: Figure, layout: Spec, letters: Letters = SCREEN) -> int:
    """Write title and subtitle; how many pixels they take from the top. They are put in place by ``fit``."""
    said, room = layout.get("title") or {}, paper.get_figwidth() * DPI - 2 * EDGE
    below = unmarked((said.get("subtitle") or {}).get("text") or "")
    for slider in layout.get("sliders") or ():
        step = slider["steps"][slider.get("active", 0)]
        below += f" · {unmarked((slider.get('currentvalue') or {}).get('prefix', ''))}{unmarked(step['label'])}"
    top = EDGE
    for text, size, ink in ((unmarked(said.get("text") or ""), letters.large, INK), (below, letters.small, FAINT)):
        lines = [line for part in text.strip(" ·").split("\n") for line in wrapped(part, room, size)]
        if lines:
            paper.text(0, 0, "\n".join(lines), fontsize=size * POINT, color=ink, va="top", gid=f"top-{top}")
            top += int(len(lines) * size * 1.35) + 4
    return top + BETWEEN


def legend(paper: Figure, entries: list[tuple[Any, str]], letters: Letters = SCREEN) -> Any:
    """The legend, in as many columns as fit."""
    known = {name: handle for handle, name in reversed(entries)}
    names, room = list(dict.fromkeys(name for _, name in entries)), paper.get_figwidth() * DPI - 2 * EDGE
    lines = [wrapped(" ".join(unmarked(name).split()), min(room - KEY, 440), letters.small) or [" "] for name in names]
    widest = max(width_of(line, letters.small) for own in lines for line in own) + KEY
    return paper.legend(
        [known[name] for name in names], ["\n".join(own) for own in lines], loc="lower center",
        ncols=max(1, min(len(names), int(room / widest))), frameon=False, fontsize=letters.small * POINT,
        labelcolor=INK, handlelength=2.2, borderaxespad=0, bbox_to_anchor=(0.5, 0),
    )  # fmt: skip


def for_print(paper: Figure) -> None:
    """Give every text on the paper a size that print wants."""
    from matplotlib.text import Text

    for axes in paper.axes:
        axes.tick_params(labelsize=PRINT.small * POINT)
    for text in paper.findobj(Text):
        size = float(text.get_fontsize())
        text.set_fontsize(min(max(size * PRINT.small / SCREEN.small, LEAST), MOST))


def fit(
    paper: Figure, layout: Spec, panes: Mapping[tuple[str, str], Pane], top: int, below: Any, share: float = 1.0
) -> None:
    """Make the paper as tall as all parts are, and put each in its place.

    Parameters
    ----------
    share : float
        What part of its height on the screen the room for the panes is to have.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(paper).get_renderer()  # type: ignore[no-untyped-call]
    low = below.get_window_extent(renderer).height + BETWEEN if below else 0.0
    room = share * max(240.0, float(layout.get("height") or 460) - 130)
    for pane in panes.values():
        _domain(pane, layout, (0.0, 0.0, 1.0, 1.0))
    width = paper.get_figwidth() * DPI
    left, right, bottom, over = _overflow(panes, renderer)
    height = top + over + room + bottom + low + EDGE
    paper.set_size_inches(width / DPI, height / DPI)
    inner = (left + EDGE) / width, (low + EDGE + bottom) / height, 1 - (right + EDGE) / width, 1 - (top + over) / height
    for pane in panes.values():
        _domain(pane, layout, inner)
    if below:
        below.set_bbox_to_anchor((0.5, EDGE / 2 / height))
    for text in paper.texts:
        text.set_position((EDGE / width, 1 - int(str(text.get_gid()).removeprefix("top-")) / height))


def _domain(pane: Pane, layout: Spec, inner: tuple[float, float, float, float]) -> None:
    """Put a pane where its axes' domains lie within the inner part of the paper: left, bottom, right, top."""
    left, bottom, right, top = inner
    over = pane.y.spec.get("overlaying")
    y_spec = (layout.get(f"yaxis{str(over)[1:]}") or {}) if over else pane.y.spec
    (x0, x1), (y0, y1) = (tuple(spec.get("domain") or (0.0, 1.0)) for spec in (pane.x.spec, y_spec))
    wide, tall = right - left, top - bottom
    pane.axes.set_position((left + x0 * wide, bottom + y0 * tall, (x1 - x0) * wide, (y1 - y0) * tall))


def _overflow(panes: Mapping[tuple[str, str], Pane], renderer: Any) -> tuple[float, float, float, float]:
    """How many pixels the panes' letters reach beyond them: left, right, below, above."""
    left = right = bottom = top = 0.0
    for pane in panes.values():
        own, whole = pane.axes.get_window_extent(renderer), pane.axes.get_tightbbox(renderer)
        if whole is not None:
            left, right = max(left, own.x0 - whole.x0), max(right, whole.x1 - own.x1)
            bottom, top = max(bottom, own.y0 - whole.y0), max(top, whole.y1 - own.y1)
    return left, right, bottom, top
