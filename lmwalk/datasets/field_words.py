"""What follows from a field in words: what its walks do, whether t matters, and whether a sampler is honest."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lmwalk.analysis.first_passage import distinct_positions, passage, passage_law
from lmwalk.analysis.lattices import Lattice
from lmwalk.analysis.markov import Start, WalkLaw, motion
from lmwalk.analysis.moments_of_field import Change
from lmwalk.analysis.pvalues import LEVEL
from lmwalk.analysis.sampler_causes import Cause
from lmwalk.analysis.sampler_check import Checked
from lmwalk.analysis.samplers import holm
from lmwalk.analysis.walk_limits import MIXED, Limit, long_run, mixing_time
from lmwalk.number_format import counted, exact, number, percent, tiny
from lmwalk.sampler import PIPELINES

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
CAUSE = "cause"
MOST_STEPS = 5_000
"""Steps after which nobody waits for a walk to mix."""
SMALL = 0.005
"""TVD below which two laws are the same to the eye."""


def law_words(law: WalkLaw, steps: int, start: Start = None) -> pd.DataFrame:
    """What walks of so many steps do, and what they come to, a row for each.

    Returns
    -------
    DataFrame
        measure, value, meaning: texts.
    """
    last = motion(law, steps, start).iloc[-1]
    limit = long_run(law, start)
    seen = distinct_positions(law, steps, start)[-1]
    unit = law.lattice.geometry.unit
    rows = [
        ("Distance", f"{number(last['distance'])} {unit}", f"Mean distance from the start after {steps:,} steps."),
        (
            "Mean squared displacement",
            number(last["msd"]),
            f"In {unit} squared; 95% of walks lie between {number(last['r2_low'])} and {number(last['r2_high'])}.",
        ),
        ("Positions", number(seen), f"Different ones that a walk has stood on after {steps:,} steps, on average."),
        *_wall_words(law, steps, start),
        (
            "Entropy rate",
            f"{last['entropy']:.2f} bits a step",
            f"How open the next move is after {steps:,} steps{_in_the_end(limit)}.",
        ),
        ("Long run", _ways(limit), _settling(limit)),
        ("Mixing time", _mixing(law, limit, start), f"When where it began is forgotten to a TVD of {MIXED:g}."),
    ]
    return pd.DataFrame(rows, columns=["measure", "value", "meaning"])


def _in_the_end(limit: Limit) -> str:
    """The entropy of the long run; nothing where its law is beyond what numbers hold."""
    return f"; in the long run {limit.entropy:.2f} bits" if math.isfinite(limit.entropy) else ""


def _wall_words(law: WalkLaw, steps: int, start: Start) -> list[tuple[str, str, str]]:
    walls = law.lattice.at_walls
    if not walls.any():
        return []
    by = float(passage_law(law, walls, steps, start)["by"].iloc[-1])
    found = passage(law, walls, start)
    mean = f"{_steps(found.mean)} on average." if math.isfinite(found.mean) else "Some walks never do."
    if not found.share > 0:
        mean = "No walk ever does."
    return [("At a wall", _chance(by), f"Probability to have stood at a wall within {steps:,} steps. {mean}")]


def _steps(value: float) -> str:
    if value < 1e6:
        return f"{number(value)} steps"
    digits, power = f"{value:.1e}".split("e+")
    return f"{digits}·10{power.lstrip('0').translate(RAISED)} steps"


def _chance(p: float) -> str:
    return "never" if p <= 0 else "below 0.001" if p < 0.001 else f"{p:.3f}"


def _ways(limit: Limit) -> str:
    sizes = [len(each) for each in limit.classes]
    if len(sizes) == 1:
        return f"{sizes[0]:,} of {counted(len(limit.law), 'position')}"
    likely = max(limit.shares)
    return f"{len(sizes):,} ways to end, the likeliest {percent(likely)}"


def _settling(limit: Limit) -> str:
    if len(limit.classes) > 1:
        return "Where a walk ends depends on chance: sets of positions that are never left again."
    if not limit.settles:
        return f"It goes round for ever, every {limit.periods[0]:,} steps; its time is shared out as the map shows."
    return "Positions that a walk comes back to again and again; all others it leaves for good."


def _mixing(law: WalkLaw, limit: Limit, start: Start) -> str:
    time = mixing_time(law, limit, start, most=MOST_STEPS)
    if math.isinf(time):
        return "never"
    return f"{time:,.0f} steps" if time == time else f"more than {MOST_STEPS:,} steps"


def change_words(table: pd.DataFrame, change: Change, lattice: Lattice, *, sampled: bool, what: str = "t") -> list[str]:
    """Whether a model uses t, or the wording, in sentences.

    Parameters
    ----------
    table : DataFrame
        As ``differences`` gives it.
    change : Change
        As ``law_change`` gives it, for sampled replies ``reply_change``.
    what : str
        What changes: ``t``, or ``the wording``.
    """
    if math.isnan(change.p):
        return [f"Whether the model uses {what} cannot be told: no position was asked at two of them."]
    where = f"over {counted(change.positions, 'position')}"
    size = f"Another {what.removeprefix('the ')} changes the law over moves by {change.tvd:.3f} (mean TVD {where})"
    if sampled:
        by_chance = f"; replies that do not depend on {what} differ by {change.chance:.3f}"
        verdict = f"The model uses {what}" if change.p <= LEVEL else f"Nothing shows that the model uses {what}"
        return [f"{size}{by_chance}.", f"{verdict} (p {_p(change.p)})."]
    largest = table.iloc[int(table["largest"].argmax())]
    x, y = lattice.points[int(largest["at"])]
    said = [f"{size}, at most by {largest['largest']:.3f}, at ({x:g}, {y:g})."]
    if largest["largest"] < SMALL:
        return [f"The model does not use {what}: no law changes by more than {SMALL:g} {where}."]
    together = "the same way at many positions" if change.p <= LEVEL else "in no common direction"
    chance = f"{change.tested:.3f} where laws are averaged first, {tiny(change.chance)} by chance"
    return [
        *said,
        "Measured probabilities have no sampling error: these differences are the model's, or its server's.",
        f"They go {together} (TVD {chance}; p {_p(change.p)}).",
    ]


def sampler_words(checks: Mapping[float, Checked], cause: Cause | None) -> list[str]:
    """Whether the walks of a model follow its own probabilities, in sentences, and if not why.

    Parameters
    ----------
    checks : mapping
        By temperature.
    cause : Cause or None
        Of all temperatures together, as ``cause_of`` gives it. All p are adjusted for each other (Holm).
    """
    tests: dict[float | str, float] = {temperature: check.p for temperature, check in checks.items()}
    tested = [temperature for temperature, check in checks.items() if check.answers]
    if not tested:
        return ["No walk was asked where the probabilities were measured, so nothing can be compared."]
    p = holm(tests | {CAUSE: cause.p if cause else 1.0})
    wrong, explained = [each for each in tested if p[each] <= LEVEL], cause if p[CAUSE] <= LEVEL else None
    if not wrong and not explained:
        answers = counted(sum(checks[each].answers for each in tested), "answer")
        return [f"The walks follow the measured probabilities, as far as {answers} can show."]
    said = "the walks do not follow the measured probabilities"
    if wrong:
        how = _surprise([checks[each] for each in wrong])
        first = f"At {_temperatures(wrong)} {said}: {how} (p {_p(min(p[each] for each in wrong))})."
    else:
        first = f"Over all temperatures together {said} (p {_p(p[CAUSE])})."
    return [
        first,
        *(cause_words(explained) if explained else ["No usual cut explains it, nor a temperature left out."]),
    ]


def _temperatures(values: Sequence[float]) -> str:
    return "T = " + ", ".join(exact(value) for value in values)


def _surprise(checks: Sequence[Checked]) -> str:
    clear = [check for check in checks if check.surprise_p <= LEVEL]
    weights = [check.answers for check in clear]
    if not clear:
        return "moves come in other shares"
    if any(math.isinf(check.surprise) for check in clear):
        return "moves come that the sampler rules out"
    bits = float(np.average([check.surprise for check in clear], weights=weights))
    return (
        f"answers are {max(abs(bits), 0.01):.2f} bits {'more' if bits > 0 else 'less'} surprising than they should be"
    )


def cause_words(cause: Cause) -> list[str]:
    """Why, in sentences; positions are those with answers.

    ``RIGHT holds 0.94 at 38 of 51 positions; a cut at 0.9 removes the others at any temperature.``
    """
    if cause.kind == "order":
        return [_sampler_words(cause.samplers)]
    if cause.kind == "temperature":
        return [f"They fit a sampler that draws at T = {exact(cause.value)}, whatever temperature is sent."]
    cut = f"a cut at {cause.value:g}" if cause.kind == "top_p" else f"{cause.kind} = {cause.value:g}"
    when = " at any temperature" if cause.order == "cuts-first" and cause.ordered else ""
    where = f"{cause.positions:,} of {counted(cause.of, 'position')}"
    if not cause.positions:
        said = (
            f"They fit {cut}, which removes the unlikeliest moves{when}: {percent(cause.removed)} of the probability."
        )
    elif cause.at == cause.positions:
        said = f"{cause.move} holds {_share(cause)} at {where}; {cut} removes the others{when}."
    else:
        said = f"One move holds {_share(cause)} at {where}, mostly {cause.move}; {cut} removes the others{when}."
    if cause.low == cause.high:
        return [said]
    return [said, f"Any {cause.kind} from {cause.low:g} to {cause.high:g} would give the same answers."]


def _sampler_words(names: Sequence[str]) -> str:
    if len(names) > 1:
        return f"They fit the samplers of {'; '.join(names[:-1])} and {names[-1]}; these cannot be told apart here."
    about = next((known.about for known in PIPELINES.values() if known.title == names[0]), "")
    return f"They fit the sampler of {names[0]}{': ' if about else ''}{about}."


def _share(cause: Cause) -> str:
    return f"{math.floor(100 * cause.share) / 100:.2f}"


def _p(p: float) -> str:
    return "below 0.001" if p < 0.001 else f"{p:.3f}"
