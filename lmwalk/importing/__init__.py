"""Studies and chains made elsewhere, kept as a stored study like any other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from lmwalk.errors import InputError
from lmwalk.importing.bundle import import_bundle, is_bundle
from lmwalk.importing.chain import Chain
from lmwalk.importing.layout import from_folder, from_zip
from lmwalk.importing.rows_of_chains import from_json, from_jsonl, from_parquet
from lmwalk.importing.table import from_csv
from lmwalk.initial_texts import MOST_CHARACTERS, initial_texts
from lmwalk.models.imported import PREFIX
from lmwalk.processes.telephone import Telephone
from lmwalk.step import Step
from lmwalk.store import Made, Store, StoredCondition
from lmwalk.study import Study
from lmwalk.templates import variables_of
from lmwalk.types import Sent

__all__ = ["NOTE", "USUAL_TEMPERATURE", "Chain", "import_bundle", "import_chains", "is_bundle", "read_chains"]

NOTE = "Imported; it was never asked from here."
"""Of every condition."""
USUAL_TEMPERATURE = 0.8
"""Of the original experiment, where it does not say another."""
READERS = {
    ".csv": from_csv,
    ".json": from_json,
    ".jsonl": from_jsonl,
    ".ndjson": from_jsonl,
    ".parquet": from_parquet,
    ".zip": from_zip,
}
"""Of files, by their endings."""
_Group = tuple[str, float | None, str, str]


def read_chains(source: Path) -> list[Chain]:
    """The chains in a table (.csv, .json, .jsonl, .parquet), or in folders MODEL/TASK/TEXT/seed_K/*.json (or a .zip).

    A text with half a surrogate pair, which is no Unicode text, gets U+FFFD for it; otherwise every character stays.
    The temperature of a chain is that of a column or field ``temperature``, or else the one in the name of its model or
    folder, such as ``Llama_Temp1.6``; the name is then read without it.

    Raises
    ------
    InputError
        The source cannot be read as chains; the sentence names the file.
    """
    reader = from_folder if source.is_dir() else READERS.get(source.suffix.lower())
    if reader is None:
        raise InputError(
            f"{str(source)!r} holds no chains. Accepted: a .csv, .json, .jsonl or .parquet file, a folder, or a .zip "
            "of the folder."
        )
    try:
        return reader(source)
    except OSError as cause:
        raise InputError(f"{str(source)!r} cannot be read: {cause.strerror or cause}.") from cause


def import_chains(store: Store, name: str, chains: Sequence[Chain], temperature: float = USUAL_TEMPERATURE) -> Study:
    """Keep chains as a study of that name; its models are called ``imported/MODEL`` and cannot be asked.

    Chains with equal model, temperature, task and initial text are repeats of each other, in the order in which they
    come. Where chains are missing or shorter than others, the study has holes. What is not kept of a source stands in
    the notes of its conditions.

    Parameters
    ----------
    temperature : float
        Of chains that do not say theirs, which a note tells.

    Raises
    ------
    InputError
        The name is taken, or a chain cannot be part of a study; nothing is written.
    """
    _check(chains)
    store.must_be_free(name)
    made = [chain if chain.temperature is not None else chain._replace(temperature=temperature) for chain in chains]
    study = _study(name, made)
    notes = _notes(chains, temperature)
    conditions = [
        StoredCondition(
            condition, Sent({}, notes.get((condition.model, condition.temperature), (NOTE,))), simulated=False
        )
        for condition in study.conditions()
    ]
    count = sum(len(chain.texts) - 1 for chain in chains)
    store.bring(Made(study, conditions, partial(_steps, study, made), count))
    return study


def _notes(chains: Sequence[Chain], temperature: float) -> Mapping[tuple[str, float], tuple[str, ...]]:
    """What is to be known of each condition's chains, by model and temperature; each sentence once."""
    found: dict[tuple[str, float], dict[str, None]] = {}
    for chain in chains:
        at = temperature if chain.temperature is None else chain.temperature
        own = found.setdefault((f"{PREFIX}{chain.model}", at), {NOTE: None})
        own.update(dict.fromkeys(chain.notes))
        if chain.temperature is None:
            own[f"The temperature was not stated in what was imported; {at:g} was given."] = None
    return {condition: tuple(notes) for condition, notes in found.items()}


def _check(chains: Sequence[Chain]) -> None:
    """Raise InputError unless every chain can be part of a study."""
    if not chains:
        raise InputError("There are no chains to import. Accepted: at least one.")
    for chain in chains:
        which = f"the chain of {chain.model[:80]!r}, task {chain.task[:80]!r}, seed {chain.seed[:80]!r}"
        if len(chain.texts) < 2:
            raise InputError(f"In {which} nothing follows the initial text. Accepted: at least generations 0 and 1.")
        first = chain.texts[0]
        if not 1 <= len(first) <= MOST_CHARACTERS:
            raise InputError(
                f"The initial text of {which} has {len(first):,} characters. Accepted: 1 to {MOST_CHARACTERS:,}."
            )
        if first in initial_texts():
            raise InputError(
                f"The initial text of {which} is the single word {first!r}, the name of a text that lmwalk brings, "
                "which would take its place. Accepted: any other text."
            )


def _study(name: str, chains: Sequence[Chain]) -> Study:
    repeats = Counter(_group(chain) for chain in chains)
    return Study.of(
        name=name,
        process=Telephone.name,
        params={
            "tasks": list(dict.fromkeys(chain.task for chain in chains)),
            "texts": list(dict.fromkeys(chain.texts[0] for chain in chains)),
        },
        models=list(dict.fromkeys(f"{PREFIX}{chain.model}" for chain in chains)),
        temperatures=sorted({chain.temperature for chain in chains}),
        trajectories=max(repeats.values()),
        steps=max(len(chain.texts) for chain in chains) - 1,
        **_template(chains),
    )


def _group(chain: Chain) -> _Group:
    """What the repeats of a chain have in common."""
    return chain.model, chain.temperature, chain.task, chain.texts[0]


def _template(chains: Sequence[Chain]) -> Mapping[str, Any]:
    """The prompt as the study's template, where all chains share one that can be used as one."""
    prompt, *others = {chain.prompt for chain in chains}
    if others or prompt is None:
        return {}
    try:
        used = variables_of(prompt)
    except InputError:
        return {}
    return {"template": {"text": prompt}} if "text" in used <= set(Telephone.variables) else {}


def _steps(study: Study, chains: Sequence[Chain]) -> Iterator[Step]:
    """A step for every generation after the initial text."""
    process = Telephone(**study.params)
    conditions: dict[tuple[str, float | None], str] = {(c.model, c.temperature): c.id for c in study.conditions()}
    tasks = {task: number for number, task in enumerate(process.tasks)}
    texts = {text: number for number, text in enumerate(process.texts)}
    asked_at = datetime.now(UTC).replace(tzinfo=None)
    begun: Counter[_Group] = Counter()
    for chain in chains:
        condition = conditions[f"{PREFIX}{chain.model}", chain.temperature]
        cell = tasks[chain.task] * len(texts) + texts[chain.texts[0]]
        trajectory = begun[_group(chain)] * process.cases + cell
        begun[_group(chain)] += 1
        before = json.dumps({"cell": cell, "generation": 0, "text": chain.texts[0]})
        for t, text in enumerate(chain.texts[1:], start=1):
            state = {"cell": cell, "generation": t, "text": text}
            after = json.dumps(state)
            x, y = process.position(state)
            yield Step.bare(
                condition=condition,
                trajectory=trajectory,
                t=t,
                status="ok" if text else "empty",
                prompt=chain.prompt or "",
                state_before=before,
                state_after=after,
                attempts=0,
                seed=0,
                asked_at=asked_at,
            )._replace(x=x, y=y, outcome=text or None, reply=text)
            before = after
