"""Words that a reply answers with: behind "final answer", in a box, alone, in bold, behind "I choose", in capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lmwalk.processes._reading.lists import paths, runs
from lmwalk.processes._reading.text import END, Text, Word, inside, pattern, within

_LABELS = (
    "answer|move|direction|choice|result|outcome|decision|pick|roll|number|action|output|response|flip|toss"
    "|guess|prediction"
    "|conclusion|verdict|final|step|selection|value|face|next|solution|one|antwort|ergebnis|zug|wahl|zahl|r\u00e9ponse"
    "|r\u00e9sultat|choix|respuesta|zufallsergebnis|w\u00fcrfelergebnis|wurf|richtung|endergebnis|mouvement"
    "|d\u00e9placement|movimiento|direcci\u00f3n|n\u00famero|jugada|mossa|direzione"
    "|movimento|numero|dire\u00e7\u00e3o|\u0440\u0435\u0437\u0443\u043b\u044c\u0442\u0430\u0442"
    "|\u043e\u0442\u0432\u0435\u0442|\u0445\u043e\u0434"
    "|\u043d\u0430\u043f\u0440\u0430\u0432\u043b\u0435\u043d\u0438\u0435|\u0432\u044b\u0431\u043e\u0440"
    "|\u0447\u0438\u0441\u043b\u043e|\u0438\u0442\u043e\u0433|\u65b9\u5411|\u9078\u629e|\u6570\u5b57"
    "|\u51fa\u76ee|resultado"
    "|elecci\u00f3n|risposta|risultato|scelta|resposta|escolha|\u7b54\u6848|\u7ed3\u679c|\u7d50\u679c"
    "|\u56de\u7b54|\u7b54\u3048|\u9009\u62e9"
)
_OTHERS = (
    "second|third|fourth|fifth|previous|last|past|earlier|current|latest|first|possible|opposite|alternative|every|each"
)
_OTHER = "".join(rf"(?<!{word}\ )" for word in _OTHERS.split("|"))
_START = r"(?:(?<![^\W_])|(?<=[\u3040-\u30ff\u4e00-\u9fff]))"
_OPEN = r"""(?: [\s"'*_`$(\[{<>] | \\[a-z]+\{ )*"""
_BEFORE_VALUE = rf"(?:(?:a|an|the|it's|it\ is|i\ go|go|to)\ )?{_OPEN}"
_FINAL = pattern(
    rf"\b(?:final|ultimate|definitive)\W+(?:{_LABELS})\b[*_\"')\]\# ]*(?: [:=>\u2192\n] | -> | \u2014 "
    rf"| -\  | \ is | \ was | \ will\ be )[:\s]*{_BEFORE_VALUE} \Z"
)
_BOXED = pattern(rf"(?: \\f?boxed\s*\{{ | \[\[ | <(?:{_LABELS}|final)[^<>\n]{{0,20}}> ){_OPEN} \Z")
_LABEL = pattern(
    rf"{_START}{_OTHER}(?:{_LABELS})(?:\ \([^()\n]{{0,30}}\))?[*_\"')\]\# ]*(?: [:=\u2192] | -> | => "
    rf"| \n | \ ?\u2014\  )[*_\s]*{_BEFORE_VALUE} \Z"
)
_LABEL_AT = pattern(rf"{_START}{_OTHER}(?:{_LABELS})(?:\ \([^()\n]{{0,30}}\))?[*_\"')\]\# ]*(?: [:=\u2192] | -> | => )")
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
_PLACED = (
    r"(?: (?:nach|den|die|das|der|eine?n?|la|le|les|une?|\u00e0|vers|en|el|los|al?|hacia|lo|il|in|verso|para|o"
    r"|uma?|\u043d\u0430|\u0432|sur"
    r"|auf|su|also|donc|jetzt|nun))*"
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
    rf"|\b(?:ich (?:gehe|w\u00e4hle|nehme|entscheide mich f\u00fcr|tippe auf|bewege mich)|(?:w\u00e4hle|nehme"
    rf"|gehe) ich|zeigt|ergibt|lautet"
    rf"|f\u00e4llt auf|landet auf|es ist|ist es|gewinnt|kommt"
    rf"|disons|digamos|diciamo|sagen wir"
    rf"|\u043f\u0443\u0441\u0442\u044c \u0431\u0443\u0434\u0435\u0442|\u0441\u043a\u0430\u0436\u0435\u043c"
    rf"|je (?:vais|tire|opte pour|me d\u00e9place)|tomb\u00e9e? sur|c'est|ce sera|donne|montre|obtenu|sortie?"
    rf"|escojo|voy|me muevo|sali\u00f3|sale|ha salido|cay\u00f3|cay\u00f3 en|es|ser\u00e1|muestra|obtuve|saqu\u00e9"
    rf"|vado|mi muovo|uscit[oa]|esce|mostra|ottenuto|cade su|caduta su|\u00e8"
    rf"|vou|saiu|deu|caiu|\u00e9|ser\u00e1|obtive"
    rf"|\u0432\u044b\u0431\u0438\u0440\u0430\u044e|\u0438\u0434\u0443|\u043f\u043e\u0439\u0434\u0443"
    rf"|\u0434\u0432\u0438\u0433\u0430\u044e\u0441\u044c|\u0433\u043e\u0432\u043e\u0440\u044e"
    rf"|\u0432\u044b\u043f\u0430\u043b[\u0430\u043e]?|\u0432\u044b\u043f\u0430\u0434\u0430\u0435\u0442"
    rf"|\u044d\u0442\u043e|\u0431\u0443\u0434\u0435\u0442|\u043f\u043e\u043b\u0443\u0447\u0438\u043b\w*"
    rf"|\u043f\u043e\u043b\u0443\u0447\u0430\u0435\u0442\u0441\u044f)\b{_PLACED}"
    rf"|(?:\u9009\u62e9?\u4e86?|\u9078\u64c7?\u4e86?|\u8d70|\u662f|\u4e3a|\u70ba|\u63b7\u51fa\u4e86?"
    rf"|\u5f97\u5230\u4e86?|\u629b\u51fa\u4e86?|\u51fa\u73b0\u4e86?|\u51fa\u305f[\u76ee\u9762]\u306f"
    rf"|\u7d50\u679c\u306f)"
    rf"|\b(?:i get|you get|result is|so|wins|time for|make (?:it|that)"
    rf"|(?:change|switch) (?:(?:that|it|this|my \w+) )?to)\b"
    rf"{_ADVERB})[ \"'*_`$(\[{{:,]*\Z",
    re.IGNORECASE,
)
_COMMITTED_BEHIND = re.compile(
    r"[\"'*_`)]*(?:\u3092\u9078\u3073|\u306b\u3057\u307e\u3059|\u306b\u6c7a\u3081|\u304c\u51fa|\u3067\u3059"
    r"|\u3067\u3057\u305f|\u306b\u9032\u307f|\u306b\u884c\u304d|\u306b\u79fb\u52d5|\u3092\u9078\u629e)"
)
_COMMITTED = re.compile(
    r"[\"'*_`)]*(?: it is\b| would be my| is my (?:answer|choice|move|pick|final|best)| is where i go"
    r"| wins\b| is what i| is the one i)",
    re.IGNORECASE,
)
_FIRST = re.compile(r"[\"'*_)]* (?:first|to start|to begin|initially|for a start|for starters)\b", re.IGNORECASE)
"""Behind a step that others follow."""
_ASIDE = re.compile(r"[(|\u2014]|\",|',")
_POINTED = re.compile(r"\bthe (former|latter)\b", re.IGNORECASE)
_SHUNS = re.compile(
    r"\b(?:not|never|no|than|instead|avoid\w*|except|without|if|since|because|over|reject\w*)\b", re.IGNORECASE
)
_SHUNNED = re.compile(
    r"[^.!?;\n]{0,20}\b(?:not|never|wall|too|hits?|blocked|out|last|before|previous\w*|unless|might|may|could"
    r"|worse|dull)\b"
    r"|[^.!?;\n]{0,20}n't\b",
    re.IGNORECASE,
)
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
    listed, path = runs(text, words), paths(text, words)
    single = [run[0] for run in listed if len({word.outcome for word in run}) == 1 and run[0] not in path]
    chosen = [word for word in single if _is_chosen(text, word) and not _rivals(text, word, words)]
    lone = [word for word in single if _is_alone(text, word, words)]
    if len({word.outcome for word in chosen}) == 1 < len({word.outcome for word in lone}):
        return chosen
    given = {*chosen, *lone}
    return [word for word in single if word in given]


def pointed(text: Text, words: Sequence[Word]) -> list[Word]:
    """The one of two neighbours that "the former" or "the latter" behind them means, where one of these is said."""
    said = list(_POINTED.finditer(text.plain))
    pairs = [run for run in runs(text, words) if len({word.outcome for word in run}) == len(run) == 2]
    if len({each[1].lower() for each in said}) != 1 or len(pairs) != 1 or pairs[0][1].end > said[0].start():
        return []
    before = _SHUNS.search(text.sentence_before(said[0].start()))
    behind = _SHUNNED.match(text.behind(said[0].end()))
    return [] if before or behind else [pairs[0][said[0][1].lower() == "latter"]]


def _is_alone(text: Text, word: Word, words: Sequence[Word]) -> bool:
    """A comma sets a word apart only in a sentence without others; a question does not answer."""
    before, behind = text.sentence_before(word.begin), text.sentence_behind(word.end)
    begin, end = word.begin - len(before), word.end + len(behind)
    others = any(other.outcome != word.outcome for other in inside(words, begin, end))
    if behind.endswith("?"):
        return False
    ahead, after = _APART if others else _BY_COMMA
    return bool(ahead.search(text.before(word.begin)) and after.match(text.behind(word.end)))


def _is_chosen(text: Text, word: Word) -> bool:
    before, behind = text.sentence_before(word.begin), text.behind(word.end)
    if _FIRST.match(behind):
        return False
    return bool(_COMMITS.search(before) or _COMMITTED.match(behind) or _COMMITTED_BEHIND.match(behind))


_BARE = re.compile(r"[ .!*_`\"'()\[\]{}$>#-]*")
"""Marks that may stand beside a word in a line of its own."""


def last_line(text: Text, words: Sequence[Word]) -> list[Word]:
    """The outcome that is all of the last line, where none is all of another."""
    alone = [word for word in words if _BARE.fullmatch(_line_around(text, word))]
    last = alone[-1:] if alone and not text.plain[alone[-1].end :].strip(" \n.!*_`\"')]}$") else []
    return last if len(alone) == 1 else []


def _line_around(text: Text, word: Word) -> str:
    """The line that a word stands in, without the word."""
    return text.line_before(word.begin) + text.behind(word.end).partition("\n")[0]


def bold(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words in bold."""
    return within(words, (found.span() for found in _BOLD.finditer(text.plain)))


def capitals(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words in capitals, where others are not."""
    return [word for word in words if word.end - word.begin > 1 and text.said(word).isupper()]
