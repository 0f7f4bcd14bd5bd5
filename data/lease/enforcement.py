"""Enforces the lease: whether lists may be read, since when, and what follows.

Everybody who opens a kit looks: the courier, the desk every few seconds, each `waypost check`. Looking counts the time
without headquarters (`data.lease.access`), enters each change into the journal, and erases where that is due.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from data.clock import MAX_SIGNED_AHEAD, Clock, ClockReading, Uptime
from data.errors import Busy, Damaged, StoreError
from data.json_codec import ZonedTime, complete_in_json, decode, encode_canonical, to_json_value
from data.kit import headquarters_word
from data.kit.home import KitHome
from data.lease import erasure
from data.lease.access import AccessState, ContactAge, ListAccess, decide_access, find_erasure_reason
from data.lease.verdict_time import find_clock_jump, find_latest_time, note_time
from data.log.error_log import log_error
from data.text import EMPTY, Message, _
from data.witness.alarms import list_alarms, watch_files

ACCESS_RECORD = "lists-access"
"""Vault: the age of the contact, what the last look came to, and why the lists were erased; from the first word on."""
ACCESS_CHANGED = "lists_access"
_ACTOR = "kit"
_SAVED_EVERY_S = 300.0
_MOST_ANSWER_S = 30 * 86_400.0
"""For so long an answer says what headquarters' clock reads."""
_LONGEST_S = 36_500 * 86_400.0
"""No list is said to be older: a reading of the running time may be absurd."""

CourierExclusion = Callable[[KitHome], AbstractContextManager[None]]


class ContactNovelty(StrEnum):
    """Whether this kit had the envelope already."""

    NEW = "new"
    """By its number it was never here: nobody can have kept it back and play it again."""
    KNOWN = "known"


def read_access(home: KitHome, clock: Clock) -> ListAccess:
    """What holds now. Changes nothing."""
    return _decide_access(home, _count_time(_read_record(home), clock), clock)


def enforce_access(home: KitHome, clock: Clock, *, alone: CourierExclusion = erasure.hold_courier_lock) -> ListAccess:
    """What holds now; counts the time, journals a change, erases where it is due.

    `alone` keeps the courier away from an erasure; the courier itself needs nobody kept away.
    """
    watch_files(home, clock.now())
    note_time(home, clock.now())
    before = _read_record(home)
    record = _count_time(before, clock)
    if _find_erasure_reason(home, record) or record.erasing:
        with suppress(Busy), alone(home):  # Busy: a courier is at work, the next look does it
            record = _erase_if_due(
                home, _count_time(_read_record(home), clock)
            )  # checked again: a courier may have heard of headquarters
    access = _decide_access(home, record, clock)
    if (access.state, access.generation) != (before.state, before.generation):
        record = replace(record, state=access.state, since=clock.now())
    try:
        _save_and_journal(home, before, record, access.why)
    except StoreError as error:  # a full disk must not keep anybody from seeing what holds: the next look tries again
        log_error(error)
    return replace(access, since=record.since)


def record_contact(home: KitHome, signed: datetime, clock: Clock, novelty: ContactNovelty) -> None:
    """Headquarters spoke to this kit, at `signed` by its own signature.

    A new word counts even where it was signed before the one we have: then headquarters' clock had stood ahead. One
    that was signed too far ahead counts only where it is the first, as if it had been signed now.
    """
    known_age = _read_record(home).silence
    if cap_signed(signed, clock) != signed:
        if known_age is not None:
            return
        signed = cap_signed(signed, clock)
    if novelty is ContactNovelty.NEW or known_age is None or signed > known_age.heard:
        contact_age = ContactAge.from_contact(signed, ClockReading.of(clock))
        _change_record(home, lambda saved: replace(saved, silence=contact_age, words=saved.words + 1))


def cap_signed(signed: datetime, clock: Clock) -> datetime:
    """When a word counts as signed; one signed too far ahead counts as if it had been signed now.

    The word to this kit and the words about its lists go by the same rule: their ages are compared with each other.
    """
    return clock.now() if signed > clock.now() + MAX_SIGNED_AHEAD else signed


def record_answer(home: KitHome, signed: datetime, since: Uptime) -> None:
    """Headquarters signed, at `signed`, an answer to what this kit wrote since `since`: it was kept back by nobody."""
    answer = _Answer(signed, since.boot, since.seconds)
    _change_record(home, lambda saved: replace(saved, answer=answer))


def record_new_keys(home: KitHome) -> None:
    """Headquarters gave this kit its keys again: the lists are fetched as at the first time."""
    _change_record(home, lambda saved: replace(saved, erased=EMPTY))


def is_erased(home: KitHome) -> bool:
    """Whether the keys are gone until headquarters gives them again."""
    return bool(_read_record(home).erased)


def is_lease_over(home: KitHome, clock: Clock) -> bool:
    """Whether the lease is over, whatever else holds."""
    lease = read_access(home, clock).lease
    return lease is not None and lease.locks_in_s <= 0


@dataclass(frozen=True, slots=True)
class AccessFacts:
    """A `ListAccess` as JSON tells it. Readers of other versions of Waypost may lack some of it."""

    state: str
    """An `AccessState`; `unknown` where it could not be found out."""
    says: Message = EMPTY
    reason: Message = EMPTY
    do: Message = EMPTY
    since: str | None = None
    """ISO 8601 in UTC."""
    days_left: int | None = None
    """Until the lists lock without contact; None where they do not, or are locked."""
    warned: bool = False
    silent_days: int | None = None
    """Without contact."""
    erased_in_hours: int | None = None
    """None where the lists are not locked for want of contact."""

    @classmethod
    def of(cls, access: ListAccess) -> "AccessFacts":
        """The facts of `access`."""
        lease, is_locked = access.lease, access.state is AccessState.LOCKED
        return cls(
            access.state.value,
            access.says,
            access.why,
            access.do,
            to_json_value(access.since) if access.since else None,
            int(lease.locks_in_s // 86_400) if lease and access.is_open else None,
            bool(lease and lease.is_warning_due and access.is_open),
            int(lease.silent_s // 86_400) if lease else None,
            _round_up_hours(lease.erases_in_s) if lease and is_locked else None,
        )


@dataclass(frozen=True, slots=True)
class _Answer:
    """When headquarters signed an answer, by its clock; and a moment before that, by this machine's running time."""

    signed: ZonedTime
    boot: str
    boot_s: float

    def headquarters_now(self, uptime: Uptime) -> datetime | None:
        """What headquarters' clock reads at most; None after another start of this machine."""
        if uptime.boot != self.boot or not 0 <= uptime.seconds - self.boot_s < _MOST_ANSWER_S:
            return None
        return self.signed + timedelta(seconds=uptime.seconds - self.boot_s)


@complete_in_json
@dataclass(frozen=True, slots=True)
class _AccessRecord:
    """Its fields are the keys of the JSON."""

    silence: ContactAge | None = None
    words: int = 0
    """How many came; the contact age is since the last of them."""
    state: AccessState = AccessState.GOOD
    since: ZonedTime | None = None
    erased: Message = EMPTY
    """Why; empty if they were not, or were fetched again since."""
    erasing: bool = False
    """It has begun and did not end."""
    generation: int = 0
    signed_age: ContactAge | None = None
    """The time since the newest signed time of all; None before the first word."""
    answer: _Answer | None = None
    """Headquarters' newest answer."""


def _save_and_journal(home: KitHome, before: _AccessRecord, record: _AccessRecord, why: Message) -> None:
    if record.since != before.since and record.since:
        try:
            home.journal.record(ACCESS_CHANGED, record.since, _ACTOR, record.state.value, {"why": why})
        except StoreError as error:  # time goes on being counted, and the next look enters the change
            log_error(error)
            record = replace(record, state=before.state, since=before.since)
    if _is_worth_saving(before, record):
        state, since = record.state, record.since
        _change_record(
            home,
            lambda saved: replace(
                saved,
                state=state,
                since=since,
                silence=_merge_contact_ages(saved, record, before.silence),
                signed_age=record.signed_age,
            ),
        )


def _find_erasure_reason(home: KitHome, record: _AccessRecord) -> Message:
    return EMPTY if record.erased else find_erasure_reason(headquarters_word.read_status(home), record.silence)


def _erase_if_due(home: KitHome, record: _AccessRecord) -> _AccessRecord:
    """The record goes first: a kill on the way leaves one that says what is to be finished."""
    why = _find_erasure_reason(home, record)
    if not (why or record.erasing):
        return record
    why, generation = why or record.erased, record.generation + bool(why)
    _change_record(home, lambda saved: replace(saved, erased=why, generation=generation, erasing=True))
    erasure.erase_lists(home)
    _change_record(home, lambda saved: replace(saved, erasing=False))
    return replace(record, erased=why, generation=generation, erasing=False)


def _merge_contact_ages(saved: _AccessRecord, counted: _AccessRecord, before: ContactAge | None) -> ContactAge | None:
    """Since the newest word; of one word, as it was counted last (from `before` on)."""
    if saved.silence == before:
        return counted.silence
    if saved.words != counted.words or saved.silence is None or counted.silence is None:
        return saved.silence or counted.silence
    if saved.silence.boot == counted.silence.boot:
        return max(counted.silence, saved.silence, key=lambda contact_age: contact_age.boot_s)
    return counted.silence


def _decide_access(home: KitHome, record: _AccessRecord, clock: Clock) -> ListAccess:
    access = decide_access(headquarters_word.read_status(home), record.silence, record.erased)
    witness, clock_now = home.witness.read(), clock.now()
    now = _find_signed_now(record, clock_now)
    latest = find_latest_time(home, now)
    return replace(
        access,
        since=record.since if record.state is access.state else None,
        contact_age=record.silence,
        generation=record.generation,
        headquarters_now=record.answer.headquarters_now(clock.read_uptime()) if record.answer else None,
        ages_from=latest if latest > clock_now else None,
        clock_jump=find_clock_jump(home, now),
        changed_files=tuple(alarm.file for alarm in list_alarms(witness)),
        unconfirmed=frozenset(witness.unconfirmed),
    )


def _find_signed_now(record: _AccessRecord, now: datetime) -> datetime:
    """The clock's time, but not before the newest signed time with what the machine ran since that was known."""
    signed = record.signed_age
    ran_s = min(signed.estimated_running_s, _LONGEST_S) if signed else 0.0
    return max(now, signed.heard + timedelta(seconds=ran_s)) if signed else now


def _count_time(record: _AccessRecord, clock: Clock) -> _AccessRecord:
    if record.silence is None:
        return record
    reading, signed_age = ClockReading.of(clock), record.signed_age
    if signed_age is None or signed_age.heard != clock.floor:
        signed_age = ContactAge.from_contact(clock.floor, reading)
    return replace(record, silence=record.silence.at(reading), signed_age=signed_age.at(reading))


def _is_worth_saving(before: _AccessRecord, record: _AccessRecord) -> bool:
    """The time that is counted is kept now and then: a disk is not written for every look."""
    if before.silence is None or record.silence is None or before.silence.boot != record.silence.boot:
        return before != record
    passed_s = record.silence.boot_s - before.silence.boot_s
    is_changed = replace(before, silence=None, signed_age=None) != replace(record, silence=None, signed_age=None)
    if _signed_of(before) != _signed_of(record):
        return True
    return is_changed or not 0 <= passed_s < _SAVED_EVERY_S


def _signed_of(record: _AccessRecord) -> datetime | None:
    return record.signed_age.heard if record.signed_age else None


def _change_record(home: KitHome, change: Callable[[_AccessRecord], _AccessRecord]) -> None:
    home.vault.change(
        ACCESS_RECORD, lambda content: encode_canonical(change(_parse_record(content) if content else _AccessRecord()))
    )


def _read_record(home: KitHome) -> _AccessRecord:
    """The record; an empty one before headquarters first spoke.

    Raises:
        Damaged: it cannot be read, or is gone: a kit that has the word of headquarters has one.
    """
    content = home.vault.get(ACCESS_RECORD)
    if content is None and headquarters_word.read_status(home).signed is not None:
        content = home.vault.get(ACCESS_RECORD)  # looked for again: the courier writes it, and then the status
        if content is None:
            raise _make_damaged_error()
    return _parse_record(content) if content else _AccessRecord()


def _parse_record(content: bytes) -> _AccessRecord:
    return decode(_AccessRecord, content, lambda _why: _make_damaged_error())


def _make_damaged_error() -> Damaged:
    return Damaged(_("The vault's record of the lease cannot be read"), do=_("Ask a technician"))


def _round_up_hours(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds // 3600) + 1
