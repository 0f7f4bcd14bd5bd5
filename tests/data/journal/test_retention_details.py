"""Details of travellers go after the post's days, by a time that is certain; the audit says so and stays whole."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from data.documents.travel_document import TravelDocument
from data.journal.history import read_events, verify_journal
from data.journal.journal import Journal
from data.journal.retention import DETAILS_PURGED, KeptTimes, purge_travellers
from data.journal.travellers import TravellerLog
from data.screenings import Decision, Screening, Verdict
from tests.data.support.journal_events import FINDINGS, KEY, NOW, fill_journal, screening
from tests.support.killing import moments_of
from tests.support.machine import Machine
from tests.support.staff import make_actor

TIMES = KeptTimes(timedelta(days=90), timedelta(hours=72))
DAY = timedelta(days=1)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def journal(tmp_path: Path, machine: Machine) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", KEY, "desk", read_uptime=machine)
    yield journal
    journal.close()


def purge(journal: Journal, at: datetime, signed: datetime | None = None) -> int:
    return purge_travellers(journal, TIMES, at, "courier", signed)


def screen(journal: Journal, at: datetime, number: str = "L1234567A") -> Screening:
    traveller = replace(screening(), at=at, id=uuid4(), documents=(TravelDocument("P", "UTO", number),), traveller=None)
    journal.record_screening(traveller, FINDINGS, Verdict.REFER, 1)
    return traveller


def test_details_go_once_the_machine_has_run_for_that_long_and_the_audit_says_so(
    journal: Journal, machine: Machine
) -> None:
    fill_journal(journal)
    assert purge(journal, NOW) == 0
    now = machine.run(journal, NOW, 89 * DAY)
    recent = screen(journal, now)
    assert purge(journal, now) == 0
    now = machine.run(journal, now, 2 * DAY)
    assert purge(journal, now) == 3, "two screenings and a decision"
    assert {event.screening for event in read_events(journal, "screening") if event.detail} == {str(recent.id)}
    assert read_events(journal, "decision")[0].detail == {}
    assert read_events(journal, "opening")[0].detail == {"second": "supervisor 2"}, "the audit is kept for longer"
    (line,) = read_events(journal, DETAILS_PURGED)
    assert (line.at, line.person, line.outcome) == (now, "courier", "3")
    report = verify_journal(journal)
    assert report.faults == () and report.purged == 3
    assert purge(journal, now + DAY) == 0 and len(read_events(journal, DETAILS_PURGED)) == 1


def test_details_go_once_something_was_signed_so_much_later_than_what_was_signed_after_them(journal: Journal) -> None:
    fill_journal(journal)
    for days, count in ((0, 0), (1, 0), (90, 0), (92, 3)):
        assert purge(journal, NOW + days * DAY, NOW + days * DAY) == count, days


def test_no_calendar_takes_details(journal: Journal) -> None:
    fill_journal(journal)
    for days in (0, 1, 400, 800, 0, 4000):
        assert purge(journal, NOW + days * DAY, NOW) == 0
    assert purge(journal, NOW + DAY, NOW + DAY) == 0 == verify_journal(journal).purged


def test_what_was_signed_before_a_traveller_came_proves_nothing(journal: Journal) -> None:
    purge(journal, NOW, NOW - 200 * DAY)
    fill_journal(journal)
    purge(journal, NOW + DAY, NOW - 200 * DAY)
    assert purge(journal, NOW + 2 * DAY, NOW - 95 * DAY) == 0, "an old stick"
    assert purge(journal, NOW + 3 * DAY, NOW + 3 * DAY) == 0, "it is 98 days later than the stick"
    assert purge(journal, NOW + 95 * DAY, NOW + 95 * DAY) == 3


def test_a_referral_outlives_no_shorter_policy(journal: Journal, machine: Machine) -> None:
    fill_journal(journal)
    times = KeptTimes(timedelta(days=1), timedelta(days=30))
    purge_travellers(journal, times, NOW, "courier", None)
    now = machine.run(journal, NOW, 29 * DAY)
    assert purge_travellers(journal, times, now, "courier", None) == 0


def test_who_was_seen_or_left_undecided_goes_without_another_screening(journal: Journal, machine: Machine) -> None:
    traveller = screen(journal, NOW)
    decided = screen(journal, NOW, "L7654321A")
    journal.record_decision(decided, Decision.REFER, NOW, make_actor("officer 7"))
    purge(journal, NOW)
    with journal.reading() as connection:
        assert connection.execute("SELECT count(*) FROM seen_hash").fetchone() == (4,)
    assert TravellerLog(journal).undecided_ids() == {str(traveller.id)}
    now = machine.run(journal, NOW, 4 * DAY)
    purge(journal, now)
    assert TravellerLog(journal).undecided_ids() == set()
    with journal.reading() as connection:
        for table in ("seen_screening", "seen_hash", "recent_decision"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table  # noqa: S608


def test_a_second_look_within_the_hour_writes_nothing(journal: Journal) -> None:
    fill_journal(journal)
    purge(journal, NOW)
    with journal.reading() as connection:
        before = connection.total_changes
    purge(journal, NOW + timedelta(minutes=10))
    with journal.reading() as connection:
        assert connection.total_changes == before


def test_no_kill_takes_details_without_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.journal.retention._EVENTS_PER_TRANSACTION", 2)
    folder, moment, moments = tmp_path / "0", 1, None
    while moments is None:
        folder = tmp_path / str(moment)
        folder.mkdir()

        def opened(folder: Path = folder) -> Journal:
            return Journal(folder / "journal.db", KEY, "desk")

        journal = opened()
        fill_journal(journal)
        fill_journal(journal)
        for days in (0, 1):
            purge(journal, NOW + days * DAY, NOW + days * DAY)
        journal.close()

        moments = moments_of(lambda opened=opened: purge(opened(), NOW + 95 * DAY, NOW + 95 * DAY), moment)  # type: ignore[misc]
        moment += 1
        journal = opened()
        report = verify_journal(journal)
        assert report.faults == ()
        assert report.purged == sum(int(event.outcome) for event in read_events(journal, DETAILS_PURGED))
        purge(journal, NOW + 96 * DAY, NOW + 96 * DAY)
        assert verify_journal(journal).purged == 6
        journal.close()
    assert moment > 4
