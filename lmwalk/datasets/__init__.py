"""What pictures and figures are made from: frames of a stored study, read once and extended as rows come."""

from __future__ import annotations

from lmwalk.datasets.chains import chain_material
from lmwalk.datasets.draws import MEASURED, material_of
from lmwalk.figures._drawing import Material
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study


def material_for(store: Store, study: Study) -> tuple[int, Material]:
    """The newest row's id, and what the figures of a study of any family are made from."""
    return chain_material(store, study) if _chain(study) else material_of(store, study)


def measured_by(study: Study) -> str:
    """How answers were measured, for a figure's subtitle."""
    return "sampled texts" if _chain(study) else MEASURED[study.measurement]


def _chain(study: Study) -> bool:
    return bool(processes[study.process].family == "chain")
