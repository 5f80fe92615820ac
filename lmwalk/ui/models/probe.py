"""Probing a sampler: who, how much, the progress, and the report in lines and a picture."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.analysis.samplers import usual_shares
from lmwalk.figures._drawing import CONFIG
from lmwalk.figures.sampler_check import sampler_check
from lmwalk.models.builtin import NAME as BUILTIN
from lmwalk.sampler_probe import SIZES, Finding, Frequencies, ProbeReport, Size, most_questions
from lmwalk.sampler_probe.background import Probing, Probings, probings_of
from lmwalk.types import Offer
from lmwalk.ui.parts.figure_downloads import figure_downloads
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import counted, duration, plain

EVERY_S = 1.0
MARKS = {
    "passes": ":green[:material/check_circle:]",
    "fails": ":red[:material/cancel:]",
    "cannot tell": ":orange[:material/help:]",
    "measured": ":gray[:material/straighten:]",
}
ABOUT = (
    "A server may cut unlikely words before the temperature acts, ignore the temperature or the seed, and say nothing "
    "of it. A probe samples first tokens and tests them against the model's own log-probabilities."
)


def probe_panel(found: list[Offer], reports: dict[str, ProbeReport]) -> None:
    """Draw the choice, the progress and the latest report of the chosen model."""
    st.subheader("Does the sampler do what it is asked?", anchor=False)
    st.caption(ABOUT)
    probings = probings_of(session.store())
    model, size = _choice(found, probings)
    if model is None:
        return
    probing = probings.get(model)
    with st.container():
        if probing and probing.state == "running":
            st.fragment(_progress, run_every=EVERY_S)(probing)
        elif probing and probing.state == "failed":
            st.error(plain(probing.error), title="The probe ended without a report")
        elif probing and probing.state == "stopped":
            st.info("The probe was stopped; nothing of it was kept.", icon=":material/stop:")
        elif model not in reports:
            st.info(f"{plain(model)} has not been probed yet. {_cost(size)}", icon=":material/science:")
    if model in reports:
        _report(reports[model])


def reports_kept(reports: dict[str, ProbeReport]) -> None:
    """Draw the latest report of one model, for those who cannot probe."""
    st.caption(ABOUT)
    model = st.selectbox("Model", list(reports), key="probed", help="Whose report is shown.", width=360)
    _report(reports[model])


def _choice(found: list[Offer], probings: Probings) -> tuple[str | None, int]:
    names = [offer.name for offer in found if offer.available and not offer.name.endswith("/...")]
    who, much, button = st.columns([3, 1.3, 1.1], vertical_alignment="bottom")
    model: str | None = who.selectbox(
        "Model",
        list(dict.fromkeys([BUILTIN, *names])),
        key="model",
        accept_new_options=True,
        bind="query-params",
        help="Whose sampler is probed. Type any full name, even if it is not listed.",
    )
    answers: int = much.selectbox(
        "Answers",
        SIZES,
        index=1,
        key="answers",
        bind="query-params",
        help=f"Sampled at each of three temperatures. More of them show smaller cuts. {_cost(SIZES[1])}",
    )
    pressed = button.button("Probe", type="primary", width="stretch", help=_cost(answers), disabled=not model)
    if model and pressed:
        probings.start(model, Size(answers))
        st.rerun()
    return model, answers


def _cost(answers: int) -> str:
    usual, more = most_questions(answers)
    return f"With {answers} answers a probe asks {usual:,} questions, {more:,} more if frequencies are off."


def _progress(probing: Probing) -> None:
    if probing.state != "running":
        st.rerun()
    bar, button = st.columns([4, 1.1], vertical_alignment="center")
    bar.progress(min(1.0, probing.done / probing.most), _doing(probing))
    if button.button("Stop", width="stretch", help="End the probe. Nothing of it is kept."):
        probing.stop()
        probing.wait(5)
        st.rerun()


def _doing(probing: Probing) -> str:
    return f"{probing.done:,} of at most {probing.most:,} questions. {plain(probing.doing)}"


def _report(report: ProbeReport) -> None:
    st.markdown(f"##### {MARKS[report.verdict]} {plain(report.sentence)}")
    asked = f"{counted(report.questions, 'question')} in {duration(report.seconds)}"
    st.caption(f"{plain(report.model)}, {report.asked_at:%Y-%m-%d %H:%M} UTC, {asked}.")
    with st.container(key="findings", gap="small"):
        measured = [finding for finding in report.findings if finding.verdict == "measured"]
        for finding in report.findings:
            if finding not in measured:
                st.markdown(_line(finding))
        for finding in measured:
            st.markdown(_line(finding))
    if report.frequencies:
        _pictures(report)
    with st.expander("The question, and notes on what is sent"):
        st.text(report.question)
        for note in report.notes:
            st.text(note)


def _line(finding: Finding) -> str:
    verdict = "" if finding.verdict == "measured" else f": {finding.verdict}"
    return f"{MARKS[finding.verdict]} **{plain(finding.name)}{verdict}.** {plain(finding.sentence)}"


def _pictures(report: ProbeReport) -> None:
    shown = {_titled(each): each for each in report.frequencies}
    fails = [_titled(each) for each in report.frequencies if _failed(report, each)]
    usual = fails[-1] if fails else _titled(report.frequencies[-1])
    chosen = st.segmented_control(
        "Frequencies",
        list(shown),
        default=usual,
        key=f"frequencies-{report.model}-{report.asked_at:%s%f}",
        help="First tokens at each temperature that was asked for.",
    )
    each = shown[chosen or usual]
    alt = f"Observed share of each first token beside its probability under an honest sampler, {_titled(each)}."
    rows = _rows(each)
    picture = sampler_check(rows, f"First tokens, {_titled(each)}")
    with st.container():
        st.plotly_chart(
            picture,
            key="sampler-check",
            config=CONFIG,
            alt=alt,
        )
    figure_downloads(picture, "sampler-check", rows, report.model, _titled(each))


def _titled(each: Frequencies) -> str:
    return f"T = {each.temperature:g}{', cuts off' if each.cuts_off else ''}"


def _failed(report: ProbeReport, each: Frequencies) -> bool:
    name = f"{'Cuts switched off,' if each.cuts_off else 'Frequencies at'} T = {each.temperature:g}"
    return any(finding.name == name and finding.verdict == "fails" for finding in report.findings)


def _rows(each: Frequencies) -> pd.DataFrame:
    n = sum(each.observed)
    low, high = usual_shares(each.expected, n)
    observed: list[Any] = [count / n if n else float("nan") for count in each.observed]
    return pd.DataFrame({"name": each.names, "observed": observed, "expected": each.expected, "low": low, "high": high})
