"""A journal with one event of each kind."""

from datetime import UTC, datetime

from data.journal.journal import Journal
from data.lists.edition import Edition
from data.screenings import Decision, Finding, Screening, State, Traveller, Verdict
from data.store_key import StoreKey

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KEY = StoreKey(bytes(32))
FINDINGS = [Finding("mrz", State.PASS, "digits_right", "All digits agree.", elapsed_ms=1.25)]


def screening() -> Screening:
    return Screening((), Traveller("MUSTERFRAU", "ERIKA"), NOW, "officer 7")


def fill_journal(journal: Journal) -> Screening:
    first = screening()
    journal.record_screening(first, FINDINGS, Verdict.CHECK, 1)
    journal.record_screening(first, FINDINGS, Verdict.REFER, 2)
    journal.record_decision(first, Decision.REFER, NOW, "officer 7", reason="photo")
    journal.record_list_changed(Edition("sltd", "documents", 3, NOW, NOW), NOW, "courier", removed=2, erased_upto=2)
    journal.record("opening", NOW, "supervisor 1", "list_expired:sltd", {"second": "supervisor 2"})
    return first
