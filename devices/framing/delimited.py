"""Documents that are marked in the text itself: by STX and ETX, by line ends, or by whichever the reader uses.

- Lines end with CR, LF or both, in either order, without a mark around the document. It ends when its lines certainly
  have a whole zone (`data.documents.mrz.parse.is_whole_zone`, which passes over what readers send around one), else
  after silence. Empty lines mean nothing.
- STX, lines that each end with CR, ETX: full-page readers and swipes of DESKO's kind, and most others if they are set
  to it. Bytes outside a frame are ignored, because some hosts wrap frames in delimiters of their own.
- SOH, length, `OU` before STX, and a checksum of one byte after ETX: 3M RTE swipes (RTE6701 Integration Manual, 9.1.1).
  Any byte may be the checksum. It is not compared, since the manual does not say what it covers: the zone's own check
  digits tell a byte that changed on the line.
- Automatic: a document that begins with SOH or STX ends with ETX; any other consists of lines.
- What comes with a document, without a pause between the two, and is none itself is the reader's own: a status line, a
  checksum.
"""

import re

from data.documents.barcodes import Barcode, BarcodeKind, Symbology
from data.documents.mrz.parse import is_whole_zone
from devices.framing.port import (
    BROKEN_OFF_S,
    LONGEST_BYTES,
    SILENCE_S,
    FramedText,
    broken_off_fault,
    decode_text,
    too_long_fault,
)

_SHORTEST_LINE = 30
"""Bytes; whether a zone is whole is not looked at after shorter lines."""
_END = re.compile(rb"\r\n|\r|\n")
_UNSEEN = bytes(range(0x21)) + b"\x7f"

SOH, STX, ETX = 0x01, 0x02, 0x03
_HEADER = re.compile(rb"(\x01[\s\S]{0,4}|\A[^\x01]{0,2}OU)\Z")
"""What stands before the STX of an RTE swipe; its SOH is in the line before if the length has a line end."""
_LONGEST_HEADER = 5


class LineFraming:
    """Documents as bare lines."""

    ask = b""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._line = bytearray()
        self._is_drowned = False
        self._follows_document = False
        """Whether a document came, and no pause since."""

    @property
    def has_begun(self) -> bool:
        """Whether the document is incomplete so far."""
        return bool(self._lines or self._line.strip(_UNSEEN))

    def feed(self, data: bytes) -> list[FramedText]:
        """Documents that `data` completes."""
        if self._is_drowned:
            return []
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
        out += self._end_document()
        self._follows_document = False
        return out

    def reset(self) -> None:
        """Discard an incomplete document."""
        self._lines, self._line = [], bytearray()
        self._is_drowned = self._follows_document = False

    def take_header(self) -> bytes:
        """The header of a frame that begins after what came last, and is no part of the line then; empty for none."""
        header = _HEADER.search(bytes(self._line))
        if header is None:
            return b""
        del self._line[header.start() :]
        return bytes((SOH,)) + header[0].lstrip(b"\x01")

    def meet_document(self) -> list[FramedText]:
        """A document came in another framing: what came without a pause before it, unless it was the reader's own."""
        out = self._end_line(b"") if self._line else []
        self._follows_document = True
        return [*out, *self._end_document()]

    def _end_line(self, part: bytes) -> list[FramedText]:
        line = bytes(self._line + part)
        self._line = bytearray()
        if not line.strip(_UNSEEN):
            return []
        self._lines.append(line)
        is_whole = len(line) >= _SHORTEST_LINE and is_whole_zone(decode_text(b"\n".join(self._lines)))
        return self._end_document() if is_whole else []

    def _end_document(self) -> list[FramedText]:
        lines, self._lines = self._lines, []
        content = b"\n".join(lines)
        if not lines or (self._follows_document and _is_readers_own(content)):
            return []
        self._follows_document = True
        return [decode_text(content)]


class StxEtxFraming:
    """Frames between STX and ETX."""

    ask = b""

    def __init__(self) -> None:
        self._frame: bytearray | None = None
        self._header: bytearray | None = None
        """SOH and what came after it, until the frame's end."""
        self._expects_checksum = False

    @property
    def has_begun(self) -> bool:
        """Whether there was an STX without its ETX so far."""
        return self._frame is not None

    @property
    def takes_next(self) -> bool:
        """Whether the next byte belongs to a frame, whatever it is."""
        return self._frame is not None or self._expects_checksum

    def feed(self, data: bytes) -> list[FramedText]:
        """Frames that end in `data`. A second STX means that the first frame is incomplete."""
        return [framed for byte in data for framed in self._take(byte)]

    def silence(self, seconds: float) -> list[FramedText]:
        """The fault of an incomplete frame, which is given up."""
        if seconds >= SILENCE_S:
            self._expects_checksum = False
        if seconds < BROKEN_OFF_S:
            return []
        out: list[FramedText] = [broken_off_fault()] if self.has_begun else []
        self.reset()
        return out

    def reset(self) -> None:
        """Discard an incomplete frame."""
        self._frame = self._header = None
        self._expects_checksum = False

    def _take(self, byte: int) -> list[FramedText]:
        if self._expects_checksum:
            self._expects_checksum = False
        elif self._frame is not None:
            return self._take_inside(byte)
        elif byte == STX:
            self._frame = bytearray()
        elif byte == SOH:
            self._header = bytearray((SOH,))
        elif self._header is not None:
            self._header.append(byte)
            if len(self._header) > _LONGEST_HEADER:
                self._header = None
        return []

    def _take_inside(self, byte: int) -> list[FramedText]:
        assert self._frame is not None  # noqa: S101 (`_take` looked)
        frame, header = self._frame, self._header
        is_rte = header is not None and header.endswith(b"OU")
        is_flag = is_rte and not frame
        if byte == STX and not is_flag:
            self._frame, self._header = bytearray(), None
            return [broken_off_fault()] if frame else []
        if is_flag or (byte != ETX and len(frame) < LONGEST_BYTES):
            frame.append(byte)
            return []
        self.reset()
        if byte != ETX:
            return [too_long_fault()]
        self._expects_checksum = is_rte
        return [decode_text(bytes(header + b"\x02" + frame if is_rte and header else frame))]


class AutoFraming:
    """SOH or STX to ETX, or lines, by the first byte of each document."""

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
            cut = self._end_of_part(data)
            if self._frames.takes_next or data[0] == STX:
                header = b"" if self._frames.takes_next else self._lines.take_header()
                framed = self._frames.feed(header + data[:cut])
                out += [*self._lines.meet_document(), *framed] if framed else []
            else:
                out += self._lines.feed(data[:cut])
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
        """Where the framing may change: after a frame's ETX, after its checksum, before and after an STX."""
        if self._frames.has_begun:
            return data.find(ETX) + 1 or len(data)
        if self._frames.takes_next:
            return 1
        return data.find(STX) or 1 if STX in data else len(data)


def _is_readers_own(content: bytes) -> bool:
    """Whether it is neither a zone nor a piece of one nor a code: a status, a checksum."""
    return b"<" not in content and Barcode(Symbology.UNKNOWN, content).kind is BarcodeKind.OTHER
