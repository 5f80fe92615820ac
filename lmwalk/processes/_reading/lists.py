"""Lists: marks and labels of their lines, how words are joined to each other, and lists of results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lmwalk.processes._reading.text import WINDOW, Text, Word, within

_MARKS = (
    # line marks: "1. 4", "**2)** heads", "(3) 6"
    (r"(?:^|\n)[ *_>#(-]*\Z", r"[*_]*[.)][*_:]*(?: |\t)"),
    # labels of a list: "1: 4, 2: 2", "1) 4 2) 2"
    (r"(?:^|\n|[ ,;(])[ *_>#(-]*\Z", r"[*_]*(?:[):=]| ?(?:\u2192|->|=>))"),
    # the first column of a table
    (r"(?:^|\n)\|? ?[*_]*\Z", r"[*_]* ?\|"),
    # keys of an object
    (r"[{,\n] ?\"\Z", r"\" ?:"),
    # numbered records
    (r"\"(?:roll|flip|toss|throw|trial|index|id|i|n|#|number|draw)\" ?: ?\Z", r" ?,"),
)
_SHAPES = tuple((re.compile(before), re.compile(behind)) for before, behind in _MARKS)
_LABEL = re.compile(
    r"\b(?:flip|roll|toss|throw|die|dice|coin|draw|trial|number|result|pick|attempt|round|turn|step"
    r"|w\u00fcrfel|wurf|lancer"
    r"|lancio|tiro|tirada|lanzamiento|lance|move)s? ?(?:#|no\.?|nr\.?|n\u00b0)? ?\Z",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"[*_\"')]*(?: ?[:=>)]| ?(?:\u2014|->|\u2192|-) | (?:is|was|gave|shows|showed|came up)\b)[^\n.!?;]{0,12}\Z",
    re.IGNORECASE,
)
_OR = re.compile(
    r"[\"'*_)`.]*,? ?\(?(?:or(?: else| (?:was|is) (?:it|that))?|oder|ou|o|u|oppure"
    r"|\u0438\u043b\u0438|\u043b\u0438\u0431\u043e"
    r"|\u6216\u8005?|\u8fd8\u662f|\u9084\u662f|\u304b|\u305d\u308c\u3068\u3082|\u307e\u305f\u306f"
    r"|\u3082\u3057\u304f\u306f|/|vs\.?"
    r"|versus)(?: (?:a|the|an|go|to|zu))?[ \"'*_(`]*",
    re.IGNORECASE,
)
_AND = re.compile(
    r"[\"'*_)`]*,? ?(?:and|und|et|y|e|nor|noch|ni|n\u00e9|nem|\u0438|\u043d\u0438|\u548c|\u4e0e|\u8207|\u8ddf"
    r"|\u3068|&)(?: (?:a|the|an|go|to))?[ \"'*_(`]*",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[\"'*_)`]*[,;|][ \"'*_(`]*")
_ARROW = re.compile(r"[\"'*_`]* ?(?:->|=>|\u2192) ?[\"'*_`]*")
_BOTH = re.compile(
    r"\b(?:between|either|both|whether|zwischen|entweder|entre|tra|fra|options?:?|possible \w+(?: are"
    r"|:)) [\"'*_({\[]*\Z",
    re.IGNORECASE,
)
_GLUE = re.compile(
    r"(?:[\W_]|\d+[.)]|然后|和|と|\b(?:and|then|und|et|y|e|и|finally|first|second|third|fourth|fifth|next)\b)*",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:again|correct(?:ion|ed)|actually|wait|oops|sorry|instead|redo|re-?roll\w*|re-?flip\w*|final|answer|fixed"
    r"|better|now"
    r"|scratch that|let me (?:try|fix)|make (?:it|that)|mistake|start over|here (?:is|are) (?:the|my|all))\b",
    re.IGNORECASE,
)
_MEANS = r"[\"'`*]* ?(?:=|as|is|means|meaning|stands? for|represents?|is short for|for)(?=[ \"'`*])? ?[\"'`*]*"
_BRACKET = re.compile(r"[*_]* ?\(")
_SENTENCE = re.compile(r"[.!?\n(]")
_SIGN_COLON = re.compile(r"[\"'`* ]*:[\"'`* ]*")
_SIGN_MEANS = re.compile(_MEANS, re.IGNORECASE)
_SIGN_BEFORE = re.compile(rf"(?<![^\W_])[\"'`*]*[HT0-9]{_MEANS}\Z", re.IGNORECASE)
_PARTS = re.compile(r"[;\n]|\bor\b", re.IGNORECASE)
_COLON = re.compile(r":")
_LEADS_TO = re.compile(r"(?<![^\W_])(?:odd|even|[0-9]) ?(?:\u2192|->|=>) ?\Z", re.IGNORECASE)
_SIGN_BEHIND = re.compile(rf"{_MEANS}[HT0-9](?![^\W_]|[.,]\d)", re.IGNORECASE)
_STRUCK = re.compile(r"~~[^~\n]{1,200}~~|<(del|strike)>[^<\n]{1,200}</\1>", re.IGNORECASE)
_STRUCK_OR_BEGUN = re.compile(r"<s>[^<\n]{1,200}</s>", re.IGNORECASE)
"""Struck through, or the marks that begin and end a text: what stands alone in them is not struck."""
_LETTERS = re.compile(r"(?<![^\W_])[HT]{2,}(?![^\W_])")
_DIGITS = re.compile(r"(?<![\w.,-])[0-9]{2,}(?![\w%]|[.,-]\d)")


def no_marks(text: Text, words: Sequence[Word]) -> list[Word]:
    """Numbers that neither count the entries of a list nor belong to a label such as "roll 2:"."""
    marks = {word for before, behind in _SHAPES for word in _rising(_shaped(text, words, before, behind))}
    labels = {one for one, other in pairwise(words) if _is_label(text, one, other)}
    return [word for word in words if word not in marks and word not in labels and not _is_lone_mark(text, words, word)]


def _shaped(text: Text, words: Sequence[Word], before: re.Pattern[str], behind: re.Pattern[str]) -> Iterator[Word]:
    return (w for w in words if behind.match(text.behind(w.end)) and before.search(text.before(w.begin)))


def _rising(shaped: Iterator[Word]) -> list[Word]:
    """Those that count 1, 2, 3, ..., two at least; a list may begin anew."""
    found: list[list[Word]] = []
    for word in shaped:
        if word.outcome == "1":
            found.append([word])
        elif found and int(word.outcome) == int(found[-1][-1].outcome) + 1:
            found[-1].append(word)
    return [word for run in found if len(run) > 1 for word in run]


def _is_label(text: Text, one: Word, other: Word) -> bool:
    between = text.between(one, other)
    return len(between) < 20 and bool(_LABELLED.match(between) and _LABEL.search(text.before(one.begin)))


def _is_lone_mark(text: Text, words: Sequence[Word], word: Word) -> bool:
    """The "1." of a reply "1. 4"."""
    return (
        len(words) == 2
        and word == words[0]
        and word.outcome == "1"
        and bool(
            re.fullmatch(r"[ *_]*1[.)][*_ ]*", text.plain[: words[1].begin])
            and not text.plain[words[1].end :].strip(" .*_!\n")
        )
    )


def is_listed(text: Text, one: Word, other: Word) -> bool:
    """Whether two neighbours are entries of a list: joined by a comma, "and", "or"."""
    between = text.between(one, other)
    return any(each.fullmatch(between) for each in (_OR, _AND, _COMMA)) if len(between) < 16 else False


def runs(text: Text, words: Sequence[Word]) -> list[list[Word]]:
    """Neighbours that are listed together."""
    found: list[list[Word]] = []
    for word in words:
        if found and is_listed(text, found[-1][-1], word):
            found[-1].append(word)
        else:
            found.append([word])
    return found


def paths(text: Text, words: Sequence[Word]) -> set[Word]:
    """Words of a path, which arrows join: "UP -> LEFT -> DOWN"; two at an arrow may be a question and its answer."""
    joined = [
        (one, other, _ARROW.fullmatch(text.between(one, other)[:WINDOW]) is not None) for one, other in pairwise(words)
    ]
    return {
        word
        for (one, other, first), (_, third, second) in pairwise(joined)
        if first and second
        for word in (one, other, third)
    }


def is_choice(text: Text, run: Sequence[Word]) -> bool:
    """Whether a list offers outcomes: "UP or DOWN", "either of heads and tails", every outcome there is."""
    named = {word.outcome for word in run}
    if len(named) < 2:
        return False
    links = [text.between(one, other) for one, other in pairwise(run)]
    if any(_OR.fullmatch(link) for link in links) or _BOTH.search(text.before(run[0].begin)):
        return True
    joined = len(run) > 2 or any(_AND.fullmatch(link) for link in links)
    once = len(named) == len(run) and joined
    return once and text.many is None and (named == text.alphabet or _is_staircase(run))


def _is_staircase(run: Sequence[Word]) -> bool:
    numbers = [int(word.outcome) for word in run if word.outcome.isdigit()]
    return len(numbers) > 2 and all(b == a + 1 for a, b in pairwise(numbers))


def is_negated_too(text: Text, one: Word, other: Word) -> bool:
    """Whether what negates a word negates the next: "not UP or DOWN", "neither UP nor DOWN"."""
    between = text.between(one, other)
    return len(between) < 16 and bool(_OR.fullmatch(between) or _AND.fullmatch(between))


def batches(text: Text, words: Sequence[Word]) -> list[list[Word]]:
    """Lists that hold as many results as were asked for: the last where one corrects another, none where none does.

    All words are one list where they are as many.
    """
    repeated = {other for one, other in pairwise(words) if _repeats(text, one, other)}
    words = [word for word in words if word not in repeated]
    if not words or len(words) == text.many:
        return [words] if words else []
    parts = _parts(text, words, _PARTS)
    if all(len(part) == text.many for part in parts):
        return _last_corrected(text, parts)
    glued: list[list[Word]] = []
    for word in words:
        if glued and _GLUE.fullmatch(text.between(glued[-1][-1], word)[:40]):
            glued[-1].append(word)
        else:
            glued.append([word])
    whole = [run for run in glued if len(run) == text.many]
    for mark in () if whole else (_COLON, _SENTENCE):
        parts = [run for run in _parts(text, words, mark) if len(run) == text.many]
        if len(parts) == 1:
            return parts
    return _last_corrected(text, whole)


def _repeats(text: Text, one: Word, other: Word) -> bool:
    """Whether a word says again in brackets what stands before them: "heads (H)"."""
    between = text.between(one, other)
    return one.outcome == other.outcome and bool(_BRACKET.fullmatch(between)) and text.behind(other.end)[:1] == ")"


def _parts(text: Text, words: Sequence[Word], mark: re.Pattern[str]) -> list[list[Word]]:
    """Words that no mark stands between."""
    found = [[words[0]]]
    for one, other in pairwise(words):
        if mark.search(text.between(one, other)[:200]):
            found.append([other])
        else:
            found[-1].append(other)
    return found


def _last_corrected(text: Text, whole: list[list[Word]]) -> list[list[Word]]:
    corrects = len(whole) > 1 and _AGAIN.search(text.plain[whole[-2][-1].end : whole[-1][0].begin][-WINDOW:])
    return whole[-1:] if corrects else whole


def no_legend(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words that do not say what a sign stands for; two signs at least are said: "H = heads, T = tails"."""
    signs = {one for one, other in pairwise(words) if _is_sign(text, one, other)}
    named = {other for one, other in pairwise(words) if one in signs}
    said = [word for word in words if word not in signs and (word in named or _is_explained(text, word))]
    close = {word for run in _near(said) if len(run) > 1 for word in run}
    close |= {one for one, other in pairwise(words) if one in signs and other in close}
    outcomes = {word.outcome for word in close}
    return [word for word in words if word not in close] if len(outcomes) > 1 else list(words)


def _near(words: Sequence[Word]) -> list[list[Word]]:
    """Words that stand close to each other and name different outcomes."""
    found: list[list[Word]] = []
    for word in words:
        last = found[-1] if found else []
        if last and word.begin - last[-1].end < 40 and word.outcome not in {each.outcome for each in last}:
            last.append(word)
        else:
            found.append([word])
    return found


def _is_sign(text: Text, one: Word, other: Word) -> bool:
    between = text.between(one, other)
    if one.end - one.begin > 1 or len(between) > 15:
        return False
    same = one.outcome == other.outcome and other.end - other.begin > 1
    return bool(_SIGN_MEANS.fullmatch(between) or (same and _SIGN_COLON.fullmatch(between)))


def _is_explained(text: Text, word: Word) -> bool:
    before, behind = text.before(word.begin), text.behind(word.end)
    found = bool(_SIGN_BEFORE.search(before) or _SIGN_BEHIND.match(behind))
    return found or (text.many is None and bool(_LEADS_TO.search(before)))


def run_together(text: Text) -> list[list[Word]]:
    """Results written without anything between them, "HTHT" or "4264", each piece a list; none that is struck through.

    Where pieces hold as many as were asked for, only these; digits always do.
    """
    letters = list(_LETTERS.finditer(text.plain)) if "heads" in text.alphabet else []
    digits = [
        found for found in _DIGITS.finditer(text.plain) if len(found[0]) == text.many and text.alphabet >= set(found[0])
    ]
    names = {"H": "heads", "T": "tails"}
    pieces = [
        [Word(names.get(sign, sign), found.start() + at, found.start() + at + 1) for at, sign in enumerate(found[0])]
        for found in (letters or digits)
    ]
    gone = struck(text, [word for piece in pieces for word in piece])
    pieces = [piece for piece in pieces if gone.isdisjoint(piece)]
    whole = [piece for piece in pieces if len(piece) == text.many]
    joined = [word for piece in pieces for word in piece]
    return _last_corrected(text, whole) if whole else [joined] * bool(joined)


def struck(text: Text, words: Sequence[Word]) -> set[Word]:
    """Words struck through."""
    surely = set(within(words, (each.span() for each in _STRUCK.finditer(text.plain))))
    begun = set(within(words, (each.span() for each in _STRUCK_OR_BEGUN.finditer(text.plain))))
    return surely | begun if len(surely | begun) < len(set(words)) else surely
