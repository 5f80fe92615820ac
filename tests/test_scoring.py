"""Token probabilities through the loop: asked once, stored whole, and moving the state by a draw."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from scripted import Scripted, finished

from lmwalk.engine.prepared import prepare, probed
from lmwalk.errors import PermanentError, TransientError, UnsupportedError
from lmwalk.jobs import Jobs
from lmwalk.processes.draws import InContext
from lmwalk.registry import open_model
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Distribution, Gate, Outcome, Prompt

PLAN = {"process": "in-context", "measurement": "probabilities", "trajectories": 1, "steps": 8}


class Scoring(Scripted):
    """Gives heads a fixed probability; ``simulated`` is False, as its answer depends on the text alone."""

    simulated = False

    def __init__(self, p: float = 0.25, unseen: float = 0.0) -> None:
        super().__init__()
        self.found = Distribution(
            {"heads": math.log(p), "tails": math.log(0.9 - p - unseen)},
            0.1,
            unseen,
            {"heads": p + unseen} if unseen else {},
        )

    async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        async with gate:
            self.asked.append(prompt)
            await asyncio.sleep(0.001)
        return self.found


def test_the_ideal_observer_is_exact_through_the_whole_pipeline(jobs: Jobs, store: Store) -> None:
    """What is stored of it has total variation 0, to machine precision, from the posterior predictive."""
    study = finished(jobs, **PLAN | {"steps": 8}, params={"prior": [6, 3]})
    rows = store.steps(study.name)

    assert len(rows) == study.total_steps
    for state, stored in zip(map(json.loads, rows["state_before"]), map(json.loads, rows["distribution"]), strict=True):
        heads = (6 + state["results"].count("heads")) / (9 + state["n"])
        assert abs(stored["p"]["heads"] - heads) + abs(stored["p"]["tails"] - (1 - heads)) < 1e-14
        assert stored["outside"] < 1e-14


def test_evidence_is_shared_by_models_wordings_and_repeats(jobs: Jobs, store: Store) -> None:
    """One rate has one sequence of tosses, whoever is asked and in whatever words."""
    study = finished(jobs, **PLAN | {"trajectories": 2, "models": ["ideal", "simulated/filter"]})
    rows = store.steps(study.name)
    states = rows["state_before"].map(json.loads)

    shown = {(state["cell"], state["n"]): set() for state in states}
    for state in states:
        shown[state["cell"], state["n"]].add(tuple(state["results"]))

    assert len(shown) == 11 * 8
    assert all(len(sequences) == 1 for sequences in shown.values())
    assert {state["paraphrase"] for state in states} == set(range(5))


def test_identical_prompts_are_scored_once(store: Store) -> None:
    """Eleven rates share the question without tosses, and two repeats share all of them."""
    model = Scoring()

    study = finished(Jobs(store, lambda _: model), **PLAN | {"models": ["openai/scoring"], "trajectories": 2})

    texts = [prompt.text for prompt in model.asked]
    assert len(texts) == len(set(texts)) == len(set(store.steps(study.name)["prompt"]))
    assert len(store.steps(study.name)) == study.total_steps > 2 * len(texts)


def test_the_state_moves_by_a_draw_from_the_distribution(store: Store) -> None:
    """A model's own history grows by outcomes drawn with its probabilities, normalised over the outcomes."""

    plan = PLAN | {"process": "sequence", "models": ["openai/scoring"], "trajectories": 20, "steps": 20}
    study = finished(Jobs(store, lambda _: Scoring(p=0.225)), **plan)

    rows = store.steps(study.name)
    assert set(rows["reply"].isna()) == {True}
    assert binomtest(int((rows["outcome"] == "heads").sum()), len(rows), 0.25).pvalue > 0.001
    last = json.loads(rows["state_after"].iloc[-1])
    assert len(last["results"]) == 20


def test_no_mass_on_any_outcome_is_unparsed(store: Store) -> None:
    """Nothing can be drawn, and the row says so; the distribution is kept."""
    model = Scoring()
    model.found = Distribution({"heads": -math.inf, "tails": -math.inf}, 1.0)

    study = finished(Jobs(store, lambda _: model), **PLAN | {"models": ["openai/scoring"]})

    rows = store.steps(study.name)
    assert set(rows["status"]) == {"unparsed"}
    assert json.loads(rows["distribution"].iloc[0]) == {"p": {"heads": 0, "tails": 0}, "outside": 1, "unseen": 0}


def test_a_model_without_probabilities_stops_the_study_before_it_starts(store: Store) -> None:
    """Nothing is registered, and the sentence is the model's."""
    job = Jobs(store, lambda _: Scripted()).start(Study.of(name="mute", **PLAN | {"models": ["openai/mute"]}))
    job.wait(timeout_s=30)

    assert (job.state, job.error) == ("failed", "A scripted model has no distribution.")
    assert isinstance(job.failure, UnsupportedError)
    assert store.studies().empty


def test_bounds_are_noted_before_the_study_starts() -> None:
    """Where only the likeliest tokens are given, every condition says so."""
    plan = Study.of(name="cut", **PLAN | {"models": ["openai/cut"]})

    plays = asyncio.run(probed(prepare(plan, lambda _: Scoring(unseen=0.05))))

    assert "probabilities are bounds" in plays[0].sent.notes[-1]


@pytest.mark.parametrize("error", [TransientError, PermanentError])
def test_a_server_that_is_down_does_not_stop_the_probe(error: type[Exception]) -> None:
    """What fails is asked again by the run and kept with its reason."""

    class Down(Scoring):
        async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
            raise error("Nothing answers.")

    plays = asyncio.run(probed(prepare(Study.of(name="down", **PLAN | {"models": ["openai/x"]}), lambda _: Down())))

    assert plays[0].sent.notes == ()


@given(
    masses=st.lists(st.floats(0, 1), min_size=2, max_size=6),
    unseen=st.floats(0, 1),
    seed=st.integers(0, 100),
)
def test_bounds_hold_whatever_the_unseen_mass_is(masses: list[float], unseen: float, seed: int) -> None:
    """However the unseen mass is shared out among the outcomes, the normalised probability lies within."""
    outcomes = [str(n) for n in range(len(masses))]
    logs = {o: math.log(m) if m else -math.inf for o, m in zip(outcomes, masses, strict=True)}
    found = Distribution(logs, 0.0, unseen, {o: m + unseen for o, m in zip(outcomes, masses, strict=True)})
    shares = np.random.default_rng(seed).dirichlet(np.full(len(masses) + 1, 0.3))[:-1]

    truth = np.array(masses) + unseen * shares
    if truth.sum() < 1e-12:
        return
    for p, (low, high) in zip(truth / truth.sum(), found.bounds().values(), strict=True):
        assert low - 1e-9 <= p <= high + 1e-9


def test_unseen_mass_cannot_go_to_two_outcomes_at_once() -> None:
    """1: .5, 7: .3, 10: .2, of which the .2 may be either 1's or 10's: 7 stays .3 (brute force over the split)."""
    found = Distribution({"1": math.log(0.5), "7": math.log(0.3), "10": -math.inf}, 0.0, 0.2, {"1": 0.7, "10": 0.2})

    assert found.bounds() == {
        "1": (pytest.approx(0.5), pytest.approx(0.7)),
        "7": (pytest.approx(0.3), pytest.approx(0.375)),
        "10": (0.0, pytest.approx(0.2)),
    }


def test_a_prefill_that_cannot_be_sent_stops_the_study() -> None:
    """The sentence comes before any question."""
    plan = Study.of(
        name="hosted", process="prior", models=["openai/gpt-4o"], template={"text": "{action}", "prefill": "I"}
    )
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OPENAI_API_KEY", "sk-none")
        with pytest.raises(UnsupportedError, match="Remove prefill from the template"):
            prepare(plan, open_model)


def test_an_exact_distribution_has_no_spread() -> None:
    """Without unseen mass the bounds are the point."""
    found = Distribution({"heads": math.log(0.3), "tails": math.log(0.1)}, 0.6)

    assert found.normalised() == pytest.approx({"heads": 0.75, "tails": 0.25})
    assert found.bounds() == {o: pytest.approx((p, p)) for o, p in found.normalised().items()}


def test_a_prefill_reaches_the_model() -> None:
    """The template's beginning of an answer is filled like its text."""
    own = {"texts": ["{action}?", "{action}!"], "system": "Be brief.", "prefill": "Having {n}:"}
    plan = Study.of(name="own", **PLAN | {"models": ["ideal"], "template": own})
    play = prepare(plan, lambda _: Scoring())[0]

    asked = [play.prompt(play.start(number), number) for number in (0, 11)]

    assert [prompt.text for prompt in asked] == ["flip a coin?", "flip a coin!"]
    assert {(prompt.system, prompt.prefill) for prompt in asked} == {("Be brief.", "Having 0:")}
    assert isinstance(asked[0].process, InContext)
