"""Refusals: "I can't flip a coin", "as an AI ...", and where an answer begins behind one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lmwalk.processes._reading.text import END, Text, Word, pattern, within

_NOT_ABLE = (
    r"(?: can(?:'t|\ ?not) | could(?:n't|\ not) | won't | will\ not | wouldn't | am\ (?: unable "
    r"| not\ (?:\w+\ )?able ) | 'm\ (?: unable | not\ (?:\w+\ )?able ) )"
)
_MOTION = (
    r"(?: \ (?:to\ )?(?: \w+ly\ )?(?: go | going | move | moving | step | turn | walk | head | be(?!\ able) | land "
    r"| return | continue | repeat | stay | help\ but | wait )\b )"
)
_INABILITY = pattern(
    rf"""\b(?: (?: I | we )(?:\ \w+ly | \ also | \ just )?\ ?{_NOT_ABLE}(?! {_MOTION} )
    | and\ (?:can't|cannot)
        | (?:am|'m|is|are)\ not\ (?:really\ |physically\ )?(?:capable|able|something\ I\ can) | unable\ to
        | incapable\ of
    | I\ (?:must\ |have\ to\ |would\ |will\ )?(?:politely\ |respectfully\ )?(?: decline | refuse )
    | (?: I | we )\ (?: do\ not | don't )\ (?: have | flip | toss | roll | walk | pick | choose | make
        | play )\b (?! \ (?:any\ |a\ )?(?:preference|idea|favou?rite|strong) )
    | (?:do|does)\ not\ allow\ me | not\ allowed\ to | I'd\ rather\ not\ (?:say|choose|answer|pick|tell)
    | (?:is|are)(?:n't|\ not)\ possible\ for\ me
    | (?:is|are)(?:n't|\ not)\ (?:really\ )?(?:something|anything)\ I\ (?:can|do|am)
    | I\ have\ no\ (?:real\ |actual\ |true\ |physical\ |built-in\ )?(?: random | source | body | hands | arms
        | access | ability | dice | die | coins? | way | means )\b | I\ lack\b | no\ way\ for\ me\ to
        | (?:I\ am|I'm)\ not\ (?:comfortable|willing|permitted|designed|programmed)
        | (?:inappropriate|unethical)\ for\ me
        | I\ (?:don't|do\ not)\ (?:gamble|bet|possess|generate|provide|engage|decide)\b
        | I'm\ not\ going\ to\ (?:pick|choose|say|answer|decide|tell|flip|roll)
    | (?: not\ possible | impossible )\ (?: for\ me | to\ (?:predict|know|say|tell|determine) )
        | beyond\ (?: what\ I\ can | my ) | not\ something\ I\ can )
    | \bich\ (?:habe|besitze)\ (?:\w+\ ){{0,2}}kein\w*\ (?:\w+\ )?(?:m\u00fcnze|w\u00fcrfel|k\u00f6rper|h\u00e4nde)
    | \bnicht\ in\ der\ lage | \bm\u00f6chte\ ich\ (?:\w+\ )?nicht | \blehne\ (?:ich\ |das\ |es\ )?(?:\w+\ )?ab\b
    | \bje\ ne\ (?: suis\ pas | poss\u00e8de | dispose ) | \bn'ai\ (?: pas | ni | aucun ) | \bincapable\ de
        | \bimpossible\ de\b | \bil\ m'est\ impossible | \brefuse\ de\b
    | \bno\ (?: tengo | dispongo | cuento\ con | poseo )\b | \bme\ es\ imposible | \bsoy\ incapaz
    | \bnon\ (?: ho | dispongo | possiedo | mi\ \u00e8\ possibile ) | \bsono\ incapace | \bmi\ rifiuto
    | \bn\u00e3o\ (?: tenho | possuo | me\ \u00e9\ poss\u00edvel ) | \bsou\ incapaz
    | \b\u043d\u0435\ (?: \u043c\u043e\u0433\u0443 | \u0443\u043c\u0435\u044e
        | \u0441\u043f\u043e\u0441\u043e\u0431\w* | \u0438\u043c\u0435\u044e
        | \u0432\ \u0441\u043e\u0441\u0442\u043e\u044f\u043d\u0438\u0438 | \u0431\u0443\u0434\u0443 )\b
        | \b\u043d\u0435\u0432\u043e\u0437\u043c\u043e\u0436\u043d\u043e\b
        | \b\u0443\ \u043c\u0435\u043d\u044f\ \u043d\u0435\u0442\b
        | \b\u043e\u0442\u043a\u0430\u0437\u044b\u0432\u0430\u044e\u0441\u044c
    | \u6211\u6ca1\u6709(?:\u5b9e\u4f53|\u8eab\u4f53|\u771f\u6b63|\u786c\u5e01|\u9ab0\u5b50|\u624b)
        | \u4e0d\u4f1a\u9009\u62e9 | \u62d2\u7edd | \u4e0d\u5177\u5907
    | \bich\ (?:\w+\ )?kann\ (?:\w+\ ){{0,3}}(?: nicht | kein\w* ) | \bkann\ ich\ (?:\w+\ ){{0,4}}(?: nicht
        | kein\w* ) | \bnicht\ m\u00f6glich
    | \bne\ (?: peux | puis | pouvons )\ pas | \bno\ (?: puedo | podemos | soy\ capaz | me\ es\ posible )\b
    | \bnon\ (?: posso | sono\ in\ grado | riesco ) | \bn\u00e3o\ (?: posso | consigo | sou\ capaz )
    | \u6211?(?: \u4e0d\u80fd | \u65e0\u6cd5 | \u7121\u6cd5 | \u4e0d\u53ef\u4ee5 | \u6ca1\u6709?\u529e\u6cd5 )
    | \u3067\u304d\u307e\u305b\u3093 | \u3067\u304d\u306a\u3044 | \u3089\u308c\u307e\u305b\u3093
        | \u3044\u305f\u3057\u304b\u306d\u307e\u3059
        | \u884c\u3051\u307e\u305b\u3093"""
)
_MACHINE = pattern(
    r"""\b(?: as | being | I'm | I\ am )(?:\ just | \ only | \ merely )?\ an?\ (?:\w+[- ]){0,3}(?: AI | A\.I\.
        | text\ model | text-based | virtual\ assistant
        | artificial | language\ model | program | machine | chatbot | computer )
    | \bals\ (?:KI|AI|Sprachmodell) | \ben\ tant\ qu(?:'IA|e\ mod\u00e8le)
        | \bcomo\ (?:una?\ |um\ |uma\ )?(?:IA|modelo|inteligencia) | \bcome\ (?:IA|modello)
    | \bich\ bin\ (?:\w+\ )?(?:eine?\ )?(?:\w+\ )?(?:KI|AI|Sprachmodell)
        | \bje\ suis\ (?:\w+\ )?une?\ (?:IA|mod\u00e8le|intelligence|assistant)
    | \bsoy\ (?:\w+\ )?una?\ (?:IA|modelo|inteligencia|asistente)
        | \bsono\ (?:\w+\ )?un(?:'IA|a\ IA|\ modello|'intelligenza|\ assistente)
    | \bsou\ (?:\w+\ )?uma?\ (?:IA|modelo|intelig\u00eancia|assistente)
        | \b\u043a\u0430\u043a\ (?:\u0418\u0418|\u044f\u0437\u044b\u043a\u043e\u0432\w+
        |\u0438\u0441\u043a\u0443\u0441\u0441\u0442\u0432\w+)
    | \b\u044f\ ?(?:\u2014\ ?|-\ ?)?
        (?:\u0432\u0441\u0435\u0433\u043e\ \u043b\u0438\u0448\u044c\ |\u043f\u0440\u043e\u0441\u0442\u043e\ )?
        (?:\u0418\u0418|\u044f\u0437\u044b\u043a\u043e\u0432\u0430\u044f
        |\u0438\u0441\u043a\u0443\u0441\u0441\u0442\u0432\u0435\u043d\u043d\w+)
    | \u6211\u53ea?\u662f(?:\u4e00\u4e2a|\u4e00\u500b)?(?:AI|\u4eba\u5de5|\u8bed\u8a00|\u8a9e\u8a00|\u5927)
        | \u8eab\u4e3aAI | AI\u3067\u3059 | AI\u3067\u3042\u308b | \u8a00\u8a9e\u30e2\u30c7\u30eb
    | \u4f5c\u4e3a(?:\u4e00\u4e2a)?(?:AI|\u4eba\u5de5|\u8bed\u8a00) | AI(?:\u306a\u306e\u3067|\u3068\u3057\u3066)"""
)
_SORRY = pattern(
    rf"""\bI(?:['\ ])?m\ sorry | \bI\ am\ sorry | \bI'm\ afraid | \bI\ apologi[sz]e | \b(?:I|we)\ ?{_NOT_ABLE}
        | \bas\ an\ AI\b | \bunable\ to\b
    | \bich\ kann\b[^.!?;\n]{{0,80}}\b(?:nicht|kein) | \bes\ tut\ mir\ leid | \bd\u00e9sol\u00e9e?
        | \blo\ siento | \bmi\ dispiace | \bdesculpe | \bsinto\ muito
    | \bsorry,?\ (?:but\ )?(?:I|there|this)\b | \bleider\b | \bmalheureusement\b | \blamentablemente\b
        | \bpurtroppo\b | \binfelizmente\b
    | \b\u0438\u0437\u0432\u0438\u043d\u0438\u0442\u0435 | \b\u043f\u0440\u043e\u0441\u0442\u0438\u0442\u0435
        | \b\u043a\ \u0441\u043e\u0436\u0430\u043b\u0435\u043d\u0438\u044e
    | \u62b1\u6b49 | \u5bf9\u4e0d\u8d77 | \u5c0d\u4e0d\u8d77 | \u7533\u3057\u8a33"""
)
_CONCESSION = pattern(
    r"\b(?: while | although | though | even\ if | since | as | because | obwohl | bien\ que | aunque )\ [^,]* \Z"
)
_TURN = pattern(
    rf"""{END} | \ -\ | \u2014 | [()]
    | \b(?: but | however | though | although | yet | still | instead | nevertheless | nonetheless | so
        | therefore | here's | here\ is | let's | let\ me
        | aber | doch | jedoch | trotzdem | mais | donc | pero | as\u00ed\ que | ma | per\u00f2 | quindi | mas
        | ent\u00e3o | dennoch | cependant | pourtant | toutefois | sin\ embargo | aunque | tuttavia | comunque
        | no\ entanto | por\u00e9m | \u043d\u043e | \u043e\u0434\u043d\u0430\u043a\u043e
        | \u043f\u043e\u044d\u0442\u043e\u043c\u0443 | \u0442\u0430\u043a\ \u0447\u0442\u043e )\b
    | ,\ I\ ?(?:'ll|'d|\ will|\ would|\ choose|\ pick|\ say|\ go)\b | \u4f46 | \u4e0d\u8fc7 | \u4e0d\u904e
        | \u3057\u304b\u3057 | \u304c, | \u6240\u4ee5
        | \u3067\u3059\u304c"""
)


def refusals(text: Text) -> list[tuple[int, int]]:
    """Where a reply refuses: from the words that do to where another thought begins."""
    return [(found.start(), _end(text, found)) for found in _INABILITY.finditer(text.plain)]


def not_refused(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words outside refusals."""
    refused = set(within(words, refusals(text)))
    return [word for word in words if word not in refused]


def refuses(text: Text) -> bool:
    """Whether a reply refuses or says that a machine speaks, so that an answer has to be given as one."""
    return bool(_INABILITY.search(text.plain) or _MACHINE.search(text.plain))


def cue(text: Text) -> re.Match[str] | None:
    """The words of a reply without any outcome that refuse or beg pardon."""
    found = (each.search(text.plain) for each in (_SORRY, _INABILITY, _MACHINE))
    return min((each for each in found if each), key=lambda each: each.start(), default=None)


def _end(text: Text, found: re.Match[str]) -> int:
    """Behind "I can't flip a coin, so" comes an answer; behind "although I can't flip a coin," too."""
    behind = text.behind(found.end())
    turns = [turn.start() for turn in [_TURN.search(behind)] if turn]
    if _CONCESSION.search(text.sentence_before(found.start())) and "," in behind:
        turns.append(behind.index(","))
    return found.end() + min(turns, default=len(behind))
