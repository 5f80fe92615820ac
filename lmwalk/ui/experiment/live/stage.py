"""The stage with its transport and its figures: the part of a page of experiments that follows a run."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from lmwalk.datasets import endings
from lmwalk.jobs import Job
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.experiment.live.component import live_stage
from lmwalk.ui.experiment.live.looking import Look, Seen, Teller, all_simulated, bar_of, standing
from lmwalk.ui.experiment.live.metrics import EVERY_S, MetricRow, metric_row
from lmwalk.ui.experiment.live.stream import offer
from lmwalk.ui.experiment.step_by_step.acts import act
from lmwalk.ui.experiment.step_by_step.panel import Hand
from lmwalk.ui.families.family import noun_of, record_of, view_of
from lmwalk.ui.parts.run_controls import ask_now_button, here_button, main_button, place_line
from lmwalk.ui.parts.run_errors import run_errors, warnings
from lmwalk.ui.parts.selection import Selection, conditions_shown, follows, pick_condition, pin, settle, watched_ones
from lmwalk.ui.parts.study_select import pick_study
from lmwalk.ui.shell import access, link, session, streaming
from lmwalk.ui.shell.streaming import PATH

POLL_S = 0.3
BENEATH_S = 3.0


@dataclass
class Remarks:
    """What there is to say of how answers ended and how long they were thought about; looked up once a second."""

    view: str = ""
    at: float = 0.0
    thinking: str = ""
    endings: list[str] = field(default_factory=list)

    def look(self, store: Store, shown: Selection, *, fresh: bool) -> None:
        """Look again, where the view is another one or a while has passed."""
        now = time.monotonic()
        if fresh or self.view != shown.view or now - self.at > EVERY_S:
            self.view, self.at = shown.view, now
            self.thinking = endings.thinking(store, shown.study, shown.ids)
            self.endings = endings.sentences(store, shown.study)


@dataclass
class Watch:
    """What one session remembers of the study it watches.

    Attributes
    ----------
    teller : Teller
        What the stage was told by drawing it.
    lost : bool
        Whether the browser could not follow its stream.
    """

    study: str
    look: Look
    teller: Teller
    lost: bool = False
    strip: MetricRow = field(default_factory=MetricRow)
    remarks: Remarks = field(default_factory=Remarks)

    @property
    def streams(self) -> bool:
        """Whether the stage of a run follows a stream; else it is drawn again and again."""
        return streaming.served() and not self.lost

    def lose(self) -> None:
        """Go on without the stream."""
        self.lost = True


def stage(study: Study) -> None:
    """The stage of a study; follows the run by itself while there is one."""
    watch = st.session_state.get("_watch")
    if watch is None or watch.study != study.name:
        watch = _watch(study)
    watch.teller.forget()
    running = session.busy(study.name)
    settle(study, running=running)
    streamed = running and watch.streams
    st.fragment(_follow, run_every=POLL_S if running and not streamed else None)(study, running, streamed)
    st.fragment(_beneath, run_every=BENEATH_S if running else None)(study)


def _watch(study: Study) -> Watch:
    """A new look at a study."""
    held: set[str] = st.session_state.setdefault("_held", set())
    look = Look(study, watched_ones(), session.begun_at(study.name), held)
    watch = Watch(study.name, look, Teller(look))
    st.session_state["_watch"] = watch
    return watch


def _follow(study: Study, running: bool, streamed: bool) -> None:
    store, jobs, watch = session.store(), session.jobs(), st.session_state["_watch"]
    job = jobs.get(study.name)
    look: Look = watch.look
    look.study = study
    if job and session.active(job):
        look.follow(job)
    look.see(Seen(_shown(store, study), follows(study), Hand.asked_for(study)))
    bar = bar_of(store, jobs, study)
    told = (
        {"kind": "stream", "stream": PATH + offer(look), "stand": standing(jobs, study, bar)}
        if streamed
        else watch.teller.message(store, jobs)
    )
    live_stage(
        told,
        watch.teller.go_back,
        partial(view_of(study).pick_line, study),
        on_cell=partial(pin, study),
        t=link.t(),
        on_seek=link.set_t,
        on_act=partial(act, study),
        on_lost=watch.lose,
    )
    # with the stage: a click there sets what a list shows, and only lists that are drawn again take that
    _transport(study, job, bar["share"] >= 1)
    if session.busy(study.name) != running or (streamed and not watch.streams):
        st.rerun()


def _beneath(study: Study) -> None:
    """What need not follow every answer: drawn with the stage, all of it would be sent several times a second."""
    store, watch = session.store(), st.session_state["_watch"]
    job = session.jobs().get(study.name)
    shown = _shown(store, study)
    fresh = not session.active(job)
    # always there, so that what comes below keeps its place
    with st.container():
        place_line(job)
    metric_row(watch.strip, store, shown, fresh=fresh)
    watch.remarks.look(store, shown, fresh=fresh)
    with st.container():  # likewise
        if watch.remarks.thinking:
            st.caption(watch.remarks.thinking)
    run_errors(store, study, job)
    warnings(watch.remarks.endings)


def _shown(store: Store, study: Study) -> Selection:
    picked = conditions_shown(study)
    shown: Selection = view_of(study).selection(study, picked, simulated=all_simulated(store, study, picked))
    return shown


def _transport(study: Study, job: Job | None, complete: bool) -> None:
    """Pause, Step, Stop, and which condition is on the stage."""
    buttons = st.container(horizontal=True, vertical_alignment="center", key="transport")
    now = job.state if job else "done"
    with buttons:
        main_button(study, job, can_go_on=not complete)
        if access.may_change():
            _steer(study, job, now)
        ask_now_button(job)
        here_button(study, job, can_go_on=not complete)
        st.space("stretch")
        family = record_of(study.process)
        wide, less = family.stage_widths
        if pick_study(study.name, width=wide, label_visibility="collapsed", family=family.name) != study.name:
            st.rerun()
        pick_condition(study, width=less, complete=complete)
        view_of(study).choices_on_stage(study)


def _steer(study: Study, job: Job | None, now: str) -> None:
    """Draw Step and Stop."""
    st.button(
        "Step",
        icon=":material/skip_next:",
        help=f"Ask one question for every {noun_of(study).one}, then pause (→).",
        disabled=now not in ("running", "paused"),
        on_click=job.step if job else None,
    )
    st.button(
        "Stop",
        icon=":material/stop:",
        help="Stop the run now. Answers so far are kept, and the run can be resumed.",
        disabled=now not in ("preparing", "running", "paused"),
        on_click=job.stop if job else None,
    )
