"""STX, lines each ended by CR, ETX: full-page readers and swipes of DESKO's kind, and most others on request.

Bytes outside a frame are no document: some hosts wrap frames in delimiters of their own.
"""

from devices.framing.port import BROKEN_OFF_S, LONGEST_BYTES, Framed, broken_off, text_of, too_long

STX, ETX = 0x02, 0x03


class StxEtx:
    """Frames between STX and ETX."""

    ask = b""

    def __init__(self) -> None:
        self._frame: bytearray | None = None

    @property
    def begun(self) -> bool:
        """Whether an STX came and its ETX did not."""
        return self._frame is not None

    def feed(self, data: bytes) -> list[Framed]:
        """Frames that `data` ends. A second STX means that the first one's frame broke off."""
        out: list[Framed] = []
        for byte in data:
            if byte == STX:
                if self._frame:
                    out.append(broken_off())
                self._frame = bytearray()
            elif self._frame is None:
                continue
            elif byte == ETX:
                out.append(text_of(bytes(self._frame)))
                self._frame = None
            elif len(self._frame) >= LONGEST_BYTES:
                out.append(too_long())
                self._frame = None
            else:
                self._frame.append(byte)
        return out

    def silence(self, seconds: float) -> list[Framed]:
        """A frame that broke off is given up."""
        if self._frame is None or seconds < BROKEN_OFF_S:
            return []
        self._frame = None
        return [broken_off()]

    def reset(self) -> None:
        """Forget the frame begun."""
        self._frame = None
