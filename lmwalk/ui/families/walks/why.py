"""Why walks are as they are: what the test of their sampler says, and how it is had where nothing is known yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pandas as pd
import streamlit as st

from lmwalk.analysis.nulls import Kind
from lmwalk.datasets.labels import labels as labels_of
from lmwalk.datasets.walk_questions import WalkQuestions
from lmwalk.errors import InputError
from lmwalk.figures._data import WalkData
from lmwalk.figures._exact import missing_words
from lmwalk.models import builtin
from lmwalk.study import Condition, Study
from lmwalk.templates import builtin_templates, fields_of
from lmwalk.ui.parts.snapshot import Snapshot
from lmwalk.ui.shell import link
from lmwalk.ui.shell.escape import plain

FIELD = "pages/field.py"
DRAWN_HERE = (
    "The moves of this study were drawn here, from the model's own token probabilities, under the temperature and the "
    "cuts that the study names. There is no server's sampler in them to be tested; the tab Exact says what follows."
)
NEEDED = (
    "The answers of a server mix two things: what the model finds likely, and what the server's sampler makes of that. "
    "They can be told apart once the model's probabilities are known for the same questions. A field asks for them, "
    "each position once, whatever the temperature."
)


def why_words(snapshot: Snapshot, only: Sequence[str], table: pd.DataFrame | None, _: Kind | None) -> None:
    """Draw what the test says of the models shown, and what it rests on."""
    if table is None:
        return
    chosen = list(dict.fromkeys(table["label"])) if not only else list(only)
    said = table.loc[table["label"].isin(chosen), "verdict"].unique()
    for verdict in said:
        st.markdown(plain(verdict))
    known = cast("WalkData", snapshot.data).policies()
    policies = [known[label] for label in chosen if label in known]
    for source in dict.fromkeys(policy.source for policy in policies):
        st.caption(plain(f"Probabilities: {source}."))
    if missing := next(filter(None, map(missing_words, policies)), ""):
        st.caption(plain(missing))


def why_not(snapshot: Snapshot, only: Sequence[str]) -> None:
    """Draw why the test cannot be made, and how to get what it needs."""
    study = snapshot.study
    if study.measurement == "probabilities":
        st.caption(DRAWN_HERE)
        return
    try:
        questions = WalkQuestions(study)
    except InputError as error:
        st.caption(plain(f"{error} So there is no field that could say why."))
        return
    names = {name: identity for identity, name in labels_of(study).items()}
    shown = [condition for condition in study.conditions() if condition.id in {names.get(each) for each in only}]
    condition = next(iter(shown), study.conditions()[0])
    st.markdown(plain(NEEDED))
    if questions.timed:
        st.caption(
            "This study's question names t, so that each t is a field of its own; one of t = 0 tells of first moves "
            f"only. A template that names the position alone{_placed(study)} needs one field for all steps."
        )
    _ways(study, condition)


def _placed(study: Study) -> str:
    """The name of a template that says where the walker stands and not when."""
    process = study.make_process()
    known = builtin_templates(process.prompts)
    name = next((name for name, each in known.items() if not fields_of(each) & {"t", "moves"}), "")
    return f", such as {name}," if name else ""


def _ways(study: Study, condition: Condition) -> None:
    """The button that opens Field, and the same as a command."""
    named = isinstance(study.template, str)
    template = study.prompt_template.name
    values = {
        "models": [condition.model],
        "positions_of": study.process,
        "stride": 1,
        **({"words": template} if named else {}),
    }
    if st.button(
        "Open Field",
        icon=":material/explore:",
        key="why-field",
        help="The page where a model is asked at every position, with this model and template.",
    ):
        link.open_page(FIELD, values)
    if condition.model == builtin.NAME:
        st.caption("What the built-in model tells of a field is not kept: it is known here until this dashboard ends.")
        return
    words = ["lmwalk", "field", "--model", condition.model, "--process", study.process]
    if not named:
        st.caption("The words of this study are its own: save them as a template on the page Templates, and choose it.")
    else:
        words += ["--template", template]
    st.code(" ".join(_quoted(word) for word in words), language="bash")
    if study.params:
        st.caption(
            "Field asks for the usual grid. Where the question names the size, and this study's is another, its words "
            "differ, and what is asked there tells nothing of this study."
        )


def _quoted(word: str) -> str:
    return word if word.replace("/", "").replace("-", "").replace(":", "").replace("_", "").isalnum() else f'"{word}"'
