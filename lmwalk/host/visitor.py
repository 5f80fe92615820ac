"""The guest's side: a store and its jobs that another process holds, used as one's own are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, cast

import httpx
from pydantic import ValidationError

from lmwalk.drafts import scratch_folder
from lmwalk.errors import InputError, LmwalkError, OwnerGoneError, StoreError, StoreLockedError
from lmwalk.host.address import VERSION, line_to
from lmwalk.host.protocol import (
    CALLS,
    UNTYPED,
    Call,
    Hello,
    Of,
    checked,
    is_method,
    may_be_called,
    read,
    signature_of,
    written,
)
from lmwalk.jobs import ENDED, KINDS, Job, Jobs, Place
from lmwalk.step import Step
from lmwalk.store import Made, Store
from lmwalk.store.cursors import PATIENCE_S
from lmwalk.store.packing import pack, rows_of
from lmwalk.store.remote import RemoteCursors
from lmwalk.study import Study
from lmwalk.study.part import WHOLE, Part

LOOK_S = 0.05


class Line:
    """What is said to the owner of a database, from any thread.

    Attributes
    ----------
    pid : int
        The owner's process.
    gone : bool
        Whether it has ended; whoever opens the database then finds it free.
    """

    def __init__(self, database: Path, client: httpx.Client, pid: int) -> None:
        self.pid, self.gone = pid, False
        self._database, self._client = database, client

    @classmethod
    def to(cls, database: Path) -> Line | None:
        """A line to the owner; None where nobody answers. Raises StoreLockedError where it speaks otherwise."""
        client = line_to(database)
        if client is None:
            return None
        try:
            answer = client.get("/hello")
            hello = Hello.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError):
            client.close()
            return None
        if hello.version != VERSION:
            client.close()
            raise StoreLockedError(
                f"The database {database} is held by process {hello.pid}, which speaks version {hello.version}; this "
                f"is version {VERSION}. Use the same lmwalk in both, or choose another file with --db PATH."
            )
        return cls(database, client, hello.pid)

    def call(self, of: Of, name: str, *given: Any, study: str | None = None, **named: Any) -> Any:
        """What one of ``CALLS`` gives; ``study`` is whose job it is. Raises what it raises, and OwnerGoneError."""
        signature, kinds = signature_of(of, name)
        arguments = signature.bind(*given, **named).arguments if is_method(of, name) else {}
        asked = Call.model_construct(of=of, name=name, study=study or "", arguments=arguments)
        try:
            answer = self._client.post("/call", content=written(vars(asked)))
        except (httpx.TransportError, RuntimeError) as cause:  # RuntimeError: the line was closed
            self.gone = True
            raise OwnerGoneError(
                f"The process that held {self._database.name} ({self.pid}) has ended. What it had stored is safe; the "
                "same command opens the database itself and goes on."
            ) from cause
        told = read(answer.content)
        if not answer.is_success:
            raise told if isinstance(told, LmwalkError) else StoreError(f"Process {self.pid} answered with a fault.")
        return told if name in UNTYPED else checked(kinds["return"], told)

    def close(self) -> None:
        """Say nothing more."""
        self._client.close()


def _told(name: str) -> Any:
    """A property of a store that its owner tells."""
    return property(lambda self: self.line.call("store", name))


def _done(name: str) -> Any:
    """A method of a store that its owner carries out."""
    return lambda self, *given, **named: self._do("store", name, *given, **named)


def _asked(name: str, *, changes: bool = False) -> Any:
    """A method of jobs that the process answers in which they run."""

    def ask(self: VisitedJobs, *given: Any) -> Any:
        if changes:
            self._must_be_allowed()
        return self._call(name, *given)

    return ask


class Visitor(Store):
    """A store that another process holds: read through it, written to by it.

    Attributes
    ----------
    line : Line
        To the process that holds it.
    """

    def __init__(self, path: Path, line: Line, *, read_only: bool = False) -> None:
        self.line = line
        self._work_through(RemoteCursors(path, partial(line.call, "store", "select"), read_only=read_only), path)
        parts: tuple[Of, ...] = ("measures", "probes", "browse", "queries")
        for of in parts:
            for name in CALLS[of][1].split():
                setattr(getattr(self, of), name, partial(self._do, of, name))

    rescued, commits, backlog = map(_told, ("rescued", "commits", "backlog"))
    flush, copy, keep, take = map(_done, ("flush", "copy", "keep", "take"))

    def _do(self, of: Of, name: str, *given: Any, **named: Any) -> Any:
        if name not in ("run", "copy", "flush"):
            self._cursor.must_be_writable()
        # the other process may work in another folder
        whole = [each.resolve() if isinstance(each, Path) else each for each in given]
        return self.line.call(of, name, *whole, **named)

    def close(self, patience_s: float = PATIENCE_S) -> None:
        while self._closings:
            self._closings.pop()()
        self._cursor.close(patience_s)
        self.line.close()

    def append(self, step: Step) -> None:
        self.take(rows_of([step]))

    def bring(self, made: Made) -> None:
        with scratch_folder() as folder:
            pack(made, folder)
            self._do("store", "bring_packed", folder)

    def join(self, made: Made) -> int:
        with scratch_folder() as folder:
            pack(made, folder)
            return int(self._do("store", "join_packed", folder))


class VisitedJobs(Jobs):
    """The jobs of a store that another process holds: studies run there, fields are asked from here."""

    def __init__(self, store: Store, opener: Callable[[str], Any] | None = None) -> None:
        super().__init__(store, opener)
        assert isinstance(store, Visitor)
        self._call = partial(store.line.call, "jobs")
        self._line = store.line

    def start(
        self,
        study: Study,
        *,
        hold: Iterable[tuple[str, int]] = (),
        paused: bool = False,
        place: Place | None = None,
        part: Part = WHOLE,
    ) -> Job:
        self._must_be_allowed()
        self._call("start", study, hold=tuple(hold), paused=paused, place=place, part=part)
        return self._job(study)

    def get(self, study: str) -> Job | None:
        try:
            return self._job(self._line.call("job", "study", study=study))
        except InputError:
            return None

    def all(self) -> list[Job]:
        return [self._job(study) for study in self.studies()]

    studies, moving, overview = map(_asked, ("studies", "moving", "overview"))
    measuring, unmeasured = map(_asked, ("measuring", "unmeasured"))
    set_concurrency, set_pairs = (_asked(each, changes=True) for each in ("set_concurrency", "set_pairs"))
    delete, rename = (_asked(each, changes=True) for each in ("delete", "rename"))

    def measure(self, study: Study) -> None:
        if not self._store.read_only:
            self._call("measure", study)

    def stop(self) -> None:
        """Stop the fields that are asked from here; studies go on where they run."""
        self._fields.stop()

    def waits(self) -> list[Callable[[float], None]]:
        return [asking.wait for asking in self._fields.all()]

    def _job(self, study: Study) -> Job:
        return cast("Job", VisitedJob(self._line, study))


class VisitedJob:
    """A run in another process; what ``CALLS`` has of a job is read and called there."""

    def __init__(self, line: Line, study: Study) -> None:
        self.study = study
        self._call = partial(line.call, "job", study=study.name)

    def __getattr__(self, name: str) -> Any:
        if not may_be_called("job", name):
            raise AttributeError(name)
        return partial(self._call, name) if is_method("job", name) else self._call(name)

    def wait(self, timeout_s: float | None = None) -> None:
        """Block until the run has ended, or for ``timeout_s`` seconds."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while self.state not in ENDED and (deadline is None or time.monotonic() < deadline):
            time.sleep(LOOK_S)


KINDS[Visitor] = VisitedJobs
