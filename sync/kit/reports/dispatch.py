"""The kit's end of the uplink: sends what waits, stream by stream, and believes only signed acknowledgements.

- Cases first; a stream that gets no further (a gap at headquarters, a conflict) holds up no other.
- Nothing leaves the journal by being sent: only an acknowledgement moves a stream on, and entries stay for
  `outbox_keep_days` after it.
- What is sent twice is stored once, so whatever is not known to have arrived is sent again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from data.clock import Clock
from data.errors import NoHome, Postponed, Problem, WaypostError
from data.journal.chains import Position, Stream
from data.journal.outgoing import AcknowledgementEffect, Outbox, OutboxBatch
from data.kit.home import KitHome
from data.lease.enforcement import record_answer
from data.lease.verdict_time import note_signed_time
from data.policy import read_policy
from data.text import EMPTY, Message, _
from sync.formats.report_messages import read_acknowledgement, seal_segment
from sync.kit import vault_entries
from sync.kit.reports.uplink import Uplink
from sync.limits import LIMITS

_PASSES = 3
"""Passes over the streams in one send: the first, after a new incarnation, after headquarters lost entries."""


_ANEW = {AcknowledgementEffect.NEW_INCARNATION, AcknowledgementEffect.WENT_BACK}


@dataclass(slots=True)
class SendResult:
    """What became of an outbox in one run."""

    entries: int = 0
    """That left, each counted as often as it was sent."""
    bytes: int = 0
    """Of sealed segments."""
    acknowledged: int = 0
    """Entries that headquarters is now known to hold."""
    new_life: bool = False
    """Whether this journal turned out to be one that was put back from a copy."""
    waiting: int = 0
    """Entries that headquarters is not known to hold."""
    postponed: Message = EMPTY
    """Why some of them were not sent though nothing failed: the kit's own hours or budget."""
    refused: Problem | None = None
    """Why none of them were sent though nothing failed: nobody takes reports there."""
    wire_bytes: int = 0
    """Both ways over the line, with headers and handshakes."""


class ReportDispatch:
    """Seals what the outbox of one kit holds, hands it to an uplink, and takes the answers."""

    def __init__(self, home: KitHome, clock: Clock) -> None:
        """NoHome when the kit is not enrolled, or has no policy of headquarters yet."""
        self._home = home
        self._clock = clock
        self._outgoing = Outbox(home.journal)
        self._enrolment = vault_entries.read_enrolment(home)
        self._signer = self._enrolment.signer
        self._kits = _kits_key(home)
        self.sent = SendResult()
        self._begun_at, self._begun = clock.read_uptime(), self._outgoing.heads()
        """Whatever headquarters acknowledges beyond these heads was written since: its answer is no older."""

    @property
    def folder(self) -> str:
        """The name under which this kit is known in public: that of its envelope."""
        return self._enrolment.folder

    def send(self, uplink: Uplink) -> SendResult:
        """Send whatever waits.

        Raises:
            LinkError: the line broke; what was acknowledged until then counts.
            TrustError: the answer is not an acknowledgement of headquarters for this kit.
        """
        self.sent.postponed = EMPTY
        self.sent.waiting = self._waiting()  # also told where the line breaks
        try:
            for _number in range(_PASSES):
                if not any([self._send_stream(uplink, stream) for stream in Stream]):
                    break
        except Postponed as error:
            self.sent.postponed = WaypostError(error.what, means=error.means).message
        return self.finish()

    def take(self, acknowledgement: bytes, valid_at: datetime) -> dict[Stream, AcknowledgementEffect]:
        """Verify a sealed acknowledgement and act on it; TrustError when it is not valid for this kit at `valid_at`."""
        before = self._waiting()
        heads = read_acknowledgement(acknowledgement, self._enrolment, self._kits, valid_at)
        note_signed_time(self._home, heads.signed, self._clock)
        meant = self._outgoing.take(heads, self._clock.now())
        advanced = [stream for stream, effect in meant.items() if effect is AcknowledgementEffect.ADVANCED]
        if any(heads.heads[stream].seq > self._begun[stream].seq for stream in advanced):
            record_answer(self._home, heads.signed, self._begun_at)
        self.sent.waiting = self._waiting()
        self.sent.acknowledged += max(0, before - self.sent.waiting)
        self.sent.new_life |= AcknowledgementEffect.NEW_INCARNATION in meant.values()
        return meant

    def segments(self, stream: Stream) -> Iterator[tuple[bytes, OutboxBatch]]:
        """What waits in a stream, as sealed segments that follow each other."""
        after: Position | None = None
        while batch := self._outgoing.batch(stream, after, LIMITS.segment_text_bytes):
            sealed, part = seal_segment(self._enrolment, batch)
            yield sealed, part
            after = part.end

    def finish(self) -> SendResult:
        """Let go of what was acknowledged long enough ago, and say what became of the outbox."""
        self._outgoing.forget(self._clock.now() - timedelta(days=self._home.settings.outbox_keep_days))
        self.sent.waiting = self._waiting()
        return self.sent

    def _send_stream(self, uplink: Uplink, stream: Stream) -> bool:
        """Send a stream as far as it goes; True when a stream has to start again from another position."""
        anew = False
        for sealed, batch in self.segments(stream):
            answer = uplink.send(sealed, batch)
            self.sent.entries += len(batch.entries)
            self.sent.bytes += len(sealed)
            if answer is None:
                continue
            meant = self.take(answer, self._clock.now())
            anew = anew or not _ANEW.isdisjoint(meant.values())
            if meant[stream] is not AcknowledgementEffect.ADVANCED:
                break
        return anew

    def _waiting(self) -> int:
        return sum(self._outgoing.waiting().values())


def _kits_key(home: KitHome) -> Ed25519PublicKey:
    policy = read_policy(home)
    if policy is None:
        raise NoHome(
            _("This kit does not have headquarters' policy yet"),
            do=_("Fetch lists first: `waypost courier run`, or `waypost stick in`"),
        )
    return policy.kits_key()
