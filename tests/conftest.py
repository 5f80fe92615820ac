"""What every test shares: a clean environment, a real store, jobs that end with the test."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from starts import held_to, starts_processes

from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store

settings.register_profile("lmwalk", deadline=None)  # how long an example takes is no law
settings.load_profile("lmwalk")

SECRET = re.compile(r"(_API_KEY|_API_BASE|_BASE_URL|OLLAMA_HOST|LMWALK_DB)$")


LONG = (
    "test_buttons.py",
    "test_hostile.py",
    "test_slurm.py",
    "test_every_process.py",
    "test_validity.py",
    "test_endings.py",
    "test_draws_page.py",
    "test_queries.py",
    "test_pages.py",
    "test_compare_views.py",
    "test_absurd.py",
    "test_kills.py",
    "test_cli.py",
    "test_folder.py",
    "test_pictures.py",
    "test_faults.py",
    "test_plot.py",
    "test_recipes.py",
    "test_rereading.py",
    "test_hands.py",
    "test_probe.py",
    "test_builtin_draws.py",
    "test_bundles.py",
    "test_motion.py",
    "test_reading.py",
    "test_reread.py",
    "test_builtin.py",
    "test_same_rows.py",
    "test_importing.py",
    "test_waiting.py",
    "test_fitting.py",
    "test_chain_figures.py",
    "test_drawings.py",
    "test_old_files.py",
    "test_read_again.py",
    "test_messages.py",
    "test_walks_elsewhere.py",
    "test_contrasts_of_studies.py",
    "test_manage_pages.py",
    "test_page_of_templates.py",
)
"""Files that take about seven seconds and more, the longest first; --quick leaves them out."""
LONG_TESTS = {
    "test_a_bundle_holds_the_study_and_every_step",
    "test_a_condition_that_is_decided_leaves_the_others_alone",
    "test_a_job_tells_which_condition_to_watch",
    "test_a_page_without_room_has_one_picture_of_each_figure",
    "test_a_run_at_the_same_time_is_not_disturbed",
    "test_a_run_that_was_broken_off_decides_as_one_that_was_not",
    "test_a_server_gets_as_many_questions_as_were_last_asked_for",
    "test_any_text_comes_back_as_it_was",
    "test_counts_come_back_as_they_were_or_not_at_all",
    "test_every_column_of_every_table_is_explained",
    "test_intervals_hold_the_truth_as_often_as_they_say",
    "test_no_two_words_collide_and_none_leaves_the_page",
    "test_nothing_that_anyone_wrote_is_markup",
    "test_pause_step_resume",
    "test_reading_each_reply_once_finds_the_steps_that_reading_row_by_row_does",
    "test_report_figure_pictures_and_rows_carry_it",
    "test_a_stopped_job_can_be_started_again_and_finishes",
    "test_the_command_freezes_once_and_run_says_whether_the_plan_is_followed",
    "test_the_mover_s_attractor_is_recovered",
    "test_the_tests_hold_their_level_for_an_honest_sampler",
    "test_twenty_walks_of_a_thousand_steps_are_sent_whole_in_two_megabytes",
    "test_what_cannot_be_probed_says_why",
}
"""Tests of other files that take a second and a half and more; --quick leaves them out, too."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long and what starts processes; put long files first, as files are dealt out in this order.

    So no process of start.py is left alone with a long one at the end. Tests keep their order within a file.
    """
    for item in items:
        if item.path.name in LONG or getattr(item, "originalname", item.name) in LONG_TESTS:
            item.add_marker(pytest.mark.long)
        if starts_processes(item):
            item.add_marker(pytest.mark.process)
    turn = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: (turn.get(item.path.name, len(LONG)), item.path.parent.name != "browser"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Only what is marked may start a process."""
    with held_to(may_start=any(item.iter_markers("process")) or any(item.iter_markers("browser"))):
        return (yield)


@pytest.fixture(autouse=True, scope="session")
def _signals_are_not_ignored() -> Iterator[None]:
    """What a shell starts in the background ignores Ctrl-C, and so would all that is started from here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the keys and servers of the machine it runs on."""
    for name in filter(SECRET.search, list(os.environ)):
        monkeypatch.delenv(name)
    # a port where nothing listens, so that a real Ollama on this machine is never asked
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")


@pytest.fixture(scope="session")
def materials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """What each small study of ``figures/datasets.py`` gives to its figures: run once, and only read."""
    from figures.datasets import material

    folder = tmp_path_factory.mktemp("materials")
    with ExitStack() as stack:

        @cache
        def made(name: str) -> Any:
            own = stack.enter_context(open_store(folder / f"{name}.duckdb"))
            return material(Jobs(own), own, name)

        yield made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "results.duckdb") as opened:
        yield opened


@pytest.fixture
def jobs(store: Store) -> Jobs:
    return Jobs(store)
