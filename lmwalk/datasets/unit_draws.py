"""By which measures draws are compared: of wordings, of cases, of answers, of sequences, of marked texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis.answers import own_results
from lmwalk.analysis.distances import total_variation
from lmwalk.analysis.flips import changes
from lmwalk.analysis.poisson_marks import count_marks
from lmwalk.analysis.transitions import trapezoids, true_rows
from lmwalk.datasets.draws import draw_process
from lmwalk.datasets.unit_values import Measure, by_unit, named_wordings, ratio, wordings
from lmwalk.figures._data import DrawData
from lmwalk.figures._transitions import true_matrix
from lmwalk.study import Study

ALIKE_ANSWERS = ("prior", "stated-bias")
"""Processes that ask the same question again, so that each answer is drawn anew."""

UNIT = ["condition", "unit", "copy"]
BY_CASE: Mapping[str, str] = {"markov": "sequence"}
"""Processes whose cases are drawn alike and were sampled, so that they are the units, and what one is called."""


def kind(study: Study) -> str:
    """What is compared with its like alone: sequences, marked texts, and answers to a question."""
    return study.process if study.process in OF_KIND else "draw"


def noun(study: Study) -> str:
    """What one unit is called."""
    if study.process in BY_CASE and study.make_process().cases > 1:
        return BY_CASE[study.process]
    if len(wordings(study)) > 1:
        return "wording"
    if kind(study) in ("sequence", "poisson"):
        return {"sequence": "sequence", "poisson": "marked text"}[study.process]
    if study.make_process().cases > 1:
        return "case"
    return "answer" if study.process in ALIKE_ANSWERS else "repeat"


def named_units(study: Study) -> object | None:
    """What units belong together by: wordings, or cases of an equal process; None where they have no names."""
    return study.make_process() if _are_cases(study) else named_wordings(study)


def _are_cases(study: Study) -> bool:
    return noun(study) in ("case", BY_CASE.get(study.process))


def of_draws(study: Study) -> Mapping[str, Measure]:
    """Every measure of a study of draws."""
    return OF_KIND.get(study.process, of_answers)(study)


def of_answers(study: Study) -> Mapping[str, Measure]:
    """Measures of answers to a question."""
    event, scored = draw_process(study).followed, study.measurement == "probabilities"
    chance = f"P({event})" if scored else f"Share of {event}"
    words = f"{chance[0].upper()}{chance[1:]}, the mean over the questions of a unit."
    found = {"share": Measure(chance, words, "", 0.05, _events, share=True)}
    words = "How often each outcome came, question by question."
    found["outcomes"] = Measure("Outcomes", words, "", 0.1, _outcomes, outcomes=True)
    if scored:
        words = "Total variation distance from the ideal observer, the mean over the questions of a unit."
        found["distance"] = Measure("Distance from ideal", words, "", 0.05, _from_ideal, share=True)
    return found


def _units(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The same rows with unit, and with copy: at temperature 0 an answer repeated is the same answer."""
    of = noun(study)
    if of == "wording":
        unit = frame["paraphrase"].map(dict(enumerate(wordings(study))))
        return frame.assign(unit=unit, copy=unit)
    if _are_cases(study):
        return frame.assign(unit=frame["cell"], copy=frame["cell"])
    name = frame["trajectory"].astype(str)
    if of == "answer":
        name = name + "/" + frame["t"].astype(str)
    once = frame["scored"] | frame["temperature"].eq(0)
    return frame.assign(unit=name, copy=name.mask(once, "the same question"))


def _of_rows(frame: pd.DataFrame, values: Any, study: Study) -> pd.DataFrame:
    units = _units(frame.assign(value=values), study)
    found = units.groupby(["condition", "unit", "copy"], sort=False)["value"].mean()
    return found.reset_index()[["condition", "unit", "copy", "value"]]


def _events(material: DrawData, study: Study) -> pd.DataFrame:
    frame = material.answers[material.answers["event"].notna()]
    return _of_rows(frame, frame["event"], study)


def _from_ideal(material: DrawData, study: Study) -> pd.DataFrame:
    known = material.answers
    frame = known[known["probabilities"].notna() & known["expected"].notna()]
    answers, right = (np.array(frame[name].tolist(), float) for name in ("probabilities", "expected"))
    return _of_rows(frame, total_variation(answers, right) if len(frame) else [], study)


def _outcomes(material: DrawData, study: Study) -> pd.DataFrame:
    """Of each unit an array, (questions, outcomes): a question is a case with so many results shown."""
    known = material.answers
    frame = _units(known[known["probabilities"].notna()], study)
    questions = sorted(set(zip(known["cell"], known["n"], strict=True)))
    place = {question: number for number, question in enumerate(questions)}
    at = np.array([place[each] for each in zip(frame["cell"], frame["n"], strict=True)], int)
    shares = np.array(frame["probabilities"].tolist(), float).reshape(len(frame), -1)
    totals, counts = (np.zeros((len(frame), len(questions), width)) for width in (shares.shape[1], 1))
    number = frame.groupby(["condition", "unit", "copy"], sort=False).ngroup().to_numpy()
    np.add.at(totals, (number, at), shares)
    np.add.at(counts, (number, at), 1)
    named = frame[["condition", "unit", "copy"]].drop_duplicates().reset_index(drop=True)
    return named.assign(value=list(ratio(totals, counts)[: len(named)]))


def of_transitions(study: Study) -> Mapping[str, Measure]:
    """Measures of what is expected next in sequences of a Markov chain."""
    usual = {name: known for name, known in of_answers(study).items() if not known.outcomes}
    if study.measurement != "probabilities":
        return usual
    truth = "Total variation distance from the true row, the mean over the questions of a unit."
    area = "Area below the distance from the true row over the lengths shown, divided by how far they reach."
    return {
        "truth": Measure("Distance from truth", truth, "", 0.05, _from_truth, share=True),
        "area": Measure("Area under the distance", area, "", 0.05, _areas, share=True),
        **usual,
    }


def _from_truth(material: DrawData, study: Study) -> pd.DataFrame:
    frame = material.answers[material.answers["probabilities"].notna()]
    right = true_rows(frame, true_matrix(material), material.outcomes)
    answers, rows = (np.array(each.tolist(), float) for each in (frame["probabilities"], right))
    return _of_rows(frame, total_variation(answers, rows) if len(frame) else [], study)


def _areas(material: DrawData, study: Study) -> pd.DataFrame:
    """Of units that were asked at every length."""
    by_length = {
        int(str(n)): _from_truth(replace(material, answers=rows), study).set_index(UNIT)["value"]
        for n, rows in material.answers.groupby("n")
    }
    wide = pd.DataFrame(by_length).dropna()
    below = pd.Series(wide.to_numpy(float) @ trapezoids(list(by_length)), index=wide.index, name="value")
    return below.rename_axis(UNIT).reset_index()


def of_sequences(study: Study) -> Mapping[str, Measure]:
    """Measures of what a model draws, one sequence at a time."""
    process = draw_process(study)
    words = f"Share of {process.followed} among the results of a sequence."
    return {
        "share": Measure(f"Share of {process.followed}", words, "", 0.05, _hits, share=True),
        "alternation": Measure(
            "Alternation", "How often neighbours in a sequence differ.", "", 0.05, _alternations, share=True
        ),
        "outcomes": Measure("Outcomes", "How often each outcome came.", "", 0.1, _results, outcomes=True),
    }


def _each_sequence(material: DrawData, study: Study, of: Callable[[list[str]], Any]) -> pd.DataFrame:
    # an answer that holds a whole sequence keeps its label alone, which is the number of its wording here
    results = own_results(material.answers.assign(label=material.answers["paraphrase"]))
    rows = [
        (condition, wording, trajectory, tuple(part), of(list(part)))
        for (condition, wording, trajectory), part in results.groupby(["condition", "label", "trajectory"], sort=False)[
            "outcome"
        ]
    ]
    return by_unit(pd.DataFrame(rows, columns=["condition", "wording", "trajectory", "copy", "value"]), study)


def _hits(material: DrawData, study: Study) -> pd.DataFrame:
    return _each_sequence(material, study, lambda each: each.count(material.event) / len(each))


def _alternations(material: DrawData, study: Study) -> pd.DataFrame:
    return _each_sequence(material, study, lambda each: ratio(changes(each), len(each) - 1).item())


def _results(material: DrawData, study: Study) -> pd.DataFrame:
    return _each_sequence(
        material, study, lambda each: np.array([[each.count(name) / len(each) for name in material.outcomes]])
    )


def of_marks(_study: Study) -> Mapping[str, Measure]:
    """Measures of marked texts."""
    ratio = "Marks in a text over those that its rate asks for; right: 1."
    return {
        "ratio": Measure("Marks over nominal", ratio, "", 0.1, partial(_marks, nominal=True)),
        "rate": Measure(
            "Rate", "Marks for each word of a text.", "marks per word", 0.05, partial(_marks, nominal=False)
        ),
    }


def _marks(material: DrawData, study: Study, *, nominal: bool) -> pd.DataFrame:
    mark, rows = str(material.params.get("mark", "*")), []
    read = material.answers[material.answers["outcome"].notna()]
    for (condition, number), part in read.groupby(["condition", "trajectory"], sort=False):
        counted = [count_marks(text, mark) for text in part["outcome"]]
        asked = sum(each.words for each in counted) * (float(part["rate"].iloc[0]) if nominal else 1.0)
        value = sum(each.marks for each in counted) / asked if asked else np.nan
        rows.append((condition, part["paraphrase"].iloc[0], number, tuple(part["outcome"]), value))
    return by_unit(pd.DataFrame(rows, columns=["condition", "wording", "trajectory", "copy", "value"]), study)


OF_KIND: Mapping[str, Callable[[Study], Mapping[str, Measure]]] = {
    "sequence": of_sequences,
    "poisson": of_marks,
    "markov": of_transitions,
}
"""Of processes that are compared with their like alone."""
