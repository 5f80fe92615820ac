"""Outcomes that are talked about and not answered with: choices, conditions, chances, reasons, questions, the past."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from lmwalk.processes._reading.answers import committed
from lmwalk.processes._reading.lists import is_choice, is_negated_too, runs
from lmwalk.processes._reading.text import Text, Word, inside, pattern
from lmwalk.processes._reading.words import DIRECTIONS

_IF = pattern(
    r"""\b(?: if | whenever | unless | whether | in\ case | falls
        | provided )\ (?! (?:I|you|we)\ (?:have|must|had|need|want|were|am|really)\b | forced | pressed
        | so\b | not\b | anything )[^,;:]* \Z
    | (?: \b(?: wenn | sofern | \u0435\u0441\u043b\u0438 ) | (?: \A\W* | [,;:]\ )(?: si | se
        | s'il )\ (?! \u00e8\b | ferma\b | tratta\b )
        | \u5982\u679c | \u82e5\u662f | \u5047\u5982 | \u8981\u662f | \u3082\u3057 )[^,;:]* \Z
    | \b(?: otherwise | or\ else | else )\b[^;:]* \Z"""
)
_CHANCE_BEFORE = pattern(
    r"""(?: \b(?: probability | chances? | odds | likelihood | biased? | prob | percent | weight(?:ed)?
        | tendency | wahrscheinlichkeit | probabilit[\u00e9\u00e0] | probabilidade?s?
        | \u0432\u0435\u0440\u043e\u044f\u0442\u043d\u043e\u0441\u0442\w* | \u0448\u0430\u043d\u0441\w*
        | \u6982\u7387
        | \u51e0\u7387 | \u78ba\u7387 )(?: \ (?: of | for | towards? | to | f\u00fcr | von | pour | de
        | d'obtenir | que\ salga | di | da | do | \u043d\u0430
        | \u0432\u044b\u043f\u0430\u0434\u0435\u043d\u0438\u044f ))?(?: \ (?: getting | landing | being | a | it | on
        | the | obtener | obtenir | la | le | el | il | o ))*
    | \bP | % (?: \ (?: of | for | chance\ of ))?(?: \ the\ time )?
        | \b\d+ (?: \ ?(?: x | \u00d7 | times | mal | fois | veces | volte | vezes
        | \u0440\u0430\u0437\u0430? | \u6b21 | \u56de ) )?
        | \b(?: two | three | four | five | six | seven | eight | nine | ten ) | \bmore | \bfewer
        | \bas\ many | \bnumber\ of | \bdrawing | \bhow\ many ) \ ?[(\ "'*_]* \Z"""
)
_CHANCE_BEHIND = pattern(
    r"""["'*_`]*(?: \ ?:\ ?[*_]*\d | \ =\ ?\d | \ \(\d+\) | \ (?: is | are | was
        | were )\ (?:just\ |equally\ |as\ |more\ |less\ |\d )*(?:likely | probable | possible | \d+\ ?%)
    | \ ?(?: has | have | with )\ (?:a\ |an\ )?(?:probability|chance|\d)
    | \ (?: mit | avec | con | com | \u0441 | und | hat | a | tiene | ha | tem
        | \u0438\u043c\u0435\u0435\u0442 )\ (?:\w+\ ){0,2}(?: wahrschein | prob
        | \u0432\u0435\u0440\u043e\u044f\u0442\u043d | \d+\ ?% )
    | \ (?: came\ up | appeared | occurred | won | landed | showed\ up | turned\ up )\ (?:only\ |just\ )?
        (?: \d | once | twice | three | four | five )
    | \ \d+\ ?% | \ ?(?: ist | est | es | \u00e8 | \u00e9 | sind | sont | son | sono
        | s\u00e3o )\ (?:\w+\ )?\d+\ ?%
    | (?: \u671d\u4e0a | \u304c\u51fa\u308b | \u51fa\u308b )?[\u7684\u306e](?: \u6982\u7387 | \u51e0\u7387
        | \u6a5f\u7387 | \u78ba\u7387 | \u53ef\u80fd\u6027 ) | (?: \u5404 | \u90fd)?(?: \u5360 | \u6709
        | \u662f )?\d+\ ?% )"""
)
_LISTED_BEFORE = re.compile(r"(?:(?<![^\W_])[HT][ ,]{1,2}|\(\d+\)[ *_]*)\Z")
"""Before the last letter of "H T H = 2 heads", and behind the mark of "(1) heads (2) tails"."""
_POSSIBLE = pattern(
    r"\b(?: could | might | may )(?: \ (?: also | just | as | well | easily | equally | have | be | been "
    r"| come | go | land | show | on | a | up | move | pick | say | choose | try ))* \ [\"'*_]* \Z"
    r"| \b(?: k\u00f6nnte | vielleicht | eventuell | pourrait | peut-\u00eatre | podr\u00eda | puede | quiz\u00e1s?"
    r"| tal\ vez | potrebbe | forse | poderia | talvez"
    r" | \u043c\u043e\u0436\u0435\u0442\ \u0431\u044b\u0442\u044c | \u043c\u043e\u0436\u0435\u0442"
    r" | \u043c\u043e\u0433 | \u0432\u043e\u0437\u043c\u043e\u0436\u043d\u043e"
    r"| w\u00e4re | serait | ser\u00eda | sarebbe | seria )(?: \ [^\W\d_]+ ){0,3} \ [\"'*_]* \Z"
    r"| (?: \u53ef\u80fd | \u4e5f\u8bb8 | \u4e5f\u8a31 | \u6216\u8bb8 | \u305f\u3076\u3093"
    r" | \u591a\u5206 )[^,;:]{0,4} \Z"
)
_WOULD = pattern(
    r"[\"'*_]*\ (?: would | could | might )\ (?: be | have\ been )\ (?: nice | fine | just | equally "
    r"| also | as | dull | boring | good | too | possible | ok )"
)
_REASON = pattern(
    r"""\b(?: because | since | given\ that | due\ to | whereas | although | while | weil | parce\ que
        | puisque | porque | perch\u00e9 | poich\u00e9 | denn | car | ya\ que | puesto\ que | visto\ que | pois
        | j\u00e1\ que | dado\ che
        | dato\ che | siccome | \u043f\u043e\u0442\u043e\u043c\u0443\ \u0447\u0442\u043e
        | \u0442\u0430\u043a\ \u043a\u0430\u043a | \u043f\u043e\u0441\u043a\u043e\u043b\u044c\u043a\u0443
        | \u0432\u0435\u0434\u044c
    | as (?! \ (?: an? | the | for | of | usual | always | requested | you | my | well
        | opposed )\b ) )\b[^,;:]* \Z | (?: \u56e0\u4e3a | \u7531\u4e8e )[^,;:]* \Z"""
)
_PAST_BEFORE = pattern(
    r"""(?: \u4e0a\u6b21 | \u4e0a\u4e00\u6b21 | \u4e4b\u524d | \u524d\u56de | \u3055\u3063\u304d )[^,;:!?]* \Z
    | \b(?: zuletzt | letzte\w* | vorher\w* | bisher\w* | dernier\w* | derni\u00e8re\w*
        | pr\u00e9c\u00e9dent\w* | \u00faltim[oa]s?
        | anterior\w* | ultim[oae] | precedente | passad[oa] | \u043f\u0440\u043e\u0448\u043b\w+
        | \u043f\u0440\u0435\u0434\u044b\u0434\u0443\u0449\w+
        | \u0440\u0430\u043d\u044c\u0448\u0435 )\b [^,;:!?]* \Z
    | \b(?: (?: first | initial | original )\ (?: idea | thought | instinct | impulse | choice | guess | pick | answer )
        | initially | originally
        | (?:thought|expected|hoped|assumed|believed|guessed)(?:\ that)?\ it
        | looked\ like
        | hop(?:ed|ing)\ for | about\ to | nearly | almost | (?: going | wanted )\ to\ (?: say | write | pick ) )\b
        (?! .*\b(?: now | but | then | so )\b ) [^,;!?]* \Z
    | \b(?: last | previous | previously | earlier | so\ far | past | latest | already | history | after
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
    r"|on reflection|correction|hold on|i mean|i meant|make (?:that|it)|let's (?:make it|say|go with"
    r"|do)(?= \w+ instead)|oops|rather|instead|sorry|misread|misspoke|miscounted|i was wrong|that(?:'s| was) wrong"
    r"|(?:revised|corrected|updated)(?= (?:answer|move|result|choice|pick|number|flip|roll))"
    r"|just kidding|kidding|e[rm]+(?=[,. ])|edit|update"
    r"|too (?:obvious|common|predictable|easy|boring|typical)|my (?:mistake|bad|apologies)|strike that"
    r"|apologies|should be|typo|on second thoughts?|better|sorry, i mean|i take that back"
    r"|let me (?:correct|rephrase|reconsider|change|try (?:that )?again|re-?roll|roll again|flip again"
    r"|toss again|re-?do|start over)|changed my mind"
    r"|nein(?=,)|non(?=,)|doch lieber|korrektur|moment|besser gesagt|plut\u00f4t|attendez|erratum|pardon"
    r"|mejor dicho|mejor|espera|perd\u00f3n|correcci\u00f3n"
    r"|anzi|scusa|aspetta|meglio|correzione|ali\u00e1s|melhor|espere|corre\u00e7\u00e3o|desculpe"
    r"|\u043d\u0435\u0442(?=,)|\u0442\u043e\u0447\u043d\u0435\u0435|\u0432\u0435\u0440\u043d\u0435\u0435"
    r"|\u043f\u043e\u0434\u043e\u0436\u0434\u0438|\u043e\u0439|\u043f\u0440\u043e\u0441\u0442\u0438\u0442\u0435"
    r"|(?:\u4e0d\u5bf9|\u4e0d\u5c0d|\u7b49\u7b49|\u66f4\u6b63|\u3044\u3084|\u8a02\u6b63"
    r"|\u9593\u9055\u3048)(?![^\W_]))\b",
    re.IGNORECASE,
)
_DOUBTED = re.compile(r"[\W_]*or (?:was|is) it\b", re.IGNORECASE)
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
    if word.outcome.isdigit() or (text.many and _LISTED_BEFORE.search(text.before(word.begin))):
        return False
    return bool(_CHANCE_BEFORE.search(text.before(word.begin)) or _CHANCE_BEHIND.match(text.behind(word.end)))


def no_chances(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words that do not stand for their probability or number; what is listed before such a word stands for its own."""
    kept = no_chance(text, words)
    gone = set(words) - set(kept)
    for one, other in pairwise(reversed(words)):
        if one in gone and is_negated_too(text, other, one):
            gone.add(other)
    return [word for word in kept if word not in gone]


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
    went = DIRECTIONS & text.alphabet and _WENT.search(before)
    return bool(went or _PAST_BEFORE.search(before) or _PAST_BEHIND.match(text.behind(word.end)))


def _is_asked(text: Text, word: Word) -> bool:
    """Whether a question names it, other than one that casts doubt on what was said: "heads ... or was it tails?"."""
    return text.sentence_behind(word.end).endswith("?") and not _DOUBTED.match(text.sentence_before(word.begin))


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
