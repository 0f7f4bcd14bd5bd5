"""Ways of reporting for tests: straight into an ingest, and lossy ones."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from data.clock import read_system_time
from data.errors import LinkError
from data.journal.chains import Position, Stream
from data.journal.outgoing import OutboxBatch, OutboxEntry
from data.journal.schema import unpack_body
from data.kit import headquarters_word
from data.kit.home import KitHome
from sync.formats.report_messages import chain_positions, seal_segment
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.segments import Ingest
from sync.headquarters.store import report_tables as tables
from sync.kit import vault_entries
from sync.kit.reports.dispatch import ReportDispatch, SendResult


class Straight:
    """An uplink that ends in an ingest of this process, and breaks before or after it if told to."""

    def __init__(self, home: HeadquartersHome, now: Callable[[], datetime] = read_system_time) -> None:
        self._ingest = Ingest(home)
        self._now = now
        self.segments: list[bytes] = []
        self.lose_request = self.lose_answer = False

    def send(self, segment: bytes, batch: OutboxBatch) -> bytes:
        self.segments.append(segment)
        if self.lose_request:
            raise LinkError("lost on its way")
        answer = self._ingest.take(segment, self._now()).acknowledgement
        if self.lose_answer:
            raise LinkError("the answer was lost")
        return answer


def dispatch(kit: KitHome) -> ReportDispatch:
    return ReportDispatch(kit, headquarters_word.read_clock(kit))


def report(kit: KitHome, uplink: Straight) -> SendResult:
    """Send whatever waits."""
    return dispatch(kit).send(uplink)


def happen(kit: KitHome, count: int, start: int = 0) -> None:
    """Events of the audit stream."""
    for number in range(start, start + count):
        kit.journal.record("drill", read_system_time(), "officer 7", f"number {number}", {})


def events_here(home: HeadquartersHome, *, again: bool = False) -> list[str]:
    """Events that headquarters holds, each as often as it counts."""
    with home.reports.reading() as connection:
        rows = connection.execute(tables.entries.select()).all()
    return [row.event for row in rows if again or not row.again]


def events_of(kit: KitHome) -> set[str]:
    """Events in a kit's outbox."""
    with kit.journal.reading() as connection:
        return {
            json.loads(unpack_body(bytes(row[0])))["event"] for row in connection.execute("SELECT body FROM outbox")
        }


def all_batches(kit: KitHome, stream: Stream = Stream.AUDIT) -> list[tuple[bytes, OutboxBatch]]:
    """Segments of what waits."""
    return list(dispatch(kit).segments(stream))


def crafted(kit: KitHome, entries: list[OutboxEntry], after: Position | None = None, **changed: object) -> bytes:
    """A segment in the kit's name that its journal did not write."""
    after = after or Position()
    end = chain_positions(Stream.AUDIT, after, tuple(entries))[-1]
    batch = OutboxBatch("ab" * 16, Stream.AUDIT, Position(), after, tuple(entries), end)
    return seal_segment(vault_entries.read_enrolment(kit), replace(batch, **changed))[0]  # type: ignore[arg-type]
