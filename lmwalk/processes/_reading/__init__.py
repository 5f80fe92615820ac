"""How replies are read: words that name outcomes are found, rules leave some out, and what is left decides.

``rules`` lists the rules. What remains unclear is ambiguous; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from lmwalk.processes._reading import languages, lists, refusal, turns
from lmwalk.processes._reading.rules import DECIDE, FIRST, GIVEN, NEVER, SENSES, UNLESS_ALONE, Rule
from lmwalk.processes._reading.text import Text, Word
from lmwalk.processes._reading.words import finder
from lmwalk.thoughts import blanked
from lmwalk.types import Outcome, Parsed, Span, Status

Reading = Literal["one", "first"]
_BARE = " \n.!*_`\"'"
"""What may stand around a word that is the whole reply."""


_MOST = 200
"""Words that are looked at from each end of a reply, where it is to hold one result."""


_SHORT = 64
"""Characters of a reply whose reading is remembered."""


class Read(NamedTuple):
    """How a reply was read, and from which pieces of it."""

    parsed: Parsed
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Reader:
    """Reads replies by the corrected rules.

    Attributes
    ----------
    alphabet : tuple of str
        The outcomes.
    first : bool
        Whether the first outcome named counts, for models that complete a text and go on.
    many : int, optional
        How many results one answer is to hold; one where it is left out.

    >>> Reader(("UP", "DOWN", "LEFT", "RIGHT"))("Not UP. Let's go left!").parsed
    Parsed(outcome='LEFT', status='ok')
    """

    alphabet: tuple[Outcome, ...]
    first: bool = False
    many: int | None = None

    def __call__(self, reply: str) -> Read:
        # most replies are a word, and the same few of them come thousands of times
        return _read_before(self, reply) if len(reply) <= _SHORT else self.read_anew(reply)

    def read_anew(self, reply: str) -> Read:
        """The same, looked at again."""
        said = blanked(reply)  # a thought is no answer
        text = Text(said, self.alphabet, self.many)
        for begin in turns.begins(text.plain, turns.room(text)):
            own = self._read(Text(said[: text.span(begin, begin + 1)[0]], self.alphabet, self.many))
            if own.parsed.status in ("ok", "refused"):
                return own
        return self._read(text)

    def _read(self, text: Text) -> Read:
        if not text.plain.strip():
            return Read(Parsed(None, "empty", "empty"), ())
        found = self._found(text)
        if len(found) == 1 and found[0].outcome in text.alphabet and not text.around(found[0]).strip(_BARE):
            return _read(text, found, "ok", "only word")
        kept, why = self._kept(text, found)
        if self.many:
            return self._several(text, found, kept, why)
        return self._one(text, kept, why) if kept else self._unread(text, found, why)

    def _found(self, text: Text) -> list[Word]:
        """English words and digits; words of other languages where none of these names an outcome."""
        own = self._looked_at(finder(self.alphabet)(text))
        left: Sequence[Word] = own
        for rule in self._of(SENSES) if own else ():
            left = rule.take(text, left)
        if left and any(text.said(word).lower() not in languages.SHARED for word in left):
            return own
        foreign = languages.counted(text, self._looked_at(languages.words(text)))
        return foreign or own

    def _looked_at(self, found: list[Word]) -> list[Word]:
        """Of very many words those near the beginning and the end, so that no reply takes long."""
        most = max(_MOST, 4 * (self.many or 0))
        return found if len(found) <= 2 * most else [*found[:most], *found[-most:]]

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Rules that are for this alphabet, in their order."""
        return (*self._of(FIRST), *self._of(NEVER), *self._of(UNLESS_ALONE), *self._of(DECIDE))

    def _of(self, rules: Sequence[Rule]) -> tuple[Rule, ...]:
        return tuple(rule for rule in rules if rule.examples(self.alphabet) is not None)

    def _kept(self, text: Text, found: Sequence[Word]) -> tuple[list[Word], str]:
        """Words that count, and the last rule that took an outcome away."""
        kept, why = list(found), "only word" if self._named(found) else "no outcome"
        for rule in self._of(NEVER) if found else ():
            left = rule.take(text, kept)
            why = rule.name if self._named(left) < self._named(kept) else why
            kept = left
        return [word for word in kept if word.outcome in text.alphabet], why

    def _unless_alone(self, text: Text, kept: list[Word], why: str) -> tuple[list[Word], str]:
        for rule in self._of(UNLESS_ALONE):
            left = rule.take(text, kept) or kept
            why = rule.name if self._named(left) < self._named(kept) else why
            kept = left
        return kept, why

    def _named(self, words: Sequence[Word]) -> set[Outcome]:
        return {word.outcome for word in words} & set(self.alphabet)

    def _one(self, text: Text, kept: list[Word], why: str) -> Read:
        if not self.first:
            kept, why = self._unless_alone(text, kept, why)
        refused = refusal.refuses(text)
        if refused and not _given(text, kept):
            return _refused(text)
        if self.first:
            return _read(text, kept[:1], "ok", why if len(self._named(kept)) == 1 else "first of several")
        if len(self._named(kept)) == 1:
            return _read(text, kept, "ok", why)
        return self._decided(text, kept, self._of(GIVEN if refused else DECIDE) if text.talks(kept) else ())

    def _decided(self, text: Text, kept: list[Word], rules: Sequence[Rule]) -> Read:
        """One of several outcomes, by the first rule that finds words of it alone."""
        for rule in rules:
            found = rule.take(text, kept)
            if len(self._named(found)) == 1:
                return _read(text, found, "ok", rule.name)
            if found and rule in GIVEN:
                break
        return _read(text, kept, "ambiguous", "two outcomes")

    def _several(self, text: Text, found: Sequence[Word], kept: list[Word], why: str) -> Read:
        batches = lists.batches(text, kept) if kept else lists.run_together(text)
        if len({tuple(word.outcome for word in batch) for batch in batches}) > 1:
            return _read(text, [word for batch in batches for word in batch], "ambiguous", "several lists")
        if not batches and len(kept) < (self.many or 0):
            kept = [word for word in kept if not text.sentence_behind(word.end).endswith("?")]  # the question again
        if not batches and len(kept) > (self.many or 0):
            return _read(text, kept, "ambiguous", "too many results")
        kept = next(iter(batches), kept)
        if not kept:
            return self._unread(text, found, why)
        if len(kept) == 1 and refusal.refuses(text) and not _given(text, kept):
            return _refused(text)
        return _read(text, kept, "ok", "list" if len(kept) > 1 else "only word")

    def _unread(self, text: Text, found: Sequence[Word], why: str) -> Read:
        if refusal.cue(text):
            return _refused(text)
        open_ = [word for word in found if why in ("condition", "chance") and word.outcome in text.alphabet]
        if len(self._named(open_)) > 1 and not self.many:
            return _read(text, open_, "ambiguous", why)
        return Read(Parsed(None, "unparsed", why), ())


def _given(text: Text, kept: Sequence[Word]) -> bool:
    return any(rule.take(text, kept) for rule in GIVEN)


def _read(text: Text, words: Sequence[Word], status: Status, why: str) -> Read:
    outcome = ", ".join(word.outcome for word in words) if text.many else words[0].outcome
    spans = tuple(text.span(word.begin, word.end) for word in words)
    return Read(Parsed(outcome if status == "ok" else None, status, why), spans)


def _refused(text: Text) -> Read:
    found = refusal.cue(text)
    return Read(Parsed(None, "refused", "refused"), (text.span(*found.span()),) if found else ())


def empty_or_refused(reply: str) -> Parsed:
    """Why a reply that names no outcome names none: ``empty``, ``refused`` or ``unparsed``."""
    if not blanked(reply).strip():
        return Parsed(None, "empty", "empty")
    return Parsed(None, "refused", "refused") if refusing(reply) else Parsed(None, "unparsed", "no outcome")


def refusing(reply: str) -> tuple[Span, ...]:
    """Where a reply that names no outcome refuses to."""
    text = Text(blanked(reply), ())
    found = refusal.cue(text)
    return (text.span(*found.span()),) if found else ()


def stripped(reply: str) -> tuple[Span, ...]:
    """Where the text of a reply stands, without thoughts and space around it."""
    said = blanked(reply)
    text = said.strip()
    begin = len(said) - len(said.lstrip())
    return ((begin, begin + len(text)),) if text else ()


@lru_cache(maxsize=4096)
def _read_before(reader: Reader, reply: str) -> Read:
    return reader.read_anew(reply)
