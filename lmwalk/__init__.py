"""See how language models behave as random processes.

>>> from lmwalk import Study
>>> Study(name="first", models=["ideal"], steps=3).temperatures
(1.0,)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lmwalk.errors import LmwalkError
    from lmwalk.jobs import jobs_of
    from lmwalk.store import open_store
    from lmwalk.study import Study

__all__ = ["LmwalkError", "Study", "__version__", "jobs_of", "open_store"]

__version__ = "0.1.0"

_HOME = {"LmwalkError": "errors", "Study": "study", "jobs_of": "jobs", "open_store": "store"}


def __getattr__(name: str) -> Any:
    """Import on first use, so that ``lmwalk --help`` pays for nothing it does not show."""
    if name in _HOME:
        return getattr(import_module(f"lmwalk.{_HOME[name]}"), name)
    raise AttributeError(f"module 'lmwalk' has no attribute {name!r}")
