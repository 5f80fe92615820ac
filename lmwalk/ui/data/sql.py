"""A user's own SELECT: the query, the columns beside it, the result below."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lmwalk.errors import LmwalkError
from lmwalk.store.column_docs import TABLES
from lmwalk.store.examples import EXAMPLES
from lmwalk.store.queries import USUAL
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import counted, number, plain

LINK = "sql"
"""The word in the address; a link brings a query, and its reader is asked before it runs."""
MOST_IN_LINK = 2000
SHOWN_ROWS, SHOWN_CHARACTERS = 2000, 1000
TEXT = "sql-text"
BROUGHT, OWN, QUESTION = "_sql-brought", "_sql-own", "_sql-question"
"""What the link brought and nobody ran, what was run last, and whether its reader is being asked."""
CAME = "This query came with the link. Read it before you run it."
QUERY_HELP = (
    f"One SELECT in DuckDB's SQL. It can read what is stored and nothing else, for at most {USUAL.seconds:.0f} s; "
    f"it gives at most {USUAL.rows:,} rows."
)


@dataclass(frozen=True)
class Answer:
    """What became of a query: its rows, or the sentence that says why there are none."""

    frame: pd.DataFrame | None
    complaint: str
    seconds: float


def sql_query() -> None:
    """Draw the tab."""
    left, right = st.columns((6, 5))
    with left:
        _examples()
        _query()
    with right:
        _schema()
    answer: Answer | None = st.session_state.get("_answer")
    if answer is not None:
        _result(answer)


def _examples() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="sql-examples"):
        st.caption("Examples", width="content")
        for title, sql in EXAMPLES.items():
            st.button(
                title,
                key=f"sql-{title}",
                on_click=partial(_take, sql),
                help=sql.splitlines()[0].removeprefix("-- ").capitalize() + ".",
            )


def _take(sql: str) -> None:
    """An example in the box is the user's own choice, whatever the address held."""
    st.session_state[TEXT], st.session_state[BROUGHT] = sql, ""


def _query() -> None:
    if TEXT not in st.session_state:
        linked = st.query_params.get(LINK, "")
        st.session_state[TEXT] = linked or next(iter(EXAMPLES.values()))
        st.session_state[BROUGHT] = "" if linked == st.session_state.get(OWN) else linked
    with st.form("sql", border=False):
        sql = st.text_area("Query", key=TEXT, height=240, help=QUERY_HELP)
        brought = _same(sql, st.session_state[BROUGHT])
        with st.container(horizontal=True, vertical_alignment="center"):
            run = st.form_submit_button(
                "Run query", type="primary", icon=":material/play_arrow:", help="Or press Ctrl + Enter in the query."
            )
            st.caption(CAME if brought else "Ctrl + Enter runs it.")
    if _agreed(pressed=run) if brought else run:
        st.session_state[BROUGHT], st.session_state[OWN] = "", sql
        with st.spinner("Asking the database", show_time=True):
            st.session_state["_answer"] = _asked(sql)
        _keep_in_address(sql)


def _same(sql: str, other: str) -> bool:
    """Whether two texts differ in spaces and line ends alone, which a browser changes by itself."""
    return sql.split() == other.split() != []


def _agreed(*, pressed: bool) -> bool:
    """Whether a query that came with the link shall run: its reader is asked once, when they want to run it."""
    if not (pressed or st.session_state.get(QUESTION)):
        return False
    st.session_state[QUESTION] = True
    place = st.empty()
    with place.container(key="sql-question"):
        st.warning(f"{CAME} It can read every answer in this database, and change nothing.", icon=":material/link:")
        yes = st.button("I have read it: run it", icon=":material/play_arrow:", key="sql-agreed")
    if yes:
        place.empty()
        st.session_state[QUESTION] = False
    return yes


def _keep_in_address(sql: str) -> None:
    if len(sql) <= MOST_IN_LINK:
        st.query_params[LINK] = sql
    else:
        st.query_params.pop(LINK, None)


def _asked(sql: str) -> Answer:
    begun = time.monotonic()
    try:
        frame, complaint = _plainly(session.store().queries.run(sql)), ""
    except LmwalkError as error:
        frame, complaint = None, str(error)
    return Answer(frame, complaint, time.monotonic() - begun)


def _plainly(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with lists, structures and the like written out, as tables and files know only plain values."""
    objects = [name for name in frame.columns if frame[name].dtype == object]
    return frame.assign(**{name: frame[name].map(_written) for name in objects})


def _written(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return str(value.tolist())
    return value if value is None or pd.api.types.is_scalar(value) else str(value)


def _schema() -> None:
    tables = list(TABLES)
    table = st.selectbox(
        "What can be read", tables, key="sql-schema", help="The tables that a query may name, each with its columns."
    )
    st.caption(TABLES[table])
    schema = session.store().queries.schema()
    st.dataframe(
        schema.loc[schema["table"] == table, ["column", "type", "meaning"]],
        hide_index=True,
        height=270,
        column_config={
            "column": st.column_config.TextColumn("Column", width=100),
            "type": st.column_config.TextColumn("Type", width=80),
            "meaning": st.column_config.TextColumn("Meaning", width=400),
        },
    )


def _result(answer: Answer) -> None:
    if answer.frame is None:
        st.error(plain(answer.complaint), title="No result", icon=":material/edit:")
        return
    count = len(answer.frame)
    with st.container(horizontal=True, vertical_alignment="center", key="sql-result"):
        st.caption(_said(count, answer.seconds), width="content")
        st.space("stretch")
        for words, mime, make in (
            ("CSV", "text/csv", _csv),
            ("Parquet", "application/vnd.apache.parquet", _parquet),
        ):
            st.download_button(
                words,
                partial(make, answer.frame),
                file_name=f"result.{words.lower()}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"result-{words}",
                help=f"The whole result, {counted(count, 'row')}, as {words}.",
            )
    with st.container(key="sql-rows"):
        st.dataframe(_cut(answer.frame.head(SHOWN_ROWS)), hide_index=True)


def _said(count: int, seconds: float) -> str:
    words = f"{counted(count, 'row')} in {number(seconds, 2)} s."
    if count >= USUAL.rows:
        words += f" There may be more: a query gives {USUAL.rows:,} at most."
    if count > SHOWN_ROWS:
        words += f" The first {SHOWN_ROWS:,} are shown; the files hold all."
    return words


def _cut(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts no longer than a table can show."""
    texts: list[Any] = [name for name in frame.columns if pd.api.types.is_string_dtype(frame[name])]
    return frame.assign(**{name: frame[name].str.slice(0, SHOWN_CHARACTERS) for name in texts})


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode("utf-8", "replace")


def _parquet(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    frame.to_parquet(sink, index=False)
    return sink.getvalue()
