"""See how language models behave as random processes.

>>> from lmwalk import Study
>>> Study(name="first", process="grid", models=["ideal"], steps=3).temperatures
(1.0,)
"""

from __future__ import annotations

from lmwalk.errors import LmwalkError
from lmwalk.study import Study

__all__ = ["LmwalkError", "Study", "__version__"]

__version__ = "0.1.0"
