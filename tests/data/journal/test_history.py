"""Reading the journal back: every kind of tampering shows, purging breaks nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data.errors import StoreError
from data.journal.history import VerificationReport, continue_verification, read_events, verify_journal
from data.journal.journal import Journal
from data.journal.outgoing import AcknowledgedHeads, Outbox
from data.text import _
from tests.data.support.journal_events import NOW, fill_journal


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
        ("UPDATE outbox SET body = x'01ff' WHERE stream = 'crossings' AND seq = 1", "outbox crossings 1: was changed"),
        ("UPDATE outbox SET body = x'7b' WHERE stream = 'crossings' AND seq = 1", "outbox crossings 1: was changed"),
        ("UPDATE outbox SET body = x'ff' WHERE stream = 'crossings' AND seq = 1", "outbox crossings 1: was changed"),
        ("UPDATE outbox SET body = x'01ff' WHERE stream = 'audit' AND seq = 1", "outbox audit 1: was changed"),
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


def verify(journal: Journal, days: float = 0, *, is_whole: bool = False) -> VerificationReport:
    return continue_verification(journal, NOW + timedelta(days=days), is_whole=is_whole)


def test_a_verification_goes_on_from_the_last_one_and_counts_everything(journal: Journal) -> None:
    fill_journal(journal)
    first = verify(journal)
    assert first == verify_journal(journal) and first.since is None
    fill_journal(journal)
    journal.record("opening", NOW, "x", "ok", {})
    second = verify(journal, 1)
    assert second == replace(verify_journal(journal), since=NOW) and second.faults == ()
    assert second.chains == {"desk": 11} and second.events == 11
    third = verify(journal, 2)
    assert third == replace(second, since=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("DELETE FROM link WHERE seq = 7", "missing"),
        ("UPDATE link SET outcome = 'clear' WHERE seq = 7", "changed after"),
        ("UPDATE event SET outcome = 'clear' WHERE rowid = 7", "its event was changed"),
        (
            "UPDATE detail SET body = x'7b7d' WHERE event = (SELECT event FROM link WHERE seq = 7)",
            "details were changed",
        ),
        ("DELETE FROM detail WHERE 1; DELETE FROM event WHERE rowid = 8", "event was deleted"),
        ("INSERT INTO event VALUES ('x', 'decision', '', '', NULL, NULL, 'admit')", "in no chain"),
        ("UPDATE outbox SET body = x'7b7d' WHERE stream = 'crossings' AND seq = 4", "outbox crossings 4: was changed"),
        ("DELETE FROM outbox WHERE stream = 'crossings' AND seq = 5", "outbox crossings 6: does not follow"),
        ("DELETE FROM outbox WHERE stream = 'crossings' AND seq = 4", "outbox crossings 5: does not follow"),
        ("UPDATE link SET previous = zeroblob(32) WHERE seq = 6", "desk 6: does not follow"),
    ],
)
def test_tampering_after_the_mark_shows(journal: Journal, sql: str, fault: str) -> None:
    fill_journal(journal)
    verify(journal)
    fill_journal(journal)
    with journal.writing() as connection:
        for statement in sql.split(";"):
            connection.execute(statement)
    report = verify(journal, 1)
    assert any(fault in words for words in report.faults), report.faults
    again = verify(journal, 2)
    assert again.since is None and again.faults, "after a fault everything is verified"


def changed_mark(before: str, after: str) -> str:
    return f"UPDATE about SET value = replace(value, '{before}', '{after}') WHERE name = 'verified'"  # noqa: S608


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        (
            changed_mark('"seq":5', '"seq":99'),
            "desk 99: is not",
        ),
        (
            changed_mark('"seq":3', '"seq":9'),
            "crossings 9: is not",
        ),
        (changed_mark('"seq":5', '"seq":2'), "desk 2: is not"),
        (
            changed_mark('"events":5', '"events":4'),
            "or there are",
        ),
        (
            changed_mark('"event":5', '"event":9'),
            "or there are",
        ),
        ("UPDATE about SET value = '{' WHERE name = 'verified'", "cannot be read"),
        (changed_mark('"crossings"', '"crossing"'), "cannot be read"),
        ("DELETE FROM link WHERE seq >= 5", "desk 5: is not what was verified"),
        ("DELETE FROM outbox WHERE stream = 'crossings' AND seq >= 2", "crossings 3: is not what was verified"),
        ("DELETE FROM event WHERE kind = 'decision'", "missing"),
    ],
)
def test_a_mark_that_does_not_fit_is_a_fault_and_everything_is_verified(journal: Journal, sql: str, fault: str) -> None:
    fill_journal(journal)
    verify(journal)
    with journal.writing() as connection:
        connection.execute("PRAGMA defer_foreign_keys=ON")
        connection.execute("DELETE FROM detail WHERE event IN (SELECT id FROM event WHERE kind = 'decision')")
        assert connection.execute(sql).rowcount
    report = verify(journal, 1)
    assert report.since is None and any(fault in words for words in report.faults), report.faults


def test_a_mark_that_is_moved_hides_nothing_behind_it(journal: Journal) -> None:
    """Whoever can move it can also write a chain anew: everything that follows is verified all the same."""
    fill_journal(journal)
    verify(journal)
    with journal.reading() as connection:
        (old,) = connection.execute("SELECT value FROM about WHERE name = 'verified'").fetchone()
    fill_journal(journal)
    verify(journal, 1)
    with journal.writing() as connection:
        connection.execute("UPDATE about SET value = ? WHERE name = 'verified'", (old,))
        connection.execute("UPDATE event SET outcome = 'clear' WHERE rowid = 7")
    assert verify(journal, 2).faults


def test_edits_before_the_mark_are_found_within_a_week_and_at_once_when_asked(journal: Journal) -> None:
    fill_journal(journal)
    verify(journal)
    with journal.writing() as connection:
        connection.execute("UPDATE event SET outcome = 'clear' WHERE rowid = 2")
    assert verify(journal, 3).faults == ()
    assert verify(journal, 6.9).faults == ()
    assert verify(journal, 7).faults and verify(journal, 8).faults
    assert verify(journal, is_whole=True).faults


def test_a_clock_that_was_set_back_verifies_everything(journal: Journal) -> None:
    fill_journal(journal)
    verify(journal, 300)
    assert verify(journal, 1).since is None


def test_what_was_purged_or_has_left_since_is_no_fault(journal: Journal) -> None:
    fill_journal(journal)
    verify(journal)
    outbox = Outbox(journal)
    heads = AcknowledgedHeads(journal.incarnation, outbox.heads(), NOW)
    with journal.writing() as connection:
        connection.execute("DELETE FROM detail WHERE event IN (SELECT id FROM event WHERE kind = 'screening')")
    fill_journal(journal)
    outbox.take(heads, NOW)
    outbox.forget(NOW + timedelta(days=40))
    report = verify(journal, 1)
    assert report.faults == () and report.purged == 2 and report.since == NOW
    assert report.outbox == verify_journal(journal).outbox == 5


def test_a_journal_that_cannot_be_written_is_verified(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_journal(journal)

    def refuse() -> None:
        raise StoreError(_("{name} cannot be used", name="journal.db"))

    monkeypatch.setattr(journal, "writing", refuse)
    assert verify(journal).faults == ()
