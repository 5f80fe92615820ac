"""Every study as a row: what it is doing, how far it is, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from lmwalk.datasets.study_settings import departures, in_words
from lmwalk.jobs import Jobs, StudyRow
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.families.family import record_of
from lmwalk.ui.shell.escape import DASH, counted, duration, money, number

EXPECTED = "Spent so far, and about what it will be in all at the mean price of its answers."


@dataclass(frozen=True)
class Row(StudyRow):
    """One study, and what the list says of it in words.

    Attributes
    ----------
    cost, why : str
        Spent, with what is expected in all; and what there is to know about it.
    settings : str
        What departs from how settings come, in words.
    """

    cost: str = ""
    why: str = ""
    settings: str = ""

    @property
    def family(self) -> str:
        """Whose page shows it."""
        return record_of(self.process).name

    def message(self, now: datetime) -> dict[str, Any]:
        """The row in the words of the list."""
        lost = ((self.failed, "failed"), (self.cut, "cut"))
        return {
            "name": self.name,
            "family": self.family,
            "page": record_of(self.process).title,
            "state": self.state,
            "share": min(1.0, self.done / self.total) if self.total else 0.0,
            "count": f"{self.done:,} of {self.total:,}",
            "rate": "" if self.calls_per_s is None else number(self.calls_per_s),
            "errors": "\n".join(f"{count:,} {word}" for count, word in lost if count),
            "failed": self.failed > 0,
            "lost": f"{counted(self.cut, 'answer')} cut off by a limit of tokens" if self.cut else "",
            "left": "" if self.left_s is None else duration(self.left_s),
            "cost": self.cost,
            "why": self.why,
            "begun": "" if self.begun is None else _ago((now - self.begun).total_seconds()),
            "settings": self.settings,
            "when": "" if self.begun is None else f"{self.begun:%Y-%m-%d %H:%M} UTC",
        }


def rows(store: Store, jobs: Jobs) -> list[Row]:
    """Every study, newest first: those just begun, then those stored."""
    begun, stored = {study.name: study for study in jobs.studies()}, {study.name: study for study in store.all()}
    plans = {name: study.model_dump_json() for name, study in (stored | begun).items()}
    return [_worded(row, plans.get(row.name, "")) for row in jobs.overview()]


def _worded(row: StudyRow, plan: str) -> Row:
    cost, why = _cost(row)
    return Row(**vars(row), cost=cost, why=why, settings=_departing(plan))


@lru_cache(maxsize=4096)
def _departing(study: str) -> str:
    """What a study sets otherwise, in words; the same studies are listed again every second."""
    return "" if not study else in_words(departures(Study.model_validate_json(study)))


def _cost(row: StudyRow) -> tuple[str, str]:
    """What a study cost and will have cost, and what there is to say about it."""
    spent, rest = row.cost_usd, row.rest_usd
    if spent is None:  # nothing is stored yet
        return DASH, ""
    if row.unpriced:
        why = f"No price is known of {counted(row.unpriced, 'answer')}."
        return (f"at least {money(spent)}", why) if spent else (DASH, why)
    if rest is None:
        return (money(spent) if spent else DASH), "What the rest will cost is known once every model has answered."
    if not spent and not rest:
        return money(0), "The models run on this machine and cost nothing."
    whole = money(spent + rest)
    return (money(spent), "What its answers cost.") if not rest else (f"{money(spent)} of {whole}", EXPECTED)


def _ago(seconds: float) -> str:
    """How long ago, in one unit."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size):,} {unit} ago"
    return "just now"


def now() -> datetime:
    """The time as the store keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
