"""The scanner command set of Elyctis readers: the host sends an inquiry, the reader answers with the document on it.

Inquire: 49 00 00. Answer: 49, length (two bytes, high first), the zone in ASCII; 4C likewise for one-line
zones. The answers repeat a document while it is on the reader, so it is given out once, until an empty answer shows
that it was removed. These two commands and their answers are from the maker's published command set for the IDBOX One
("Scanner Command Set", 1.7, 2020). Its continuous mode (43) is not used, because the publication does not say which
message has the zone then.
"""

from devices.framing.port import BROKEN_OFF_S, LONGEST_BYTES, FramedText, broken_off_fault, decode_text, too_long_fault

INQUIRE, INQUIRE_ONE_LINE = 0x49, 0x4C
_ANSWERS = (INQUIRE, INQUIRE_ONE_LINE)
_HEAD = 3


class ElyctisFraming:
    """Answers to inquiries."""

    ask = bytes((INQUIRE, 0, 0))

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._last_text = ""
        self._is_lost = False

    @property
    def has_begun(self) -> bool:
        """Whether an answer with a document is incomplete so far."""
        return bool(self._buffer) and self._buffer[1:_HEAD] != b"\0\0"

    def feed(self, data: bytes) -> list[FramedText]:
        """New documents in `data`."""
        out: list[FramedText] = []
        self._buffer += data
        while self._buffer:
            if self._buffer[0] not in _ANSWERS:
                out += self._out_of_step()
                break
            if len(self._buffer) < _HEAD:
                break
            end = _HEAD + int.from_bytes(self._buffer[1:_HEAD])
            if end > LONGEST_BYTES:
                out += [too_long_fault()]
                self.reset()
                break
            if len(self._buffer) < end:
                break
            out += self._answer(bytes(self._buffer[_HEAD:end]))
            del self._buffer[:end]
        return out

    def silence(self, seconds: float) -> list[FramedText]:
        """The fault of an incomplete answer, which is given up."""
        if not self._buffer or seconds < BROKEN_OFF_S:
            return []
        self.reset()
        return [broken_off_fault()]

    def reset(self) -> None:
        """Discard an incomplete answer, and forget the document on the reader."""
        self._buffer = bytearray()
        self._last_text = ""

    def _answer(self, data: bytes) -> list[FramedText]:
        self._is_lost = False
        text = decode_text(data)
        new = bool(text) and text != self._last_text
        self._last_text = text
        return [text] if new else []

    def _out_of_step(self) -> list[FramedText]:
        """Discard bytes that are no answer, until the next inquiry; one fault until there is an answer again."""
        self._buffer = bytearray()
        was_lost, self._is_lost = self._is_lost, True
        return [] if was_lost else [broken_off_fault()]
