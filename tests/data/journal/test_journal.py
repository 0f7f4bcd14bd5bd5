"""The journal: one transaction an event, a chain that shows every kind of tampering, purging that breaks nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.errors import InputError, StoreError
from data.journal.history import read_events, verify_journal
from data.journal.journal import Journal
from data.kit.vault import StoreKey
from data.lists.edition import Edition
from data.screenings import Decision, Finding, Screening, State, Traveller, Verdict

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KEY = StoreKey(bytes(32))
FINDINGS = [Finding("mrz", State.PASS, "digits_right", "All digits agree.", elapsed_ms=1.25)]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", KEY, "desk")
    yield journal
    journal.close()


def screening() -> Screening:
    return Screening((), Traveller("MUSTERFRAU", "ERIKA"), NOW, "officer 7")


def fill(journal: Journal) -> Screening:
    first = screening()
    journal.record_screening(first, FINDINGS, Verdict.CHECK, 1)
    journal.record_screening(first, FINDINGS, Verdict.REFER, 2)
    journal.record_decision(first, Decision.REFER, NOW, "officer 7", reason="photo")
    journal.record_list_changed(Edition("sltd", "documents", 3, NOW, NOW), NOW, "courier", removed=2, erased_upto=2)
    journal.record("opening", NOW, "supervisor 1", "list_expired:sltd", {"second": "supervisor 2"})
    return first


def test_events_are_kept_in_order_and_verify(journal: Journal) -> None:
    first = fill(journal)
    report = verify_journal(journal)
    assert report.faults == () and report.events == 5 and report.chains == {"desk": 5} and report.outbox == 5
    remembered = read_events(journal, "screening")
    assert [(event.revision, event.outcome) for event in remembered] == [(2, "refer"), (1, "check")]
    assert remembered[0].screening == str(first.id)
    assert remembered[0].detail["screening"]["traveller"]["surname"] == "MUSTERFRAU"


def test_no_name_leaves_the_kit(journal: Journal) -> None:
    fill(journal)
    with journal.reading() as connection:
        bodies = b"".join(bytes(row[0]) for row in connection.execute("SELECT body FROM outbox"))
        links = b"".join(str(row).encode() for row in connection.execute("SELECT * FROM link"))
    assert b"verdict" in bodies
    assert b"MUSTERFRAU" not in bodies + links


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("DELETE FROM link WHERE seq = 2", "missing"),
        ("UPDATE link SET outcome = 'clear' WHERE seq = 2", "changed after"),
        ("UPDATE event SET outcome = 'clear' WHERE outcome = 'refer'", "its event was changed"),
        (
            "UPDATE detail SET body = x'7b7d' WHERE event = (SELECT event FROM link WHERE seq = 1)",
            "details were changed",
        ),
        ("DELETE FROM detail WHERE 1; DELETE FROM event WHERE kind = 'decision'", "event was deleted"),
        ("INSERT INTO event VALUES ('x', 'decision', '', '', NULL, NULL, 'admit')", "in no chain"),
        ("UPDATE outbox SET body = x'7b7d' WHERE stream = 'crossings' AND seq = 1", "outbox crossings 1: was changed"),
        ("DELETE FROM outbox WHERE stream = 'crossings' AND seq = 2", "outbox crossings 3: does not follow"),
    ],
)
def test_tampering_shows(journal: Journal, sql: str, fault: str) -> None:
    fill(journal)
    with journal.reading() as connection:
        pass
    for statement in sql.split(";"):
        connection.execute(statement)
    assert any(fault in fault_text for fault_text in verify_journal(journal).faults), verify_journal(journal).faults


def test_a_link_rewritten_with_its_own_hash_breaks_the_next(journal: Journal) -> None:
    fill(journal)
    from data.journal.chains import AuditLink

    with journal.reading() as connection:
        row = list(connection.execute("SELECT * FROM link WHERE seq = 2").fetchone())
    row[6] = "clear"
    forged = AuditLink(*row[:7], *map(bytes, row[7:9])).hash(journal.incarnation)
    connection.execute("UPDATE link SET outcome = 'clear', hash = ? WHERE seq = 2", (forged,))
    assert any("desk 3: does not follow" in fault for fault in verify_journal(journal).faults)


def test_purging_details_breaks_nothing(journal: Journal) -> None:
    fill(journal)
    with journal.reading() as connection:
        pass
    connection.execute("DELETE FROM detail WHERE event IN (SELECT id FROM event WHERE kind = 'screening')")
    report = verify_journal(journal)
    assert report.faults == () and report.purged == 2
    assert read_events(journal, "screening")[0].detail == {}


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
        journal.record_decision(screening(), Decision.ADMIT, NOW, "officer 7")


def test_processes_keep_chains_of_their_own(tmp_path: Path) -> None:
    for name in ("desk", "courier", "desk"):
        journal = Journal(tmp_path / "journal.db", KEY, name)
        journal.record("note", NOW, "x", "ok", {})
        journal.close()
    journal = Journal(tmp_path / "journal.db", KEY, "check")
    report = verify_journal(journal)
    journal.close()
    assert report.chains == {"courier": 1, "desk": 2} and report.faults == ()
