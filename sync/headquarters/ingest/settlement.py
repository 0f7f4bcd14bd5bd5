"""Contradictions in what kits report, looked at by people and settled: a name, a reason, signed with the `kits` key.

Between two incarnations of a journal there is one where two machines work as one kit (`find_rival_entries`):

- The journal of a restored kit begins a new incarnation, and one of its cases says when it was restored; it arrives
  before whatever follows. An incarnation that neither has this entry nor goes on from the restored one was left behind:
  what it reports with a later time, by the kits' clocks, comes from another machine.
- One that was restored itself later, by an entry that the first one lacks, was left behind by nobody.

Of what contradicts:

- A kit's history is never changed: what arrived first stays in its chain; what contradicts it is stored separately. A
  settlement says which of them happened, for later counts.
- It names every entry that it settles by number and hash. What contradicts later is open again; the same entries that
  come once more are not.
- One whose signature does not hold settles nothing, nor one signed by a key that no policy of this headquarters named:
  whoever can write the store of reports cannot settle what it says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Row, and_, func, insert, select

from data.clock import read_system_time
from data.errors import Damaged, InputError
from data.journal.chains import KIT_RESTORED, MAX_ENTRY_BYTES, Position, Stream
from data.journal.outgoing import OutboxEntry
from data.json_codec import Hexadecimal, ZonedTime, decode, decode_or_none, encode_canonical
from data.text import Message, _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.envelopes import envelope_signer
from sync.headquarters.staff_sign_in import ProvenStaff, must_be_own_secret
from sync.headquarters.store import report_tables
from sync.headquarters.store.database import RESTORE
from sync.headquarters.store.metadata_in_force import read_kits_keys

PURPOSE = b"waypost/settlement/v1\n"
FORMAT = 1
_MOST_WORDS = 500
_MOST_BYTES = 16 << 20
"""A settlement may name every entry of a stream."""
_streams, _entries, _conflicts, _settlements = (
    report_tables.streams,
    report_tables.entries,
    report_tables.conflicts,
    report_tables.settlements,
)

Entries = frozenset[tuple[int, Hexadecimal]]
"""Contradicting entries by sequence number and hash."""
Keys = frozenset[bytes]
"""Public `kits` keys that this headquarters' policies have had."""


class Ruling(StrEnum):
    """What people found to have happened."""

    FIRST = "first"
    """What arrived first is true; the other is an error or a lie."""
    OTHER = "other"
    """What contradicts it is true; what arrived first is an error or a lie."""
    BOTH = "both"
    """Both: two kits ran under one name."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two entries under one number."""

    kind: str
    body: bytes
    """As the kit wrote it: JSON, but nobody vouches for its shape."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One number that a kit gave twice."""

    seq: int
    first: Side | None
    """None where the contradiction is under an earlier number."""
    other: Side
    at: str
    """When the other arrived, ISO 8601."""
    settled: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """What somebody decided."""

    ruling: Ruling
    who: str
    why: str
    at: str
    """ISO 8601."""
    entries: Entries


@dataclass(frozen=True, slots=True)
class Conflict:
    """All that contradicts one stream of one life of a kit's journal."""

    number: int
    kit: str
    stream: str
    incarnation: str
    open: int
    """Contradicting entries that nobody settled yet."""
    settled: int
    settlements: tuple[Settlement, ...]
    """The oldest first."""


def conflicts(home: HeadquartersHome) -> tuple[Conflict, ...]:
    """Every stream that something contradicts, the oldest first."""
    keys = known_keys(home)
    with home.reports.reading() as connection:
        apart = select(_conflicts.c.stream).distinct()
        query = select(_streams).where(_streams.c.id.in_(apart)).order_by(_streams.c.id)
        return tuple(_conflict(connection, row, keys) for row in connection.execute(query).all())


def contradictions(home: HeadquartersHome, number: int) -> tuple[Conflict, tuple[Contradiction, ...]]:
    """Both sides of a conflict, entry by entry; InputError where no conflict has this number."""
    keys = known_keys(home)
    with home.reports.reading() as connection:
        conflict = _find_conflict(connection, number, keys)
        settled = settled_entries(connection, number, keys)
        same = and_(_entries.c.stream == _conflicts.c.stream, _entries.c.seq == _conflicts.c.seq)
        query = select(_conflicts, _entries.c.kind.label("first_kind"), _entries.c.body.label("first_body"))
        query = query.join(_entries, same, isouter=True).where(_conflicts.c.stream == number)
        rows = connection.execute(query.order_by(_conflicts.c.seq, _conflicts.c.at)).all()
    return conflict, tuple(_contradiction(row, settled) for row in rows)


def settle(
    home: HeadquartersHome, number: int, ruling: Ruling, by: ProvenStaff, why: str, now: datetime | None = None
) -> Conflict:
    """Settle whatever is open in a conflict; returns the conflict as it is then.

    Raises:
        InputError: there is no such conflict, nothing in it is open, or the reason is missing.
        Denied: whoever decides must change their first PIN.
    """
    must_be_own_secret(by)
    why = _check_words(why, _REASON_NEEDED)
    signer, keys = envelope_signer(home), known_keys(home)
    with home.reports.transaction() as connection:
        conflict = _find_conflict(connection, number, keys)
        waiting = sorted(open_entries(connection, number, keys))
        if not waiting:
            raise InputError(
                _("Conflict {number} has already been settled", number=number), means=_("Nothing was changed.")
            )
        content = encode_canonical(
            {
                "format": FORMAT, "kit": conflict.kit, "incarnation": conflict.incarnation, "stream": conflict.stream,
                "ruling": ruling, "who": by.signature, "why": why, "at": now or read_system_time(),
                "entries": [[seq, digest.hex()] for seq, digest in waiting],
            }
        )  # fmt: skip
        row = {"stream": number, "content": content, "signer": signer.public_key().public_bytes_raw()}
        connection.execute(insert(_settlements).values(**row, signature=signer.sign(PURPOSE + content)))
        return _find_conflict(connection, number, keys)


def known_keys(home: HeadquartersHome) -> Keys:
    """The keys by which settlements of this headquarters are signed."""
    with home.store.reading() as connection:
        return read_kits_keys(connection)


def open_entries(connection: Connection, stream: int, keys: Keys) -> Entries:
    """What contradicts a stream and nobody settled yet."""
    query = select(_conflicts.c.seq, _conflicts.c.hash).where(_conflicts.c.stream == stream)
    conflicting = frozenset((seq, bytes(digest)) for seq, digest in connection.execute(query))
    return conflicting - settled_entries(connection, stream, keys)


def settled_entries(connection: Connection, stream: int, keys: Keys) -> Entries:
    """What contradicts a stream and was settled."""
    return frozenset().union(*(settlement.entries for settlement in _settlements_of(connection, stream, keys)))


def _settlements_of(connection: Connection, stream: int, keys: Keys) -> Iterable[Settlement]:
    rows = connection.execute(select(_settlements).where(_settlements.c.stream == stream).order_by(_settlements.c.id))
    for row in rows.all():
        if row.signer not in keys:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(row.signer).verify(row.signature, PURPOSE + row.content)
        except InvalidSignature:
            continue
        yield decode(
            Settlement,
            row.content,
            lambda _why: Damaged(_("A settlement in the store of reports cannot be read"), do=RESTORE),
            most_bytes=_MOST_BYTES,
        )


def _find_conflict(connection: Connection, number: int, keys: Keys) -> Conflict:
    row = connection.execute(select(_streams).where(_streams.c.id == number)).one_or_none()
    conflict = _conflict(connection, row, keys) if row else None
    if conflict is None or not conflict.open + conflict.settled:
        raise InputError(_("There is no conflict {number}", number=number), do=_("`waypost hq conflicts` lists them"))
    return conflict


def _conflict(connection: Connection, row: Row[Any], keys: Keys) -> Conflict:
    known = tuple(_settlements_of(connection, row.id, keys))
    return Conflict(
        number=row.id,
        kit=row.kit,
        stream=row.name,
        incarnation=row.incarnation,
        open=len(open_entries(connection, row.id, keys)),
        settled=len(frozenset().union(*(settlement.entries for settlement in known))),
        settlements=known,
    )


def _contradiction(row: Row[Any], settled: Entries) -> Contradiction:
    first = None if row.first_kind is None else Side(row.first_kind, bytes(row.first_body))
    is_settled = (row.seq, bytes(row.hash)) in settled
    return Contradiction(row.seq, first, Side(row.kind, bytes(row.body)), row.at, is_settled)


_REASON_NEEDED = _("Settling a conflict needs a reason of at most {most} characters", most=_MOST_WORDS)


def _check_words(words: str, refusal: Message) -> str:
    words = " ".join(words.split())
    if not words or len(words) > _MOST_WORDS or not words.isprintable():
        raise InputError(refusal)
    return words


_PlacedEntry = tuple[OutboxEntry, Position]


@dataclass(frozen=True, slots=True)
class JournalPart:
    """Entries of one stream of one incarnation of a kit's journal, as they were stored now."""

    kit: str
    enrolment: str
    incarnation: str
    stream: Stream
    entries: Sequence[OutboxEntry]
    positions: Sequence[Position]


@dataclass(frozen=True, slots=True)
class RivalEntries:
    """What one machine wrote after the other was restored."""

    stream: int
    """Of the restored one."""
    entries: Sequence[OutboxEntry]
    positions: Sequence[Position]


@dataclass(frozen=True, slots=True)
class _Restoration:
    event: str
    at: datetime
    incarnations: frozenset[str]
    """Those that have it."""
    first: str
    """The one that reported it first."""


@dataclass(frozen=True, slots=True)
class _EntryFacts:
    at: ZonedTime


def find_rival_entries(connection: Connection, part: JournalPart) -> Iterator[RivalEntries]:
    """What `part` shows of a second machine: its own entries, or those of others that were here before."""
    of_kit = (_streams.c.kit == part.kit, _streams.c.enrolment == part.enrolment)
    if (connection.scalar(select(func.count(_streams.c.incarnation.distinct())).where(*of_kit)) or 0) < 2:
        return
    restorations = _read_restorations(connection, part)
    rows = connection.execute(select(_streams).where(*of_kit)).all()
    streams = {(row.incarnation, row.name): row for row in rows}
    for restoration in restorations:
        if restoration.first == part.incarnation:
            continue
        restored = streams.get((restoration.first, part.stream.value))
        own = streams[part.incarnation, part.stream.value]
        if restored and _is_left_behind(part.incarnation, restoration, restorations):
            later = _select_later(zip(part.entries, part.positions, strict=True), restoration.at)
            if later and not _goes_on_from(connection, own, restored, restoration.at):
                yield _rivals(restored.id, later)
    yield from _find_earlier_rivals(connection, part, streams, restorations)


def _find_earlier_rivals(
    connection: Connection,
    part: JournalPart,
    streams: Mapping[tuple[str, str], Row[Any]],
    restorations: Sequence[_Restoration],
) -> Iterator[RivalEntries]:
    """What was here of others when a restored kit first reports a stream."""
    own = streams[part.incarnation, part.stream.value]
    if part.positions[0].seq != own.begins + 1:
        return
    for restoration in restorations:
        if restoration.first != part.incarnation:
            continue
        for (incarnation, name), other in streams.items():
            if name == part.stream.value and _is_left_behind(incarnation, restoration, restorations):
                later = _read_newest_entries(connection, other.id, restoration.at)
                if later and not _goes_on_from(connection, other, own, restoration.at):
                    yield _rivals(own.id, later)


def _goes_on_from(connection: Connection, other: Row[Any], restored: Row[Any], at: datetime) -> bool:
    """Whether a stream contains, or begins after, what the restored kit wrote in its own: the chains are the same."""
    theirs = _entries.alias()
    query = select(theirs.c.body).join(_entries, (_entries.c.seq == theirs.c.seq) & (_entries.c.hash == theirs.c.hash))
    query = query.where(_entries.c.stream == other.id, theirs.c.stream == restored.id)
    begins = select(_entries.c.body).where(_entries.c.stream == restored.id, _entries.c.seq == other.begins)
    newest = connection.scalar(query.order_by(theirs.c.seq.desc()).limit(1))
    newest = newest or connection.scalar(begins.where(_entries.c.hash == other.begins_hash))
    return newest is not None and not _is_earlier(bytes(newest), at)


def _is_left_behind(incarnation: str, restoration: _Restoration, restorations: Iterable[_Restoration]) -> bool:
    """Whether nothing may come from this incarnation with a time after the restoration."""
    if incarnation in restoration.incarnations:
        return False
    return not any(
        incarnation in other.incarnations
        and other.at > restoration.at
        and restoration.incarnations.isdisjoint(other.incarnations)
        for other in restorations
    )


def _rivals(stream: int, later: Sequence[_PlacedEntry]) -> RivalEntries:
    return RivalEntries(stream, [entry for entry, _position in later], [position for _entry, position in later])


def _select_later(entries: Iterable[_PlacedEntry], at: datetime) -> list[_PlacedEntry]:
    return [(entry, position) for entry, position in entries if _is_later(entry.body, at)]


def _read_restorations(connection: Connection, part: JournalPart) -> list[_Restoration]:
    """Those of every incarnation, as they were first reported."""
    query = select(_streams.c.id, _streams.c.incarnation, _entries.c.event, _entries.c.body)
    query = query.join(_streams, _streams.c.id == _entries.c.stream).order_by(_streams.c.id, _entries.c.seq)
    here = (_streams.c.kit == part.kit, _streams.c.enrolment == part.enrolment, _streams.c.name == Stream.CASES.value)
    known: dict[str, _Restoration] = {}
    for row in connection.execute(query.where(*here, _entries.c.kind == KIT_RESTORED)):
        at = _time_of(bytes(row.body))
        if at is None or not row.event:
            continue
        before = known.get(row.event)
        others = before.incarnations if before else frozenset()
        first = before.first if before else row.incarnation
        known[row.event] = _Restoration(row.event, at, others | {row.incarnation}, first)
    return list(known.values())


def _read_newest_entries(connection: Connection, stream: int, at: datetime) -> list[_PlacedEntry]:
    """From the newest one back to the first that is not later than `at`, in their order."""
    query = select(_entries).where(_entries.c.stream == stream).order_by(_entries.c.seq.desc())
    newest: list[_PlacedEntry] = []
    for row in connection.execute(query):
        if not _is_later(bytes(row.body), at):
            break
        newest.append((OutboxEntry(row.kind, bytes(row.body)), Position(row.seq, bytes(row.hash))))
    return newest[::-1]


def _is_later(body: bytes, at: datetime) -> bool:
    time = _time_of(body)
    return time is not None and time > at


def _is_earlier(body: bytes, at: datetime) -> bool:
    time = _time_of(body)
    return time is None or time < at


def _time_of(body: bytes) -> datetime | None:
    facts = decode_or_none(_EntryFacts, body, most_bytes=MAX_ENTRY_BYTES)
    return facts.at if facts else None
