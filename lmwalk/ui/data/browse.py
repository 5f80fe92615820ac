"""Steps in a table, a page at a time, with filters; any of them whole."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.errors import LmwalkError
from lmwalk.export import file_name
from lmwalk.export.selection import selected_bytes
from lmwalk.store import Filter
from lmwalk.ui.parts.control_row import row
from lmwalk.ui.parts.thoughts import thought_below, time_words
from lmwalk.ui.shell import link, session
from lmwalk.ui.shell.escape import DASH, counted, number, plain

ALL = "All studies"
ROWS = 100
POLL_S = 3.0
LONG, MOST_HEIGHT = 1500, 320
STATUS_HELP = (
    "ok: read. unparsed, ambiguous, refused, empty: not read. cut: broken off by a limit of tokens. error: not "
    "answered. None selected: all."
)
ENDED_BY = {
    "length": "ended by a limit of tokens",
    "filter": "ended by a filter",
    "refusal": "refused by the server",
    "tool": "ended to call a tool",
    "error": "ended by a fault",
}
"""Why an answer ended, where it did not end by itself."""
FIRST_HELP = "The first trajectory that is shown; they count from 0."
LAST_HELP = "The last trajectory that is shown."
FILES = {"csv": ("CSV", "text/csv"), "parquet": ("Parquet", "application/vnd.apache.parquet")}
COLUMNS: dict[str, Any] = {
    "study": st.column_config.TextColumn("Study", width=130),
    "model": st.column_config.TextColumn("Model", width=230),
    "temperature": st.column_config.NumberColumn("T", format="%g", width=50),
    "trajectory": st.column_config.NumberColumn("Trajectory", width=80),
    "t": st.column_config.NumberColumn("t", width=50),
    "status": st.column_config.TextColumn("Status", width=90),
    "outcome": st.column_config.TextColumn("Outcome", width=110),
    "why": st.column_config.TextColumn("Rule", width=140, help="By which rule it was read, or why it was not."),
    "reply": st.column_config.TextColumn("Reply", width=260),
    "thought": st.column_config.TextColumn("Thought", width=160, help="What was thought before the reply."),
    "prompt": st.column_config.TextColumn("Prompt", width=260),
    "error": st.column_config.TextColumn("Error", width=160),
    "latency_s": st.column_config.NumberColumn("Latency, s", format="%.3g"),
    "tokens_in": "Tokens in",
    "tokens_out": "Tokens out",
    "thought_tokens": st.column_config.NumberColumn("Of them thought", help="Where the server counts them."),
    "finish": st.column_config.TextColumn("Ended by", help="stop, length (a limit of tokens), filter, refusal, tool."),
    "prompt_cut": st.column_config.CheckboxColumn("Question cut", help="The server read less than the whole question."),
    "cost_usd": st.column_config.NumberColumn("Cost, $", format="%.3g"),
    "attempts": "Attempts",
    "asked_at": st.column_config.DatetimeColumn("Asked, UTC", format="YYYY-MM-DD HH:mm:ss"),
}


def browse() -> None:
    """Draw the tab; it follows by itself while anything runs."""
    running = any(session.active(job) for job in session.jobs().all())
    st.fragment(_follow, run_every=POLL_S if running else None)(running)


def _follow(running: bool) -> None:
    wanted = _filter()
    total = session.store().browse.count(wanted)
    with st.container(horizontal=True, vertical_alignment="center", key="steps-bar"):
        page = _pager(total, wanted)
        st.space("stretch")
        _files(wanted, total)
    with st.container(key="steps-table"):
        pressed = _table(wanted, page) if total else None
    if not total:
        st.caption("No step fits these filters. Take one of them away, or choose another study.")
    elif pressed is None:
        st.caption("Press a row to read its question and answer whole; arrow keys go on from there.")
    else:
        _whole(pressed)
    if any(session.active(job) for job in session.jobs().all()) != running:
        st.rerun()


def _filter() -> Filter:
    top = row("steps-filters", (170, "stretch", "stretch", "stretch", 132, 84, 150))
    study = _study(top[0])
    studies = () if study == ALL else (study,)
    known = session.store().browse.choices(studies)
    models = _several(top[1], "Models", "models", known, "Whose answers are shown. None selected: all.")
    temperatures = _several(top[2], "Temperatures", "temperatures", known, "None selected: all.")
    statuses = _several(top[3], "Status", "statuses", known, STATUS_HELP)
    first = int(top[4].number_input("Trajectory from", 0, key="steps_from", bind="query-params", help=FIRST_HELP))
    last = top[5].number_input(
        "to", 0, value=None, key="steps_to", bind="query-params", placeholder="last", help=LAST_HELP
    )
    text = top[6].text_input(
        "Reply contains", key="steps_text", bind="query-params", help="Looked for in replies, in capitals or not."
    )
    return Filter(studies, models, temperatures, statuses, first, None if last is None else int(last), text)


def _study(place: Any) -> str:
    """The study that the address names, or all; the choice goes back into the address."""
    known = [ALL, *session.names()]
    named = st.query_params.get(link.STUDY)
    chosen: str = place.selectbox(
        "Study",
        known,
        index=known.index(named) if named in known else 0,
        key=f"steps-study-{named}",
        on_change=partial(_choose, f"steps-study-{named}"),
        help="Whose steps are shown. The newest study comes first.",
    )
    return chosen


def _choose(key: str) -> None:
    chosen = st.session_state[key]
    if chosen == ALL:
        st.query_params.pop(link.STUDY, None)
    else:
        session.choose(chosen)


def _several(place: Any, label: str, name: str, known: dict[str, list[Any]], meaning: str) -> tuple[Any, ...]:
    return tuple(
        place.multiselect(
            label,
            known[name],
            format_func=lambda value: f"{value:g}" if isinstance(value, float) else str(value),
            key=f"steps_{name}",
            placeholder="all",
            help=meaning,
        )
    )


def _pager(total: int, wanted: Filter) -> int:
    """The page that is shown, from 0; the first one after a change of the filters."""
    pages = max(1, -(-total // ROWS))
    key = "steps-page"
    if st.session_state.get("_paged") != wanted:
        st.session_state["_paged"], st.session_state[key] = wanted, 1
    st.session_state[key] = min(max(1, st.session_state.get(key) or 1), pages)
    page = int(st.session_state[key])
    for words, icon, to, usable in (
        ("Back", "chevron_left", page - 1, page > 1),
        ("Next", "chevron_right", page + 1, page < pages),
    ):
        st.button(
            words,
            icon=f":material/{icon}:",
            key=f"steps-{words}",
            help=f"The {ROWS} steps {'before' if to < page else 'after'} these.",
            disabled=not usable,
            on_click=partial(st.session_state.__setitem__, key, to),
        )
    st.number_input("Page", 1, pages, key=key, label_visibility="collapsed", width=130, help="Which page of steps.")
    first = (page - 1) * ROWS
    span = f"{first + 1:,} to {min(total, first + ROWS):,} of " if total > ROWS else ""
    st.caption(f"{span}{counted(total, 'step')}, oldest first", width="content")
    return page - 1


def _files(wanted: Filter, total: int) -> None:
    with st.container(horizontal=True, width="content"):
        for file_format, (words, mime) in FILES.items():
            st.download_button(
                words,
                partial(selected_bytes, session.store(), wanted, file_format),
                file_name=file_name(*wanted.studies[:1], "steps", ending=file_format),
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                disabled=not total,
                key=f"steps-{file_format}",
                help=f"All {counted(total, 'step')} that the filters leave, whole, as {words}.",
            )


def _table(wanted: Filter, page: int) -> int | None:
    """The page of steps; the id of the row that was pressed."""
    steps = session.store().browse.page(wanted, page * ROWS, ROWS)
    event: Any = st.dataframe(
        steps,
        hide_index=True,
        height=420,
        column_order=[name for name in COLUMNS if name not in _needless(wanted, steps)],
        column_config=COLUMNS,
        on_select="rerun",
        selection_mode="single-cell",
        key=f"steps-{hash((wanted, page))}",
        placeholder="",
    )
    cells = event.selection.cells
    return int(steps["id"].iloc[cells[0][0]]) if cells and cells[0][0] < len(steps) else None


def _needless(wanted: Filter, steps: pd.DataFrame) -> set[str]:
    """Columns that would say the same in each row: the one study, and thoughts where there are none."""
    thought = steps["thought"].fillna("").ne("").any()
    return ({"study"} if len(wanted.studies) == 1 else set()) | (set() if thought else {"thought"})


def _whole(pressed: int) -> None:
    """A step as it was asked and answered: everything in it is untrusted text."""
    try:
        step = session.store().browse.step(pressed)
    except LmwalkError as error:
        st.warning(plain(str(error)), icon=":material/edit:")
        return
    with st.container(border=True, key="step"):
        st.markdown(
            f"**{plain(step['study'])}** · {plain(step['model'])} · T = {step['temperature']:g} · "
            f"trajectory {step['trajectory']} · t = {step['t']} · {step['status']}"
        )
        st.caption(_facts(step))
        left, right = st.columns(2)
        with left:
            _text("System message", step["system"])
            _text("Prompt", step["prompt"])
        with right:
            thought_below(step, key=f"step-thought-{pressed}")
            _text("Reply", step["reply"])
            _text("Read as", step["outcome"])
            if step["why"]:
                st.caption(f"Rule: {plain(step['why'])}")
            _text("As it came, thought and all", step["raw"])
            _text("Token probabilities", step["distribution"])
            _text("Error", step["error"])
        with st.expander("State before and after"):
            _text("Before", step["state_before"])
            _text("After", step["state_after"])


def _text(label: str, text: str | None) -> None:
    if text is not None and not pd.isna(text):
        st.caption(label)
        st.code(
            text or "(nothing)", language=None, wrap_lines=True, height=MOST_HEIGHT if len(text) > LONG else "content"
        )


def _facts(step: dict[str, Any]) -> str:
    cost = DASH if step["cost_usd"] is None else f"${number(step['cost_usd'])}"
    latency = DASH if step["latency_s"] is None else f"{number(step['latency_s'])} s"
    tokens = " and ".join(DASH if step[name] is None else f"{step[name]:,.0f}" for name in ("tokens_in", "tokens_out"))
    asked = f"{step['asked_at']:%Y-%m-%d %H:%M:%S} UTC"
    parts = [f"Asked {asked}", counted(step["attempts"], "attempt"), latency, f"tokens {tokens}", f"cost {cost}"]
    if step["finish"] in ENDED_BY:
        parts.append(ENDED_BY[step["finish"]] + (f" ({plain(said)})" if (said := step["finish_said"]) else ""))
    if step["prompt_cut"]:
        parts.append("the server read less than the whole question")
    return " · ".join([*parts, *filter(None, [time_words(step)])])
