"""Plotly's axes: where a value stands, how far the axis reaches, and what is written along it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lmwalk.export.canvas import unmarked

Array = npt.NDArray[np.float64]
PAD = 0.04
MOST_TICKS = 7


@dataclass
class Scale:
    """One axis of a Plotly figure.

    Attributes
    ----------
    spec : mapping
        What the layout says of it.
    names : dict
        The place of each category; empty where values are numbers.
    low, high : float
        The ends of what is drawn on it, in places (powers of ten where it is logarithmic).
    solid : bool
        Whether something on it stands on 0, so that no room is left below.
    """

    spec: Mapping[str, Any]
    names: dict[str, float] = field(default_factory=dict)
    low: float = math.inf
    high: float = -math.inf
    solid: bool = False

    @property
    def log(self) -> bool:
        return self.spec.get("type") == "log"

    def learn(self, values: Iterable[Any]) -> None:
        """Keep the categories among the values, in the order in which they come."""
        known = [value for value in values if value is not None]
        by_name = self.spec.get("type") == "category" or any(isinstance(v, str) and not _number(v) for v in known)
        if self.spec.get("type") not in {"linear", "log"} and (by_name or self.names):
            for value in [*(self.spec.get("categoryarray") or ()), *known]:
                self.names.setdefault(_written(value), float(len(self.names)))

    def place(self, values: Iterable[Any]) -> Array:
        """Where values stand; NaN where they have no place. Those of a logarithmic axis are not yet logarithms."""
        if self.names:
            return np.array([self._of(value) for value in values], float)
        return np.array([float("nan") if value is None else float(value) for value in values], float)

    def _of(self, value: Any) -> float:
        if value is None:
            return float("nan")
        known = self.names.get(_written(value))
        return float(value) if known is None else known

    def cover(self, *parts: npt.ArrayLike) -> None:
        """Reach as far as the places say."""
        every = np.concatenate([np.ravel(np.asarray(part, float)) for part in parts] or [np.array([])])
        if self.log:
            every = np.log10(every[every > 0])
        every = every[np.isfinite(every)]
        if len(every):
            self.low, self.high = min(self.low, float(every.min())), max(self.high, float(every.max()))

    def limits(self) -> tuple[float, float]:
        """From where to where the axis goes, as Plotly gives it: in exponents where it is logarithmic."""
        low, high = self._own_limits()
        given = self.spec.get("range")
        if given is not None and all(end is not None for end in given):
            return float(given[0]), float(given[1])
        return (high, low) if self.spec.get("autorange") == "reversed" else (low, high)

    def _own_limits(self) -> tuple[float, float]:
        if self.names:
            return -0.5, len(self.names) - 0.5
        low, high = (self.low, self.high) if self.low <= self.high else (0.0, 1.0)
        grounded = self.solid or self.spec.get("rangemode") == "tozero"
        if grounded and not self.log:
            low, high = min(low, 0.0), max(high, 0.0)
        room = PAD * (high - low) or 0.5
        padded = low - room, high + room
        if (grounded or self.spec.get("rangemode") == "nonnegative") and low >= 0 and not self.log:
            padded = (low if grounded else max(0.0, padded[0])), padded[1]
        return padded

    def ticks(self) -> tuple[list[float], list[str]]:
        """Where something is written along the axis, and what."""
        low, high = sorted(self.limits())
        if self.spec.get("tickvals") is not None:
            places = self.place(self.spec["tickvals"]).tolist()
            words = self.spec.get("ticktext")
            texts = [unmarked(word) for word in words] if words is not None else [self._text(p) for p in places]
        elif self.names:
            places, texts = list(self.names.values()), [unmarked(name) for name in self.names]
        elif self.log:
            places = _decades(low, high)
            texts = [self._text(value) for value in places]
        else:
            places = _steps(low, high, self.spec.get("dtick"))
            texts = [self._text(value) for value in places]
        shown = [
            (p, t) for p, t in zip(places, texts, strict=True) if low <= (math.log10(p) if self.log else p) <= high
        ]
        return [place for place, _ in shown], [text for _, text in shown]

    def _text(self, value: float) -> str:
        prefix, suffix = (unmarked(self.spec.get(f"tick{end}") or "") for end in ("prefix", "suffix"))
        return f"{prefix}{formatted(value, self.spec.get('tickformat') or '')}{suffix}"


def formatted(value: float, form: str) -> str:
    """A number as d3's format says it: ``.2f``, ``.1~f`` (no zeros at the end), ``.0%``; without one, in short."""
    trim = "~" in form
    try:
        text = format(value, form.replace("~", "")) if form else f"{value:.10g}"
    except ValueError:
        return f"{value:g}"
    number, sign = (text[:-1], "%") if text.endswith("%") else (text, "")
    if trim and "." in number:
        number = number.rstrip("0").rstrip(".")
    return f"{number}{sign}".replace("-", "\N{MINUS SIGN}") if value else number.replace("-", "") + sign


def _steps(low: float, high: float, step: Any) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    if isinstance(step, int | float) and step > 0 and (high - low) / step <= 40:
        return [step * k for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    return [round(float(v), 12) for v in MaxNLocator(MOST_TICKS, steps=[1, 2, 5, 10]).tick_values(low, high)]


def _decades(low: float, high: float) -> list[float]:
    mantissas = (1,) if high - low > 3 else (1, 2, 5)
    exponents = range(math.floor(low), math.ceil(high) + 1)
    return [mantissa * 10.0**exponent for exponent in exponents for mantissa in mantissas]


def _written(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(text: str) -> bool:
    return re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", text) is not None
