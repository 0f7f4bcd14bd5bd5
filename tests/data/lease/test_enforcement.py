"""What follows from headquarters' word and from its silence, in one kit's files."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from data.errors import Damaged, StoreError
from data.journal.history import read_events
from data.kit.headquarters_word import KitStatus
from data.kit.home import KitHome
from data.lease import enforcement
from data.lease.access import AccessState, format_duration
from data.lease.enforcement import ContactNovelty
from tests.data.support.leases import LEASED, SIGNED, after
from tests.support.kit_status import save_status


def changes(kit: KitHome) -> list[str]:
    return [event.outcome for event in read_events(kit.journal, enforcement.ACCESS_CHANGED, most=20)]


def test_each_change_is_journalled_once_with_its_time(kit: KitHome) -> None:
    for days in (1, 61, 62, 2):
        enforcement.enforce_access(kit, after(days, f"boot {days}"))
    assert sorted(changes(kit)) == ["good", "locked"]
    locked = enforcement.enforce_access(kit, after(63, "again"))
    later = enforcement.enforce_access(kit, after(64, "and again"))
    assert locked.since == later.since == SIGNED + timedelta(days=63)


def test_word_of_headquarters_opens_and_older_word_does_not(kit: KitHome) -> None:
    assert enforcement.enforce_access(kit, after(61)).state is AccessState.LOCKED
    enforcement.record_contact(kit, SIGNED - timedelta(days=1), after(61), ContactNovelty.KNOWN)
    assert enforcement.enforce_access(kit, after(61)).state is AccessState.LOCKED
    enforcement.record_contact(
        kit, SIGNED + timedelta(days=600), after(61), ContactNovelty.NEW
    )  # nobody can have signed that by now
    assert enforcement.enforce_access(kit, after(61)).state is AccessState.LOCKED
    enforcement.record_contact(kit, SIGNED + timedelta(days=40), after(61), ContactNovelty.NEW)
    opened = enforcement.enforce_access(kit, after(61))
    assert (
        opened.state is AccessState.GOOD
        and opened.lease
        and format_duration(opened.lease.locks_in_s) in ("38 days", "39 days")
    )


def test_the_same_word_again_begins_nothing_anew(kit: KitHome) -> None:
    enforcement.enforce_access(kit, after(0, "a"))
    for day in range(1, 62):
        enforcement.record_contact(kit, SIGNED, after(0, "a", day), ContactNovelty.KNOWN)
        access = enforcement.enforce_access(kit, after(0, "a", day))
    assert access.state is AccessState.LOCKED  # the calendar never moved: what ran is enough


def test_a_state_that_this_version_does_not_know_locks(kit: KitHome) -> None:
    save_status(kit, replace(LEASED, state="paused", reason="a later headquarters"))
    assert enforcement.enforce_access(kit, after(0)).state is AccessState.LOCKED


def test_no_lease_means_that_nothing_locks_by_itself(kit: KitHome) -> None:
    save_status(kit, KitStatus(signed=SIGNED))
    access = enforcement.enforce_access(kit, after(3000))
    assert access.state is AccessState.GOOD and access.lease is None


def test_a_journal_that_cannot_be_written_keeps_nobody_from_seeing_the_lock(
    kit: KitHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(kit.journal, "record", full)
        assert enforcement.enforce_access(kit, after(61)).state is AccessState.LOCKED
    enforcement.enforce_access(kit, after(61))
    assert changes(kit) == ["locked"]


def test_two_who_look_at_once_lose_no_word(kit: KitHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk looked before the courier heard, and writes after it."""
    enforcement.enforce_access(kit, after(0, "a"))
    word = SIGNED + timedelta(days=40)
    keep: Callable[..., None] = enforcement._save_and_journal

    def heard_meanwhile(*arguments: object) -> None:
        enforcement.record_contact(kit, word, after(61), ContactNovelty.NEW)
        keep(*arguments)

    monkeypatch.setattr(enforcement, "_save_and_journal", heard_meanwhile)
    enforcement.enforce_access(kit, after(61))
    note = enforcement._read_record(kit)
    assert note.silence is not None and note.silence.heard == datetime.fromisoformat(word.isoformat())


def test_headquarters_whose_clock_stood_ahead_is_heard_again_once_it_is_set(
    kit: KitHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it signs then is new by its number and older by its time; who looked meanwhile does not bring that back."""
    enforcement.record_contact(kit, SIGNED + timedelta(days=300), after(0, "a"), ContactNovelty.NEW)
    looked = enforcement._read_record(kit)
    enforcement.record_contact(kit, SIGNED + timedelta(days=20), after(20, "a", 20), ContactNovelty.NEW)
    enforcement._save_and_journal(kit, looked, replace(looked, state=AccessState.LOCKED), "")
    access = enforcement.enforce_access(kit, after(79, "a", 79))
    assert access.lease and access.lease.silent_s == timedelta(days=59).total_seconds()


def test_lists_that_came_anew_while_somebody_meant_to_erase_them_stay(kit: KitHome) -> None:
    """The desk saw that they are to be erased; until it holds the courier's lock the courier has heard and fetched."""
    ran = after(181, "a", 181)

    @contextmanager
    def once_the_courier_is_done(home: KitHome) -> Iterator[None]:
        enforcement.record_contact(home, SIGNED + timedelta(days=181), ran, ContactNovelty.NEW)
        yield

    for day in range(180):
        enforcement.enforce_access(kit, after(day, "a", day))
    assert enforcement.read_access(kit, ran).state is AccessState.LOCKED
    assert enforcement.enforce_access(kit, ran, alone=once_the_courier_is_done).state is AccessState.GOOD
    assert (kit.path / "lists" / "un").exists()


def test_a_kit_that_heard_and_does_not_know_when_any_more_is_damaged(kit: KitHome) -> None:
    with closing(KitHome.create(kit.path.parent / "other", "a passphrase that is long", kit.settings)) as other:
        assert enforcement.enforce_access(other, after(0)).is_open, "headquarters has not spoken to it yet"
        save_status(other, LEASED)
        for ask in (enforcement.read_access, enforcement.enforce_access):
            with pytest.raises(Damaged, match="record of the lease"):
                ask(other, after(0))


def test_a_first_word_signed_too_far_ahead_counts_from_when_it_came(kit: KitHome) -> None:
    with closing(KitHome.create(kit.path.parent / "other", "a passphrase that is long", kit.settings)) as other:
        enforcement.record_contact(other, SIGNED + timedelta(days=600), after(0), ContactNovelty.NEW)
        save_status(other, LEASED)
        access = enforcement.enforce_access(other, after(59, ran_days=59))
        assert access.lease and access.lease.silent_s == timedelta(days=59).total_seconds()


@pytest.mark.parametrize("calendar", [0, 20_000], ids=["alone", "with the calendar"])
def test_one_absurd_reading_of_the_uptime_erases_nothing(kit: KitHome, calendar: float) -> None:
    enforcement.enforce_access(kit, after(0, "a", 0.1))
    assert enforcement.enforce_access(kit, after(calendar, "a", 20_000)).state is AccessState.LOCKED
    assert (kit.path / "lists" / "un").exists()
    again = enforcement.enforce_access(kit, after(0.2, "a", 0.2))
    assert again.state is AccessState.GOOD, "the next look knows better"
    assert again.contact_age and again.contact_age.proven_s <= 0.2 * 86_400
    assert not enforcement.is_erased(kit)


@pytest.mark.parametrize("absurd", [5, 20_000])
def test_a_reading_that_was_too_high_does_not_keep_the_time_from_being_counted(kit: KitHome, absurd: float) -> None:
    enforcement.enforce_access(kit, after(0, "a", 0.1))
    enforcement.enforce_access(kit, after(0, "a", absurd))
    for day in (1, 2, 3):
        access = enforcement.enforce_access(kit, after(day, "a", day))
    assert access.contact_age and access.contact_age.ran_s >= 2 * 86_400
