"""The menu that exports a study: as rows, pictures, films or everything at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from lmwalk.export import Choice, name_of, to_bytes
from lmwalk.export.background import Export
from lmwalk.number_format import exact
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.parts.figure_downloads import width_choice
from lmwalk.ui.parts.selection import FIELD
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import plain

POLL_S, WAIT_S = 0.4, 3.0
"""How often it is looked how far an export is, and whether a study that runs has its first answer."""
WIDE = 150
ALL_MODELS, ALL_TEMPERATURES = "All models", "All temperatures"
Offer = tuple[str, str, str]
"""What a button says, the kind of file, and what is in it."""
DATA: dict[str, Offer] = {
    "csv": ("CSV", "text/csv", "Every question and answer of this study as CSV, one row each."),
    "parquet": (
        "Parquet",
        "application/vnd.apache.parquet",
        "Every question and answer of this study as Parquet, one row each.",
    ),
    "jsonl": ("JSON lines", "application/jsonl", "Every question and answer of this study as JSON, one line each."),
}
TEXTS: dict[str, Offer] = {
    "chains-csv": (
        "Chains",
        "text/csv",
        "Every text of every chain as CSV: model, temperature, task, initial, seed, generation, text.",
    ),
    "chains-zip": (
        "Folders",
        "application/zip",
        "The chains as folders of JSON files, model/task/text/seed, as the original experiment keeps them.",
    ),
    "properties": ("Properties", "text/csv", "Every measured property of every text as CSV, one row each."),
}
PICTURES: dict[str, Offer] = {
    "png": ("PNG", "image/png", "The pictures of the conditions chosen above as one picture of pixels."),
    "svg": ("SVG", "image/svg+xml", "The same drawn with lines, for editing and for pages."),
    "pdf": ("PDF", "application/pdf", "The same drawn with lines, for print."),
}
FILMS: dict[str, Offer] = {
    "mp4": ("MP4", "video/mp4", "A film of the conditions chosen above, from the start to the end."),
    "gif": ("GIF", "image/gif", "The same as a picture that moves on any page; smaller and with fewer colours."),
}
WHOLE: dict[str, Offer] = {
    "html": (
        "Report",
        "text/html",
        "One page to read anywhere: settings, pictures, numbers, figures.",
    ),
    "replay": (
        "Replay",
        "text/html",
        "One page that replays on any phone, without lmwalk and without a network: every picture, question and reply.",
    ),
    "tables": (
        "Tables",
        "application/zip",
        "Steps and the table behind each figure as CSV, with a table of all columns: unit and meaning of each.",
    ),
    "readme": (
        "README tables",
        "application/zip",
        "A folder to commit: a picture for each condition chosen above, and a README.md with them as a table.",
    ),
    "bundle": (
        "Bundle",
        "application/zip",
        "Everything in one file, which another lmwalk imports: settings, steps, what their columns mean, the report.",
    ),
}
LONG = FILMS | WHOLE


def study_downloads(store: Store, study: Study) -> None:
    """One button that opens every way to take a study away. What takes long runs in the background."""
    running = _under_way(study)
    waiting = session.busy(study.name) and store.tallies(study.name).empty
    with st.container(width=WIDE):
        pause_s = POLL_S if running else WAIT_S if waiting else None
        st.fragment(_menu, run_every=pause_s)(store, study, running)


def _exports() -> dict[str, Export]:
    """The latest export of each study that this session has looked at."""
    known: dict[str, Export] = st.session_state.setdefault("_exports", {})
    return known


def _under_way(study: Study) -> bool:
    export = _exports().get(study.name)
    return export is not None and export.running


def _menu(store: Store, study: Study, running: bool) -> None:
    empty = store.tallies(study.name).empty
    with st.popover(
        "Export",
        icon=":material/download:",
        width=WIDE,
        key="export",
        help="Save this study as files.",
    ):
        if empty:
            st.caption("Nothing to export before the first answer.")
        st.markdown("**Data**")
        with st.container(horizontal=True, gap="small"):
            _row(store, study, DATA | (TEXTS if processes[study.process].passes_text else {}), empty)
        st.markdown("**Pictures and films**")
        choice, width = _choice(study)
        with st.container(horizontal=True, gap="small"):
            _row(store, study, PICTURES, empty, replace(choice, width=width))
            _begin(store, study, FILMS, empty or running, choice)
        st.markdown("**Whole study**")
        with st.container(horizontal=True, gap="small"):
            _begin(store, study, WHOLE, empty or running, choice)
        _progress(study)
    if _under_way(study) != running:
        st.rerun()


def _choice(study: Study) -> tuple[Choice, str | None]:
    """Which conditions are drawn, all of them unless something is chosen; and how wide pictures are."""
    with st.container(horizontal=True, gap="small"):
        models, temperatures = (
            [ALL_MODELS, *study.models],
            [ALL_TEMPERATURES, *map("{:g}".format, sorted(study.temperatures))],
        )
        model = ALL_MODELS
        if len(study.models) > 1:
            model = st.selectbox("Model", models, key="export-model", width=190, help="Whose pictures are drawn.")
        temperature = ALL_TEMPERATURES
        if len(study.temperatures) > 1:
            temperature = st.selectbox(
                "Temperature",
                temperatures,
                key="export-temperature",
                width=190,
                help="At which temperature.",
            )
        width = width_choice("export-size")
    known = {exact(each): each for each in study.temperatures}
    under = bool(st.session_state.get(FIELD))  # as the pictures of the page
    return Choice(None if model == ALL_MODELS else model, known.get(temperature), field=under), width


def _row(store: Store, study: Study, offers: dict[str, Offer], disabled: bool, choice: Choice | None = None) -> None:
    """Files that are made while one waits for the download."""
    for file_format, (words, mime, meaning) in offers.items():
        st.download_button(
            words,
            partial(to_bytes, store, study.name, file_format, choice or Choice()),
            file_name=name_of(study.name, file_format, choice or Choice()),
            mime=mime,
            on_click="ignore",
            icon=":material/download:",
            help=meaning,
            key=f"download-{file_format}",
            disabled=disabled,
        )


def _begin(store: Store, study: Study, offers: dict[str, Offer], disabled: bool, choice: Choice) -> None:
    """Files that are made in the background."""
    for file_format, (words, _, meaning) in offers.items():
        if st.button(words, key=f"make-{file_format}", help=meaning, disabled=disabled):
            own = choice if file_format in FILMS or file_format == "readme" else Choice()
            _exports()[study.name] = Export(store, study.name, file_format, own)
            st.rerun()


def _progress(study: Study) -> None:
    """How far the latest export is, and the file once there is one; of the same height all the time."""
    export = _exports().get(study.name)
    # replaced as a whole, so that nothing of what was there before stays beside it
    with st.container(height=96, border=False).empty().container():
        if export is None:
            st.caption("Films, reports and bundles are made in the background; this page can be used meanwhile.")
            return
        words, mime, _ = LONG[export.file_format]
        if export.running:
            st.progress(export.share, f"{words}: {'ending' if export.cancelled else f'{export.share:.0%}'}")
            if st.button("Cancel", key="cancel-export", help="End it; no file is made.", disabled=export.cancelled):
                export.cancel()
        elif export.error:
            st.error(plain(export.error))
        elif export.content is None:
            st.caption(f"{words}: cancelled. No file was made.")
        else:
            st.download_button(
                f"Save {words} ({len(export.content) / 1e6:.1f} MB)",
                export.content,
                file_name=export.file_name,
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key="save-export",
                type="primary",
                help="Save the file that was made.",
            )
