"""The stage with its transport and its figures: the part of a page of experiments that follows a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from lmwalk.jobs import Job
from lmwalk.properties import available, missing, properties
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui import state
from lmwalk.ui.bar import job_bar, stored_bar
from lmwalk.ui.branches import path_before
from lmwalk.ui.chain_feed import ChainFeed
from lmwalk.ui.chains import chain_key, chain_names, chain_on_stage, is_chain, shown_key
from lmwalk.ui.families import DRAWS, family_of, trajectories
from lmwalk.ui.feed import Feed, Shown, label
from lmwalk.ui.figures import Strip, strip
from lmwalk.ui.kinds import BY_CASE, kind_of
from lmwalk.ui.live import live_stage
from lmwalk.ui.picker import pick_study
from lmwalk.ui.shown import cases
from lmwalk.ui.text import plain

POLL_S = 0.3
MAIN_WIDTH = 118
TOGETHER = "all together"
ALL_CASES = "all cases"
MOST_TOGETHER = 12
CURVE = "curve"


@dataclass
class Watch:
    """What one session remembers of the study it watches."""

    study: str
    feed: Feed | ChainFeed
    strip: Strip = field(default_factory=Strip)

    def forget(self) -> None:
        """Make the next message a snapshot."""
        self.feed.view = ""


def stage(study: Study) -> None:
    """The stage of a study; follows the run by itself while there is one."""
    watch = st.session_state.get("_watch")
    if watch is None or watch.study != study.name:
        feed = ChainFeed() if is_chain(study) else Feed()
        watch = st.session_state["_watch"] = Watch(study.name, feed)
    watch.forget()
    running = state.busy(study.name)
    st.fragment(_follow, run_every=POLL_S if running else None)(study, running)


def _follow(study: Study, running: bool) -> None:
    store, watch = state.store(), st.session_state["_watch"]
    job = state.jobs().get(study.name)
    bar = job_bar(job) if job else stored_bar(store, study)
    if state.jobs().measuring(study.name) and not state.active(job):
        bar = {**bar, "left": "measuring texts"}
    shown = _shown(store, study)
    live_stage(watch.feed.delta(store, shown), bar, watch.forget, partial(_pick_line, study))
    _transport(study, job, bar["share"] >= 1)
    strip(watch.strip, store, shown, fresh=not state.active(job))
    _complaints(store, study, job)
    if state.busy(study.name) != running:
        st.rerun()


def _shown(store: Store, study: Study) -> Shown:
    """The conditions that the user looks at: one, or all of a small study."""
    conditions = study.conditions()
    place = st.session_state.get(shown_key(study), 0)
    if place == TOGETHER and 1 < len(conditions) <= MOST_TOGETHER:
        picked = tuple(conditions)
    else:
        place = place if isinstance(place, int) else 0
        picked = (conditions[min(place, len(conditions) - 1)],)
    known = store.conditions(study.name).set_index("condition")["simulated"]
    simulated = all(bool(known.get(c.id, c.model == "ideal" or c.model.startswith("simulated/"))) for c in picked)
    if not is_chain(study):
        return Shown(study, picked, simulated, _case(study), before=path_before(study))
    return Shown(study, picked, simulated, _case(study), chain=chain_on_stage(study)[1], curve=_curve())


def _case(study: Study) -> int | None:
    """The case that the user looks at; None for all of them. A branch has its parent's alone."""
    if study.branch and study.make_process().cells > 1:
        return study.case(study.branch.trajectory)[0]
    case = st.session_state.get(_case_key(study), ALL_CASES)
    return case if isinstance(case, int) and case < study.make_process().cells else None


def _case_key(study: Study) -> str:
    return f"case-{study.name}"


def _curve() -> str:
    """The property that is drawn."""
    curve = str(st.session_state.get(CURVE))
    return curve if curve in list(properties) else "length"


def _pick_line(study: Study, number: int) -> None:
    """Read the chain whose line was clicked."""
    st.session_state[chain_key(study)] = number


def _transport(study: Study, job: Job | None, complete: bool) -> None:
    """Pause, Step, Stop, and which condition is on the stage."""
    buttons = st.container(horizontal=True, vertical_alignment="center", key="transport")
    now = job.state if job else "done"
    moving = now in ("running", "paused")
    with buttons:
        _main_button(study, job, complete)
        st.button(
            "Step",
            icon=":material/skip_next:",
            help=f"Ask one question for every {trajectories(study, 1).removeprefix('1 ')}, then stand still.",
            disabled=not moving,
            on_click=job.step if job else None,
        )
        st.button(
            "Stop",
            icon=":material/stop:",
            help="End the run now. What was answered is kept, and the run can be continued.",
            disabled=now not in ("preparing", "running", "paused"),
            on_click=job.stop if job else None,
        )
        st.space("stretch")
        family = family_of(study.process)
        if (
            pick_study(study.name, width=170 if is_chain(study) else 220, label_visibility="collapsed", family=family)
            != study.name
        ):
            st.rerun()
        _pick_condition(study)
        _pick_case(study)
        if is_chain(study):
            _pick_curve()
            _pick_chain(study)


def _main_button(study: Study, job: Job | None, complete: bool) -> None:
    act: Callable[[], None] | None
    if job and job.state == "paused":
        words, icon, act, why = "Resume", "play_arrow", job.resume, "Go on with the run."
    elif state.active(job) or complete:
        words, icon, act, why = "Pause", "pause", job.pause if job else None, "Send no more questions until Resume."
    else:
        words, icon, why = "Continue", "play_arrow", "Ask what is still unanswered; nothing is asked twice."
        act = partial(_start, study)
    usable = words != "Pause" or bool(job and job.state == "running")
    # in a place of its own and of one width, so that the buttons beside it stand still when its words change
    place = st.container(width=MAIN_WIDTH, key="main").empty()
    place.button(
        words,
        icon=f":material/{icon}:",
        help=why,
        disabled=not usable,
        on_click=act,
        key=f"main-{words}",
        width="stretch",
    )


def _start(study: Study) -> None:
    state.jobs().start(study)


def _pick_condition(study: Study) -> None:
    conditions = study.conditions()
    if len(conditions) == 1:
        return
    options: list[int | str] = list(range(len(conditions)))
    if len(conditions) <= MOST_TOGETHER:
        options.append(TOGETHER)
    key = shown_key(study)
    if st.session_state.get(key) not in options:
        st.session_state[key] = 0
    st.selectbox(
        "On the stage",
        options,
        format_func=lambda place: place if isinstance(place, str) else label(conditions[place]),
        key=key,
        help="Which model and temperature the picture and the replies show. The run asks all of them.",
        label_visibility="collapsed",
        width=200 if is_chain(study) else 300,
    )


def _pick_case(study: Study) -> None:
    """Which case of the experiment is shown, where its picture can hold them all or one."""
    if (
        study.branch
        or study.make_process().cells == 1
        or family_of(study.process) != DRAWS.name
        or kind_of(study) not in BY_CASE
    ):
        return
    names = cases(study)
    options: list[int | str] = [ALL_CASES, *range(len(names))]
    key = _case_key(study)
    if st.session_state.get(key) not in options:
        st.session_state[key] = ALL_CASES
    st.selectbox(
        "Case",
        options,
        format_func=lambda case: case if isinstance(case, str) else names[case],
        key=key,
        help="All cases of the experiment, each a line, or one of them with every single trajectory.",
        label_visibility="collapsed",
        width=130,
    )


def _pick_curve() -> None:
    known = {known.name: known.title for known in available()}
    st.selectbox(
        "Property",
        list(known),
        format_func=lambda name: known[name],
        key=CURVE,
        help="Which property of the texts the picture and the figures below it show. " + _lacking(),
        label_visibility="collapsed",
        width=160,
    )


def _lacking() -> str:
    """What cannot be measured here, and how to get it."""
    return " ".join(sentence for sentence in missing().values())


def _pick_chain(study: Study) -> None:
    key = chain_key(study)
    st.session_state[key] = chain_on_stage(study)[1]
    names = chain_names(study)
    st.selectbox(
        "Chain",
        list(names),
        format_func=names.__getitem__,
        key=key,
        help="Whose texts stand beside the picture. A click on a line picks its chain, too.",
        label_visibility="collapsed",
        width=200,
    )


def _complaints(store: Store, study: Study, job: Job | None) -> None:
    """What went wrong, to which part, in the words of whoever noticed."""
    if job and job.error:
        st.error(plain(job.error), title="The run could not go on", icon=":material/error:")
        return
    for reason, count in (job.progress().reasons if job else _stored_reasons(store, study)).items():
        st.error(plain(reason), title=f"{trajectories(study, count)} ended early", icon=":material/error:")


def _stored_reasons(store: Store, study: Study) -> dict[str, int]:
    errors = store.progress(study.name)["error"].dropna().value_counts().head(3)
    return {str(reason): int(count) for reason, count in errors.items()}
