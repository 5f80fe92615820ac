"""Compare's section that reads replies otherwise, the parse ledger, and published end points."""

from __future__ import annotations

import pandas as pd
import pytest
from scripted import finished
from stored_study import told
from streamlit.testing.v1 import AppTest

from lmwalk.jobs import Jobs
from lmwalk.reference_data import walk_endpoints
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.parts.parse_status import parse_status_counts
from tests.ui.conftest import Page, numbers, texts

HOSTILE = ["<script>alert(1)</script> SUPPOSE", "[UPON](http://example.com)", "![](x) UP or DOWN", "\u202eUPON\u202c"]


def section(study: str, condition: str | None = None) -> AppTest:
    """The section and the ledger by themselves."""

    def draw(study: str, condition: str | None) -> None:
        from lmwalk.ui.parts.parse_status import parse_status
        from lmwalk.ui.parts.reparse import reparse
        from lmwalk.ui.parts.snapshot import Snapshot
        from lmwalk.ui.shell import session

        reparse(Snapshot.of(session.store(), session.find(study)), condition)
        parse_status(session.store(), session.find(study), condition)

    return AppTest.from_function(draw, args=(study, condition), default_timeout=60).run()


@pytest.fixture
def walks(page: Page, store: Store) -> Study:
    """Two walks in each of two conditions: the legacy rules would move the second one otherwise from its step 2 on."""
    return told(store, [["UP", "up", "DOWN"], ["UP", *HOSTILE]], temperatures=[0.0, 1.0])


def words(app: AppTest) -> str:
    return texts(app) + "\n".join(str(each.value) for each in app.info)


def test_what_the_legacy_rules_would_change_is_counted(walks: Study) -> None:
    """Four replies of each second walk and the small 'up' of each first; their trajectories; the plain warning."""
    app = section("told")

    assert not app.exception
    assert "**10 of 16 answers** would be parsed differently" in words(app)
    assert "10 would have another outcome, in **4 of 4 walks**" in words(app)
    assert "all its later prompts would have been different" in words(app)
    assert "nothing that is stored changes" in words(app)


def test_the_steps_that_differ_and_the_end_points_are_listed(walks: Study) -> None:
    """Reply, both readings, and where the same replies would lead."""
    app = section("told", walks.conditions()[0].id)

    changes, steps, ends = (each.value for each in app.dataframe[:3])
    assert changes["count"].sum() == 5
    assert steps["reply"].tolist() == ["up", *HOSTILE]
    assert steps["would"].tolist() == ["none, unparsed", "UP", "UP", "UP", "UP"]
    assert ends[["trajectory", "first", "was", "would"]].values.tolist() == [
        [0, 2, "(0, 1)", "(0, 0)"],
        [1, 2, "(0, 1)", "(0, 5)"],
    ]


def test_own_words_read_the_replies(walks: Study) -> None:
    """A list for one outcome; a list that cannot be used is complained about in a sentence."""
    app = section("told")
    app.segmented_control(key="reparse-rules-all").set_value("words").run()
    assert "None of 16 answers would be parsed differently" in words(app)

    app.text_area(key="reparse-words-all").set_value("UP: up, suppose, ![](x)").run()
    assert not app.exception
    assert "**6 of 16 answers** would be parsed differently" in words(app)

    app.text_area(key="reparse-words-all").set_value("north").run()
    assert "Line 1 begins with no outcome" in words(app)


def test_nothing_stored_changes(walks: Study, store: Store) -> None:
    """Reading otherwise writes nothing."""
    before = store.steps("told")

    section("told")

    pd.testing.assert_frame_equal(store.steps("told"), before)


def test_the_rules_that_a_study_ran_with_change_nothing(walks: Study) -> None:
    """They are named as what they are."""
    app = section("told")

    app.segmented_control(key="reparse-rules-all").set_value("corrected").run()

    assert "Corrected (this study's)" in app.segmented_control(key="reparse-rules-all").options
    assert "None of 16 answers" in words(app)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"process": "poisson"}, "free text"),
        ({"process": "sequence", "params": {"way": "batch"}}, "many results"),
        ({"process": "telephone"}, "free text"),
    ],
)
def test_where_there_is_nothing_to_choose_it_is_said_why(
    page: Page, store: Store, values: dict[str, object], said: str
) -> None:
    """Free text, or many results in one answer."""
    told(store, [["heads and * tails"]], **values)

    app = section("told")

    assert not app.exception
    assert said in words(app)


def test_questions_that_do_not_depend_on_answers_are_said_to_stay(page: Page, store: Store) -> None:
    """The coin's prior is asked the same again, whatever was answered."""
    told(store, [["heads or tails", "tails"]], process="prior")

    assert "No answer changes a later question" in words(section("told"))


def test_token_probabilities_have_statuses_and_no_replies(page: Page, jobs: Jobs) -> None:
    """Nothing can be parsed differently, and it is said why."""
    finished(jobs, process="prior", measurement="probabilities", trajectories=1, steps=1)

    app = section("walk")

    assert not app.exception
    assert "there is no reply to read" in words(app)
    assert "No reply is stored" in words(app)


def test_only_trajectories_that_have_begun_are_counted(page: Page, store: Store) -> None:
    """One walk of the ten that are planned."""
    told(store, [["UPON"]], trajectories=10)

    assert "in **1 of 1 walk**" in words(section("told"))


def test_a_study_of_failed_calls_has_a_ledger_and_nothing_to_read(page: Page, store: Store) -> None:
    """One question, which failed; its complaint is the example."""
    told(store, [[None]])

    app = section("told")

    assert not app.exception
    assert "None of 0 answers" in words(app)
    assert app.dataframe[0].value.set_index("status")["count"].to_dict()["error"] == 1
    assert app.dataframe[1].value["text"].tolist() == ["The server gave up."]


def test_the_ledger_holds_each_status_with_its_examples(walks: Study, store: Store) -> None:
    """Counts, shares in per cent, texts cut at 200 characters with the number of those left out."""
    long = "y" * 1000
    told(store, [["UP", "UP", "UP or DOWN", long]], name="long")

    app = section("long")

    counts, examples = (each.value for each in app.dataframe[-2:])
    assert counts.set_index("status")["count"].loc[lambda each: each > 0].to_dict() == {
        "ok": 2,
        "unparsed": 1,
        "ambiguous": 1,
    }
    assert counts["share"].tolist()[:3] == [50, 25, 25]
    assert examples[["count", "text", "left_out"]].values.tolist() == [
        [2, '"UP"', 0],
        [1, f'"{long[:200]}"', 800],
        [1, '"UP or DOWN"', 0],
    ]
    assert parse_status_counts(store, walks)["ok"].tolist() == [4, 4]


def test_conditions_without_an_answer_have_counts_of_zero(store: Store) -> None:
    """Every condition of a study has its row."""
    study = told(store, [["UP"]])
    larger = study.model_copy(update={"temperatures": (0.0, *study.temperatures)})

    counts = parse_status_counts(store, larger)

    assert sorted(counts["ok"]) == [0, 1]


def test_compare_has_the_section_closed_at_first(page: Page, walks: Study) -> None:
    """Nothing is read before somebody asks for it."""
    app = page("compare", study="told")

    assert not app.exception
    assert "Re-parse replies" in [each.label for each in app.expander]
    assert "would be parsed differently" not in words(app)


def test_published_end_points_stand_beside_equal_models_and_temperatures(page: Page, walks: Study) -> None:
    """llama3.2:1b at T = 0 ended at (18, -1), 18.03 cells away; at T = 1 six end points are told apart."""
    app = page("compare", study="told")
    assert "published" not in numbers(app)

    app.multiselect(key="also").set_value(["published end points"]).run()

    table = numbers(app).set_index("temperature")
    assert table.loc[0.0, "published_ends"] == "(18, -1)"
    assert table.loc[0.0, "published"] == pytest.approx((18**2 + 1) ** 0.5)
    own = walk_endpoints().query("model == 'llama3.2:1b' and temperature == 1")
    assert table.loc[1.0, "published"] == pytest.approx((own["x_end"] ** 2 + own["y_end"] ** 2).pow(0.5).mean())
    assert "attentionmech/TILDNN" in texts(app)


@pytest.mark.parametrize("model", ["ollama_chat/llama3.2:1b", "ollama/gemma2:9b", "openai/llama3.1:8b"])
def test_the_provider_s_name_does_not_matter_for_published_models(page: Page, store: Store, model: str) -> None:
    """The same model, whichever way it is asked."""
    told(store, [["UP"]], models=[model], temperatures=[0.3])

    app = page("compare", study="told")
    app.multiselect(key="also").set_value(["published end points"]).run()

    assert numbers(app)["published"].notna().all()


def test_where_no_condition_was_published_it_is_said(page: Page, store: Store) -> None:
    """Which models and temperatures there are."""
    told(store, [["UP"]], models=["ollama/llama3.2:1b"], temperatures=[0.2])

    app = page("compare", study="told")
    app.multiselect(key="also").set_value(["published end points"]).run()

    assert "No condition here was published" in texts(app)
    assert "llama3.2:1b" in texts(app)
