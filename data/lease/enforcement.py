"""Enforces the lease: looks whether lists may be read and details shown, remembers since when, and does what follows.

- Everybody who opens a kit looks: the courier, the desk every few seconds, each `waypost check`. Looking counts the
  time without headquarters (`data.lease.access.access`), enters each change into the journal, and erases where that
  is due.
- Details of a listed person are shown only while headquarters' word about that list is young enough. Corrections and
  deletions reach a kit with that word: one that could not learn of them within the list's `erase_within_hours` tells
  that somebody is listed, and no more. Word about the list that a neighbour handed on counts as well.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from data.clock import MAX_SIGNED_AHEAD, Clock, ClockReading
from data.errors import Busy, Damaged, StoreError
from data.json_codec import encode_canonical, to_json_value
from data.kit import enrolment
from data.kit.home import KitHome
from data.lease import erasure
from data.lease.access import (
    AccessState,
    ContactAge,
    ListAccess,
    contact_age_from_json,
    decide_access,
    find_erasure_reason,
    format_duration,
)
from data.lists.edition import Edition

LIST_CONTACTS = "list-words"
"""Vault: list to when headquarters last signed that this kit's version of it is the newest, ISO 8601."""
_HOUR_SECONDS = 3600.0


def record_list_contact(home: KitHome, list_name: str, signed: datetime) -> None:
    """Note that of a list the kit has what headquarters, at `signed`, said to be the newest."""
    known = _parse_list_contacts(home.vault.get(LIST_CONTACTS))
    if list_name not in known or datetime.fromisoformat(known[list_name]) < signed:
        home.vault.change(
            LIST_CONTACTS,
            lambda kept: encode_canonical(_parse_list_contacts(kept) | {list_name: to_json_value(signed)}),
        )


def read_list_contact(home: KitHome, edition: Edition) -> datetime:
    """When headquarters signed its newest word about a list: that version, or later that there is no newer one."""
    known = _parse_list_contacts(home.vault.get(LIST_CONTACTS)).get(edition.list)
    return max(edition.published, datetime.fromisoformat(known)) if known else edition.published


def _parse_list_contacts(kept: bytes | None) -> dict[str, str]:
    return json.loads(kept) if kept else {}


def find_withholding_reason(word: datetime, within_h: float, silence: ContactAge | None, now: datetime) -> str:
    """Why details of a list whose newest word was signed at `word` stay locked; empty where they may be told.

    A lock is taken back by the next word or by a clock set right, so what seems is enough for it (`data.lease.access`).
    """
    silent_s = _compute_list_contact_age_s(word, silence, now)
    if silent_s <= within_h * _HOUR_SECONDS:
        return ""
    allowed = format_duration(within_h * _HOUR_SECONDS)
    return f"no word about this list for {format_duration(silent_s)}; headquarters allows {allowed}"


def _compute_list_contact_age_s(word: datetime, silence: ContactAge | None, now: datetime) -> float:
    """Since the word about one list, by the clocks that count the time since the newest word of all."""
    if silence is None:
        return max(0.0, (now - word).total_seconds())
    return max(0.0, silence.estimated_s - (word - silence.heard).total_seconds())


ACCESS_RECORD = "lists-access"
"""Vault: the silence, what the last look came to, and why the lists were erased."""
ACCESS_CHANGED = "lists_access"
_ACTOR = "kit"
_KEPT_EVERY_S = 300.0


class ContactNovelty(StrEnum):
    """What headquarters said, beside what this kit knew of it."""

    NEW = "new"
    """By its number it was never here: nobody can have kept it back and play it again."""
    KNOWN = "known"


CourierExclusion = Callable[[KitHome], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class _AccessRecord:
    silence: ContactAge | None = None
    words: int = 0
    """How many came; the silence is since the last of them."""
    state: AccessState = AccessState.GOOD
    since: datetime | None = None
    erased: str = ""
    """Why; empty where they were not, or came anew since."""
    erasing: bool = False
    """It has begun and did not end."""
    generation: int = 0


def read_access(home: KitHome, clock: Clock) -> ListAccess:
    """What holds now. Changes nothing."""
    return _decide_access(home, _count_time(_read_record(home), clock))


def enforce_access(home: KitHome, clock: Clock, *, alone: CourierExclusion = erasure.hold_courier_lock) -> ListAccess:
    """What holds now; counts the time, journals a change, erases where it is due.

    `alone` keeps the courier away from an erasure; the courier itself needs nobody kept away.
    """
    before = _read_record(home)
    note = _count_time(before, clock)
    if _find_erasure_reason(home, note) or note.erasing:
        with suppress(Busy), alone(home):  # Busy: a courier is at work, the next look does it
            note = _erase_if_due(
                home, _count_time(_read_record(home), clock)
            )  # looked at anew: a courier may have heard of headquarters
    found = _decide_access(home, note)
    if (found.state, found.generation) != (before.state, before.generation):
        note = replace(note, state=found.state, since=clock.now())
    with suppress(StoreError):  # a full disk must not keep anybody from seeing what holds: the next look tries again
        _save_and_journal(home, before, note, found.why)
    return replace(found, since=note.since)


def _save_and_journal(home: KitHome, before: _AccessRecord, note: _AccessRecord, why: str) -> None:
    if note.since != before.since and note.since:
        home.journal.record(ACCESS_CHANGED, note.since, _ACTOR, note.state.value, {"why": why})
    if _is_worth_saving(before, note) or (note.silence and home.vault.get(ACCESS_RECORD) is None):
        state, since = note.state, note.since
        _change_record(
            home, lambda kept: replace(kept, state=state, since=since, silence=_merge_contact_ages(kept, note))
        )


def record_contact(home: KitHome, signed: datetime, clock: Clock, word: ContactNovelty) -> None:
    """Headquarters spoke to this kit, at `signed` by its own signature.

    A new word counts even where it was signed before the one we have: then headquarters' clock had stood ahead.
    """
    known = _read_record(home).silence
    if signed > clock.now() + MAX_SIGNED_AHEAD:
        return
    if word is ContactNovelty.NEW or known is None or signed > known.heard:
        silence = ContactAge.from_contact(signed, ClockReading.of(clock))
        _change_record(home, lambda kept: replace(kept, silence=silence, words=kept.words + 1))


def record_new_keys(home: KitHome) -> None:
    """Headquarters gave this kit its keys again: the lists are fetched as at the first time."""
    _change_record(home, lambda kept: replace(kept, erased=""))


def is_erased(home: KitHome) -> bool:
    """Whether the keys are gone until headquarters gives them again."""
    return bool(_read_record(home).erased)


def is_lease_over(home: KitHome, clock: Clock) -> bool:
    """Whether the lease is over, whatever else holds."""
    lease = read_access(home, clock).lease
    return lease is not None and lease.locks_in_s <= 0


def _find_erasure_reason(home: KitHome, note: _AccessRecord) -> str:
    return "" if note.erased else find_erasure_reason(enrolment.read_status(home), note.silence)


def _erase_if_due(home: KitHome, note: _AccessRecord) -> _AccessRecord:
    """The note goes first: a kill on the way leaves one that says what is to be finished."""
    why = _find_erasure_reason(home, note)
    if not (why or note.erasing):
        return note
    why, generation = why or note.erased, note.generation + bool(why)
    _change_record(home, lambda kept: replace(kept, erased=why, generation=generation, erasing=True))
    erasure.erase_lists(home)
    _change_record(home, lambda kept: replace(kept, erasing=False))
    return replace(note, erased=why, generation=generation, erasing=False)


def _merge_contact_ages(kept: _AccessRecord, note: _AccessRecord) -> ContactAge | None:
    """The silence since the newest word; of one word, as it was counted last."""
    if kept.words != note.words or kept.silence is None or note.silence is None:
        return kept.silence or note.silence
    if kept.silence.boot == note.silence.boot:
        return max(note.silence, kept.silence, key=lambda one: one.boot_s)
    return note.silence


def _decide_access(home: KitHome, note: _AccessRecord) -> ListAccess:
    found = decide_access(enrolment.read_status(home), note.silence, note.erased)
    since = note.since if note.state is found.state else None
    return replace(found, since=since, silence=note.silence, generation=note.generation)


def _count_time(note: _AccessRecord, clock: Clock) -> _AccessRecord:
    return replace(note, silence=note.silence.at(ClockReading.of(clock))) if note.silence else note


def _is_worth_saving(before: _AccessRecord, note: _AccessRecord) -> bool:
    """The time that is counted is kept now and then: a disk is not written for every look."""
    if before.silence is None or note.silence is None or before.silence.boot != note.silence.boot:
        return before != note
    passed_s = note.silence.boot_s - before.silence.boot_s
    return replace(before, silence=None) != replace(note, silence=None) or passed_s >= _KEPT_EVERY_S


def _change_record(home: KitHome, changed: Callable[[_AccessRecord], _AccessRecord]) -> None:
    first = _make_first_record(home)
    home.vault.change(ACCESS_RECORD, lambda kept: encode_canonical(changed(_parse_record(kept) if kept else first)))


def _read_record(home: KitHome) -> _AccessRecord:
    kept = home.vault.get(ACCESS_RECORD)
    return _parse_record(kept) if kept else _make_first_record(home)


def _parse_record(kept: bytes) -> _AccessRecord:
    try:
        facts: dict[str, Any] = json.loads(kept)
        return _AccessRecord(
            silence=contact_age_from_json(facts["silence"]) if facts["silence"] else None,
            words=int(facts.get("words", 0)),
            state=AccessState(facts["state"]),
            since=datetime.fromisoformat(facts["since"]) if facts["since"] else None,
            erased=str(facts["erased"]),
            erasing=bool(facts["erasing"]),
            generation=int(facts["generation"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("The vault's note of the lease cannot be read", do="Let a technician look") from error


def _make_first_record(home: KitHome) -> _AccessRecord:
    """Of a kit whose envelope came before anybody counted: from when headquarters signed it."""
    signed, moment = enrolment.read_status(home).signed, ClockReading.of(enrolment.read_clock(home))
    return (
        _AccessRecord(silence=ContactAge.from_contact(min(signed, moment.now), moment)) if signed else _AccessRecord()
    )


def access_to_json(found: ListAccess) -> dict[str, Any]:
    """An access as JSON tells it."""
    lease = found.lease
    return {
        "state": found.state.value,
        "says": found.says,
        "reason": found.why,
        "do": found.do,
        "since": to_json_value(found.since) if found.since else None,
        "days_left": int(lease.locks_in_s // 86_400) if lease and found.is_open else None,
        "warned": bool(lease and lease.is_warning_due and found.is_open),
        "silent_days": int(lease.silent_s // 86_400) if lease else None,
        "erased_in_hours": _round_up_hours(lease.erases_in_s) if lease and found.state is AccessState.LOCKED else None,
    }


def _round_up_hours(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds // 3600) + 1
