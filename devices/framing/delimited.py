"""Documents that are marked in the text itself: by STX and ETX, by line ends, or by whichever the reader uses.

- Lines end with CR, LF or CR LF, without a mark around the document. It ends when its lines are a whole zone (the first
  line's length says how many there are: Doc 9303 parts 4 to 7), else at an empty line or after silence.
- STX, lines that each end with CR, ETX: full-page readers and swipes of DESKO's kind, and most others if they are set
  to it. Bytes outside a frame are ignored, because some hosts wrap frames in delimiters of their own.
- Automatic: a document that begins with STX ends with ETX; any other consists of lines.
"""

import re

from devices.framing.port import (
    BROKEN_OFF_S,
    LONGEST_BYTES,
    SILENCE_S,
    FramedText,
    Framing,
    broken_off_fault,
    decode_text,
    too_long_fault,
)

_LINES_OF = {30: 3, 36: 2, 44: 2}
"""Number of lines in a zone by the length of each: TD1; TD2, MRV-B and the French card; TD3 and MRV-A."""
_END = re.compile(rb"\r\n|\r|\n")

STX, ETX = 0x02, 0x03


class LineFraming:
    """Documents as bare lines."""

    ask = b""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._line = bytearray()
        self._is_after_cr = False
        self._is_drowned = False

    @property
    def has_begun(self) -> bool:
        """Whether the document is incomplete so far."""
        return bool(self._lines or self._line)

    def feed(self, data: bytes) -> list[FramedText]:
        """Documents that `data` completes."""
        if self._is_drowned:
            return []
        if self._is_after_cr and data.startswith(b"\n"):  # CR and LF came in two pieces
            data = data[1:]
        self._is_after_cr = data.endswith(b"\r") or (self._is_after_cr and not data)
        out: list[FramedText] = []
        *ended, rest = _END.split(data)
        for part in ended:
            out += self._end_line(part)
        self._line += rest
        if len(self._line) + sum(map(len, self._lines)) > LONGEST_BYTES:
            self.reset()
            self._is_drowned = True
            out.append(too_long_fault())
        return out

    def silence(self, seconds: float) -> list[FramedText]:
        """The document that ended, even if its last line has no end mark."""
        if seconds < SILENCE_S:
            return []
        self._is_drowned = False
        out = self._end_line(b"") if self._line else []
        return [*out, *self._end_document()]

    def reset(self) -> None:
        """Discard an incomplete document."""
        self._lines, self._line = [], bytearray()
        self._is_after_cr = self._is_drowned = False

    def _end_line(self, part: bytes) -> list[FramedText]:
        line = bytes(self._line + part)
        self._line = bytearray()
        if not line.strip():
            return self._end_document()
        self._lines.append(line)
        length = len(line.strip())
        whole = _LINES_OF.get(length) == sum(1 for other in self._lines if len(other.strip()) == length)
        return self._end_document() if whole else []

    def _end_document(self) -> list[FramedText]:
        lines, self._lines = self._lines, []
        return [decode_text(b"\n".join(lines))] if lines else []


class StxEtxFraming:
    """Frames between STX and ETX."""

    ask = b""

    def __init__(self) -> None:
        self._frame: bytearray | None = None

    @property
    def has_begun(self) -> bool:
        """Whether there was an STX without its ETX so far."""
        return self._frame is not None

    def feed(self, data: bytes) -> list[FramedText]:
        """Frames that end in `data`. A second STX means that the first frame is incomplete."""
        out: list[FramedText] = []
        for byte in data:
            if byte == STX:
                if self._frame:
                    out.append(broken_off_fault())
                self._frame = bytearray()
            elif self._frame is None:
                continue
            elif byte == ETX:
                out.append(decode_text(bytes(self._frame)))
                self._frame = None
            elif len(self._frame) >= LONGEST_BYTES:
                out.append(too_long_fault())
                self._frame = None
            else:
                self._frame.append(byte)
        return out

    def silence(self, seconds: float) -> list[FramedText]:
        """The fault of an incomplete frame, which is given up."""
        if self._frame is None or seconds < BROKEN_OFF_S:
            return []
        self._frame = None
        return [broken_off_fault()]

    def reset(self) -> None:
        """Discard an incomplete frame."""
        self._frame = None


class AutoFraming:
    """STX/ETX or lines, by the first byte of each document."""

    ask = b""

    def __init__(self) -> None:
        self._lines = LineFraming()
        self._frames = StxEtxFraming()

    @property
    def has_begun(self) -> bool:
        """Whether either framing has an incomplete document."""
        return self._lines.has_begun or self._frames.has_begun

    def feed(self, data: bytes) -> list[FramedText]:
        """Documents that `data` completes."""
        out: list[FramedText] = []
        while data:
            using: Framing = self._frames if self._frames.has_begun or data[0] == STX else self._lines
            cut = self._end_of_part(data)
            out += using.feed(data[:cut])
            data = data[cut:]
        return out

    def silence(self, seconds: float) -> list[FramedText]:
        """Documents that are complete, or given up, in either framing."""
        return [*self._lines.silence(seconds), *self._frames.silence(seconds)]

    def reset(self) -> None:
        """Discard an incomplete document."""
        self._lines.reset()
        self._frames.reset()

    def _end_of_part(self, data: bytes) -> int:
        """Where the framing may change: after an ETX, before an STX."""
        if self._frames.has_begun or data[0] == STX:
            return data.find(b"\x03") + 1 or len(data)
        return data.find(b"\x02") if b"\x02" in data else len(data)
