"""See how language models behave as random processes.

>>> import lmwalk
>>> study = lmwalk.Study(name="first", models=["ideal"], trajectories=2, steps=3)
>>> steps = lmwalk.run(study)
>>> len(steps), set(steps["status"])
(6, {'ok'})
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lmwalk import analysis
    from lmwalk.api import figure, figures_of, register, run
    from lmwalk.errors import LmwalkError
    from lmwalk.jobs import jobs_of
    from lmwalk.properties import Property
    from lmwalk.store import Store, open_store
    from lmwalk.study import Study
    from lmwalk.types import Model, Parsed, Process

__all__ = [
    "LmwalkError",
    "Model",
    "Parsed",
    "Process",
    "Property",
    "Store",
    "Study",
    "__version__",
    "analysis",
    "figure",
    "figures_of",
    "jobs_of",
    "open_store",
    "register",
    "run",
]

__version__ = "0.1.0"

_HOME = {
    "LmwalkError": "errors",
    "Model": "types",
    "Parsed": "types",
    "Process": "types",
    "Property": "properties",
    "Store": "store",
    "Study": "study",
    "figure": "api",
    "figures_of": "api",
    "jobs_of": "jobs",
    "open_store": "host",
    "register": "api",
    "run": "api",
}
"""Where each name is; it is imported on first use, so that ``lmwalk --help`` pays for nothing it does not show."""


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"lmwalk.{_HOME[name]}"), name)
    if name == "analysis":
        return import_module("lmwalk.analysis")
    raise AttributeError(f"module 'lmwalk' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
