"""Chains: a link rewritten with its own hash breaks the next; each process has its own."""

from pathlib import Path

from data.journal.chains import CHAIN_START, AuditLink
from data.journal.history import verify_journal
from data.journal.journal import Journal
from tests.data.support.journal_events import KEY, NOW, fill_journal


def test_a_link_rewritten_with_its_own_hash_breaks_the_next(journal: Journal) -> None:
    fill_journal(journal)
    with journal.reading() as connection:
        row = list(connection.execute("SELECT * FROM link WHERE seq = 2").fetchone())
        subject = connection.execute("SELECT screening, revision FROM event WHERE id = ?", (row[5],)).fetchone()
    row[6] = "clear"
    forged = AuditLink(*row[:7], *map(bytes, row[7:9]), *subject).hash(journal.incarnation)
    connection.execute("UPDATE link SET outcome = 'clear', hash = ? WHERE seq = 2", (forged,))
    assert any("desk 3: does not follow" in fault for fault in verify_journal(journal).faults)


def test_links_of_the_first_form_are_verified_and_those_of_the_second_cover_the_screening(journal: Journal) -> None:
    fill_journal(journal)
    with journal.writing() as connection:
        connection.execute("UPDATE event SET revision = 3 WHERE revision = 2")
    assert any("desk 2: was changed" in fault for fault in verify_journal(journal).faults)
    rewrite_in_the_first_form(journal)
    assert verify_journal(journal).faults == ()
    with journal.writing() as connection:
        connection.execute("UPDATE link SET outcome = 'clear' WHERE seq = 1")
    assert any("desk 1: was changed" in fault for fault in verify_journal(journal).faults)


def rewrite_in_the_first_form(journal: Journal) -> None:
    """As a journal is from before links covered the screening."""
    previous, incarnation = CHAIN_START, journal.incarnation
    with journal.writing() as connection:
        for *texts, commitment, _previous, _hash in connection.execute("SELECT * FROM link ORDER BY seq").fetchall():
            link = AuditLink(*texts, bytes(commitment), previous)
            previous = link.first_form_hash(incarnation)
            query = "UPDATE link SET previous = ?, hash = ? WHERE seq = ?"
            connection.execute(query, (link.previous, previous, link.seq))


def test_processes_keep_chains_of_their_own(tmp_path: Path) -> None:
    for name in ("desk", "courier", "desk"):
        journal = Journal(tmp_path / "journal.db", KEY, name)
        journal.record("note", NOW, "x", "ok", {})
        journal.close()
    journal = Journal(tmp_path / "journal.db", KEY, "check")
    report = verify_journal(journal)
    journal.close()
    assert report.chains == {"courier": 1, "desk": 2} and report.faults == ()
