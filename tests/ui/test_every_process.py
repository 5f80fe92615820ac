"""Whatever is registered can be set up on the page of its family, started there and watched."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lmwalk.jobs import jobs_of
from lmwalk.registry import make_process, processes
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Process
from lmwalk.ui.compare.cell_views import ONE_NUMBER
from lmwalk.ui.families.comparison import Comparison
from lmwalk.ui.families.family import record_of, view_of
from lmwalk.ui.parts.form.fill_form import form_settings, not_representable
from lmwalk.ui.parts.selection import label
from lmwalk.ui.parts.snapshot import Snapshot
from tests.ui.conftest import Page, button

STEPS = 3


def who(process: Process) -> str:
    """The ideal observer, or a simulation where there is none."""
    if process.ideal(process.start(partial(np.random.default_rng, 0))) is not None:
        return "ideal"
    return "simulated/swapper" if process.passes_text else "simulated/marking"


def plan(name: str) -> Study:
    process = make_process(name, {})
    steps = process.length or STEPS
    return Study.of(name="planned", process=name, models=[who(process)], steps=steps, trajectories=1)


def filled(app: AppTest, study: Study) -> AppTest:
    for key, value in form_settings(study).items():
        app.session_state[key] = value
    return app.run()


@pytest.mark.parametrize("name", list(processes))
def test_every_process_is_started_from_its_page_and_drawn_there(page: Page, store: Store, name: str) -> None:
    """Its settings fit the form, Run starts just that, and the page shows it without a complaint."""
    study, family = plan(name), record_of(name)
    assert not_representable(study) == []
    app = filled(page(Path(family.page).stem), study)

    button(app, "Run").click().run()  # type: ignore[attr-defined]
    (job,) = jobs_of(store).all()
    job.wait(timeout_s=60)
    app.run()

    assert job.study.model_copy(update={"name": "planned"}) == study
    assert not app.exception
    assert not app.error
    assert app.metric
    assert len(store.steps(job.study.name)) == study.total_steps


@pytest.mark.parametrize("name", list(processes))
def test_every_process_is_compared_in_every_view(page: Page, store: Store, name: str) -> None:
    """Each view of its cells, the map of one number, and a condition with each of its tabs."""
    study = plan(name)
    jobs_of(store).start(study).wait(timeout_s=60)
    views = [*(view.name for view in offered(store, study).views), ONE_NUMBER]

    app = page("compare", study=study.name, cell=label(study.conditions()[0]))
    for view in views:
        app.session_state["show"] = view
        assert not app.run().exception, view
        assert not app.error, view
    for tab in app.tabs:
        app.session_state["figure"] = tab.label
        assert not app.run().exception, tab.label
        assert not app.error, tab.label


def offered(store: Store, study: Study) -> Comparison:
    return view_of(study).comparison(Snapshot.of(store, study), running=False)
