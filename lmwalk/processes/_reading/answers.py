"""Words that a reply answers with: behind "final answer", in a box, alone, in bold, behind "I choose", in capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lmwalk.processes._reading.lists import runs
from lmwalk.processes._reading.text import END, Text, Word, inside, pattern, within

_LABELS = (
    "answer|move|direction|choice|result|outcome|decision|pick|roll|number|action|output|response|flip|toss|guess|prediction"
    "|conclusion|step|selection|value|face|next|solution|one|antwort|ergebnis|zug|wahl|zahl|r\u00e9ponse|r\u00e9sultat|choix|respuesta|resultado"
    "|elecci\u00f3n|risposta|risultato|scelta|resposta|escolha|\u7b54\u6848|\u7ed3\u679c|\u7d50\u679c|\u56de\u7b54|\u7b54\u3048|\u9009\u62e9"
)
_OTHERS = "previous|last|past|earlier|current|latest|first|possible|opposite|alternative|every|each"
_OTHER = "".join(rf"(?<!{word}\ )" for word in _OTHERS.split("|"))
_OPEN = r"""(?: [\s"'*_`$(\[{<>] | \\[a-z]+\{ )*"""
_BEFORE_VALUE = rf"(?:(?:a|an|the|it's|it\ is|i\ go|go|to)\ )?{_OPEN}"
_FINAL = pattern(
    rf"\b(?:final|ultimate|definitive)\W+(?:{_LABELS})\b[*_\"')\]\# ]*(?: [:=>\u2192\n] | -> | \u2014 "
    rf"| -\  | \ is | \ was | \ will\ be )[:\s]*{_BEFORE_VALUE} \Z"
)
_BOXED = pattern(rf"(?: \\f?boxed\s*\{{ | \[\[ | <(?:{_LABELS}|final)[^<>\n]{{0,20}}> ){_OPEN} \Z")
_LABEL = pattern(
    rf"(?<![^\W_]){_OTHER}(?:{_LABELS})(?:\ \([^()\n]{{0,30}}\))?[*_\"')\]\# ]*(?: [:=\u2192] | -> | => "
    rf"| \n | \ ?\u2014\  )[*_\s]*{_BEFORE_VALUE} \Z"
)
_LABEL_AT = pattern(
    rf"(?<![^\W_]){_OTHER}(?:{_LABELS})(?:\ \([^()\n]{{0,30}}\))?[*_\"')\]\# ]*(?: [:=\u2192] | -> | => )"
)
_FILLER = (
    r"(?:(?:okay|ok|sure|so|well|then|hmm+|alright|all right|thus|therefore|hence|and|but|let's say"
    r"|let's go|i say|just|simply|go|going|move|moving|a|an|the|to|it is"
    r"|it's|its|also|donc|mais|sondern|aber|mas|ma|pero|sino|now|maybe|perhaps|probably|obviously|yes"
    r"|it rolled over|c'est|est|\u00e9|\u00e8|es)[ ,]+)*"
)
_BEGINS = rf"[^\w:]*(?:\d{{1,2}}[.)][^\w]*)?{_FILLER}[^\w,:]*\Z"
_GOES_ON = (
    r"(?: (?:it is|then|please|again|for me|of course|obviously|i guess|i think|this time|today|now"
    r"|instead))?[^\w\n.!?;:,\u2014-]*"
)
_APART = (
    re.compile(rf"(?:^|{END}|[:\u2014(.]|\s-\s|->|=>|\u2192){_BEGINS}", re.IGNORECASE),
    re.compile(rf"{_GOES_ON}(?:\Z|[.!?;\n:\u2014)]| - )", re.IGNORECASE),
)
_BY_COMMA = (
    re.compile(rf"(?:^|{END}|[:\u2014(.,]|\s-|->|=>|\u2192){_BEGINS}", re.IGNORECASE),
    re.compile(rf"{_GOES_ON}(?:\Z|[.!?;\n:\u2014),]| -)", re.IGNORECASE),
)
_ADVERB = (
    r"(?: (?:therefore|then|thus|now|simply|just|randomly|also|definitely|rather|go|to|with|for|on|in|as"
    r"|a|an|the|that|it|is|was|one|step|number|direction|move|moving|got|and|say|choose|take|up|of"
    r"|towards|her|come|comes|came|is a|:))*"
)
_ACT = (
    r"go|move|step|walk|head|turn|choose|pick|select|take|say|guess|opt|answer|call|settle|decide|decided"
    r"|flip|flipped|roll|rolled|toss|tossed|get|got|drew|threw|chose"
    r"|picked|selected|expect|predict|prefer|use|try|going|moving|heading|choosing|picking|taking|saying"
)
_COMMITS = re.compile(
    rf"(?:\b(?:i|we|let's|let me|i'll|i'd|i'm|we'll|gonna|you|he|she|walker)(?: (?:will|would|shall|am"
    rf"|have to|had to|must|should|randomly|simply|just|therefore|now|then|rather|finally|also|still"
    rf"|always|like to|want to|think i(?:'ll| will)?|decided? to|choose to|gonna|going to))*"
    rf" (?:{_ACT})\b{_ADVERB}"
    rf"|\b(?:(?:my|the(?! other)|your|our|this|its|simulated|virtual|best|next|random)(?: [a-z]+){{0,3}}"
    rf"|it|that|flip|toss|roll|and i|here|coin|die) ?(?:is|was|'s|will be|would (?:be|land on|show"
    rf"|come up)|lands?|landed|came up"
    rf"|comes up|shows?|showed|turns? up|turned up|fell|reads|says|gave me|gives|means|are|moves|goes"
    rf"|suggests)\b{_ADVERB}"
    rf"|\b(?:ich (?:sage|w\u00e4hle|nehme)|sage ich|je (?:dirais|dis|choisis|prends)|digo|dir\u00eda|elijo"
    rf"|dico|direi|scelgo|diria|escolho"
    rf"|\u6211(?:\u9009\u62e9?|\u8bf4|\u731c)){_ADVERB}"
    rf"|\b(?:i get|you get|result is|so|wins|time for)\b{_ADVERB})[ \"'*_`$(\[{{:,]*\Z",
    re.IGNORECASE,
)
_COMMITTED = re.compile(
    r"[\"'*_`)]*(?: it is\b| would be my| is my (?:answer|choice|move|pick|final|best)| is where i go"
    r"| wins\b| is what i| is the one i)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"[(|\u2014]|\",|',")
_BOLD = re.compile(r"\*\*(?! )([^*\n]{1,80})\*\*|__(?! )([^_\n]{1,80})__|\\textbf\{([^{}\n]{1,80})\}")


def final(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words behind "final answer", else in a box or tags, else behind a label such as "Answer:"; rivals with them."""
    for mark in (_FINAL, _BOXED, _LABEL):
        marked = [word for word in words if mark.search(text.before(word.begin))]
        if marked:
            own = set(marked)
            listed = [word for run in runs(text, words) if not own.isdisjoint(run) for word in run]
            return [*listed, *(rival for word in marked for rival in _rivals(text, word, words))]
    labelled = [word for word in words if _LABEL_AT.search(text.sentence_before(word.begin))]
    return labelled if len({word.outcome for word in labelled}) == 1 else []


def _rivals(text: Text, word: Word, words: Sequence[Word]) -> list[Word]:
    """Other outcomes that the sentence goes on to name: "UP first and LEFT afterwards"."""
    rest = _ASIDE.split(text.sentence_behind(word.end), maxsplit=1)[0]
    return [other for other in inside(words, word.end, word.end + len(rest)) if other.outcome != word.outcome]


def committed(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words that stand alone in a line or sentence, or behind "I choose", "it landed on"; of several the chosen one."""
    listed = runs(text, words)
    single = [run[0] for run in listed if len({word.outcome for word in run}) == 1]
    chosen = [word for word in single if _is_chosen(text, word) and not _rivals(text, word, words)]
    lone = [word for word in single if _is_alone(text, word, words)]
    if len({word.outcome for word in chosen}) == 1 < len({word.outcome for word in lone}):
        return chosen
    given = {*chosen, *lone}
    return [word for word in single if word in given]


def _is_alone(text: Text, word: Word, words: Sequence[Word]) -> bool:
    """A comma sets a word apart only in a sentence without others."""
    before, behind = text.sentence_before(word.begin), text.sentence_behind(word.end)
    begin, end = word.begin - len(before), word.end + len(behind)
    others = any(other.outcome != word.outcome for other in inside(words, begin, end))
    ahead, after = _APART if others else _BY_COMMA
    return bool(ahead.search(text.before(word.begin)) and after.match(text.behind(word.end)))


def _is_chosen(text: Text, word: Word) -> bool:
    before = text.sentence_before(word.begin)
    return bool(_COMMITS.search(before) or _COMMITTED.match(text.behind(word.end)))


def bold(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words in bold."""
    return within(words, (found.span() for found in _BOLD.finditer(text.plain)))


def capitals(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words in capitals, where others are not."""
    return [word for word in words if word.end - word.begin > 1 and text.said(word).isupper()]
