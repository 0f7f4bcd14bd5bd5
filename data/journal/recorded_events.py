"""What the journal has of screenings and decisions: how `Journal` writes their details, and how they are read back.

Beside the details it keeps rows by which a traveller is known again: sightings, and who has no decision yet.

Details may be purged, or written by another version: then there is None, and the event without them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from data.documents.travel_document import TravelDocument
from data.journal.chains import JournalEvent, Stream
from data.journal.retention import KeptFrom
from data.journal.same_traveller import KnownTraveller, hash_party, hash_person, stored_document_hashes
from data.journal.schema import MOST_BODY_BYTES, unpack_body
from data.json_codec import UtcTime, decode_or_none, to_json_value
from data.people.staff import Actor, Signatory
from data.screenings import Decision, Direction, Finding, Screening, Traveller, Verdict
from data.store import Connection


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """A decision as an entry of the journal has it: what it rested on stays in the details."""

    decision: Decision
    at: datetime
    person: Signatory
    second: Signatory | None
    """The second person; None where there is none, or the details were purged."""
    event: str = ""
    screening: str = ""


@dataclass(frozen=True, slots=True)
class _StoredScreening:
    """`data.screenings.Screening` as a journal has it; bar codes are left out."""

    documents: tuple[TravelDocument, ...]
    traveller: Traveller | None
    at: UtcTime
    officer: str = ""
    direction: Direction = Direction.ENTRY
    lane: str = ""
    party: str = ""
    conveyance: str = ""
    via: str = ""


@dataclass(frozen=True, slots=True)
class _StoredScreeningDetail:
    screening: _StoredScreening


@dataclass(frozen=True, slots=True)
class _StoredFindings:
    """Beside the screening: who it was is listed although a finding cannot be read."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _StoredDecision:
    """What `decision_event` writes; before there was a roster, a second person was a typed name."""

    second: str = ""
    name: str = ""
    human: str = ""
    second_name: str = ""
    second_human: str = ""


def screening_detail(screening: Screening, findings: Sequence[Finding]) -> dict[str, Any]:
    """The details of a screening, which name people; times in microseconds are short enough."""
    rounded = [replace(finding, elapsed_ms=round(finding.elapsed_ms, 3)) for finding in findings]
    return {"screening": screening, "findings": rounded}


def decision_event(
    screening: str, decision: Decision, at: datetime, person: Actor, second: Signatory | None, reason: str
) -> JournalEvent:
    """A decision. What its details say of people is for the rules of the second person, and for auditors."""
    detail = {"reason": reason, "name": person.name, "human": person.human, "role": person.role, "via": person.via}
    if second is not None:
        detail |= {"second": second.number, "second_name": second.name, "second_human": second.human}
    return JournalEvent(
        kind="decision",
        at=at,
        person=person.number,
        outcome=decision.value,
        detail=detail,
        stream=Stream.CROSSINGS,
        report={"decision": decision, "screening": screening, "second_person": second is not None},
        screening=screening,
    )


def decode_screening(id: str, body: bytes | None) -> Screening | None:
    """The screening in its details, without its bar codes; None where they cannot be read."""
    detail = decode_or_none(_StoredScreeningDetail, unpack_body(bytes(body or b"")), most_bytes=MOST_BODY_BYTES)
    if detail is None:
        return None
    stored = detail.screening
    plain = Screening(
        stored.documents,
        stored.traveller,
        stored.at,
        stored.officer,
        stored.direction,
        stored.lane,
        stored.party,
        stored.conveyance,
    )
    return replace(plain, id=UUID(id))


def decode_findings(body: bytes | None) -> tuple[Finding, ...] | None:
    """The findings in the details of a screening; None where they cannot be read."""
    stored = decode_or_none(_StoredFindings, unpack_body(bytes(body or b"")), most_bytes=MOST_BODY_BYTES)
    return stored.findings if stored else None


def read_details(connection: Connection, screenings: Iterable[str]) -> dict[str, bytes | None]:
    """The details of the newest revision of each screening, to be decoded when the journal is free again."""
    query = """SELECT body FROM event LEFT JOIN detail ON detail.event = event.id
               WHERE screening = ? AND kind = 'screening' ORDER BY event.rowid DESC LIMIT 1"""
    rows = {screening: connection.execute(query, (screening,)).fetchone() for screening in screenings}
    return {screening: row[0] if row else None for screening, row in rows.items()}


def decode_travellers(key: bytes, details: Mapping[str, bytes | None]) -> dict[str, KnownTraveller | None]:
    """Who is named in details that `read_details` gave; None where they were purged."""
    screenings = {id: decode_screening(id, body) for id, body in details.items()}
    return {id: KnownTraveller.of(key, screening) if screening else None for id, screening in screenings.items()}


def find_screenings(connection: Connection, hashes: Iterable[bytes]) -> dict[str, set[bytes]]:
    """The screenings in which one of these keyed hashes was seen, and which."""
    query = "SELECT screening FROM sighting WHERE document = ?"
    hashes_by_screening: dict[str, set[bytes]] = {}
    for hash in hashes:
        for (screening,) in connection.execute(query, (hash,)):
            hashes_by_screening.setdefault(screening, set()).add(hash)
    return hashes_by_screening


def read_decisions(connection: Connection, screenings: Iterable[str]) -> list[DecisionEntry]:
    """Decisions about these screenings, oldest first; each is looked up by the index of its screening."""
    query = """SELECT event.rowid, outcome, at, person, body, event.id
               FROM event LEFT JOIN detail ON detail.event = event.id
               WHERE screening = ? AND kind = 'decision'"""
    rows = [(*row, screening) for screening in screenings for row in connection.execute(query, (screening,))]
    return [_to_entry(*row[1:]) for row in sorted(rows, key=lambda row: row[0])]


def _to_entry(outcome: str, at: str, person: str, body: bytes | None, event: str, screening: str) -> DecisionEntry:
    stored = decode_or_none(_StoredDecision, unpack_body(bytes(body))) if body is not None else None
    names = stored or _StoredDecision()
    first = Signatory(person, names.name or person, names.human)
    second = Signatory(names.second, names.second_name or names.second, names.second_human) if names.second else None
    return DecisionEntry(Decision(outcome), datetime.fromisoformat(at), first, second, event, screening)


def append_sightings(connection: Connection, key: bytes, screening: Screening, start: KeptFrom) -> None:
    """Remember documents and traveller of a screening, once each, from `start` on; the caller holds the transaction."""
    at = str(to_json_value(screening.at))
    party = hash_party(key, screening.party)
    hashes = [hash for document in screening.documents for hash in stored_document_hashes(key, document)]
    hashes += filter(None, (hash_person(key, person) for person in screening.people))
    query = """SELECT number FROM seen_hash JOIN seen_screening USING (number)
               WHERE document = ? AND screening = ? AND at = ?"""
    rows = (connection.execute(query, (hash, str(screening.id), at)).fetchone() for hash in hashes)
    number = next((row[0] for row in rows if row), None)
    if number is not None:
        query = "UPDATE seen_screening SET kept_from = ?, ran_s = ? WHERE number = ?"
        connection.execute(query, (start.at, start.ran_s, number))
    elif hashes:
        row = (str(screening.id), at, screening.direction.value, screening.lane, party, start.at, start.ran_s)
        number = connection.execute(
            """INSERT INTO seen_screening (screening, at, direction, lane, party, kept_from, ran_s)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            row,
        ).lastrowid
    connection.executemany("INSERT OR IGNORE INTO seen_hash VALUES (?, ?)", [(hash, number) for hash in hashes])


def is_recorded(connection: Connection, screening: str) -> bool:
    """Whether the journal has a verdict of this screening."""
    query = "SELECT 1 FROM event WHERE screening = ? AND kind = 'screening' LIMIT 1"
    return connection.execute(query, (screening,)).fetchone() is not None


def note_undecided(connection: Connection, screening: Screening, verdict: Verdict, start: KeptFrom) -> None:
    """Note that a decision is missing, where the newest revision has a worse verdict than the one before, or is the
    first. The caller holds the transaction.
    """
    query = "SELECT outcome FROM event WHERE screening = ? AND kind = 'screening' ORDER BY rowid DESC LIMIT 1 OFFSET 1"
    before = connection.execute(query, (str(screening.id),)).fetchone()
    if before is None or verdict.seriousness > Verdict(before[0]).seriousness:
        row = (str(screening.id), str(to_json_value(screening.at)), verdict.value, start.at, start.ran_s)
        connection.execute("INSERT OR REPLACE INTO undecided VALUES (?, ?, ?, ?, ?)", row)


def note_recent_decision(connection: Connection, start: KeptFrom) -> None:
    """Keep the event that was written last, a decision, for as long as it counts; the caller holds the transaction."""
    query = """INSERT INTO recent_decision
               SELECT id, screening, ?, ? FROM event WHERE rowid = (SELECT max(rowid) FROM event)"""
    connection.execute(query, (start.at, start.ran_s))


def close_undecided(
    connection: Connection, key: bytes, screening: Screening, decision: Decision, second: Signatory | None
) -> None:
    """Take what a decision settles from the undecided: its screening, and earlier ones of the same traveller.

    An earlier REFER stays, unless the traveller was referred now or a second person agreed. So does whatever is about
    another holder of the same document. The caller holds the transaction.
    """
    here, with_refer = KnownTraveller.of(key, screening), decision is Decision.REFER or second is not None
    query = "SELECT screening, verdict FROM undecided WHERE at <= ?"
    undecided = dict(connection.execute(query, (str(to_json_value(screening.at)),)).fetchall())
    hashes = find_screenings(connection, here.hashes) if undecided else {}
    details = read_details(connection, set(hashes) & set(undecided))
    settled = [str(screening.id)]
    for past, known in decode_travellers(key, details).items():
        counts = here.counts_for(known or here.seen_as(key, hashes[past]))
        if counts and (with_refer or undecided[past] != Verdict.REFER):
            settled.append(past)
    connection.executemany("DELETE FROM undecided WHERE screening = ?", [(past,) for past in settled])
