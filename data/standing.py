"""Looks whether this kit may read its lists, remembers since when, and does what has to follow.

Everybody who opens a kit looks: the courier, the desk every few seconds, each `waypost check`. Looking counts the time
without headquarters (`data.lease`), enters each change into the journal, and erases where that is due.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from data import enrolment, erasure
from data.access import Access, State, judged, why_erase
from data.clock import Clock
from data.errors import Busy, Damaged, StoreError
from data.home import KitHome
from data.lease import SIGNED_AHEAD, Moment, Silence, silence_from
from data.plain import canonical, plain

ACCESS = "lists-access"
"""Vault: the silence, what the last look came to, and why the lists were erased."""
CHANGED = "lists_access"
_PERSON = "kit"
_KEPT_EVERY_S = 300.0


class Word(StrEnum):
    """What headquarters said, beside what this kit knew of it."""

    NEW = "new"
    """By its number it was never here: nobody can have kept it back and play it again."""
    KNOWN = "known"


Alone = Callable[[KitHome], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class _Note:
    silence: Silence | None = None
    words: int = 0
    """How many came; the silence is since the last of them."""
    state: State = State.GOOD
    since: datetime | None = None
    erased: str = ""
    """Why; empty where they were not, or came anew since."""
    erasing: bool = False
    """It has begun and did not end."""
    generation: int = 0


def access(home: KitHome, clock: Clock) -> Access:
    """What holds now. Changes nothing."""
    return _judged(home, _at(_note(home), clock))


def look(home: KitHome, clock: Clock, *, alone: Alone = erasure.alone) -> Access:
    """What holds now; counts the time, journals a change, erases where it is due.

    `alone` keeps the courier away from an erasure; the courier itself needs nobody kept away.
    """
    before = _note(home)
    note = _at(before, clock)
    if _why_erase(home, note) or note.erasing:
        with suppress(Busy), alone(home):  # Busy: a courier is at work, the next look does it
            note = _erased(home, _at(_note(home), clock))  # looked at anew: a courier may have heard of headquarters
    found = _judged(home, note)
    if (found.state, found.generation) != (before.state, before.generation):
        note = replace(note, state=found.state, since=clock.now())
    with suppress(StoreError):  # a full disk must not keep anybody from seeing what holds: the next look tries again
        _remember(home, before, note, found.why)
    return replace(found, since=note.since)


def _remember(home: KitHome, before: _Note, note: _Note, why: str) -> None:
    if note.since != before.since and note.since:
        home.journal.record(CHANGED, note.since, _PERSON, note.state.value, {"why": why})
    if _is_worth_keeping(before, note):
        state, since = note.state, note.since
        _change(home, lambda kept: replace(kept, state=state, since=since, silence=_counted(kept, note)))


def heard(home: KitHome, signed: datetime, clock: Clock, word: Word) -> None:
    """Headquarters spoke to this kit, at `signed` by its own signature.

    A new word counts even where it was signed before the one we have: then headquarters' clock had stood ahead.
    """
    known = _note(home).silence
    if signed > clock.now() + SIGNED_AHEAD:
        return
    if word is Word.NEW or known is None or signed > known.heard:
        silence = Silence.begun(signed, Moment.of(clock))
        _change(home, lambda kept: replace(kept, silence=silence, words=kept.words + 1))


def came_anew(home: KitHome) -> None:
    """Headquarters gave this kit its keys again: the lists are fetched as at the first time."""
    _change(home, lambda kept: replace(kept, erased=""))


def was_erased(home: KitHome) -> bool:
    """Whether the keys are gone until headquarters gives them again."""
    return bool(_note(home).erased)


def is_silent_too_long(home: KitHome, clock: Clock) -> bool:
    """Whether the lease is over, whatever else holds."""
    lease = access(home, clock).lease
    return lease is not None and lease.locks_in_s <= 0


def _why_erase(home: KitHome, note: _Note) -> str:
    return "" if note.erased else why_erase(enrolment.standing(home), note.silence)


def _erased(home: KitHome, note: _Note) -> _Note:
    """The note goes first: a kill on the way leaves one that says what is to be finished."""
    why = _why_erase(home, note)
    if not (why or note.erasing):
        return note
    why, generation = why or note.erased, note.generation + bool(why)
    _change(home, lambda kept: replace(kept, erased=why, generation=generation, erasing=True))
    erasure.erase(home)
    _change(home, lambda kept: replace(kept, erasing=False))
    return replace(note, erased=why, generation=generation, erasing=False)


def _counted(kept: _Note, note: _Note) -> Silence | None:
    """The silence since the newest word; of one word, as it was counted last."""
    if kept.words != note.words or kept.silence is None or note.silence is None:
        return kept.silence or note.silence
    if kept.silence.boot == note.silence.boot:
        return max(note.silence, kept.silence, key=lambda one: one.boot_s)
    return note.silence


def _judged(home: KitHome, note: _Note) -> Access:
    found = judged(enrolment.standing(home), note.silence, note.erased)
    since = note.since if note.state is found.state else None
    return replace(found, since=since, silence=note.silence, generation=note.generation)


def _at(note: _Note, clock: Clock) -> _Note:
    return replace(note, silence=note.silence.at(Moment.of(clock))) if note.silence else note


def _is_worth_keeping(before: _Note, note: _Note) -> bool:
    """The time that is counted is kept now and then: a disk is not written for every look."""
    if before.silence is None or note.silence is None or before.silence.boot != note.silence.boot:
        return before != note
    passed_s = note.silence.boot_s - before.silence.boot_s
    return replace(before, silence=None) != replace(note, silence=None) or passed_s >= _KEPT_EVERY_S


def _change(home: KitHome, changed: Callable[[_Note], _Note]) -> None:
    first = _first_note(home)
    home.vault.change(ACCESS, lambda kept: canonical(changed(_read(kept) if kept else first)))


def _note(home: KitHome) -> _Note:
    kept = home.vault.get(ACCESS)
    return _read(kept) if kept else _first_note(home)


def _read(kept: bytes) -> _Note:
    try:
        facts: dict[str, Any] = json.loads(kept)
        return _Note(
            silence=silence_from(facts["silence"]) if facts["silence"] else None,
            words=int(facts.get("words", 0)),
            state=State(facts["state"]),
            since=datetime.fromisoformat(facts["since"]) if facts["since"] else None,
            erased=str(facts["erased"]),
            erasing=bool(facts["erasing"]),
            generation=int(facts["generation"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("The vault's note of the lease cannot be read", do="Let a technician look") from error


def _first_note(home: KitHome) -> _Note:
    """Of a kit whose envelope came before anybody counted: from when headquarters signed it."""
    signed, moment = enrolment.standing(home).signed, Moment.of(enrolment.clock(home))
    return _Note(silence=Silence.begun(min(signed, moment.now), moment)) if signed else _Note()


def facts_of(found: Access) -> dict[str, Any]:
    """An access as JSON tells it."""
    lease = found.lease
    return {
        "state": found.state.value,
        "says": found.says,
        "reason": found.why,
        "do": found.do,
        "since": plain(found.since) if found.since else None,
        "days_left": int(lease.locks_in_s // 86_400) if lease and found.is_open else None,
        "warned": bool(lease and lease.warned and found.is_open),
        "silent_days": int(lease.silent_s // 86_400) if lease else None,
        "erased_in_hours": _hours(lease.erases_in_s) if lease and found.state is State.LOCKED else None,
    }


def _hours(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds // 3600) + 1
