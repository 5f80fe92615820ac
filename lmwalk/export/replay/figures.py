"""The figures of a study as drawings of lines, at every position of their sliders."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from lmwalk.datasets.families import study_data
from lmwalk.export.canvas import svg_of
from lmwalk.export.findings import Finding, applicable, findings_of
from lmwalk.export.plot import drawn
from lmwalk.export.plot.sliders import positions
from lmwalk.export.plot.undrawn import FAULTS, reason
from lmwalk.export.watch import Watch
from lmwalk.store import Store
from lmwalk.study import Study

MOST_OF_ONE = 8
"""Pictures of one figure that shows one thing at a time."""
MOST_OF_ALL = 500_000
"""Letters of all drawings together, deflated: what is drawn later is left out."""


def figures(store: Store, study: Study, watch: Watch) -> Iterator[dict[str, Any]]:
    """Each figure with the first few of its choices.

    Yields
    ------
    dict
        ``title``, ``about``, ``pictures`` and ``left``, how many more there are. A picture has ``choice``, what is
        shown in words, ``prefix`` and ``positions`` of its slider, each a pair of its name and an SVG, and ``fault``
        where it could not be drawn.
    """
    _, data = study_data(store, study)
    known = applicable(study, data)
    for place, figure in enumerate(known):
        watch.at(place, len(known))
        try:
            found = findings_of(store, study, figure, data)
            pictures = [_picture(finding) for finding in itertools.islice(found, MOST_OF_ONE)]
            left = sum(1 for _ in found)
        except FAULTS as cause:  # of its table
            pictures, left = [{"choice": "", "positions": [], "fault": reason(cause)}], 0
        if pictures:
            yield {"title": figure.title, "about": figure.about, "pictures": pictures, "left": left}
    watch.at(len(known), len(known))


def _picture(finding: Finding) -> dict[str, Any]:
    choice = " · ".join(str(value) for value in finding.choice)
    try:
        there = [(name, _svg(svg_of(drawn(figure)))) for name, figure in positions(finding.figure)]
    except FAULTS as cause:
        return {"choice": choice, "positions": [], "fault": reason(cause)}
    return {"choice": choice, "positions": there}


def _svg(svg: bytes) -> str:
    """An SVG without its heading."""
    text = svg.decode()
    return text[text.index("<svg") :]
