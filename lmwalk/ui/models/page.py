"""The page of models: what is available, the user's own servers, and the probe of a sampler."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import streamlit as st

from lmwalk.sampler_probe import ProbeReport
from lmwalk.types import Offer
from lmwalk.ui.models import probe, servers
from lmwalk.ui.parts.available_models import available_models, refresh_models
from lmwalk.ui.shell import access, session
from lmwalk.ui.shell.escape import DASH, counted, plain

WAIT_S = 0.3
SIMULATED = "simulated/"
STARTABLE = ("Ollama", "OpenAI-compatible")
"""Servers of which a user should read, without scrolling a cell, how they are started."""


def models() -> None:
    """Draw the page."""
    store = session.store()
    reports = {model: ProbeReport.model_validate_json(report) for model, report in store.probes.latest().items()}
    if access.read_only():
        _probed(reports)
        return
    found, pending = available_models(WAIT_S)
    if pending:
        st.fragment(_await_offers, run_every=WAIT_S)()
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        _table(found, reports, pending=pending)
        servers.own_servers(store.path.parent, found)
    with right:
        probe.probe_panel(found, reports)


def _probed(reports: dict[str, ProbeReport]) -> None:
    """What earlier probes found; which models there are now is nobody's business who cannot ask them."""
    if not reports:
        st.caption("No model's sampler has been probed yet, so there is nothing to read here.")
        return
    probe.reports_kept(reports)


def _await_offers() -> None:
    if not available_models()[1]:
        st.rerun()


def _table(found: list[Offer], reports: dict[str, ProbeReport], *, pending: bool) -> None:
    title, button = st.columns([3, 1], vertical_alignment="center")
    title.subheader("Available models", anchor=False)
    if button.button("Refresh", icon=":material/refresh:", width="stretch", help="Ask every server for its models."):
        refresh_models()
        st.rerun()
    names = {offer.name for offer in found}
    probed = [Offer(name, False, "not listed now", "") for name in reports if name not in names]
    rows = [
        _row(offer, reports.get(offer.name))
        for offer in sorted([*found, *probed], key=lambda offer: _order(offer, reports))
    ]
    st.dataframe(
        rows,
        hide_index=True,
        height=330,
        column_config={
            "ready": st.column_config.CheckboxColumn("Ready", width=52),
            "model": st.column_config.TextColumn("Model or provider", width=230),
            "sampler": st.column_config.TextColumn("Sampler", width=130, help="The latest probe, and its day."),
            "about": st.column_config.TextColumn("What it is, or what to do", width=420),
        },
    )
    ready = sum(offer.available and not offer.name.endswith("/...") for offer in found)
    st.caption("Servers are still being asked." if pending else f"{counted(ready, 'model')} can be asked by name now.")
    for offer in found:
        if offer.group in STARTABLE and not offer.available:
            st.caption(f":material/power_settings_new: {plain(offer.detail)}.")


def _order(offer: Offer, probed: Collection[str]) -> tuple[bool, int]:
    """What was probed first, then what can be asked, servers that could be started, simulations, other providers."""
    if offer.name.startswith(SIMULATED):
        return offer.name not in probed, 2
    if offer.available:
        return offer.name not in probed, 0
    return offer.name not in probed, 3 if offer.group == "providers" else 1


def _row(offer: Offer, report: ProbeReport | None) -> dict[str, Any]:
    told = f"{report.verdict}, {report.asked_at:%Y-%m-%d}" if report else DASH
    return {"ready": offer.available, "model": offer.name, "sampler": told, "about": offer.detail}
