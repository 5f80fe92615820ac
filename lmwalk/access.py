"""Whether this process may change anything: a dashboard that is only to be looked at may not.

The one place that knows. What starts, writes or reads a key asks here, at the lowest place that all its callers share:
the store's cursor for writing, the start of jobs and probes, the opening of a model, the reading of a key, the files of
templates and endpoints. So a page that forgets to hide a button can still do nothing.
"""

from __future__ import annotations

import os

from lmwalk.errors import ReadOnlyError

VARIABLE = "LMWALK_READ_ONLY"
SAID = "This dashboard is read-only"


def read_only() -> bool:
    """Whether this process only reads."""
    return os.environ.get(VARIABLE) == "1"


def refuse_if_read_only(what: str) -> None:
    """Raise ReadOnlyError where this process only reads.

    Parameters
    ----------
    what : str
        What does not happen, such as ``"no study is started"``.
    """
    if read_only():
        raise ReadOnlyError(f"{SAID}: {what}.")
