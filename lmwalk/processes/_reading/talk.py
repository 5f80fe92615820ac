"""Outcomes that are talked about and not answered with: choices, conditions, chances, reasons, questions, the past."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lmwalk.processes._reading.answers import committed
from lmwalk.processes._reading.lists import is_choice, runs
from lmwalk.processes._reading.text import Text, Word, inside, pattern

_IF = pattern(
    r"""\b(?: if | whenever | unless | whether | in\ case | falls
        | provided )\ (?! (?:I|you|we)\ (?:have|must|had|need|want|were|am|really)\b | forced | pressed
        | so\b | not\b | anything )[^,;:]* \Z | \b(?: otherwise | or\ else | else )\b[^;:]* \Z"""
)
_CHANCE_BEFORE = pattern(
    r"""(?: \b(?: probability | chances? | odds | likelihood | biased? | prob | percent | weight(?:ed)?
        | tendency )(?: \ (?: of | for | towards? | to ))?(?: \ (?: getting | landing | a | it | on | the ))*
    | \bP | % (?: \ (?: of | for | chance\ of ))?(?: \ the\ time )? | \b\d+ (?: \ ?x )? | \bmore | \bfewer
        | \bas\ many | \bnumber\ of | \bdrawing | \bhow\ many ) \ ?[(\ "'*_]* \Z"""
)
_CHANCE_BEHIND = pattern(
    r"""["'*_`]*(?: \ ?:\ ?[*_]*\d | \ =\ ?\d | \ \(\d+\) | \ (?: is | are | was
        | were )\ (?:just\ |equally\ |as\ |more\ |less\ |\d )*(?:likely | probable | possible | \d+\ ?%)
    | \ ?(?: has | have | with )\ (?:a\ |an\ )?(?:probability|chance|\d) )"""
)
_POSSIBLE = pattern(
    r"\b(?: could | might | may )(?: \ (?: also | just | as | well | easily | equally | have | be | been "
    r"| come | go | land | show | on | a | up | move | pick | say | choose | try ))* \ [\"'*_]* \Z"
)
_WOULD = pattern(
    r"[\"'*_]*\ (?: would | could | might )\ (?: be | have\ been )\ (?: nice | fine | just | equally "
    r"| also | as | dull | boring | good | too | possible | ok )"
)
_REASON = pattern(
    r"""\b(?: because | since | given\ that | due\ to | whereas | although | while | weil | parce\ que
        | puisque | porque | perch\u00e9 | poich\u00e9
    | as (?! \ (?: an? | the | for | of | usual | always | requested | you | my | well
        | opposed )\b ) )\b[^,;:]* \Z | (?: \u56e0\u4e3a | \u7531\u4e8e )[^,;:]* \Z"""
)
_PAST_BEFORE = pattern(
    r"""\b(?: last | previous | previously | earlier | so\ far | past | latest | already | history | after
        | recent | recently | yesterday | used\ to )\b (?! .*\b(?: I | now | next | so | but | then | therefore
        | it's )\b ) [^;!?]* \Z"""
)
_WENT = pattern(r"\b(?: went | moved | stepped | walked | been | came\ from )\b [^;:!?\u2014-]* \Z")
_PAST_BEHIND = pattern(
    r"\ (?: was | were | had\ been )\ (?: my | the )\ (?: last | latest | previous | first ) "
    r"| \ (?: last\ time | before | earlier | previously | already )\b"
)
_CORRECTION = re.compile(
    r"(?:^|[.!?;,\n\u2014(-]|\.\.|\bhmm|\boh)[ *_]*(?:(?:but|oh|hmm|no|and|sorry),? )?(?:wait|actually"
    r"|no(?=[,.!:\u2014]| (?:wait|hold|sorry|actually|make|i\b)| -)|scratch that|on second thoughts?"
    r"|on reflection|correction|hold on|i mean|i meant|make that|oops|sorry, i mean|i take that back"
    r"|let me (?:correct|rephrase|reconsider|change)|changed my mind"
    r"|nein, doch|non, plut\u00f4t|mejor dicho|anzi)\b",
    re.IGNORECASE,
)
_MOST_CUES = 20
"""Corrections that are looked at, from the last."""


def _where(test: Callable[[Text, Word], bool]) -> Callable[[Text, Sequence[Word]], list[Word]]:
    return lambda text, words: [word for word in words if not test(text, word)]


def no_choices(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words outside lists of choices."""
    return [word for run in runs(text, words) if not is_choice(text, run) for word in run]


@_where
def no_condition(text: Text, word: Word) -> bool:
    """Whether a word stands behind "if" or "otherwise"."""
    return bool(_IF.search(text.sentence_before(word.begin)))


@_where
def no_chance(text: Text, word: Word) -> bool:
    """Whether a word stands for its probability or number: "50% heads", "12 tails"."""
    if word.outcome.isdigit():
        return False
    return bool(_CHANCE_BEFORE.search(text.before(word.begin)) or _CHANCE_BEHIND.match(text.behind(word.end)))


def no_possibility(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words that neither could be nor are asked, nor were before, nor are a reason; one kind after the other."""
    kept = list(words)
    for aside in (_is_possible, _is_reason, _is_past, _is_asked):
        kept = [word for run in runs(text, kept) for word in _rest(text, run, aside)] or kept
    return kept


def _rest(text: Text, run: Sequence[Word], aside: Callable[[Text, Word], bool]) -> list[Word]:
    """Words of a list that are not said aside; choices are said aside together: "it could be heads or tails"."""
    if is_choice(text, run):
        return [] if aside(text, run[0]) else list(run)
    return [word for word in run if not aside(text, word)]


def _is_possible(text: Text, word: Word) -> bool:
    return bool(_POSSIBLE.search(text.before(word.begin)) or _WOULD.match(text.behind(word.end)))


def _is_reason(text: Text, word: Word) -> bool:
    return bool(_REASON.search(text.sentence_before(word.begin)))


def _is_past(text: Text, word: Word) -> bool:
    before = text.sentence_before(word.begin)
    went = "UP" in text.alphabet and _WENT.search(before)
    return bool(went or _PAST_BEFORE.search(before) or _PAST_BEHIND.match(text.behind(word.end)))


def _is_asked(text: Text, word: Word) -> bool:
    return text.sentence_behind(word.end).endswith("?")


def corrected(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words behind the last correction that an answer follows; all where there is none."""
    cues = [found.end() for found in _CORRECTION.finditer(text.plain)]
    for cue in reversed(cues[-_MOST_CUES:]):
        left = list(inside(words, cue, len(text.plain)))
        if left and len(left) < len(words):
            given = left[:1] if left[0].begin - cue < 4 else committed(text, left)
            if len({word.outcome for word in given}) == 1:
                return left
    return list(words)
