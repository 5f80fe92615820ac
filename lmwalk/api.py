"""What a notebook or a script needs: run a study, draw a figure, add a process, a model, a property or a figure."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import pandas as pd
import plotly.graph_objects as go

from lmwalk.errors import LmwalkError
from lmwalk.export.findings import figure_of
from lmwalk.figures._drawing import Draw, Drawing, drawing
from lmwalk.figures._drawing import figures_of as drawings_of
from lmwalk.host import open_store
from lmwalk.jobs import ENDED, Job, Jobs, Progress, jobs_of
from lmwalk.models.function import Answer, register_function
from lmwalk.properties._property import Of, Property, measured
from lmwalk.registry import backends, processes
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Backend

LOOK_S = 0.05
"""Between looks at how far a run is."""
PATIENCE_S = 10.0
"""How long a run that is interrupted may take to end."""
T = TypeVar("T", bound=type[Any])
Told = Callable[[Progress], object]


def run(study: Study, store: Store | None = None, *, progress: Told | None = None) -> pd.DataFrame:
    """Run a study to its end, from where it stands in the store; it may be called where an event loop is running.

    Ctrl-C, or the stop button of a notebook, ends the run. What was answered by then is in the store, and the same
    call goes on from there.

    Parameters
    ----------
    study : Study
        What is asked.
    store : Store, optional
        Where the steps are kept. Without one they are kept in memory, and what this function returns is all there is.
    progress : callable, optional
        Is told how far the run is, some twenty times a second: an ``lmwalk.jobs.Progress``.

    Returns
    -------
    DataFrame
        One row a step, in the order in which they were kept; ``store.queries.schema()`` says what the columns mean.
        Of texts the properties are measured, too: ``store.measures.values(study.name)``.

    Raises
    ------
    LmwalkError
        The study cannot be run, such as for a model that is not there. A call that fails ends its trajectory alone,
        and is a row with the status ``error``.
    """
    if store is not None:
        _follow(jobs_of(store), study, progress)
        return store.steps(study.name)
    with open_store() as own:
        jobs = Jobs(own)
        try:
            _follow(jobs, study, progress)
            return own.steps(study.name)
        finally:
            jobs.close()


def _follow(jobs: Jobs, study: Study, progress: Told | None) -> None:
    """Run a study and wait until it is over and its texts are measured."""
    job = jobs.start(study)
    try:
        while job.state not in ENDED or jobs.measuring(study.name):
            if progress:
                progress(job.progress())
            time.sleep(LOOK_S)
    except BaseException:
        job.stop()
        job.wait(PATIENCE_S)
        raise
    _must_be_done(job)
    if progress:
        progress(job.progress())


def _must_be_done(job: Job) -> None:
    if job.state == "failed":
        raise job.failure or LmwalkError(str(job.error))


def figure(
    store: Store, study: Study | str, name: str, model: str | None = None, temperature: float | None = None
) -> go.Figure:
    """A figure of a stored study, as the dashboard draws it.

    Parameters
    ----------
    study : Study or str
        The study, or its name.
    name : str
        One of ``figures_of(study)``.
    model, temperature : optional
        Which condition is shown, where the figure shows one at a time. Left out: the first.

    Raises
    ------
    InputError
        There is no such study or figure, or nothing to draw in it yet.
    """
    stored = store.study(study if isinstance(study, str) else study.name)
    return figure_of(store, stored, name, model, temperature).figure


def figures_of(study: Study) -> dict[str, str]:
    """The figures of a study's process: name to title, in the order of the dashboard."""
    return {each.name: each.title for each in drawings_of(study.process)}


class _Register:
    """Decorators that add something under a name; one that is there already is replaced."""

    def process(self, name: str) -> Callable[[T], T]:
        """File a class as a process: a frozen pydantic model with all that ``lmwalk.Process`` names.

        Its class attribute ``templates`` holds its prompts. Raises InputError where something is missing.
        """
        return processes.register(name)  # type: ignore[return-value]

    def model(self, name: str, *, simulated: bool = True) -> Callable[[Answer], Answer]:
        """File a function as a model of that name: it is given (prompt, sampling, seed) and returns text.

        ``prompt.text`` is the question; the function may be async, and may return an ``lmwalk.types.Reply``. Say
        ``simulated=False`` where a language model answers behind it.
        """
        return register_function(name, simulated=simulated)

    def backend(self, name: str) -> Callable[[Backend], Backend]:
        """File an ``lmwalk.types.Backend``: a whole family of model names, which opens an ``lmwalk.Model`` for each."""
        return backends.register(name)

    def property(self, name: str, **about: Any) -> Callable[[Of], Property]:
        """File a function as a property of texts; ``about`` are the fields of ``lmwalk.Property``."""
        return measured(name, **about)

    def figure(self, name: str, **about: Any) -> Callable[[Draw], Drawing]:
        """File a function as a figure; ``about`` are the fields of ``lmwalk.figures._drawing.Drawing``."""
        return drawing(name, **about)


register = _Register()
