"""The panel By hand, beside the picture: the question that goes out next, and the answer before it, of one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import streamlit as st

from lmwalk.datasets.reading_words import message as reading_message
from lmwalk.datasets.thought_words import size_words, thought_of
from lmwalk.engine.manual_stepping import Question
from lmwalk.jobs import Job
from lmwalk.store import Store
from lmwalk.store.history import Reached
from lmwalk.study import Condition, Study
from lmwalk.ui.experiment.step_by_step.answer import prefill_of
from lmwalk.ui.experiment.step_by_step.trajectory import parts
from lmwalk.ui.families.family import Message, noun_of, view_of
from lmwalk.ui.parts.reply_view import likeliest
from lmwalk.ui.parts.selection import Selection, label, parts_of
from lmwalk.ui.shell import access, session

MOST_NAMED = 200
"""Trajectories up to which each is named in a list; of more, the number is typed."""
MOST_CHARACTERS = 20_000
"""Of a text in the panel; the section below the stage has all of it."""
MOST_SHARES = 6
"""Of the probabilities of one answer, the likeliest first."""
LOOKS = 4
PRESENTING = "_presenting"


@dataclass
class Hand:
    """What a session asks of the panel.

    Attributes
    ----------
    open : bool or None
        Whether it is open; None: as soon as something is held.
    presenting : bool
    who : (str, int) or None
        The condition's id and the number of the trajectory that was chosen.
    first : (Condition, int)
        Where a closer look begins.
    """

    open: bool | None
    presenting: bool
    who: tuple[str, int] | None
    first: tuple[Condition, int]

    @classmethod
    def asked_for(cls, study: Study) -> Hand:
        """As the session's state says."""
        state, first = st.session_state, view_of(study).on_stage(study)
        return cls(state.get(open_key(study.name)), bool(state.get(PRESENTING)), state.get(who_key(study.name)), first)


@dataclass
class LastRead:
    """The answer that was read last, as reading a long one takes a while; ``held`` says that something was held."""

    key: tuple[Any, ...] = ()
    message: Message = field(default_factory=dict)
    held: bool = False


class Moment(NamedTuple):
    """A trajectory at one moment: the question that waits is the one after its last answer."""

    question: Question | None
    reached: Reached
    step: Mapping[str, Any] | None


def open_key(study: str) -> str:
    """Where it is kept whether the panel is open."""
    return f"by-hand-open-{study}"


def who_key(study: str) -> str:
    """Where the condition's id and the number of the trajectory in the panel are kept."""
    return f"by-hand-who-{study}"


def by_hand(store: Store, job: Job | None, hand: Hand, shown: Selection, read: LastRead) -> Message | None:
    """What the panel shows beside what is on the stage; None while nobody looks at it."""
    study = shown.study
    read.held = read.held or bool(job and session.active(job) and job.held())
    is_open = read.held if hand.open is None else hand.open
    if not (is_open or hand.presenting):
        return None
    condition, number = _who(store, job, hand, shown, newest=not is_open)
    moment = look(store, job, condition.id, number)
    return {
        "open": is_open,
        "condition": condition.id,
        "conditions": [(each.id, label(each)) for each in shown.conditions],
        "number": number,
        "range": [study.numbers[0], study.numbers[-1], study.numbers.step],
        "names": list(view_of(study).names(study).items()) if len(study.numbers) <= MOST_NAMED else [],
        "noun": noun_of(study).one,
        **_standing(study, job, moment, (condition.id, number)),
        "next": _next(moment.question),
        "last": _last(study, (condition.id, number), moment.step, read),
        "cells": _cells(study) if hand.presenting else [],
    }


def _cells(study: Study) -> list[tuple[str, str, str, str]]:
    """Each condition's model, temperature in words, label and id."""
    each = study.conditions()
    return [(one.model, parts_of(one)[1], label(one), one.id) for one in each]


def look(store: Store, job: Job | None, condition: str, number: int) -> Moment:
    """Question, how far it is, and last answer of a trajectory, as they were at one moment."""
    for _ in range(LOOKS):
        question = job.question(condition, number) if job else None
        reached = store.history.reached(condition, number)
        if question is None or question.t == reached.answered + 1:
            break
        store.flush()  # its answers are on their way into the store, or it was answered since it was looked up
    else:
        question = None
    step = store.history.step(condition, number, reached.last) if reached.last else None
    return Moment(question, reached, step)


def _who(store: Store, job: Job | None, hand: Hand, shown: Selection, *, newest: bool) -> tuple[Condition, int]:
    """Who was chosen, else who is held, else the newest answer's (where the run is only watched) or the first."""
    study, known = shown.study, {condition.id: condition for condition in shown.conditions}
    held = [question.key for question in job.held()] if job and session.active(job) else []
    for key in (hand.who, *held):
        if key and key[0] in known and key[1] in study.numbers and not (newest and key not in held):
            return known[key[0]], key[1]
    if newest and len(rows := store.latest(study.name, 1, list(known))):
        return known[str(rows.iloc[-1]["condition"])], int(rows.iloc[-1]["trajectory"])
    condition = hand.first[0] if hand.first[0].id in known else shown.conditions[0]
    return condition, _able(study, job, condition.id, hand.first[1])


def _able(study: Study, job: Job | None, condition: str, number: int) -> int:
    """That trajectory, or another one in a pause where this one has no question left and the other has."""
    if job is None or job.state != "paused" or job.question(condition, number):
        return number
    return next((each for each in study.numbers[:MOST_NAMED] if job.question(condition, each)), number)


def _standing(study: Study, job: Job | None, moment: Moment, who: tuple[str, int]) -> Message:
    """How far it is, what can be done with it, and why no question waits where none does."""
    reached, word = moment.reached, noun_of(study).one
    active, state = session.active(job), job.state if job else ""
    held = active and bool(job and job.holds(*who))
    complete = reached.answered >= study.steps or reached.ended is not None
    over = complete or access.read_only()
    elsewhere = "" if complete else asked_elsewhere(job)
    told = "complete" if complete else "held" if held else state if state == "paused" else _going(active)
    return {
        "where": f"{reached.answered:,} of {study.steps:,} answered, {told}.",
        "hold": "release" if held else "" if over or elsewhere else "hold",
        "all": not over and state != "paused" and not elsewhere,
        "why": elsewhere or _why_none(word, complete=complete, held=held, state=state, active=active),
    }


def asked_elsewhere(job: Job | None) -> str:
    """Why no question of a run can be sent by hand, as it is asked elsewhere; empty where it is not."""
    place = job.place if job and session.active(job) else None
    if place is None:
        return ""
    return f"Asked by {place.words}, which take no questions by hand. To go on by hand here, stop it and press Hold."


def _going(active: bool) -> str:
    return "running" if active else "not running"


def _why_none(word: str, *, complete: bool, held: bool, state: str, active: bool) -> str:
    if complete:
        return f"Every question of this {word} was asked."
    if held or state == "paused":
        return "It appears here as soon as the pending answer has come."
    if active:
        return f"The {word} is running. Hold it, or hold all of them, to see each question before it is sent."
    return "The study is not running. Hold starts it paused: only what you send is asked until you press Resume."


def _next(question: Question | None) -> Message | None:
    if question is None:
        return None
    prompt = question.prompt
    return {
        "t": question.t,
        "parts": _parts(prompt.system, prompt.text, prompt.prefill),
        "settings": _settings(question),
    }


def _settings(question: Question) -> str:
    pairs = ((name, f"{value:g}" if isinstance(value, float) else value) for name, value in question.sent.items())
    each = ", ".join(f"{name} {value}" for name, value in pairs)
    return f"Sent with it: {each}." if each else "No sampler settings are sent with it."


def _last(study: Study, who: tuple[str, int], step: Mapping[str, Any] | None, read: LastRead) -> Message | None:
    """An answer and its question."""
    if step is None:
        return None
    key = (*who, *(step[name] for name in ("t", "asked_at", "status", "outcome")))
    if read.key != key:
        read.key, read.message = key, _read(study, step)
    return read.message


def _read(study: Study, step: Mapping[str, Any]) -> Message:
    thought = thought_of(step, MOST_CHARACTERS)
    return {
        "t": int(step["t"]),
        "parts": _parts(step["system"], step["prompt"], prefill_of(study, step)),
        "reading": reading_message(study.make_process(), step, MOST_CHARACTERS),
        "shares": likeliest(step["distribution"])[:MOST_SHARES] if isinstance(step["distribution"], str) else [],
        **({} if thought is None else {"thought": thought, "weight": size_words(step)}),
    }


def _parts(system: str | None, text: str, prefill: str | None) -> list[Message]:
    return [{"title": title, "text": _shortened(part)} for title, part in parts(system, text, prefill)]


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}… ({len(text):,} characters)"
