"""Reading a journal back: what happened, newest first, and whether the journal is whole.

- An event comes with its details where they were not purged.
- Verification works offline: every link follows the one before, every event has its link, nothing was edited.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data import store
from data.errors import Damaged
from data.journal.chains import CHAIN_START, AuditLink, IncarnationHistory, compute_commitment, hash_entry
from data.journal.journal import Journal
from data.journal.schema import MOST_BODY_BYTES, unpack_body
from data.json_codec import decode, to_json_value
from data.json_errors import JsonError
from data.text import Message, _


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One event as the journal kept it."""

    id: str
    kind: str
    at: datetime
    person: str
    outcome: str
    screening: str | None
    revision: int | None
    detail: dict[str, Any]
    """Empty when it was purged."""


def read_events(journal: Journal, kind: str, *, since: datetime | None = None, most: int = 1000) -> list[PastEvent]:
    """Events of one kind (`screening`, `decision`, `list_changed`, `opening` …), newest first."""
    query = """SELECT id, kind, at, person, outcome, screening, revision, body
               FROM event LEFT JOIN detail ON detail.event = event.id
               WHERE kind = ? AND at >= ? ORDER BY at DESC, event.rowid DESC LIMIT ?"""
    with journal.reading() as connection:
        rows = connection.execute(query, (kind, str(to_json_value(since)) if since else "", most)).fetchall()
    return [_to_past_event(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What a verification found. `faults` is empty for a whole journal."""

    chains: dict[str, int]
    """Links per chain."""
    events: int
    purged: int
    """Events whose personal details were deleted, as they may be."""
    outbox: int
    """Entries that headquarters has not acknowledged."""
    faults: tuple[Message, ...]


def verify_journal(journal: Journal) -> VerificationReport:
    """Walk every chain and every event of `journal` in one consistent state."""
    with journal.reading() as connection:
        chains, linked, faults = _walk_chains(connection)
        events, purged = _compare_events(connection, linked, faults)
        waiting = _walk_outbox(connection, faults)
        _compare_outbox(connection, faults)
    return VerificationReport(chains, events, purged, waiting, tuple(faults))


def _to_past_event(
    event: str, kind: str, at: str, person: str, outcome: str, screening: str, revision: int, body: bytes | None
) -> PastEvent:
    detail = (
        {} if body is None else decode(dict[str, Any], unpack_body(bytes(body)), _damaged, most_bytes=MOST_BODY_BYTES)
    )
    return PastEvent(event, kind, datetime.fromisoformat(at), person, outcome, screening, revision, detail)


def _damaged(_why: JsonError) -> Damaged:
    return Damaged(_("The journal's details of an event cannot be read"), do=_("Run `waypost journal verify`"))


def _walk_chains(connection: store.Connection) -> tuple[dict[str, int], dict[str, AuditLink], list[Message]]:
    incarnations = IncarnationHistory(connection)
    chains: dict[str, int] = {}
    linked: dict[str, AuditLink] = {}
    faults: list[Message] = []
    previous: dict[str, bytes] = {}
    for *parts, link_hash in connection.execute("SELECT * FROM link ORDER BY chain, seq"):
        link = AuditLink(*parts[:7], *map(bytes, parts[7:]))
        place = _place(link)
        if link.seq != chains.get(link.chain, 0) + 1:
            faults.append(_("{place}: entries before it are missing", place=place))
        elif link.previous != previous.get(link.chain, CHAIN_START):
            faults.append(_("{place}: does not follow the entry before it", place=place))
        if link.hash(incarnations.of(link.chain, link.seq)) != bytes(link_hash):
            faults.append(_("{place}: was changed after it was written", place=place))
        chains[link.chain], previous[link.chain] = link.seq, bytes(link_hash)
        linked[link.event] = link
    return chains, linked, faults


def _compare_events(
    connection: store.Connection, linked: dict[str, AuditLink], faults: list[Message]
) -> tuple[int, int]:
    events = purged = 0
    query = """SELECT event.id, kind, at, person, outcome, salt, body
               FROM event LEFT JOIN detail ON detail.event = event.id"""
    for event_id, kind, at, person, outcome, salt, body in connection.execute(query):
        events += 1
        link = linked.pop(event_id, None)
        if link is None:
            faults.append(_("event {id}: is in no chain", id=event_id))
        elif (link.action, link.at, link.person, link.outcome) != (kind, at, person, outcome):
            faults.append(_("{place}: its event was changed", place=_place(link)))
        elif salt is None:
            purged += 1
        elif compute_commitment(bytes(salt), unpack_body(bytes(body))) != link.commitment:
            faults.append(_("{place}: its details were changed", place=_place(link)))
    faults.extend(_("{place}: its event was deleted", place=_place(link)) for link in linked.values())
    return events, purged


def _walk_outbox(connection: store.Connection, faults: list[Message]) -> int:
    count = 0
    expected: dict[str, bytes] = {}
    acknowledged = dict(connection.execute("SELECT stream, max(seq) FROM acknowledged GROUP BY stream").fetchall())
    query = "SELECT * FROM outbox ORDER BY stream, seq"
    for stream, seq, kind, body, previous, entry_hash in connection.execute(query):
        count += seq > acknowledged.get(stream, 0)
        place = _("outbox {stream} {number}", stream=stream, number=seq)
        if bytes(previous) != expected.get(stream, bytes(previous)):
            faults.append(_("{place}: does not follow the entry before it", place=place))
        if hash_entry(stream, seq, kind, unpack_body(bytes(body)), bytes(previous)) != bytes(entry_hash):
            faults.append(_("{place}: was changed after it was written", place=place))
        expected[stream] = bytes(entry_hash)
    return count


def _compare_outbox(connection: store.Connection, faults: list[Message]) -> None:
    """What headquarters is told of each event must be what the journal has; only acknowledged entries may have left."""
    outcomes = dict(connection.execute("SELECT id, outcome FROM event").fetchall())
    for stream, seq, body in connection.execute("SELECT stream, seq, body FROM outbox ORDER BY stream, seq"):
        facts = decode(dict[str, Any], unpack_body(bytes(body)), _damaged)
        outcome = outcomes.pop(str(facts.get("event")), None)
        if outcome is not None and not _reported_outcomes(facts) <= {outcome}:
            faults.append(_("outbox {stream} {number}: its event says something else", stream=stream, number=seq))
    left = 0
    acknowledged = dict(connection.execute("SELECT stream, max(seq) FROM acknowledged GROUP BY stream").fetchall())
    begins = connection.execute("SELECT chain, max(seq) FROM life_begins GROUP BY chain").fetchall()
    for stream, first in connection.execute("SELECT stream, min(seq) FROM outbox GROUP BY stream"):
        left += first - 1
        known = max(acknowledged.get(stream, 0), dict(begins).get(f"outbox:{stream}", 0))
        if first - 1 > known:
            faults.append(_("outbox {stream}: entries that headquarters does not have are missing", stream=stream))
    if len(outcomes) > left:
        faults.append(_("outbox: {count} events are not in it", count=len(outcomes) - left))


def _reported_outcomes(facts: dict[str, Any]) -> set[str]:
    if "list" in facts and "version" in facts:
        return {f"{facts['list']} {facts['version']}"}
    return {str(facts[name]) for name in ("verdict", "decision", "outcome") if name in facts}


def _place(link: AuditLink) -> str:
    return f"{link.chain} {link.seq}"
