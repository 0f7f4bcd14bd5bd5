"""A journal with one event of each kind."""

from datetime import UTC, datetime

import pytest

from data.journal.journal import Journal
from data.journal.retention import KeptFrom
from data.journal.same_traveller import hash_party, hash_person, stored_document_hashes
from data.json_codec import to_json_value
from data.lists.edition import Edition
from data.screenings import Decision, Finding, Screening, State, Traveller, Verdict
from data.store import Connection
from data.store_key import StoreKey
from tests.support.staff import make_actor

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KEY = StoreKey(bytes(32))
FINDINGS = [Finding("mrz", State.PASS, "digits_right", "All digits agree.", elapsed_ms=1.25)]


def screening() -> Screening:
    return Screening((), Traveller("MUSTERFRAU", "ERIKA"), NOW, "officer 7")


def fill_journal(journal: Journal) -> Screening:
    first = screening()
    journal.record_screening(first, FINDINGS, Verdict.CHECK, 1)
    journal.record_screening(first, FINDINGS, Verdict.REFER, 2)
    journal.record_decision(first, Decision.REFER, NOW, make_actor("officer 7"), reason="photo")
    journal.record_list_changed(Edition("sltd", "documents", 3, NOW, NOW), NOW, "courier", removed=2, erased_upto=2)
    journal.record("opening", NOW, "supervisor 1", "list_expired:sltd", {"second": "supervisor 2"})
    return first


def write_old_sightings(patch: pytest.MonkeyPatch) -> None:
    """Let journals write sightings as before `small_sightings`, a row for each hash, and delete none."""
    patch.setattr("data.journal.journal.append_sightings", _append_old_sightings)
    patch.setattr("data.journal.journal.delete_expired", lambda *_: 0)
    patch.setattr("data.journal.audit.typed_queries.note_typed_query", lambda *_: None)


def _append_old_sightings(connection: Connection, key: bytes, screening: Screening, start: KeptFrom) -> None:
    at, party = str(to_json_value(screening.at)), hash_party(key, screening.party)
    hashes = [hash for document in screening.documents for hash in stored_document_hashes(key, document)]
    hashes += filter(None, (hash_person(key, person) for person in screening.people))
    for hash in hashes:
        row = (hash, at, str(screening.id), screening.direction.value, screening.lane, party, start.at, start.ran_s)
        query = """INSERT OR REPLACE INTO sighting (document, at, screening, direction, lane, party, kept_from, ran_s)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
        connection.execute(query, row)
