"""Reading a journal back: what happened, newest first, and whether the journal is whole.

- An event comes with its details where they were not purged.
- Verification works offline: every link follows the one before, every event has its link, nothing was edited.
- It goes on from where the last one ended without a fault, which a note in the journal says (`VerifiedMark`), and
  begins at the first link again once a week, where that note does not fit, or when somebody asks for it. A note that is
  beyond the end of a chain, or at another link than it says, is a fault (docs/adr/0040-the-journal-ages.md).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from data import store
from data.errors import Damaged, StoreError
from data.journal.audit.checkpoints import find_checkpoint_faults, read_signed_state
from data.journal.chains import (
    CHAIN_START,
    AuditLink,
    IncarnationHistory,
    Stream,
    compute_commitment,
    hash_entry,
    read_audit_heads,
    read_head,
)
from data.journal.journal import Journal
from data.journal.outgoing import read_hash_at
from data.journal.schema import MOST_BODY_BYTES, read_about, unpack_body, write_about
from data.json_codec import ZonedTime, decode, decode_or_none, encode_canonical, to_json_value
from data.json_errors import JsonError
from data.log.error_log import log_error
from data.text import Message, _
from data.witness.witness_record import ChainHead


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
    return [to_past_event(*row) for row in rows]


VERIFIED_WHOLE_FOR = timedelta(days=7)
"""After that everything is verified again, from the first link on."""
_VERIFIED = "verified"
"""In the journal's table `about`: a `VerifiedMark`."""


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
    signed: datetime | None = None
    """When the chains were signed last; None where they never were."""
    unsigned: int = 0
    """Links after that."""
    since: datetime | None = None
    """What was written before then was verified then, and not again; None where everything was verified."""


@dataclass(frozen=True, slots=True)
class VerifiedMark:
    """How far a journal was verified without a fault."""

    at: ZonedTime
    whole_at: ZonedTime
    """When everything was, from the first link on."""
    chains: Mapping[str, ChainHead]
    streams: Mapping[Stream, ChainHead]
    """What of the outbox was verified, too."""
    event: int
    """Row number of the newest event."""
    events: int
    """How many there were."""


_NOTHING = VerifiedMark(datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), {}, {}, 0, 0)


def verify_journal(journal: Journal) -> VerificationReport:
    """Walk every chain and every event of `journal` in one consistent state."""
    with journal.reading() as connection:
        return _Verification(connection, journal.checkpoint_key, _NOTHING).report()


def continue_verification(journal: Journal, at: datetime, *, is_whole: bool = False) -> VerificationReport:
    """The same from where the last one ended, and note where this one did; `is_whole`: from the first link on."""
    with journal.reading() as connection:
        mark, faults = _read_mark(connection)
        is_due = mark is not None and not timedelta(0) <= at - mark.whole_at < VERIFIED_WHOLE_FOR
        start = _NOTHING if mark is None or faults or is_whole or is_due else mark
        report = _Verification(connection, journal.checkpoint_key, start).report()
        report = replace(report, faults=(*faults, *report.faults))
        end = _take_mark(connection, at, at if start is _NOTHING else start.whole_at, report.events)
    try:
        with journal.writing() as connection:
            write_about(connection, _VERIFIED, b"" if report.faults else encode_canonical(end))
    except StoreError as error:
        log_error(error)  # the next one begins where this one did
    return report


def to_past_event(
    event: str, kind: str, at: str, person: str, outcome: str, screening: str, revision: int, body: bytes | None
) -> PastEvent:
    """An event from its row, with the body of its details as it is stored; None where they were purged."""
    detail = {} if body is None else _decode(unpack_body(bytes(body)))
    return PastEvent(event, kind, datetime.fromisoformat(at), person, outcome, screening, revision, detail)


def _decode(body: bytes) -> dict[str, Any]:
    return decode(dict[str, Any], body, _damaged, most_bytes=MOST_BODY_BYTES)


def _damaged(_why: JsonError) -> Damaged:
    return Damaged(_("The journal's details of an event cannot be read"), do=_("Run `waypost journal verify --all`"))


def _read_mark(connection: store.Connection) -> tuple[VerifiedMark | None, list[Message]]:
    """How far the journal was verified; None where nobody knows. And what of that does not fit the journal."""
    text = read_about(connection, _VERIFIED)
    mark = decode_or_none(VerifiedMark, text) if text else None
    if mark is None:
        return None, [_("the note of what was verified cannot be read")] if text else []
    faults = []
    for chain, head in mark.chains.items():
        row = connection.execute("SELECT hash FROM link WHERE chain = ? AND seq = ?", (chain, head.seq)).fetchone()
        if row is None or bytes(row[0]) != head.hash:
            faults.append(_("{place}: is not what was verified before", place=f"{chain} {head.seq}"))
    for stream, head in mark.streams.items():
        newest, digest = read_head(connection, stream), read_hash_at(connection, stream, head.seq)
        if newest.seq < head.seq or digest not in (None, head.hash):
            place = _("outbox {stream} {number}", stream=stream.value, number=head.seq)
            faults.append(_("{place}: is not what was verified before", place=place))
    query = "SELECT count(*), coalesce(max(rowid), 0) FROM event WHERE rowid <= ?"
    if connection.execute(query, (mark.event,)).fetchone() != (mark.events, mark.event):
        faults.append(_("events that were verified before are missing, or there are more of them"))
    return mark, faults


def _take_mark(connection: store.Connection, at: datetime, whole_at: datetime, events: int) -> VerifiedMark:
    chains = {name: ChainHead(head.seq, head.hash) for name, head in read_audit_heads(connection).items()}
    heads = {stream: read_head(connection, stream) for stream in Stream}
    streams = {stream: ChainHead(head.seq, head.hash) for stream, head in heads.items() if head.seq}
    (event,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM event").fetchone()
    return VerifiedMark(at, whole_at, chains, streams, event, events)


class _Verification:
    """What is verified of a journal: everything after a mark."""

    def __init__(self, connection: store.Connection, checkpoint_key: bytes, mark: VerifiedMark) -> None:
        self._connection = connection
        self._checkpoint_key = checkpoint_key
        self._mark = mark
        self._faults: list[Message] = []
        self._chains = {chain: head.seq for chain, head in mark.chains.items()}
        self._outcomes: dict[str, str] = {}
        """What each event says, until an entry of the outbox was found to say the same."""

    def report(self) -> VerificationReport:
        """Verify it."""
        events = self._compare_events(self._walk_chains())
        self._walk_outbox()
        self._compare_outbox()
        self._faults += find_checkpoint_faults(self._connection, self._checkpoint_key, self._mark.event)
        signed = read_signed_state(self._connection)
        (details,) = self._connection.execute("SELECT count(*) FROM detail").fetchone()
        since = None if self._mark is _NOTHING else self._mark.at
        purged, waiting = self._mark.events + events - details, self._count_waiting()
        totals = (self._mark.events + events, purged, waiting)
        return VerificationReport(self._chains, *totals, tuple(self._faults), signed.at, signed.unsigned, since)

    def _walk_chains(self) -> dict[str, AuditLink]:
        """The links after the mark, by their event."""
        incarnations, subjects = IncarnationHistory(self._connection), self._read_subjects()
        linked: dict[str, AuditLink] = {}
        for chain in read_audit_heads(self._connection):
            start = self._mark.chains.get(chain)
            seq, previous = (start.seq, start.hash) if start else (0, CHAIN_START)
            query = """SELECT seq, at, person, action, event, outcome, commitment, previous, hash
                       FROM link WHERE chain = ? AND seq > ? ORDER BY seq"""
            for number, *texts, commitment, before, digest in self._connection.execute(query, (chain, seq)):
                at, person, action, event, outcome = texts
                facts = (at, person, action, event, outcome, bytes(commitment), bytes(before))
                link = AuditLink(chain, number, *facts, *subjects.get(event, (None, None)))
                if link.seq != seq + 1:
                    self._faults.append(_("{place}: entries before it are missing", place=_place(link)))
                elif link.previous != previous:
                    self._faults.append(_("{place}: does not follow the entry before it", place=_place(link)))
                seq, previous = link.seq, bytes(digest)
                if not link.has_hash(previous, incarnations.of(chain, seq)):
                    self._faults.append(_("{place}: was changed after it was written", place=_place(link)))
                linked[link.event] = link
            self._chains[chain] = seq
        return linked

    def _read_subjects(self) -> dict[str, tuple[str, int | None]]:
        """The screening and revision of each event after the mark that has one, which its link covers."""
        query = "SELECT id, screening, revision FROM event WHERE rowid > ? AND screening IS NOT NULL"
        rows = self._connection.execute(query, (self._mark.event,))
        return {event: (screening, revision) for event, screening, revision in rows}

    def _compare_events(self, linked: dict[str, AuditLink]) -> int:
        """How many events there are after the mark."""
        query = "SELECT id, kind, at, person, outcome FROM event WHERE rowid > ?"
        for event_id, kind, at, person, outcome in self._connection.execute(query, (self._mark.event,)):
            self._outcomes[event_id] = outcome
            link = linked.get(event_id)
            if link is None:
                self._faults.append(_("event {id}: is in no chain", id=event_id))
            elif (link.action, link.at, link.person, link.outcome) != (kind, at, person, outcome):
                self._faults.append(_("{place}: its event was changed", place=_place(link)))
        missing = (link for event, link in linked.items() if event not in self._outcomes)
        self._faults += (_("{place}: its event was deleted", place=_place(link)) for link in missing)
        # All of them are read as they lie: looked up one by one, each would take a page of its own.
        query = "SELECT event, salt, body FROM detail"
        part = " WHERE event IN (SELECT id FROM event WHERE rowid > ?)"
        rows = (
            self._connection.execute(query + part, (self._mark.event,))
            if self._mark.event
            else self._connection.execute(query)
        )
        for event_id, salt, body in rows:
            link = linked.get(event_id)
            if link and compute_commitment(bytes(salt), unpack_body(bytes(body))) != link.commitment:
                self._faults.append(_("{place}: its details were changed", place=_place(link)))
        return len(self._outcomes)

    def _walk_outbox(self) -> None:
        """Each entry follows the one before, and says what its event says."""
        query = "SELECT seq, kind, body, previous, hash FROM outbox WHERE stream = ? AND seq > ? ORDER BY seq"
        for stream in Stream:
            start = self._mark.streams.get(stream, ChainHead(0, b""))
            seq_before, hash_before = start.seq, start.hash
            (oldest,) = self._connection.execute(
                "SELECT min(seq) FROM outbox WHERE stream = ?", (stream.value,)
            ).fetchone()
            for seq, kind, stored, previous, digest in self._connection.execute(query, (stream.value, start.seq)):
                body = unpack_body(bytes(stored))
                if oldest <= seq_before and (seq, bytes(previous)) != (seq_before + 1, hash_before):
                    self._blame(stream, seq, "follows")
                if hash_entry(stream.value, seq, kind, body, bytes(previous)) != bytes(digest):
                    self._blame(stream, seq, "changed")
                if not self._fits_event(body):
                    self._blame(stream, seq, "differs")
                seq_before, hash_before = seq, bytes(digest)

    def _blame(self, stream: Stream, seq: int, why: str) -> None:
        place = _("outbox {stream} {number}", stream=stream.value, number=seq)
        texts = {
            "follows": _("{place}: does not follow the entry before it", place=place),
            "changed": _("{place}: was changed after it was written", place=place),
            "differs": _("outbox {stream} {number}: its event says something else", stream=stream.value, number=seq),
        }
        self._faults.append(texts[why])

    def _fits_event(self, body: bytes) -> bool:
        """Whether headquarters is told what the event says. Most bodies show it without being decoded."""
        match = _EVENT.search(body)
        if match and body.count(b'"event":') == 1:
            outcome = self._outcomes.get(match[1].decode(), "").encode()
            end = (b',"verdict":"%b"}' % outcome, b'"decision":"%b",' % outcome)
            if outcome and (body.endswith(end[0]) or end[1] in body) and len(_OUTCOME.findall(body)) == 1:
                del self._outcomes[match[1].decode()]
                return True
        facts = decode_or_none(dict[str, Any], body, most_bytes=MOST_BODY_BYTES)
        if facts is None:
            return False
        said_here = self._outcomes.pop(str(facts.get("event")), None)
        return said_here is None or _reported_outcomes(facts) <= {said_here}

    def _compare_outbox(self) -> None:
        """Only acknowledged entries may have left; every event after the mark is in the outbox, or was."""
        left = 0
        starts = {stream.value: head.seq for stream, head in self._mark.streams.items()}
        acknowledged = self._acknowledged()
        begins = dict(self._connection.execute("SELECT chain, max(seq) FROM life_begins GROUP BY chain").fetchall())
        for stream, first in self._connection.execute("SELECT stream, min(seq) FROM outbox GROUP BY stream"):
            left += max(0, first - 1 - starts.get(stream, 0))
            if first - 1 > max(acknowledged.get(stream, 0), begins.get(f"outbox:{stream}", 0)):
                self._faults.append(
                    _("outbox {stream}: entries that headquarters does not have are missing", stream=stream)
                )
        if len(self._outcomes) > left:
            self._faults.append(_("outbox: {count} events are not in it", count=len(self._outcomes) - left))

    def _count_waiting(self) -> int:
        acknowledged, count = self._acknowledged(), "SELECT count(*) FROM outbox WHERE stream = ? AND seq > ?"
        rows = ((stream.value, acknowledged.get(stream.value, 0)) for stream in Stream)
        return sum(self._connection.execute(count, row).fetchone()[0] for row in rows)

    def _acknowledged(self) -> dict[str, int]:
        return dict(self._connection.execute("SELECT stream, max(seq) FROM acknowledged GROUP BY stream").fetchall())


_EVENT = re.compile(rb'"event":"([0-9a-f-]{36})"')
_OUTCOME = re.compile(rb'"(?:verdict|decision|outcome|list)":')


def _reported_outcomes(facts: dict[str, Any]) -> set[str]:
    if "list" in facts and "version" in facts:
        return {f"{facts['list']} {facts['version']}"}
    return {str(facts[name]) for name in ("verdict", "decision", "outcome") if name in facts}


def _place(link: AuditLink) -> str:
    return f"{link.chain} {link.seq}"
