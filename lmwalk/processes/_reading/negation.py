"""Outcomes that a reply rules out: "not LEFT", "rather than tails", "RIGHT would hit the wall", "nicht UP"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lmwalk.processes._reading.lists import is_listed, is_negated_too, struck
from lmwalk.processes._reading.text import Text, Word, pattern

_CLAUSE = pattern(
    r"""[,;:.!?()\n\u2014] (?! \d ) | \b(?: but | so | therefore | hence | thus | then | because | since | yet
        | however | while
    | and\ i | sondern | aber | also | mais | donc | pero | sino | ma | bens\u00ec | quindi | mas
        | portanto )\b | \ -\ """
)
_NO_NEGATION = pattern(
    r"""\b(?: not\ only | not\ just | why\ not | (?: no | any )\ (?: other\ )?(?: choice | option | way )\ but
        | nothing\ (?: but | beats )
    | none\ (?: other | but ) | no\ doubt | no\ question | (?: not | n't )\ (?: sure | certain ) | no\ idea
        | (?: can't | cannot | could\ not | couldn't )\ help\ but
    | without\ (?: a\ | any\ )?(?: doubt | hesitation | thinking | looking ) | no\ problem
        | no\ better\ \w+\ than | (?: can't | cannot )\ go\ wrong\ with
    | (?: don't | do\ not )\ (?: mind | care ) | no\ reason\ not\ to | (?: not | isn't )\ (?: a\ )?bad
        | no\ less\ than | no\ worries | not\ surprisingly )\b"""
)
_NEGATION = pattern(
    r"""(?: \b(?: not | never | cannot | no | none | neither | nor | without | excluding | exclude[sd]?
        | except | besides
        | instead\ of | rather\ than | as\ opposed\ to | other\ than
        | avoid(?:s|ed|ing)? | skip(?:s|ped|ping)? | rul(?:e|es|ed|ing)\ out | reject(?:s|ed|ing)?
        | refus(?:e|es|ing) | unlike | against | away\ from | opposite\ of
        | hardly | discard(?:s|ed|ing)? | eliminat(?:e|es|ed|ing) | forget | unwise | mistake | impossible
        | let\ alone | bad\ idea
        | dont | wont | cant | isnt | doesnt | shouldnt
        | nicht | kein\w* | nie | niemals | weder | statt | anstatt | au\u00dfer | ohne | keinesfalls
        | pas | jamais | sauf | ni | sans | au\ lieu\ de | plut\u00f4t\ que | aucun\w* | non
        | nunca | jam\u00e1s | excepto | salvo | en\ vez\ de | en\ lugar\ de | sin | ning\u00fan | nada
        | mai | tranne | eccetto | invece\ di | anzich\u00e9 | senza | n\u00e9 | niente | nessun\w*
        | n\u00e3o | nem | exceto | em\ vez\ de | ao\ inv\u00e9s\ de | sem
        | \u043d\u0435 | \u043d\u0438 | \u043d\u0438\u043a\u043e\u0433\u0434\u0430 | \u0431\u0435\u0437
        | \u043a\u0440\u043e\u043c\u0435 | \u0432\u043c\u0435\u0441\u0442\u043e
        | \u043d\u0435\u043b\u044c\u0437\u044f | ausgenommen | weg\ von | except\u00e9 | hormis ) | n't ) \b
    (?: \ [^\W\d]['\w-]* ){0,7} [\ "'*_`(\[]* \Z
    | \b(?: noch | over ) \ ["'*_`]* \Z
    | (?: [\u4e0d\u522b\u5225\u6ca1\u6c92\u975e] (?! [\u5982\u8fc7\u904e\u9519\u932f\u7ba1\u7136\u59a8] )
        | \u9664\u4e86 | \u9664\u53bb
        | \u800c\u975e ) [^\W\d_]{0,6}\ ?["'*_`]* \Z"""
)
_ANYTHING_BUT = pattern(r"\b(?:any|every|all)(?:thing|where|body|one)?(?:\ \w+)?\ (?: but | except )\ ")
_COMPARED = pattern(
    r"\b(?: (?: mejor | m\u00e1s\ bien | plut\u00f4t | lieber | eher | meglio | piuttosto | melhor | antes"
    r" | \u043b\u0443\u0447\u0448\u0435 )\b.*\b(?: que | als | che | \u0447\u0435\u043c )"
    r"| rather\b.*\bthan(?:\ \w+){0,3} | pr[e\u00e9]f[ei\u00e8]\w*\b.*\b(?:to|a|\u00e0|al|ao|als"
    r"|vor) ) \ [\"'*_`]* \Z"
)
_RULED_OUT = pattern(
    r"""["'*_`)]*(?:
    \ (?: is | was | are | would | will | could | can | should | does | did | may | must | do | has | had
        | might )(?: n't | \ not | \ never )\b
    | \ (?: cannot | can't | won't | isn't )\b
    | (?: 's | \ (?: is | was | would\ be | will\ be | seems | looks | gets
        | has\ been ))\ (?:\w+\ )?(?: blocked | out\b | impossible | ruled\ out | off\ the\ table
        | closed | excluded | unavailable | forbidden | no\ | (?:in\ )?a\ wall | the\ wall | a\ dead\ end
        | a\ bad\ idea | a\ mistake | too\ | wrong | risky
        | unsafe | dangerous | pointless | useless | invalid | illegal | unwise )
    | (?: \ (?: would | will | could | might | may | just | only | also | directly | straight ))*\ (?: hits?
        | bumps? | runs?\ (?:me\ )?(?:straight\ )?into | run\ into
        | crash\w* | collid\w* | leads?\ (?:me\ )?(?:straight\ |directly\ )?(?:into
        | to\ (?:a|the)\ (?:wall|edge|border)) | takes?\ me\ (?: into | out | off | back )
        | has\ a\ wall | is\ where\ the\ wall | push | makes?\ (?:no|little)\ sense )
    | (?: \ (?:ist|w\u00e4re|k\u00e4me|kommt|est|serait|est\u00e1|hay|es|c'\u00e8|\u00e8|h\u00e1|\u00e9|\u2014|-
        |\u0435\u0441\u0442\u044c|\u043d\u0430\u0445\u043e\u0434\u0438\u0442\u0441\u044f) )?
        (?: \ (?:schon|direkt|d\u00e9j\u00e0|ya|gi\u00e0|j\u00e1|\u0443\u0436\u0435) )?
        (?: \ (?:die|der|eine|ein|la|le|l'|un|une|una|el|il|a|o|uma|um|il\ y\ a) ){0,2}\ ?
        (?: wand | mauer | rand | mur | bord | pared | muro | borde | parete | bordo | parede | borda
        | \u0441\u0442\u0435\u043d\u0430 | \u043a\u0440\u0430\u0439
        | \u0433\u0440\u0430\u043d\u0438\u0446\u0430 | bloqu[\u00e9e]\w* | bloquead\w* | bloccat\w* | blockiert
        | versperrt | gesperrt | \u0437\u0430\u0431\u043b\u043e\u043a\u0438\u0440\u043e\u0432\u0430\u043d\w* )\b
    | (?: \u8fb9 | \u908a | \u9762 | \u65b9 | \u4fa7 | \u5074 )?(?: \u5df2\u7ecf | \u5df2\u7d93
        | \u5c31 )?(?: \u662f | \u6709 | \u5230 )?(?: \u5899 | \u7246 | \u8fb9\u754c | \u908a\u754c
        | \u8fb9\u7f18 | \u908a\u7de3 ) | (?: \u5074 )?[\u306b\u306f\u304c]{1,2}\u58c1
    | \ (?: no | n\u00e3o | non | nein | \u043d\u0435\u0442 | pas )(?= [,.;!] )
    | \u671d\u4e0b | \u5411\u4e0b | \u88ab\u6321 | \u88ab\u64cb | \u8d70\u4e0d\u901a
    | \ is\ (?:the|a|one)\ (?:\w+\ ){1,4}?(?:that\ )?(?:I|we)\ (?: don't | do\ not | won't | will\ not | never
        | cannot | can't )
    | \ ?(?: \? | : | \u2014 | \ -)+\ ?(?: no | nope | nah | never | not | rejected | blocked | wall | nein
        | non )\b(?! \ (?: idea | doubt | problem | question | sure ))
    | (?: \ [^\W\d]+ ){0,3}\ (?: nicht | keine?\w* | niemals )\b | \ (?: n'est | ne\ \w+\ pas | no\ (?: es
        | est\u00e1 | va | se )\b | non\ (?: \u00e8 | va | si )\b | n\u00e3o\ (?: \u00e9 | d\u00e1 | vai )\b )
    | ['"]?\ ?(?: \u4e0d\u884c | \u4e0d\u53ef | \u4e0d\u901a | \u9664\u5916 | \u4e0d\u597d | \u4e0d\u80fd
        | \u4e0d\u662f ) )"""
)
_RULED_OUT_JAPANESE = re.compile(
    r"[\"'*_]?(?!\u3057\u304b)[\u3040-\u30ff\u4e00-\u9fff ]{0,12}?(?:\u3088\u308a|\u3067\u306f\u306a"
    r"|\u3058\u3083\u306a|\u3067\u306a|\u4ee5\u5916|\u306a\u3044|\u306a\u304f|\u307e\u305b\u3093"
    r"|\u305a\u306b)"
)


def not_negated(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words that are not negated, excluded or rejected; what is listed with a negated word is negated too."""
    negated = {place for place in range(len(words)) if _is_negated(text, words, place)}
    for place, (one, other) in enumerate(pairwise(words)):
        if place in negated and is_negated_too(text, one, other):
            negated.add(place + 1)
    for place in sorted(negated):
        _through_commas(text, words, place, negated)
    ruled_out = {place for place in range(len(words)) if _is_ruled_out(text, words, place)}
    gone = struck(text, words)
    for place in range(len(words) - 2, -1, -1):
        if place + 1 in ruled_out and is_negated_too(text, words[place], words[place + 1]):
            ruled_out.add(place)
    kept = (word for place, word in enumerate(words) if place not in negated and place not in ruled_out)
    return [word for word in kept if word not in gone]


def _through_commas(text: Text, words: Sequence[Word], place: int, negated: set[int]) -> None:
    """In "not UP, DOWN or LEFT" the negation goes through; in "not UP, DOWN" it does not."""
    last = place
    while last + 1 < len(words) and is_listed(text, words[last], words[last + 1]) and last - place < 8:
        last += 1
        if is_negated_too(text, words[last - 1], words[last]):
            negated.update(range(place, last + 1))


def _is_negated(text: Text, words: Sequence[Word], place: int) -> bool:
    word = words[place]
    before = _ANYTHING_BUT.sub(" not ", text.before(word.begin))
    clause = _NO_NEGATION.sub(" ", _CLAUSE.split(before)[-1])
    room = word.begin - words[place - 1].end if place else len(clause)
    return bool(_NEGATION.search(clause[-room:]) or _COMPARED.search(clause))


def _is_ruled_out(text: Text, words: Sequence[Word], place: int) -> bool:
    behind = text.behind(words[place].end)
    room = words[place + 1].begin - words[place].end if place + 1 < len(words) else len(behind)
    if _RULED_OUT_JAPANESE.match(behind[:room]):
        return True
    found = _RULED_OUT.match(behind[:room])
    if not found:
        return False
    rest = behind[found.end() : room]
    return room >= len(behind) or bool(_CLAUSE.search(rest)) or not re.fullmatch(r"[ \w'\"*_]{0,12}", rest)
