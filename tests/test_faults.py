"""Whatever a server does: a sentence, as many tries as make sense, nothing lost, and the other trajectories go on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pandas as pd
import pytest
from faults import FAULTS, always
from raw_server import KEY, NEXT_DOOR, WELL, Fault, Server, faulty_server, message

from lmwalk.engine import Policy, Run
from lmwalk.engine.prepared import prepare
from lmwalk.engine.scheduling import Control, Retries
from lmwalk.models import endpoint
from lmwalk.registry import open_model
from lmwalk.store import Store, StoredCondition
from lmwalk.study import Study

STEPS = 3
RETRIES = Retries(first_s=0.001, most_s=0.01)


def finished(store: Store, plan: Study) -> pd.DataFrame:
    """The rows of a study that was run to its end as a job runs it, with shorter waits."""

    async def main() -> None:
        plays = prepare(plan, open_model)
        store.register(plan, [StoredCondition(play.condition, play.sent, play.model.simulated) for play in plays])
        policy = Policy(Retries(RETRIES.attempts, RETRIES.first_s, RETRIES.most_s, plan.longest_wait_s))
        await Run(plan, plays, store, {}, Control(), policy)()
        for play in plays:
            await play.model.close()

    asyncio.run(main())
    store.flush()
    return store.steps(plan.name)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch):
    with faulty_server(FAULTS) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield running


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_a_sentence_and_costs_nothing_else(fault: Fault, server: Server, store: Store) -> None:
    """What was answered before is kept, the other model answers to its end, and the key is in no row."""
    models = [f"openai/{fault.name}", f"openai/{WELL}"]
    plan = Study.of(name="faulty", models=models, trajectories=1, steps=STEPS, **fault.settings)
    rows = finished(store, plan)
    sick, well = (rows[rows["model"] == model] for model in models)

    assert list(well["status"]) == ["ok"] * STEPS
    assert list(sick["status"]) == (["ok", "error"] if fault.says else ["ok"] * STEPS)
    assert list(sick["attempts"])[1] == fault.tries
    assert KEY not in rows.to_csv()
    assert not server.elsewhere
    if fault.says:
        assert_a_sentence(sick["error"].iloc[-1], fault.says)
        assert server.questions[fault.name] >= 1 + fault.tries
    else:
        assert list(sick["reply"]) == ["UP", fault.reply, "UP" if fault.times else fault.reply]
        assert fault.name.startswith("counts") == sick[["tokens_in", "tokens_out"]].iloc[1].isna().all()


def test_half_a_letter_does_not_stop_a_chain(server: Server, store: Store) -> None:
    """A text that no question could hold is kept, and handed on, with U+FFFD in its place."""
    plan = Study.of(name="chain", process="telephone", params={"texts": ["A house."]}, models=["openai/half-a-letter"])
    rows = finished(store, plan.model_copy(update={"trajectories": 1, "steps": 4}))

    assert list(rows["status"].unique()) == ["ok"]
    assert list(rows["reply"])[1:] == ["UP \ufffd"] * (len(rows) - 1)
    assert "UP \ufffd" in rows["prompt"].iloc[-1]


def assert_a_sentence(said: str, words: str) -> None:
    """Short, in plain English, and about the server."""
    assert words in said
    assert said.endswith((".", "..."))
    assert len(said) <= 450
    assert "Traceback" not in said
    assert said.isprintable()


@pytest.mark.parametrize(
    "fault", ["endless", "endless-drip", "dripping-headers", "flood-of-100", "deep", "page", "no-http", "silence"]
)
def test_a_list_of_models_ends_in_time_and_in_a_line(fault: str, tmp_path: Path) -> None:
    """A server that is asked for its models does no more harm than one that is asked a question."""
    with faulty_server({"None": FAULTS[fault]}) as server:
        server.questions["None"] = 1  # a list has no model: from now on it meets the fault
        (offer,) = endpoint.listed(endpoint.made("lab", server.url))

    assert not offer.available
    assert offer.detail.startswith("lab: ")
    assert offer.detail.isprintable()


def test_a_list_of_models_holds_no_key_and_stays_with_its_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that echoes the key is listed without it; a redirect to another server is not followed."""
    monkeypatch.setenv("LAB_KEY", KEY)
    lab = endpoint.made("lab", "http://127.0.0.1:9", "LAB_KEY")
    body = '{"data": [{"id": "tiny-' + KEY + '"}]}'
    with faulty_server({"None": Fault("names", always(message(body.encode())))}) as server:
        server.questions["None"] = 1
        (offer,) = endpoint.listed(lab.model_copy(update={"url": server.url}))
    assert offer.name == "endpoint/lab/tiny-[hidden]"

    with faulty_server({"None": FAULTS["moved-to-another-server"]}) as server:
        server.questions["None"] = 1
        (offer,) = endpoint.listed(lab.model_copy(update={"url": server.url}))
        assert NEXT_DOOR["url"] not in server.url
    assert not offer.available
    assert not server.elsewhere
