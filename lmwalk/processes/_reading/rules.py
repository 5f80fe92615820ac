"""The rules by which replies are read, in their order, each with a sentence and examples for the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lmwalk.processes._reading import (
    answers,
    everyday,
    languages,
    lists,
    negation,
    numbers,
    programs,
    refusal,
    talk,
    turns,
)
from lmwalk.processes._reading.text import Text, Word
from lmwalk.processes._reading.words import DIRECTIONS

Take = Callable[[Text, Sequence[Word]], list[Word]]
"""From a text and words of it to those that are left."""
Examples = Mapping[str, str]
"""Reply -> the outcome that it is read as, or the reason for none."""


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule by which words of a reply are left out, or by which one of them is the answer.

    Attributes
    ----------
    name : str
        What ``Parsed.why`` says where the rule decided.
    says : str
        The rule in a sentence.
    take : callable
        From a text and words of it to those that are left.
    moves, coin, numbers : mapping
        Examples for each alphabet; a rule is for those that it has examples for.
    """

    name: str
    says: str
    take: Take
    moves: Examples | None = None
    coin: Examples | None = None
    numbers: Examples | None = None

    def examples(self, alphabet: Sequence[str]) -> Examples | None:
        """Examples for an alphabet; None where the rule is not for it."""
        if "heads" in alphabet:
            return self.coin
        if alphabet[0].isdigit():
            return self.numbers
        named = self.moves is not None and not DIRECTIONS.intersection(alphabet)
        return {} if named else self.moves  # what holds for directions holds for other names, in other words


FIRST = (
    Rule(
        "next turn",
        "What stands behind a line that begins another turn, such as User: or Q:, answers another question.",
        turns.before_next,
        moves={"UP\nUser: And now?\nAssistant: LEFT": "UP", "Q: Where to?\nA: LEFT\nQ: And now?\nA: UP": "LEFT"},
        coin={"heads\n\nQ: Flip a coin.\nA: tails": "heads"},
        numbers={"4\n\nHuman: Another one.\n\nAssistant: 2": "4"},
    ),
    Rule(
        "other languages",
        "Words of other languages and signs name outcomes where no English word does, and no digit.",
        languages.counted,
        moves={"nach oben": "UP", "\u2b05\ufe0f": "LEFT", "A gauche ou \u00e0 droite ?": "ambiguous"},
        coin={"Kopf": "heads", "C'est pile.": "tails", "A pile of coins": "unparsed"},
        numbers={"Cinq.": "5", "\u56db": "4", "\u2682": "3"},
    ),
)
"""Rules that say which text and which words are looked at."""

SENSES = (
    Rule(
        "program",
        "A program that draws at random chooses no outcome; what it printed, beside it, may be one.",
        programs.no_program,
        moves={"print(random.choice(['UP', 'DOWN']))": "unparsed"},
        coin={"```python\nprint(random.choice(['heads', 'tails']))\n```\nOutput: tails": "tails"},
        numbers={"import random\nprint(random.randint(1, 6))": "unparsed"},
    ),
    Rule(
        "part of a number",
        "A number counts whole: decimals, negatives, percentages, dates, fractions and larger numbers hold no other.",
        numbers.whole,
        numbers={"twenty-one": "unparsed", "3.5": "unparsed", "2024-05-03": "unparsed", "5%": "unparsed"},
    ),
    Rule(
        "list mark",
        "Numbers that count the entries of a list, or name them, are no results.",
        lists.no_marks,
        numbers={"1. I shake the die.\n2. It shows 4.": "4", "Roll 1: 5": "5"},
    ),
    Rule(
        "number of the question",
        "Sides, ranges, counts and chances are no results.",
        numbers.not_asked,
        numbers={"1 to 6: 4": "4", "There are 6 faces.": "unparsed", "The chance is 1 in 6.": "unparsed"},
    ),
    Rule(
        "pronoun",
        '"One" is a number where it stands alone or where a number stands, and a pronoun elsewhere.',
        everyday.no_pronoun,
        numbers={"No one can say.": "unparsed", "This is a tough one.": "unparsed", "I rolled a one.": "1"},
    ),
    Rule(
        "single letter",
        "H and T count where they stand alone or among others.",
        everyday.no_initial,
        coin={"H": "heads", "A T-shirt": "unparsed"},
    ),
    Rule(
        "everyday sense",
        "A word in an everyday sense names no outcome.",
        everyday.not_everyday,
        moves={"It is up to chance.": "unparsed", "You're right.": "unparsed", "All right, DOWN.": "DOWN"},
        coin={"I scratch my head.": "unparsed", "Heads up: it is tails.": "tails"},
    ),
)
"""Rules by which words are no outcome words at all."""

NEVER = (
    *SENSES,
    Rule(
        "legend",
        "What says which sign stands for which outcome is no result.",
        lists.no_legend,
        coin={"H = heads, T = tails": "unparsed", "With 1 = heads and 0 = tails: tails": "tails"},
        moves={"1 = UP, 2 = DOWN": "unparsed", "1 = UP, 2 = DOWN. DOWN": "DOWN"},
    ),
    Rule(
        "negated",
        "What is negated, excluded, rejected or struck through does not count.",
        negation.not_negated,
        moves={
            "never LEFT": "unparsed",
            "LEFT would hit the wall, so DOWN.": "DOWN",
            "Nicht UP, sondern LEFT.": "LEFT",
            "~~UP~~ DOWN": "DOWN",
        },
        coin={"not heads": "unparsed", "heads rather than tails": "heads"},
        numbers={"anything but 3": "unparsed", "Not 3 but 4.": "4"},
    ),
    Rule(
        "refused",
        "A refusal wins over the words in it. An answer behind it counts where it is given as one.",
        refusal.not_refused,
        moves={"I can't choose UP for you.": "refused", "Sorry! UP": "UP"},
        coin={"As an AI I can't flip a coin, heads or tails.": "refused", "I can't flip a coin, but: heads": "heads"},
        numbers={"I cannot roll a 6.": "refused", "I can't roll real dice, but I can simulate one: 2": "2"},
    ),
    Rule(
        "condition",
        'What stands behind "if" is no answer.',
        talk.no_condition,
        moves={"If I go UP, I meet the wall.": "unparsed"},
        coin={"If it lands on heads, you win.": "unparsed"},
        numbers={"If it is 6, you win.": "unparsed"},
    ),
    Rule(
        "chance",
        "A side beside its probability or its number is no result.",
        talk.no_chances,
        coin={"The probability of heads is 50%.": "unparsed", "With 7 heads and 3 tails so far: heads": "heads"},
    ),
)
"""Rules by which words never count."""

UNLESS_ALONE = (
    Rule(
        "choices",
        "A list of choices names none of them.",
        talk.no_choices,
        moves={"UP or DOWN?": "ambiguous", "UP, DOWN, LEFT or RIGHT? I go LEFT.": "LEFT"},
        coin={"heads or tails": "ambiguous", "Heads or tails? Tails.": "tails"},
        numbers={"3 or 4": "ambiguous", "Of 1, 2, 3, 4, 5 and 6 I take 2.": "2"},
    ),
    Rule(
        "possibility",
        "What could be, what is asked, what was before and what is given as a reason give way to the rest.",
        talk.no_possibility,
        moves={
            "UP? No idea. LEFT!": "LEFT",
            "I went UP last time, now it is DOWN.": "DOWN",
            "UP, because DOWN is dull": "UP",
        },
        coin={"It could have been tails; heads": "heads", "The last flip was heads. Tails": "tails"},
        numbers={"Is it 3? 5!": "5", "I take 4, since 3 came before.": "4"},
    ),
    Rule(
        "correction",
        "An answer behind a correction replaces the one before.",
        talk.corrected,
        moves={"UP. Wait, actually: DOWN": "DOWN"},
        coin={"Heads. No, tails!": "tails"},
        numbers={"3. Scratch that, 5.": "5", "7. Too obvious. Make it 3.": "3"},
    ),
)
"""Rules by which words count only where no others are left."""

DECIDE = (
    Rule(
        "final answer",
        'A marked answer decides: behind "Final answer" or a label, in a box, in tags, in JSON.',
        answers.final,
        moves={"LEFT is nice. Final answer: UP": "UP", '{"why": "LEFT is dull", "move": "UP"}': "UP"},
        coin={"heads? tails? Answer: tails": "tails", "Answer: heads or tails": "ambiguous"},
        numbers={"4 and 2 make 6, hence \\boxed{6}": "6"},
    ),
    Rule(
        "last line",
        "An outcome that is all of the last line decides, where no other line is one.",
        answers.last_line,
        moves={"1. UP: a wall. 2. LEFT: none.\n**LEFT**": "LEFT", "UP\nDOWN": "ambiguous"},
        coin={"I thought of heads. It is fair.\ntails": "tails"},
        numbers={"I add 2 and then 3.\n5": "5"},
    ),
    Rule(
        "given as the answer",
        'A word alone in its line or sentence, or behind "I choose", "it landed on", decides.',
        answers.committed,
        moves={"LEFT and UP are near.\nDOWN": "DOWN", "Some say UP. I go LEFT.": "LEFT"},
        coin={"Some like heads. It landed on tails.": "tails"},
        numbers={"3 is low and 5 is high. I choose 4.": "4"},
    ),
    Rule(
        "former or latter",
        '"The former" and "the latter" name one of two outcomes that were put side by side.',
        answers.pointed,
        moves={"Between UP and LEFT I prefer the latter.": "LEFT"},
        coin={"Of heads and tails, the former.": "heads"},
        numbers={"Of 3 and 4, the latter.": "4"},
    ),
    Rule(
        "bold",
        "The only outcome in bold decides.",
        answers.bold,
        moves={"Of UP and LEFT, **up** it shall be.": "UP"},
        coin={"With heads and with tails in mind **tails** won.": "tails"},
        numbers={"With 2 and with 3 in mind **3** won.": "3"},
    ),
    Rule(
        "capitals",
        "The only outcome in capitals decides.",
        answers.capitals,
        moves={"From left to right and on to UP": "UP"},
    ),
)
"""Rules that find the answer among several outcomes, the first that finds words of only one."""
GIVEN = DECIDE[:3]
"""Those by which an answer counts in spite of a refusal."""
