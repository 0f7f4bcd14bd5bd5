"""What the journal remembers of documents: by keyed hash, with the screening or not at all, and not for long."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from data.documents.travel_document import Capture, TravelDocument
from data.errors import StoreError
from data.journal.history import verify_journal
from data.journal.journal import SIGHTINGS_KEPT, Journal
from data.journal.same_traveller import hash_document, stored_document_hashes
from data.journal.schema import SCHEMA
from data.journal.sightings import SightingLog
from data.screenings import Decision, Direction, Screening, Verdict
from data.store import Schema
from data.store_key import StoreKey
from tests.support.machine import Machine
from tests.support.staff import make_actor

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PASSPORT = TravelDocument("P", "UTO", "L1234567A")
DAY = timedelta(hours=24)
scanned = partial(TravelDocument, capture=Capture.MACHINE)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def journal(tmp_path: Path, machine: Machine) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk", read_uptime=machine)
    yield journal
    journal.close()


def seen(journal: Journal, *documents: TravelDocument, at: datetime = NOW, **changes: str) -> Screening:
    screening = replace(Screening(documents or (PASSPORT,), None, at, "officer 7", lane="1"), **changes)  # type: ignore[arg-type]
    journal.record_screening(screening, [], Verdict.CLEAR, 1)
    return screening


def now(**changes: object) -> Screening:
    return replace(Screening((PASSPORT,), None, NOW, "officer 7", lane="2"), **changes)  # type: ignore[arg-type]


def test_earlier_screenings_with_a_document_come_newest_first_with_their_last_decision(journal: Journal) -> None:
    first = seen(journal, at=NOW - timedelta(hours=5), direction=Direction.EXIT)
    second = seen(journal, at=NOW - timedelta(hours=1))
    seen(journal, replace(PASSPORT, number="L7654321A"), at=NOW - timedelta(minutes=5))
    journal.record_decision(first, Decision.REFER, NOW, make_actor("officer 7"))
    journal.record_decision(first, Decision.ADMIT, NOW, make_actor("officer 7"))
    sightings = SightingLog(journal).before(now(), PASSPORT, DAY)
    assert [(sighting.screening, sighting.decision, sighting.direction, sighting.lane) for sighting in sightings] == [
        (str(second.id), None, Direction.ENTRY, "1"),
        (str(first.id), Decision.ADMIT, Direction.EXIT, "1"),
    ]
    assert sightings[0].at == NOW - timedelta(hours=1)


def test_a_sighting_counts_until_it_is_certainly_older(journal: Journal, machine: Machine) -> None:
    seen(journal)
    later = machine.run(journal, NOW, timedelta(hours=3))
    log, screening = SightingLog(journal), now(at=later)
    assert log.before(screening, PASSPORT, timedelta(hours=2)) == []
    assert len(log.before(screening, PASSPORT, timedelta(hours=4))) == 1


@pytest.mark.parametrize("wrong", [timedelta(days=4), timedelta(days=400), -timedelta(days=4)])
def test_no_clock_hides_a_sighting(journal: Journal, wrong: timedelta) -> None:
    seen(journal, at=NOW - timedelta(hours=1), direction=Direction.EXIT)
    log, screening = SightingLog(journal), now(at=NOW + wrong)
    assert len(log.before(screening, PASSPORT, DAY)) == 1
    assert log.any_in(Direction.EXIT, NOW + wrong, DAY)


def test_a_document_is_the_same_however_its_issuer_and_type_are_written(journal: Journal) -> None:
    seen(journal, scanned("PD", "D", "C1X2Y3Z45"), at=NOW - timedelta(hours=1))
    history = SightingLog(journal)
    assert len(history.before(now(), scanned("DIP", "DEU", "c1x2 y3z45"), DAY)) == 1
    assert history.before(now(), scanned("I", "DEU", "C1X2Y3Z45"), DAY) == []
    assert history.before(now(), scanned("P", "FRA", "C1X2Y3Z45"), DAY) == []


def test_a_document_of_unknown_type_is_known_by_any_and_any_by_it(journal: Journal) -> None:
    seen(journal, scanned("I", "EST", "AE4471902"), at=NOW - timedelta(hours=2))
    history = SightingLog(journal)
    assert len(history.before(now(), scanned("", "EST", "AE4471902"), DAY)) == 1
    assert history.before(now(), scanned("P", "EST", "AE4471902"), DAY) == []
    seen(journal, scanned("", "EST", "AE4471902"), at=NOW - timedelta(hours=1))
    earlier = history.before(now(), scanned("V", "EST", "AE4471902"), DAY)
    assert [sighting.at for sighting in earlier] == [NOW - timedelta(hours=1)]
    both = history.before(now(), scanned("I", "EST", "AE4471902"), DAY)
    assert [sighting.at for sighting in both] == [NOW - timedelta(hours=1), NOW - timedelta(hours=2)]


@pytest.mark.parametrize(
    ("before", "now_shown"),
    [
        (scanned("P", "NOR", "L1234567A"), TravelDocument("I", "NOR", "L1234567A")),
        (scanned("P", "NOR", "L1234567A"), TravelDocument("P", "SWE", "L1234567A")),
        (scanned("P", "NOR", "L1234567A"), scanned("P", "N0R", "L1234567A")),
        (TravelDocument("I", "SWE", "L1234567A"), scanned("P", "NOR", "L1234567A")),
        (TravelDocument("I", "SWE", "L1234567A"), TravelDocument("I", "SWE", "L1234567A")),
    ],
)
def test_a_number_whose_country_or_type_was_typed_or_not_read_is_seen_again_once(
    journal: Journal, before: TravelDocument, now_shown: TravelDocument
) -> None:
    seen(journal, before)
    (sighting,) = SightingLog(journal).before(now(), now_shown, DAY)
    assert not sighting.is_certain
    assert SightingLog(journal).before(now(), replace(now_shown, number="L7654321A"), DAY) == []


def test_a_screening_is_no_sighting_for_itself_nor_for_its_party(journal: Journal) -> None:
    mother = seen(journal, at=NOW - timedelta(minutes=1), party="bus 4")
    journal.record_screening(mother, [], Verdict.REFER, 2)
    history = SightingLog(journal)
    assert history.before(mother, PASSPORT, DAY) == []
    assert history.before(now(party="bus 4"), PASSPORT, DAY) == []
    assert len(history.before(now(party="bus 5"), PASSPORT, DAY)) == len(history.before(now(), PASSPORT, DAY)) == 1


def test_what_has_no_number_is_not_remembered(journal: Journal) -> None:
    seen(journal, TravelDocument("", "", "", raw="\ud800".encode("utf-8", "replace").decode()))
    assert SightingLog(journal).before(now(), TravelDocument("", "", ""), DAY) == []


def test_the_number_stands_nowhere_in_the_memory(journal: Journal) -> None:
    seen(journal, party="bus 4")
    with journal.reading() as connection:
        rows = connection.execute("SELECT * FROM sighting").fetchall()
    assert {bytes(row[0]) for row in rows} == set(stored_document_hashes(journal.sightings_key, PASSPORT))
    text = repr(rows)
    assert "L1234567A" not in text and "bus 4" not in text
    other = hash_document(StoreKey(bytes([1] * 32)).derive("journal:sightings"), PASSPORT)
    assert hash_document(journal.sightings_key, PASSPORT) != other


def test_sightings_are_forgotten_with_the_next_screening(journal: Journal, machine: Machine) -> None:
    first = NOW - SIGHTINGS_KEPT - timedelta(minutes=1)
    seen(journal, at=first)
    machine.run(journal, first, timedelta(hours=48, minutes=1))
    seen(journal, replace(PASSPORT, number="X1"), at=NOW - timedelta(days=1))
    machine.run(journal, NOW - timedelta(days=1), timedelta(days=1))
    assert len(SightingLog(journal).before(now(), PASSPORT, timedelta(days=9))) == 1
    seen(journal, replace(PASSPORT, number="X2"))
    assert SightingLog(journal).before(now(), PASSPORT, timedelta(days=9)) == []
    assert len(SightingLog(journal).before(now(), replace(PASSPORT, number="X1"), timedelta(days=9))) == 1


def test_a_screening_and_its_sighting_are_both_kept_or_neither(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("data.journal.journal.append_sightings", full)
        with pytest.raises(StoreError):
            seen(journal)
    with monkeypatch.context() as broken:
        broken.setattr("data.journal.chains.append_entry", full)
        with pytest.raises(StoreError):
            seen(journal)
    assert SightingLog(journal).before(now(), PASSPORT, DAY) == []
    assert verify_journal(journal).events == 0


def test_which_directions_were_screened(journal: Journal, machine: Machine) -> None:
    seen(journal, at=NOW - timedelta(hours=3), direction=Direction.EXIT)
    history = SightingLog(journal)
    later = machine.run(journal, NOW - timedelta(hours=3), timedelta(hours=3))
    assert history.any_in(Direction.EXIT, later, DAY) and not history.any_in(Direction.ENTRY, later, DAY)
    assert not history.any_in(Direction.EXIT, later, timedelta(hours=2))


def test_a_journal_from_before_learns_to_remember(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.db"
    with monkeypatch.context() as before:
        before.setattr("data.journal.journal.SCHEMA", Schema("journal", SCHEMA.steps[:1]))
        old = Journal(path, StoreKey(bytes(32)), "desk")
    old.close()
    journal = Journal(path, StoreKey(bytes(32)), "desk")
    seen(journal, at=NOW - timedelta(hours=1))
    assert len(SightingLog(journal).before(now(), PASSPORT, DAY)) == 1
    journal.close()
