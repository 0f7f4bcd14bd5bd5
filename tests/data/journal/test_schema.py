"""Bodies come back as they were written, whichever version wrote them; damage shows; an older file stays whole."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
import zstandard

from data.documents.travel_document import TravelDocument
from data.errors import Damaged
from data.journal.chains import Stream
from data.journal.history import read_events, verify_journal
from data.journal.journal import Journal
from data.journal.outgoing import Outbox
from data.journal.recorded_events import screening_detail
from data.journal.schema import MOST_BODY_BYTES, SCHEMA, pack_body, small_sightings, unpack_body
from data.journal.sightings import SightingLog
from data.journal.tables.body_words import DICTIONARIES
from data.json_codec import encode_canonical
from data.screenings import Screening, Traveller, Verdict
from data.store import Schema
from tests.data.support.journal_events import FINDINGS, KEY, NOW, fill_journal, screening, write_old_sightings
from tests.support.killing import moments_of

PASSPORT = TravelDocument("P", "UTO", "L1234567A")
SEEN = Screening((PASSPORT,), Traveller("MUSTERFRAU", "ERIKA"), NOW, "officer 7")
KINDS = ("screening", "decision", "list_changed", "opening")


def test_a_body_comes_back_and_takes_a_fraction() -> None:
    findings = [replace(FINDINGS[0], check=f"mrz:{number}", elapsed_ms=number / 7) for number in range(12)]
    plain = encode_canonical(screening_detail(screening(), findings))
    packed = pack_body(plain)
    assert unpack_body(packed) == plain and len(packed) < len(plain) / 5


@pytest.mark.parametrize("plain", [b"{}", b"", b'{"a":"\xc3\xa4"}', b"[" * 5000])
def test_any_body_comes_back(plain: bytes) -> None:
    assert unpack_body(pack_body(plain)) == plain


def test_what_was_written_before_there_were_dictionaries_is_read_as_it_is() -> None:
    assert unpack_body(b'{"second":""}') == b'{"second":""}'


def test_no_damage_raises_or_passes_for_the_body() -> None:
    plain = encode_canonical(screening_detail(screening(), FINDINGS))
    packed = pack_body(plain)
    for place in range(1, len(packed)):
        for changed in (
            packed[:place],
            packed[:place] + bytes((packed[place] ^ 0x55,)) + packed[place + 1 :],
            packed[:place] + b"\0" + packed[place:],
        ):
            assert unpack_body(changed) != plain or changed == packed


@pytest.mark.parametrize("content_size", [True, False])
def test_a_body_that_would_fill_the_memory_is_not_unpacked(content_size: bool) -> None:
    dictionary = zstandard.ZstdCompressionDict(DICTIONARIES[1], dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    packer = zstandard.ZstdCompressor(dict_data=dictionary, write_content_size=content_size)
    bomb = b"\x01" + packer.compress(bytes(MOST_BODY_BYTES + 1))[4:]
    assert len(bomb) < 5000 and unpack_body(bomb) == b""


def test_a_dictionary_never_changes() -> None:
    digests = {version: sha256(content).hexdigest()[:16] for version, content in DICTIONARIES.items()}
    assert digests == {1: "0710e248d84579b4"}


def test_a_damaged_body_is_said_as_before_and_found(journal: Journal) -> None:
    fill_journal(journal)
    with journal.writing() as connection:
        connection.execute("UPDATE detail SET body = CAST(substr(body, 1, length(body) - 9) AS BLOB)")
    with pytest.raises(Damaged, match="details of an event cannot be read"):
        read_events(journal, "screening")
    assert sum("its details were changed" in fault for fault in verify_journal(journal).faults) == 5


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A journal as it was before bodies were compressed."""
    path = tmp_path / "old" / "journal.db"
    path.parent.mkdir()
    steps = SCHEMA.steps[: SCHEMA.steps.index(small_sightings)]
    with monkeypatch.context() as before:
        before.setattr("data.journal.journal.SCHEMA", Schema("journal", steps))
        write_old_sightings(before)
        for module in ("journal", "chains"):
            before.setattr(f"data.journal.{module}.pack_body", lambda plain: plain)
        journal = Journal(path, KEY, "desk")
        fill_journal(journal)
        journal.record_screening(SEEN, FINDINGS, Verdict.CLEAR, 1)
        journal.close()
    return path


def test_an_older_journal_is_read_and_verified_and_goes_on(old: Path) -> None:
    journal = Journal(old, KEY, "desk")
    fill_journal(journal)
    report = verify_journal(journal)
    assert report.faults == () and report.chains == {"desk": 11}
    with journal.reading() as connection:
        rows = connection.execute("SELECT body FROM detail UNION SELECT body FROM outbox").fetchall()
    kinds = {bytes(body)[:1] for (body,) in rows}
    assert kinds == {b"{", b"\x01"}, "old rows stay as they were written"
    events = read_events(journal, "screening")
    assert len(events) == 5
    assert {event.detail["screening"]["traveller"]["surname"] for event in events} == {"MUSTERFRAU"}
    assert batch_events(journal) == {event.id for kind in KINDS for event in read_events(journal, kind)}
    assert len(SightingLog(journal).before(replace(SEEN, id=uuid4()), PASSPORT, timedelta(hours=72))) == 1
    journal.record_screening(SEEN, FINDINGS, Verdict.CHECK, 2)
    with journal.reading() as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in SIGHTING_TABLES]  # noqa: S608
    assert counts == [1, 2, 2], "its own hash and that of its number, of one screening"
    journal.close()


SIGHTING_TABLES = ("seen_screening", "seen_hash", "sighting")


def batch_events(journal: Journal) -> set[str]:
    batches = (Outbox(journal).batch(stream, None, 1 << 20) for stream in Stream)
    return {json.loads(entry.body)["event"] for batch in batches if batch for entry in batch.entries}


def test_no_kill_during_the_change_of_an_older_journal_loses_a_row(old: Path) -> None:
    def work() -> None:
        journal = Journal(old, KEY, "desk")
        with journal.reading():
            pass
        journal.close()

    moment, moments = 1, None
    while moments is None:
        moments = moments_of(work, kill_before=moment)
        moment += 1
    assert moment > 2, "it was killed at least once"
    journal = Journal(old, KEY, "desk")
    assert verify_journal(journal).faults == () and len(read_events(journal, "screening")) == 3
    assert len(SightingLog(journal).before(replace(SEEN, id=uuid4()), PASSPORT, timedelta(hours=72))) == 1
    journal.close()
