"""What reporting costs: bytes an event, the kit's sealing, headquarters' taking in, a replay, an acknowledgement.

Events are screenings with four checks each, as the desk enters them; every segment is sealed, verified, stored and
committed with a forced write. SIZE= is the number of events. One connection, one process.
"""

import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from data.journal import chains as journal_outbox
from data.journal.chains import Stream
from data.journal.outgoing import OutboxBatch
from data.kit import headquarters_word
from data.kit.home import KitHome
from sync.headquarters.ingest.segments import Ingest
from sync.kit import courier
from sync.kit.reports.dispatch import ReportDispatch
from tests.benchmarks.report import aim, machine
from tests.support.deployment import Deployment

_CHECKS = (("mrz", "pass", "digits_right"), ("sltd", "pass", "nothing"), ("un", "pass", "nothing"))


class _Timed:
    """An uplink into an ingest of this process, with a clock around it."""

    def __init__(self, ingest: Ingest) -> None:
        self._ingest = ingest
        self.seconds = self.cpu_s = 0.0
        self.answer_bytes = 0
        self.segments: list[bytes] = []

    def send(self, segment: bytes, batch: OutboxBatch) -> bytes:
        start, spent = perf_counter(), process_time()
        answer = self._ingest.take(segment).acknowledgement
        self.seconds += perf_counter() - start
        self.cpu_s += process_time() - spent
        self.answer_bytes = len(answer)
        self.segments.append(segment)
        return answer


def run(size: int | None) -> None:
    """Print the figures."""
    machine("sqlcipher3", "sqlalchemy", "pyrage", "zstandard")
    with TemporaryDirectory() as folder, closing(Deployment(Path(folder))) as deployment:
        kit = deployment.kit(source=str(deployment.hq.public))
        courier.run(kit)
        _fill(kit, size or 50_000)
        _measure(kit, Ingest(deployment.hq))


def _fill(kit: KitHome, size: int) -> None:
    begin = datetime(2026, 11, 1, tzinfo=UTC)
    with kit.journal.writing() as connection:
        for number in range(size):
            steps = [[*check, number % 50 / 10] for check in (*_CHECKS, ("ofac", "pass", "nothing"))]
            content = {"event": str(uuid.uuid4()), "at": begin + timedelta(seconds=9 * number), "verdict": "clear"}
            content |= {"direction": "entry", "lane": "1", "steps": steps}
            journal_outbox.append_entry(connection, Stream.CROSSINGS, "screening", content)


def _measure(kit: KitHome, ingest: Ingest) -> None:
    uplink = _Timed(ingest)
    start, spent = perf_counter(), process_time()
    sent = ReportDispatch(kit, headquarters_word.read_clock(kit)).send(uplink)
    kit_s, kit_cpu_s = perf_counter() - start - uplink.seconds, process_time() - spent - uplink.cpu_s
    count = sent.entries
    print(f"{count} events in {len(uplink.segments)} segments, {sent.bytes} bytes; {uplink.answer_bytes} an answer")
    print(f"kit seals and learns: {count / kit_s:.0f} events/s, {kit_cpu_s / count * 1e6:.1f} µs of CPU an event")
    print(f"headquarters: {count / uplink.seconds:.0f} events/s, {uplink.cpu_s / count * 1e6:.1f} µs of CPU an event")
    start = perf_counter()
    again = sum(ingest.take(segment).stored for segment in uplink.segments)
    print(f"replay: {again} rows inserted, {count / (perf_counter() - start):.0f} events/s")
    aim("uplink.bytes_an_event", sent.bytes / count, 45)
    aim("uplink.ingest_events_s", count / uplink.seconds, 17_900, at_least=True)
    aim("uplink.replayed_rows", again, 0)
