"""Probes in the background end, are kept, can be stopped, and fail in a sentence."""

from __future__ import annotations

import pytest

from lmwalk.sampler_probe import ProbeReport, Size
from lmwalk.sampler_probe.background import Probings
from lmwalk.store import Store


@pytest.fixture
def probings(store: Store) -> Probings:
    return Probings(store)


def test_a_probe_that_is_done_is_kept(store: Store, probings: Probings) -> None:
    """The report is in the store, and the next one takes its place as the latest."""
    for answers in (50, 20):
        probing = probings.start("simulated/peaked", Size(answers))
        probing.wait(60)
        assert probing.state == "done"
        report = ProbeReport.model_validate_json(store.probes.latest()["simulated/peaked"])
        assert report.frequencies[0].observed[0] == answers
    assert not probings.running()


def test_a_probe_can_be_stopped_and_then_leaves_nothing(store: Store, probings: Probings) -> None:
    """Stop ends it at once, though a slow model has hundreds of questions left."""
    probing = probings.start("simulated/slow:latency_s=5")
    assert probings.start("simulated/slow:latency_s=5") is probing

    probing.stop()
    probing.wait(60)

    assert probing.state == "stopped"
    assert store.probes.latest() == {}


@pytest.mark.parametrize(
    ("model", "said"),
    [("endpoint/none/tiny", "no endpoint called"), ("ollama/tiny", "Start Ollama"), ("nonsense", "full name")],
)
def test_what_cannot_be_probed_says_why(probings: Probings, model: str, said: str) -> None:
    """A dead server and a name that is none end in a sentence."""
    probing = probings.start(model)
    probing.wait(60)

    assert probing.state == "failed"
    assert said in probing.error
