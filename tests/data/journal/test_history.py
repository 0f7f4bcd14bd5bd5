"""Reading the journal back: every kind of tampering shows, purging breaks nothing."""

import pytest

from data.journal.history import read_events, verify_journal
from data.journal.journal import Journal
from tests.data.support.journal_events import fill_journal


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
    fill_journal(journal)
    with journal.reading() as connection:
        pass
    for statement in sql.split(";"):
        connection.execute(statement)
    assert any(fault in fault_text for fault_text in verify_journal(journal).faults), verify_journal(journal).faults
    assert all(found.id for found in verify_journal(journal).faults), "they can be translated"


def test_purging_details_breaks_nothing(journal: Journal) -> None:
    fill_journal(journal)
    with journal.reading() as connection:
        pass
    connection.execute("DELETE FROM detail WHERE event IN (SELECT id FROM event WHERE kind = 'screening')")
    report = verify_journal(journal)
    assert report.faults == () and report.purged == 2
    assert read_events(journal, "screening")[0].detail == {}
