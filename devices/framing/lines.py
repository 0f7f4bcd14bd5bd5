"""Lines ended by CR, LF or CR LF, with no mark around the document.

A document is over when its lines are a whole zone (the first line's length tells how many there are:
Doc 9303 parts 4 to 7), else at an empty line or after silence.
"""

import re

from devices.framing.port import LONGEST_BYTES, SILENCE_S, Framed, text_of, too_long

_LINES_OF = {30: 3, 36: 2, 44: 2}
"""Lines of a zone by the length of one: TD1; TD2, MRV-B and the French card; TD3 and MRV-A."""
_END = re.compile(rb"\r\n|\r|\n")


class Lines:
    """Documents as bare lines."""

    ask = b""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._line = bytearray()
        self._after_cr = False
        self._drowned = False

    @property
    def begun(self) -> bool:
        """Whether a line or part of one has come and its document is not whole."""
        return bool(self._lines or self._line)

    def feed(self, data: bytes) -> list[Framed]:
        """Documents that `data` completes."""
        if self._drowned:
            return []
        if self._after_cr and data.startswith(b"\n"):  # CR and LF came in two pieces
            data = data[1:]
        self._after_cr = data.endswith(b"\r") or (self._after_cr and not data)
        out: list[Framed] = []
        *ended, rest = _END.split(data)
        for part in ended:
            out += self._end_line(part)
        self._line += rest
        if len(self._line) + sum(map(len, self._lines)) > LONGEST_BYTES:
            self.reset()
            self._drowned = True
            out.append(too_long())
        return out

    def silence(self, seconds: float) -> list[Framed]:
        """What came last was the end, also where the last line has no end mark."""
        if seconds < SILENCE_S:
            return []
        self._drowned = False
        out = self._end_line(b"") if self._line else []
        return [*out, *self._end_document()]

    def reset(self) -> None:
        """Forget the lines begun."""
        self._lines, self._line = [], bytearray()
        self._after_cr = self._drowned = False

    def _end_line(self, part: bytes) -> list[Framed]:
        line = bytes(self._line + part)
        self._line = bytearray()
        if not line.strip():
            return self._end_document()
        self._lines.append(line)
        length = len(line.strip())
        whole = _LINES_OF.get(length) == sum(1 for one in self._lines if len(one.strip()) == length)
        return self._end_document() if whole else []

    def _end_document(self) -> list[Framed]:
        lines, self._lines = self._lines, []
        return [text_of(b"\n".join(lines))] if lines else []
