"""Chains: a link rewritten with its own hash breaks the next; each process has its own."""

from pathlib import Path

from data.journal.history import verify_journal
from data.journal.journal import Journal
from tests.data.support.journal_events import KEY, NOW, fill_journal


def test_a_link_rewritten_with_its_own_hash_breaks_the_next(journal: Journal) -> None:
    fill_journal(journal)
    from data.journal.chains import AuditLink

    with journal.reading() as connection:
        row = list(connection.execute("SELECT * FROM link WHERE seq = 2").fetchone())
    row[6] = "clear"
    forged = AuditLink(*row[:7], *map(bytes, row[7:9])).hash(journal.incarnation)
    connection.execute("UPDATE link SET outcome = 'clear', hash = ? WHERE seq = 2", (forged,))
    assert any("desk 3: does not follow" in fault for fault in verify_journal(journal).faults)


def test_processes_keep_chains_of_their_own(tmp_path: Path) -> None:
    for name in ("desk", "courier", "desk"):
        journal = Journal(tmp_path / "journal.db", KEY, name)
        journal.record("note", NOW, "x", "ok", {})
        journal.close()
    journal = Journal(tmp_path / "journal.db", KEY, "check")
    report = verify_journal(journal)
    journal.close()
    assert report.chains == {"courier": 1, "desk": 2} and report.faults == ()
