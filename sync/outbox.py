"""The kit's end of the uplink: sends what waits, stream by stream, and believes only signed acknowledgements.

- Cases first; a stream that gets no further (a gap at headquarters, a conflict) holds up no other.
- Nothing leaves the journal by being sent: only an acknowledgement moves a stream on, and entries stay for
  `outbox_keep_days` after it.
- What is sent twice is stored once, so whatever is not known to have arrived is sent again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.clock import Clock
from data.home import KitHome
from data.journal.outbox import Position, Stream
from data.journal.outgoing import Batch, Outgoing, Taken
from sync import kit_secrets
from sync.limits import LIMITS
from sync.uplink import Uplink
from sync.uplink_acknowledgement import told
from sync.uplink_segment import sealed_segment

_BEGINNINGS = 3
"""How often a stream may begin in one send: at first, after a new life, after what headquarters lost."""


@dataclass(slots=True)
class Sent:
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


class Outbox:
    """What one kit reports."""

    def __init__(self, home: KitHome, clock: Clock) -> None:
        """NoHome when the kit was enrolled before kits could report, or has no policy of headquarters yet."""
        self._home = home
        self._clock = clock
        self._outgoing = Outgoing(home.journal)
        self._enrolment = kit_secrets.enrolment_of(home)
        self._signer = self._enrolment.signer
        self._kits = kit_secrets.kits_key_of(home)
        self.sent = Sent()

    @property
    def folder(self) -> str:
        """The name under which this kit is known in public: that of its envelope."""
        return self._enrolment.envelope

    def send(self, uplink: Uplink) -> Sent:
        """Send whatever waits.

        Raises:
            LinkError: the line broke; what was acknowledged until then counts.
            TrustError: what came back is no acknowledgement of headquarters for this kit.
        """
        for stream in Stream:
            for _ in range(_BEGINNINGS):
                if not self._send_stream(uplink, stream):
                    break
        return self.done()

    def take(self, acknowledgement: bytes, valid_at: datetime) -> Taken:
        """Verify a sealed acknowledgement and act on it; TrustError when it is none for this kit at `valid_at`."""
        before = self._waiting()
        taken = self._outgoing.take(told(acknowledgement, self._enrolment, self._kits, valid_at), self._clock.now())
        if taken is Taken.ADVANCED:
            self.sent.acknowledged += before - self._waiting()
        self.sent.new_life |= taken is Taken.NEW_LIFE
        return taken

    def segments(self, stream: Stream) -> Iterator[tuple[bytes, Batch]]:
        """What waits in a stream, as sealed segments that follow each other."""
        after: Position | None = None
        while batch := self._outgoing.batch(stream, after, LIMITS.segment_text_bytes):
            sealed, part = sealed_segment(self._enrolment, batch)
            yield sealed, part
            after = part.end

    def done(self) -> Sent:
        """Let go of what was acknowledged long enough ago, and say what became of the outbox."""
        self._outgoing.forget(self._clock.now() - timedelta(days=self._home.settings.outbox_keep_days))
        self.sent.waiting = self._waiting()
        return self.sent

    def _send_stream(self, uplink: Uplink, stream: Stream) -> bool:
        """Send a stream as far as it goes; True when it has to begin anew from another place."""
        for sealed, batch in self.segments(stream):
            answer = uplink.send(sealed, batch)
            self.sent.entries += len(batch.entries)
            self.sent.bytes += len(sealed)
            if answer is None:
                continue
            taken = self.take(answer, self._clock.now())
            if taken is not Taken.ADVANCED:
                return taken is not Taken.KNOWN
        return False

    def _waiting(self) -> int:
        return sum(self._outgoing.waiting().values())
