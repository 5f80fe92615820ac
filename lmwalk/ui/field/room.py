"""What the browser is told once of fields: the positions of a walk, and the samplers that can be imitated."""

from __future__ import annotations

import numpy as np

from lmwalk.analysis.lattices import STRIDES, Lattice
from lmwalk.geometry import Geometry
from lmwalk.sampler import PIPELINES
from lmwalk.ui import messages


def room_of(lattice: Lattice) -> messages.FieldRoom:
    """The positions as the browser draws them."""
    geometry: Geometry = lattice.geometry
    signs = [geometry.arrows.get(move, "") for move in lattice.moves]
    told: messages.FieldRoom = {
        "moves": list(lattice.moves),
        "signs": signs,
        "points": [(round(x, 4), round(y, 4)) for x, y in lattice.points.tolist()],
        "leads": lattice.leads.tolist(),
        "strides": list(STRIDES),
        "origin": int(lattice.origin),
        "outlines": [{"kind": each.kind, "points": list(each.points)} for each in geometry.outlines],
        "unit": geometry.unit,
    }
    if not np.array_equal(lattice.numbers, lattice.points):
        told["numbers"] = lattice.numbers.tolist()
    if (lattice.vectors == lattice.vectors[:1]).all():
        told["steps"] = [(x, y) for x, y in lattice.vectors[0].tolist()]
    return told


def samplers() -> list[messages.FieldSampler]:
    """The samplers that can be imitated, with the cuts they make where none is set."""
    return [
        {
            "name": name,
            "title": pipeline.title,
            "about": pipeline.about,
            "stages": list(pipeline.stages),
            "top_k": pipeline.usual.top_k,
            "top_p": pipeline.usual.top_p,
            "min_p": pipeline.usual.min_p,
        }
        for name, pipeline in PIPELINES.items()
    ]
