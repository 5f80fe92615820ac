"""What a study gives to its figures: one record for each family, with what the figures of that family use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import pandas as pd

from lmwalk.analysis.known_policy import KnownPolicy
from lmwalk.analysis.nulls import Kind
from lmwalk.geometry import Geometry, Point


@dataclass(frozen=True, kw_only=True)
class StudyData:
    """What the data of all families have in common.

    Attributes
    ----------
    event : str
        The outcome that is followed; empty where none is.
    version : tuple
        Of what figures are made from besides rows: another one where that may have changed.
    pairs : mapping
        Base models to the instruct models that were made of them.
    pair_differences : callable
        Gives how both differ, as ``datasets.model_pairs`` says it.
    """

    event: str = ""
    version: tuple[object, ...] = ()
    pairs: Mapping[str, str] = field(default_factory=dict)
    pair_differences: Callable[[], pd.DataFrame] = pd.DataFrame

    @property
    def rows(self) -> pd.DataFrame:
        """What was measured, one row an answer or text; the condition in words is ``label``."""
        raise NotImplementedError

    def beside(self, null: Kind) -> Self:
        """The same, to be compared with null walks of that kind."""
        return self

    def of_texts(self, texts: tuple[str, ...], subject: str) -> Self:
        """The same with the texts of one chain, for figures that show one alone; ``subject`` is its name."""
        return self


@dataclass(frozen=True)
class WalkData(StudyData):
    """What the figures of walks are made from.

    Attributes
    ----------
    answers : DataFrame
        As ``analysis.answers.answers`` gives it, with ``label``: the condition in words.
    outcomes : tuple of str
        Every outcome.
    geometry : Geometry or None
        Where the walks go; None where their process has no picture of that.
    begins : tuple of float
        Where they begin, in units of the geometry.
    steps : int
        How many steps each is to have.
    null : str
        Which null walks they are compared with.
    primary : str
        The measure that the study is judged by, where it names one.
    told : callable
        Gives what is known of the policy of each condition, by its id; nothing where nothing is.
    numbers : callable
        From ``policies`` to what follows in numbers and words, as ``datasets.law_numbers`` says it.
    verdicts : callable
        From answers and ``policies`` to the answers beside what the sampler that was asked for would give, as
        ``datasets.sampler_verdict`` says it.
    """

    answers: pd.DataFrame
    outcomes: tuple[str, ...] = ()
    geometry: Geometry | None = None
    begins: Point = (0.0, 0.0)
    steps: int = 0
    null: Kind = "unbiased"
    primary: str = ""
    told: Callable[[], Mapping[str, KnownPolicy]] = dict
    numbers: Callable[[Mapping[str, KnownPolicy]], pd.DataFrame] = lambda _: pd.DataFrame()
    verdicts: Callable[[pd.DataFrame, Mapping[str, KnownPolicy]], pd.DataFrame] = lambda *_: pd.DataFrame()

    def policies(self) -> dict[str, KnownPolicy]:
        """What is known of the policy of each condition that has answers, by its label."""
        told = self.told()
        if not told:
            return {}
        names = self.answers[["condition", "label"]].drop_duplicates()
        pairs = zip(names["condition"], names["label"], strict=True)
        return {label: told[condition] for condition, label in pairs if condition in told}

    @property
    def rows(self) -> pd.DataFrame:
        return self.answers

    def beside(self, null: Kind) -> Self:
        return replace(self, null=null)


@dataclass(frozen=True)
class DrawData(StudyData):
    """What the figures of draws are made from.

    Attributes
    ----------
    answers : DataFrame
        As ``analysis.answers.answers`` gives it, with ``label``: the condition in words.
    outcomes : tuple of str
        Every outcome; empty where answers are free text.
    thing : str
        ``coin``, ``die``, ``number``, or nothing.
    params : mapping
        The process's parameters, defaults included.
    attends : bool
        Whether it was asked what models attend to.
    attention : callable
        Gives that: condition, trajectory, t, mean and maximum (of each result shown, over layers and heads).
    switches : tuple
        Of each case how many results come before the coin is exchanged, None where it is not.
    cases : tuple of str
        What each case is called; both are empty where questions show no results.
    """

    answers: pd.DataFrame
    outcomes: tuple[str, ...] = ()
    thing: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    attends: bool = False
    attention: Callable[[], pd.DataFrame] = pd.DataFrame
    switches: tuple[int | None, ...] = ()
    cases: tuple[str, ...] = ()

    @property
    def rows(self) -> pd.DataFrame:
        return self.answers


@dataclass(frozen=True)
class ChainData(StudyData):
    """What the figures of chains of texts are made from.

    Attributes
    ----------
    chains : DataFrame
        The texts and their measured properties, as ``analysis.chains`` says, with ``label``: the condition in words.
    initials : tuple of str
        The short name of each initial text, by its number.
    texts : tuple of str
        The texts of one chain, the initial one first, where a figure asks for them.
    subject : str
        Which chain these are the texts of.
    every_text : callable
        Gives the texts of all chains: label, task, initial, seed, generation, text.
    """

    chains: pd.DataFrame
    initials: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    subject: str = ""
    every_text: Callable[[], pd.DataFrame] = pd.DataFrame

    @property
    def rows(self) -> pd.DataFrame:
        return self.chains

    def of_texts(self, texts: tuple[str, ...], subject: str) -> Self:
        return replace(self, texts=texts, subject=subject)
