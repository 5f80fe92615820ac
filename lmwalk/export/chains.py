"""Chains of texts as other tools read them: a table, the original experiment's folders, and the measured properties."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from lmwalk.export.names import file_names
from lmwalk.models.imported import PREFIX
from lmwalk.number_format import exact
from lmwalk.processes.telephone import Telephone
from lmwalk.store import Store
from lmwalk.study import Study

COLUMNS = ("model", "temperature", "task", "initial", "seed", "generation", "text", "status", "thought")


class Stored(NamedTuple):
    """A chain: initial text and repeat by number from 0, the texts from generation 0 on, and what was asked.

    ``ends`` holds the status of each answer and what was thought before it.
    """

    model: str
    temperature: float
    task: str
    initial: int
    seed: int
    texts: tuple[str, ...]
    prompt: str | None
    ends: tuple[tuple[str, str], ...]


def chains_of(store: Store, study: Study) -> Iterator[Stored]:
    """The chains of a study that hold an answer, by initial text, task, model and repeat.

    Initial texts come first so that who numbers them as they appear finds the numbers of the study.
    """
    process = Telephone(**study.params)
    rows = store.steps(study.name)
    rows = rows[rows["status"] != "error"].sort_values("t")
    own = [_stored(study, process, group) for _, group in rows.groupby(["condition", "trajectory"], sort=False)]
    yield from sorted(own, key=lambda chain: (chain.initial, chain.task, *chain[:2], chain.seed))


def _stored(study: Study, process: Telephone, rows: pd.DataFrame) -> Stored:
    asked = rows.iloc[0]
    trajectory = int(asked["trajectory"])
    repeat, cell = divmod(trajectory, process.cases)
    task, initial = process.case(cell)
    first: str = study.start(trajectory)["text"]
    texts = (first, *(json.loads(state)["text"] for state in rows["state_after"]))
    imported = asked["model"].startswith(PREFIX)
    model = asked["model"].removeprefix(PREFIX)
    prompt = asked["prompt"] if imported else study.prompt_template.texts[study.case(trajectory)[1]]
    ends = tuple(zip(rows["status"], rows["thought"].astype(object).fillna(""), strict=True))
    named = (model, float(asked["temperature"]), process.tasks[task], initial, repeat)
    return Stored(*named, texts, prompt or None, ends)


def write_csv(store: Store, study: Study, out: Path) -> int:
    """One row a generation, the initial text included; the number of rows. Half a surrogate pair becomes '?'.

    The text is what was handed on; status and thought, empty for an initial text, are those of the answer.
    """
    count = 0
    with out.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        for *named, texts, _, ends in chains_of(store, study):
            rows = zip(texts, (("", ""), *ends), strict=True)
            writer.writerows([*named, t, text, *end] for t, (text, end) in enumerate(rows))
            count += len(texts)
    return count


def write_zip(store: Store, study: Study, out: Path) -> int:
    """Files MODEL/TASK/TEXT/seed_K/output.json in an archive, as the original experiment keeps them; how many.

    Where a study has several temperatures, each has folders of its own, such as MODEL_Temp1.6. Names that cannot be
    folders are changed; the exact ones stand in the file. ``first_generation`` says that ``stories`` begins after the
    initial text, also where the model gave that back.
    """
    chains = list(chains_of(store, study))
    several = len(study.temperatures) > 1
    labels = {
        chain[:2]: f"{chain.model}_Temp{exact(chain.temperature)}" if several else chain.model for chain in chains
    }
    models, tasks = file_names(list(labels.values())), file_names([chain.task for chain in chains])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for chain in chains:
            # a fixed date, so that equal chains give equal files
            path = f"{models[labels[chain[:2]]]}/{tasks[chain.task]}/{chain.initial}/seed_{chain.seed}/output.json"
            archive.writestr(zipfile.ZipInfo(path), _output(chain), zipfile.ZIP_DEFLATED)
    return len(chains)


def _output(chain: Stored) -> str:
    first, *stories = chain.texts
    held = {"model": chain.model, "temperature": chain.temperature, "task": chain.task}
    about = {"prompt_update": chain.prompt, "first_generation": 1}
    return json.dumps({**held, **about, "initial_story": first, "stories": stories}, indent=1)


def write_properties(store: Store, study: Study, out: Path) -> int:
    """One row a measured value, with model and temperature; empty where a text has none; the number of rows."""
    settings = store.conditions(study.name)[["condition", "model", "temperature"]]
    rows = store.measures.values(study.name).merge(settings, on="condition", how="left", validate="many_to_one")
    columns = ["id", "model", "temperature", "condition", "trajectory", "t", "property", "value"]
    rows.to_csv(out, columns=columns, index=False)
    return len(rows)
