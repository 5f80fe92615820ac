"""Long work that says how far it is, can be ended at any moment, and leaves a whole file or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lmwalk import drafts
from lmwalk.errors import CancelledError, InputError, StoreError


def _nobody(_done: int, _total: int) -> None:
    return None


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Watch:
    """Who is told how far the work is (done, total), and who is asked whether it should end."""

    progress: Callable[[int, int], None] = _nobody
    cancelled: Callable[[], bool] = _never

    def at(self, done: int, total: int) -> None:
        """Say how far it is. Raises CancelledError where it was asked to end."""
        if self.cancelled():
            raise CancelledError("The export was cancelled; no file was written.")
        self.progress(done, total)

    def part(self, start: float, end: float) -> Watch:
        """A watch for a part of the work, from one share of the whole to another."""

        def told(done: int, total: int) -> None:
            self.progress(round(1000 * (start + (end - start) * done / max(1, total))), 1000)

        return Watch(told, self.cancelled)


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """A place to write to, which becomes the file once all went well; else the file stays what it was.

    Raises
    ------
    InputError
        The folder does not exist, or the file cannot be written.
    """
    if not out.resolve().parent.is_dir():
        raise InputError(f"out: the folder {str(out.parent)!r} does not exist. Accepted: a file in a folder that does.")
    try:
        with drafts.whole_file(out) as part:
            yield part
    except (StoreError, OSError) as cause:
        raise InputError(f"out: {str(out)!r} cannot be written. {cause}") from cause
