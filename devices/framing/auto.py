"""Whichever the reader uses: a document that begins with STX ends with ETX, any other is lines."""

from devices.framing.lines import Lines
from devices.framing.port import Framed, Framing
from devices.framing.stx_etx import STX, StxEtx


class Auto:
    """STX/ETX or lines, decided at the start of each document."""

    ask = b""

    def __init__(self) -> None:
        self._lines = Lines()
        self._frames = StxEtx()

    @property
    def begun(self) -> bool:
        """Whether either has begun."""
        return self._lines.begun or self._frames.begun

    def feed(self, data: bytes) -> list[Framed]:
        """Documents that `data` completes."""
        out: list[Framed] = []
        while data:
            using: Framing = self._frames if self._frames.begun or data[0] == STX else self._lines
            cut = self._end_of_part(data)
            out += using.feed(data[:cut])
            data = data[cut:]
        return out

    def silence(self, seconds: float) -> list[Framed]:
        """Both hear of it."""
        return [*self._lines.silence(seconds), *self._frames.silence(seconds)]

    def reset(self) -> None:
        """Forget what was begun."""
        self._lines.reset()
        self._frames.reset()

    def _end_of_part(self, data: bytes) -> int:
        """Where the framing may change: after an ETX, before an STX."""
        if self._frames.begun or data[0] == STX:
            return data.find(b"\x03") + 1 or len(data)
        return data.find(b"\x02") if b"\x02" in data else len(data)
