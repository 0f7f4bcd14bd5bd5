"""The journal: one transaction an event, whole or absent, without a name that leaves the kit."""

from datetime import timedelta
from pathlib import Path

import pytest

from data.errors import InputError, StoreError
from data.journal.history import read_events, verify_journal
from data.journal.journal import Journal
from data.journal.schema import unpack_body
from data.lists.edition import format_age
from data.screenings import Decision, Finding, State, Verdict
from data.text import _, decode_text
from tests.data.support.journal_events import FINDINGS, KEY, NOW, fill_journal, screening
from tests.support.staff import make_actor


def test_events_are_kept_in_order_and_verify(journal: Journal) -> None:
    first = fill_journal(journal)
    report = verify_journal(journal)
    assert report.faults == () and report.events == 5 and report.chains == {"desk": 5} and report.outbox == 5
    remembered = read_events(journal, "screening")
    assert [(event.revision, event.outcome) for event in remembered] == [(2, "refer"), (1, "check")]
    assert remembered[0].screening == str(first.id)
    assert remembered[0].detail["screening"]["traveller"]["surname"] == "MUSTERFRAU"


def test_what_was_said_is_kept_as_id_and_values(journal: Journal) -> None:
    says = _("The list {list} has expired: it was last updated {age}", list="un", age=format_age(timedelta(days=9)))
    expired = Finding("age:un", State.NOT_DONE, "list_expired", says)
    journal.record_screening(screening(), [expired], Verdict.CANNOT_SAY, 1)
    kept = read_events(journal, "screening")[0].detail["findings"][0]["says"]
    assert kept["values"]["age"] == {
        "id": "{count} day ago",
        "plural": "{count} days ago",
        "values": {"count": 9},
    }
    assert decode_text(kept) == says


def test_no_name_leaves_the_kit(journal: Journal) -> None:
    fill_journal(journal)
    with journal.reading() as connection:
        bodies = b"".join(unpack_body(bytes(row[0])) for row in connection.execute("SELECT body FROM outbox"))
        links = b"".join(str(row).encode() for row in connection.execute("SELECT * FROM link"))
    assert b"verdict" in bodies
    assert b"MUSTERFRAU" not in bodies + links


def test_an_event_is_whole_or_absent(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full")

    monkeypatch.setattr("data.journal.chains.append_entry", full)
    with pytest.raises(StoreError):
        journal.record_screening(screening(), FINDINGS, Verdict.CLEAR, 1)
    report = verify_journal(journal)
    assert report.events == 0 and report.chains == {} and report.faults == ()


def test_a_decision_needs_its_screening(journal: Journal) -> None:
    with pytest.raises(InputError):
        journal.record_decision(screening(), Decision.ADMIT, NOW, make_actor("officer 7"))


def test_a_journal_that_was_closed_stays_closed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", KEY, "desk")
    journal.close()
    with pytest.raises(StoreError):
        journal.latest()
    assert not (tmp_path / "journal.db-shm").exists()
