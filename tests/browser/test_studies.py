"""The Studies page in a real browser: what is under way is steered, what is stored is managed, nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from scripted import finished

from lmwalk import host
from lmwalk.jobs import Jobs, jobs_of
from lmwalk.store import StoredCondition, open_store
from lmwalk.study import Study
from lmwalk.types import Sent
from tests.browser.chromium import WAIT_MS
from tests.browser.conftest import Open, dashboard, free_port, in_state, press, wait_until_up

HOSTILE = "<img src=x onerror=alert(1)> [x](http://x) **b** \u05e9\u05dc\u05d5\u05dd"
SLOW = Study.of(name="slow", models=["simulated/slow:latency_s=0.1"], trajectories=3, steps=400)


def row(page: Page, name: str) -> Locator:
    return page.locator("button.lmw-study").filter(has=page.locator(".lmw-name", has_text=name))


def row_in_state(page: Page, name: str, state: str) -> None:
    expect(row(page, name).locator(".lmw-state")).to_have_text(state, timeout=WAIT_MS)


def answers(page: Page, name: str) -> int:
    return int(row(page, name).locator(".lmw-count").inner_text().split(" of ")[0].replace(",", ""))


def stored(path: Path, *studies: Study) -> None:
    with open_store(path) as store:
        for study in studies:
            finished(Jobs(store), **study.model_dump())


def small(name: str) -> Study:
    return Study.of(name=name, models=["ideal"], trajectories=2, steps=10)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.duckdb"


def upload(page: Page, study: Study | str) -> None:
    text = study if isinstance(study, str) else study.to_yaml()
    page.get_by_text("Run a study file").click()
    page.locator('input[type="file"]').set_input_files(
        files=[{"name": "study.yaml", "mimeType": "application/yaml", "buffer": text.encode()}]
    )


def test_an_uploaded_study_runs_and_is_steered_from_its_row(path: Path, visit: Open) -> None:
    """Run, Pause, Resume, Stop, Continue; two tabs show the same, and the answers only grow."""
    stored(path, small("first"))
    with dashboard(path) as address:
        page = visit(f"{address}/studies")
        other = visit(f"{address}/studies")
        upload(page, SLOW)
        press(page, "Run")
        for tab in (page, other):
            row_in_state(tab, "slow", "running")

        press(page, "Pause")
        for tab in (page, other):
            row_in_state(tab, "slow", "paused")
        before = answers(page, "slow")
        row(other, "slow").click()
        press(other, "Resume")
        row_in_state(page, "slow", "running")
        press(page, "Stop")
        for tab in (page, other):
            row_in_state(tab, "slow", "stopped")
        assert answers(page, "slow") >= before
        press(page, "Continue")
        row_in_state(page, "slow", "running")


def test_what_a_kill_left_is_offered_and_finished_with_nothing_asked_twice(path: Path, visit: Open) -> None:
    """After kill -9 and a new start, Resume brings the study to its end; no question has two answers."""
    port = free_port()
    command = [sys.executable, "-m", "lmwalk", "ui", "--no-browser", f"--port={port}", f"--db={path}"]
    plan = SLOW.model_copy(update={"name": "killed", "steps": 40})
    log = path.with_suffix(".killed.log")
    with log.open("w") as sink:
        server = subprocess.Popen(command, cwd=path.parent, stdout=sink, stderr=subprocess.STDOUT)
    try:
        wait_until_up(f"http://localhost:{port}", server, log)
        page = visit(f"http://localhost:{port}/studies")
        upload(page, plan)
        press(page, "Run")
        page.wait_for_function("() => parseInt(document.querySelector('.lmw-shelf .lmw-count')?.textContent) > 9")
        page.close()
    finally:
        os.kill(server.pid, signal.SIGKILL)
        server.wait(timeout=30)

    with dashboard(path) as address:
        page = visit(f"{address}/studies")
        row_in_state(page, "killed", "interrupted")
        expect(page.get_by_text("A study was interrupted")).to_be_visible()
        kept = answers(page, "killed")
        assert 0 < kept < plan.total_steps
        press(page, "Resume killed")
        row_in_state(page, "killed", "done")
        assert answers(page, "killed") == plan.total_steps
        expect(page.get_by_text("A study was interrupted")).to_have_count(0)

    with open_store(path) as store:
        steps = store.steps("killed")
        assert len(steps) == plan.total_steps
        assert not steps.duplicated(["condition", "trajectory", "t"]).any()


def test_deleting_asks_first_and_says_how_much_goes(path: Path, visit: Open) -> None:
    """Keep it changes nothing; Delete takes this study and no other."""
    stored(path, small("kept"), small("gone"))
    with dashboard(path) as address:
        page = visit(f"{address}/studies?study=gone")
        press(page, "Delete")
        expect(page.get_by_role("dialog")).to_contain_text("20 answers")
        page.wait_for_timeout(5000)  # the list looks again meanwhile; the question stays
        press(page, "Keep it")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(row(page, "gone")).to_be_visible()

        press(page, "Delete")
        press(page, "Delete 20 answers")

        expect(row(page, "gone")).to_have_count(0)
        expect(row(page, "kept")).to_be_visible()
    with open_store(path) as store:
        assert list(store.studies()["study"]) == ["kept"]


def test_a_study_is_renamed_and_a_taken_name_is_refused(path: Path, visit: Open) -> None:
    """The dialog says why a name cannot be had, and takes another one."""
    stored(path, small("old"), small("taken"))
    with dashboard(path) as address:
        page = visit(f"{address}/studies?study=old")
        press(page, "Rename")
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name", exact=True).fill("taken")
        dialog.get_by_role("button", name="Rename", exact=True).click()
        expect(dialog.get_by_role("alert")).to_contain_text("taken")

        dialog.get_by_label("Name", exact=True).fill("new")
        dialog.get_by_role("button", name="Rename", exact=True).click()

        expect(row(page, "new")).to_have_attribute("aria-pressed", "true")
        expect(row(page, "old")).to_have_count(0)


def test_a_study_is_duplicated_into_the_form_and_downloaded(path: Path, visit: Open, tmp_path: Path) -> None:
    """The form of its page holds its settings; the file is the study."""
    study = Study.of(name="mine", models=["simulated/biased"], temperatures=[0.25], trajectories=3, steps=17)
    stored(path, study)
    with dashboard(path) as address:
        page = visit(f"{address}/studies")
        with page.expect_download() as download:
            press(page, "Download study.yaml")
        download.value.save_as(tmp_path / "study.yaml")
        assert Study.read(tmp_path / "study.yaml") == study

        press(page, "Duplicate into the form")
        expect(page.locator("h1")).to_have_text("Walk")
        expect(page.get_by_label("Steps", exact=True)).to_have_value("17")
        press(page, "Run")
        in_state(page, "done")
        expect(page.locator(".lmw-heading strong")).to_have_text("simulated/biased · T = 0.25")


def test_a_study_opens_on_its_pages(path: Path, visit: Open) -> None:
    """Open in Walk and Compare show the study that was chosen, also where a newer one exists."""
    stored(path, small("older"), small("newer"))
    with dashboard(path) as address:
        for button, title in (("Open in Walk", "Walk"), ("Compare", "Compare")):
            page = visit(f"{address}/studies?study=older")
            press(page, button)
            expect(page.locator("h1")).to_have_text(title)
            page.wait_for_url("**study=older**")


def test_questions_at_once_follow_the_number_while_it_runs(path: Path, visit: Open) -> None:
    """What is typed reaches the study at once, is kept with it, and shows in another tab."""
    stored(path, small("first"))
    with dashboard(path) as address:
        page = visit(f"{address}/studies")
        upload(page, SLOW)
        press(page, "Run")
        row_in_state(page, "slow", "running")
        other = visit(f"{address}/studies?study=slow")

        page.get_by_label("Questions at once", exact=True).fill("2")
        page.get_by_label("Questions at once", exact=True).press("Enter")

        expect(other.get_by_label("Questions at once", exact=True).first).to_have_value("2")
        press(page, "Stop")
        row_in_state(page, "slow", "stopped")
    with open_store(path) as store:
        assert store.study("slow").concurrency == 2


def test_a_file_that_is_no_study_is_refused_in_words(path: Path, visit: Open) -> None:
    """The sentence names the field; nothing is started."""
    with dashboard(path) as address:
        page = visit(f"{address}/studies")
        upload(page, "name: mine\nmodels: [ideal]\ntemperatures: [hot]\n")

        expect(page.get_by_role("alert").first).to_contain_text("temperatures")
        expect(page.get_by_role("button", name="Run", exact=True)).to_have_count(0)


def test_a_hostile_name_is_text(path: Path, visit: Open) -> None:
    """In the list, the panel and both dialogs a name is shown as it is written."""
    stored(path, small(HOSTILE))
    with dashboard(path) as address:
        page = visit(f"{address}/studies")
        expect(row(page, "<img").locator(".lmw-name")).to_have_text(HOSTILE)
        for button in ("Rename", "Delete"):
            press(page, button)
            expect(page.get_by_role("dialog")).to_be_visible()
            assert page.locator("img[src='x']").count() == 0
            assert page.locator("a[href='http://x']").count() == 0
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)


def test_two_hundred_studies_are_found_and_filtered(path: Path, visit: Open) -> None:
    """All are there; a part of the name leaves those that have it."""
    with open_store(path) as store:
        for number in range(200):
            study = small(f"study {number:03d}")
            store.register(
                study, [StoredCondition(condition, Sent({}), simulated=True) for condition in study.conditions()]
            )
    with dashboard(path) as address:
        page = visit(f"{address}/studies")
        expect(page.locator("button.lmw-study")).to_have_count(200)

        page.get_by_label("Find", exact=True).fill("07")
        page.get_by_label("Find", exact=True).press("Enter")

        expect(page.locator("button.lmw-study")).to_have_count(12)


def test_what_another_process_does_is_shown(tmp_path: Path, visit: Open) -> None:
    """A study that a guest of the database begins, renames and stops comes up on a page that nobody touches."""
    path = tmp_path / "results.duckdb"
    plan = Study.of(name="from elsewhere", models=["simulated/slow:latency_s=0.2"], temperatures=[1], steps=200)
    with dashboard(path) as address:
        page = visit(f"{address}/studies")
        with host.open_store(path) as guest:
            assert host.holder(guest)
            job = jobs_of(guest).start(plan)
            row_in_state(page, "from elsewhere", "running")
            job.stop()
            job.wait(10)
            jobs_of(guest).rename("from elsewhere", "renamed there")
            row_in_state(page, "renamed there", "interrupted")
            expect(row(page, "from elsewhere")).to_have_count(0)
