"""An export in a thread of its own, which whoever began it can look at and end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakSet

from lmwalk.drafts import scratch_folder
from lmwalk.ending import Stage, at_end, await_each
from lmwalk.errors import CancelledError, LmwalkError
from lmwalk.export import WHOLE, Choice, name_of, to_file
from lmwalk.export.watch import Watch
from lmwalk.store import Store

LOST = "The export ended for a reason that lmwalk does not know; the terminal it was started from says more."
AT_ONCE = 3
"""Exports of all who look at the dashboard; each takes a core and the memory of a study."""
LOOK_S = 0.1
PATIENCE_S = 1.0
"""How long the end of the process waits for exports."""


class Export:
    """One export under way.

    Attributes
    ----------
    file_format, file_name : str
        What is written, and what the file is to be called.
    share : float
        How much is done, from 0 to 1.
    error : str or None
        Why there is no file, as a sentence.
    content : bytes or None
        The file, once it is whole.
    """

    def __init__(self, store: Store, study: str, file_format: str, choice: Choice = WHOLE) -> None:
        self.file_format, self.choice = file_format, choice
        self.file_name = name_of(study, file_format, choice)
        self.share = 0.0
        self.error: str | None = None
        self.content: bytes | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(store, study), name="lmwalk-export", daemon=True)
        _EVERY.add(self)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to end."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask it to end; it does before its next picture."""
        self._stop.set()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until it has ended."""
        self._thread.join(timeout_s)

    def _run(self, store: Store, study: str) -> None:
        self.error = LOST
        try:
            with self._turn(), scratch_folder() as folder:
                out = folder / "export"
                to_file(store, study, self.file_format, out, self.choice, Watch(self._told, self._stop.is_set))
                self.content = out.read_bytes()
            self.error = None
        except CancelledError:
            self.error = None
        except LmwalkError as error:
            self.error = str(error)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until few enough others are under way. Raises CancelledError."""
        while not _TURNS.acquire(timeout=LOOK_S):
            if self.cancelled:
                raise CancelledError("The export was cancelled before it began.")
        try:
            yield
        finally:
            _TURNS.release()

    def _told(self, done: int, total: int) -> None:
        self.share = min(1.0, done / max(1, total))


_EVERY: WeakSet[Export] = WeakSet()
_TURNS = threading.BoundedSemaphore(AT_ONCE)


@at_end(Stage.BACKGROUND)
def _cancel_all() -> None:
    """Let every export under way end, so that it takes its folder with it."""
    running = [export for export in list(_EVERY) if export.running]
    for export in running:
        export.cancel()
    await_each([export.wait for export in running], PATIENCE_S)
