"""Pages run in Streamlit's AppTest on a database of their own.

Each page's file is run by itself: AppTest takes the folder ``pages`` for Streamlit's older navigation and would leave
app.py out. app.py is driven in a real browser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from lmwalk.engine.scheduling import Retries
from lmwalk.jobs import jobs_of
from lmwalk.store import Store
from lmwalk.ui.experiment.page import FILE_OPEN

PAGES = Path(__file__).parents[2] / "pages"
Page = Callable[..., AppTest]


@pytest.fixture(autouse=True, scope="session")
def _packages_are_searched_once() -> Iterator[None]:
    """Streamlit reads the metadata of every installed package for each AppTest: half of what a page's test took."""
    with pytest.MonkeyPatch.context() as patch:
        found = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture
def page(store: Store, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open a page of the dashboard on the test's store."""
    monkeypatch.setenv("LMWALK_DB", str(store.path))
    return open_page


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that failed is asked again at once, as often as otherwise."""
    monkeypatch.setattr(Retries, "wait_s", lambda *_: 0.0)


def open_page(name: str = "walk", **query: str) -> AppTest:
    app = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def texts(app: AppTest) -> str:
    """Everything a reader sees as words."""
    groups = (app.title, app.subheader, app.caption, app.markdown, app.error, app.warning)
    return "\n".join(str(element.value) for group in groups for element in group)


def numbers(app: AppTest) -> pd.DataFrame:
    """Compare's table of all conditions."""
    return next(table.value for table in app.dataframe if "answers" in table.value)


def study_file(app: AppTest) -> str:
    """The study on the stage as a file, once it is unfolded."""
    app.session_state[FILE_OPEN] = True
    return str(app.run().code[-1].value)


def button(app: AppTest, label: str) -> object:
    return next(each for each in app.button if each.label == label)


def stop_all(store: Store) -> None:
    for job in jobs_of(store).all():
        job.stop()
        job.wait(timeout_s=10)
