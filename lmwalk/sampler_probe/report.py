"""What a probe found, as a record that can be kept as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Verdict = Literal["passes", "fails", "cannot tell", "measured"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Finding(_Record):
    """One check: its name, the verdict, why, and the numbers behind it.

    Attributes
    ----------
    numbers : dict
        Such as G, n, p (held over all tests by Holm's method), or seconds; None where there is none.
    counts : bool
        Whether the verdict on the sampler rests on it.
    """

    name: str
    verdict: Verdict
    sentence: str
    numbers: dict[str, float | None] = {}
    counts: bool = True


class Frequencies(_Record):
    """First tokens at one temperature: how often each came, and its probability under an honest sampler."""

    temperature: float
    cuts_off: bool
    names: tuple[str, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]


class ProbeReport(_Record):
    """A probe of one model.

    Attributes
    ----------
    questions : int
        Calls that were answered.
    question : str
        What the frequencies are of.
    """

    model: str
    asked_at: datetime
    seconds: float
    questions: int
    question: str
    findings: tuple[Finding, ...]
    frequencies: tuple[Frequencies, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """``fails`` where a check that counts fails; ``passes`` where frequencies were tested and none does."""
        decisive = [finding for finding in self.findings if finding.counts]
        if any(finding.verdict == "fails" for finding in decisive):
            return "fails"
        tested = any(finding.name.startswith("Frequencies") and finding.verdict == "passes" for finding in decisive)
        return "passes" if tested else "cannot tell"

    @property
    def sentence(self) -> str:
        """The verdict on the sampler in words."""
        failed = [finding.name for finding in self.findings if finding.counts and finding.verdict == "fails"]
        if failed:
            return f"The sampler is not what it is asked to be. Failed: {', '.join(failed)}."
        if self.verdict == "passes":
            return "The sampler does what it is asked, as far as this many answers can show."
        return "Nothing speaks against the sampler, but its frequencies could not be tested."
