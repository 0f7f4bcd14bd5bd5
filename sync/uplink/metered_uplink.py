"""An uplink over the thin line, under the kit's own rules: what reports cost counts, and many of them wait for hours.

- Cases go first, at any hour and beyond the budget: somebody may be in custody while headquarters does not know.
- Of the rest a day's reports are as small as a night's changes and go as these do. What has piled up to more than
  `always_kb` waits, as a large list does, until hours and budget allow it.
"""

from data.journal.outbox import Stream
from data.journal.outgoing import Batch, Outgoing
from sync.limits import LIMITS
from sync.lines.gate import Gate
from sync.uplink.port import Uplink


class MeteredUplink:
    """Another uplink, whose every segment is counted and, but for cases, allowed before it goes."""

    def __init__(self, uplink: Uplink, gate: Gate, outgoing: Outgoing) -> None:
        self._uplink = uplink
        self._gate = gate
        self._outgoing = outgoing

    def send(self, segment: bytes, batch: Batch) -> bytes | None:
        """See `Uplink`; Postponed where the kit's own rules hold it back."""
        if batch.stream is not Stream.CASES:
            self._gate.may_send(self._waiting())
        self._gate.sent(len(segment))
        answer = self._uplink.send(segment, batch)
        self._gate.sent(len(answer or b""))
        return answer

    def _waiting(self) -> int:
        """About how many bytes on the line wait beside cases: entries shrink as a full segment's do."""
        text = sum(size for stream, size in self._outgoing.waiting_bytes().items() if stream is not Stream.CASES)
        return text * LIMITS.segment_bytes // LIMITS.segment_text_bytes
