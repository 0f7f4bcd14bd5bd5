"""An opening of details is in the journal once, with who, why and which screening, before anything is shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.counter.details_openings import DETAILS_OPENED, DetailsOpenings, OpeningReason
from data.errors import InputError, StoreError
from data.journal.audit.selection import EventFilter, select_events
from data.journal.history import read_events, verify_journal
from data.journal.journal import Journal
from data.screenings import Decision
from tests.data.support.journal_events import KEY, NOW, screening
from tests.support.staff import make_actor, make_supervisor


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", KEY, "desk")
    yield journal
    journal.close()


def test_each_opening_is_noted_once(journal: Journal) -> None:
    openings = DetailsOpenings(journal, lambda: NOW)
    officer, supervisor = make_actor("2041"), make_supervisor("2042")
    assert openings.note(officer, "a", OpeningReason.WHY)
    assert not openings.note(officer, "a", OpeningReason.WHY)
    assert openings.note(supervisor, "a", OpeningReason.WHY)
    assert openings.note(supervisor, "a", OpeningReason.DISCREET, "un:QDi.001")
    assert openings.note(officer, "b", OpeningReason.WHY)
    events = [selected.event for selected in select_events(journal, EventFilter(screening="a"))]
    assert [(event.person, event.outcome) for event in events] == [
        ("2041", "why"), ("2042", "why"), ("2042", "discreet"),
    ]  # fmt: skip
    assert events[2].detail == {"name": "2042", "role": "supervisor", "record": "un:QDi.001"}
    assert verify_journal(journal).faults == ()


def test_what_was_not_written_is_not_noted(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    openings = DetailsOpenings(journal, lambda: NOW)

    def fail(*_: object, **__: object) -> None:
        raise StoreError("full")  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(journal, "record", fail)
        with pytest.raises(StoreError):
            openings.note(make_actor(), "a", OpeningReason.WHY)
    assert openings.note(make_actor(), "a", OpeningReason.WHY)
    assert len(read_events(journal, DETAILS_OPENED)) == 1


def test_an_opening_makes_no_screening(journal: Journal) -> None:
    unrecorded = screening()
    DetailsOpenings(journal, lambda: NOW).note(make_actor(), str(unrecorded.id), OpeningReason.WHY)
    with pytest.raises(InputError, match="not in the journal"):
        journal.record_decision(unrecorded, Decision.ADMIT, NOW, make_actor())
