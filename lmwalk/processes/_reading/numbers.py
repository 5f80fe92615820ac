"""Numbers that are no result: parts of other numbers, and those of the question, such as sides, ranges and counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lmwalk.processes._reading.text import Text, Word, pattern

_LISTED = re.compile(r"(?<![\w.,/-])\d{1,4}([,;/|-])\d{1,4}(?:\1\d{1,4})+(?![\w/-])")
_PART_BEFORE = pattern(
    r"\d[.,/:] \Z | (?: ^ | [\s(=,:\[] ) [-+] \Z | [^\W_][-\u2014] \Z | [a-z]_ \Z | [\u20ac\u00a3\u00a5]\ ? \Z"
)
_PART_BEHIND = pattern(
    r"""[.,/:]\d | [-\u2014][^\W_] | \ ?[%\u20ac\u2030\u00b0]
    | \ ?(?: percent | per\ cent | prozent | pour\ cent | por\ ciento | euros? | dollars? )\b
    | [-\ ](?: hundred | thousand | million | billion | dozen | point )\b"""
)
_RANGE = pattern(
    r"""["'*]*\ ?(?: to | through | thru | until | up\ to | bis | \u2014 | - | ~ | \.\.+ | [\u5230\u81f3]
        | \u304b\u3089 | \u0434\u043e | \u043f\u043e | \u00e0 | \u301c )\ ?["'*]*"""
)
_PAIR = pattern(
    r"\W*(?: a | al | e | y | et | und | and | \u00e0 | ao | \u0438 | \u548c | \u3068 )\W*"
    r"(?: (?: el | il | le | l | the | der | die | das | o )\b\W* )?"
)
_FROM = pattern(
    r"\b(?: between | zwischen | entre | tra | fra | from | de | da | do | del | du "
    r"| dal | \u043c\u0435\u0436\u0434\u0443 )\ "
    r"(?: (?: the\ numbers? | der | die | den | das | el | il | le | la | los | gli | o | os | the )\ | l' )?"
    r" [\"'*]* \Z"
)
_NAMED = pattern(r"(?: range | interval | between | in | from )\W{0,4}[\[({] \Z")
_BEFORE = pattern(
    r"""(?: \b(?:each|all|any|every\ one|which|most|some|none)\ of\ (?:the|these|those|my) | \ball\ the
        | out\ of | \d\ in | \d\ of
        | (?: \b(?: eine?r? | une? | uno | una | um | uma | \u043e\u0434\u0438\u043d | \u043e\u0434\u043d\u0430 ) | \d )
            \ (?: von | sur | su | di | de | em | \u0438\u0437 )(?:\ cada)? | one\ in
        | (?: less | more | greater | smaller )\ than | at\ (?: least | most )
        | above | below | under | over | up\ to | count\ to | seed (?: \ of | \ is | \ = | : )? | past | quarter\ to
        | top | version | page | chapter | takes
        | \b(?: jan(?:uary)? | feb(?:ruary)? | mar(?:ch)? | apr(?:il)? | may | june? | july? | aug(?:ust)?
        | sept?(?:ember)?
            | oct(?:ober)? | nov(?:ember)? | dec(?:ember)? )\.?
        | \b(?: mod | modulo | plus | minus | times | divided\ by ) )\ ? \Z | [\d)](?: \ [+*\u00d7\u00f7/^%<>][\ ]
        | [+*\u00d7\u00f7/^%<>] )\Z"""
)
_CHANCE_OF = pattern(
    r"\b(?: probability | chances? | odds | likelihood )\ (?: of | for | to )\ "
    r"(?: roll(?:ing)? | get(?:ting)? | throw(?:ing)? | draw(?:ing)? | pick(?:ing)? | landing\ on )\ (?:an?\ )? \Z"
)
_STEP = pattern(
    r"\b(?: steps? | phase | part | chapter | day | page | trial | attempt | round | question | schritt )\ ?\#? \Z"
)
_BEHIND = pattern(
    r"""\ (?: in | out\ of | von | sur | su | em | de\ cada | \u0438\u0437 | auf )\ (?: \d | six\b | ten\b
        | sechs | zehn | dix | diez | dieci | dez | seis | sei\b )
    | \ of\ (?: \d | one\b | six\b | ten\b | them\b | us\b | the\b | a\ kind\b | my\b | these\b | those\b )
    | \ (?:of\ )?(?: january | february | march | april | may (?! \ be ) | june | july | august | september
        | october | november
        | december )\b
    | \ ?(?: [+\u00d7\u00f7^] | \*(?!\*)\ ?\d | [<>=]\ ?\d | =\ ?[^\W\d] | -\ \d ) | \ (?: mod | modulo | plus
        | minus | divided )\b
    | [\u9762\u6b21\u4e2a\u500b\u56de\u679a]"""
)
_ONE_OF = pattern(
    r"\ (?: die | dice | coin | flip | roll | toss | throw | time | digit | option | choice | face "
    r"| side | minute | second | hour | attempt )\b"
)
"""What there is one of."""
_COUNTED = r"""dice | sided | \w+-sided | seitig\w* | possible | different | equally | distinct | random | whole | more
        | o'clock | [ap]m | simulated | independent
    | consecutive | caras | lados | lati | facce | w\u00fcrf\w* | zahlen | n\u00fameros | numeri | people | to\ tango
    | (?: faces | sides | numbers | options | choices | rolls | times | digits | minutes | seconds | hours
        | outcomes | possibilities | results | attempts )"""
_VERBS = (
    "is|was|has|does|as|this|its|his|always|yes|thus|perhaps|sometimes|besides|unless|across|towards|seems|feels|sounds|works"
    "|comes|wins|stands|appears|pops|shows|lands|looks|fits|suits|jumps|speaks|calls|goes|gets|makes|strikes|remains|means"
    "|happens|sits|lies|rolls|says|yields|gives|satisfies|falls|ends|pips|dots|spots|eyes|points"
)
"""Words in -s behind a number that is not their count; a die shows pips or dots."""
_SUM = re.compile(r" ?= ?\d")
_ENTRY = re.compile(r"\d,? (?:and )?\Z")
"""Before the last number of a list that its sum stands behind."""
_COUNT = pattern(rf"\ (?:{_COUNTED})\b")
_PLURAL = pattern(
    rf"\ (?: (?!(?:{_VERBS})\b)[a-z]{{2,}}s\b(?!') | (?: [a-z]+ing | [a-z]+al | fair | other )\ [a-z]{{2,}}s\b )"
)


def whole(text: Text, words: Sequence[Word]) -> list[Word]:
    """Numbers that stand for themselves: no part of a decimal, a date, a percentage or another number."""
    listed = _places(text, words)
    return [word for word in words if word.begin in listed or not _is_part(text, word)]


def not_asked(text: Text, words: Sequence[Word]) -> list[Word]:
    """Numbers that are no range, count, chance or operand."""
    listed = _places(text, words)
    ranged = {place for pair in pairwise(words) if _is_range(text, *pair) for place in pair}
    return [word for word in words if word.begin in listed or (word not in ranged and not _is_asked(text, word))]


def _places(text: Text, words: Sequence[Word]) -> set[int]:
    """Where numbers of lists without spaces begin; all of a list have to be outcomes."""
    known = {word.begin for word in words if word.outcome in text.alphabet}
    places: set[int] = set()
    for found in _LISTED.finditer(text.plain):
        own = {found.start() + each.start() for each in re.finditer(r"\d+", found[0])}
        places |= own if own <= known else set()
    return places


def _is_part(text: Text, word: Word) -> bool:
    before, behind = text.before(word.begin), text.behind(word.end)
    dollars = before.endswith("$") and not behind.startswith("$")
    return dollars or bool(_PART_BEFORE.search(before) or _PART_BEHIND.match(behind))


_OTHERWISE_FROM = re.compile(r"\W{0,2}(?:\u306e\u9593|\u4e4b\u95f4|\u4e4b\u9593)")
"""Behind the second number, where others have "between" before the first."""


def _is_range(text: Text, one: Word, other: Word) -> bool:
    between = text.between(one, other)
    if len(between) > 12 or int(one.outcome) >= int(other.outcome):
        return False
    before = text.before(one.begin)
    if _RANGE.fullmatch(between):
        return True
    if _PAIR.fullmatch(between):
        return bool(_FROM.search(before) or _OTHERWISE_FROM.match(text.behind(other.end)))
    return between in (",", ", ") and bool(_NAMED.search(before))


def _is_asked(text: Text, word: Word) -> bool:
    before, behind = text.before(word.begin), text.behind(word.end)
    if text.many and _SUM.match(behind) and _ENTRY.search(before):
        return False
    step = _STEP.search(before) and behind[:1] in (":", ".", ")", "*")
    single = word.outcome == "1" and _ONE_OF.match(behind)
    counts = _COUNT.match(behind) or (before.strip() and _PLURAL.match(behind))
    return bool(
        step or single or counts or any(each.search(before) for each in (_BEFORE, _CHANCE_OF)) or _BEHIND.match(behind)
    )
