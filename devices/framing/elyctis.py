"""The scanner command set of Elyctis readers: the host inquires, the reader answers with what lies on it.

Inquire: 49 00 00. Answer: 49, length (two bytes, high first), the zone in ASCII; 4C likewise for one-line
zones. A document stays in the answers for as long as it lies there, so it is given out once, until an empty
answer says that it was taken away. Certain from the maker's published command set for the IDBOX One
("Scanner Command Set", 1.7, 2020): these two commands and their answers. Its continuous mode (43) is not
used: which message then brings the zone is not in what is published.
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
        """Whether part of an answer with a document has come."""
        return bool(self._buffer) and self._buffer[1:_HEAD] != b"\0\0"

    def feed(self, data: bytes) -> list[FramedText]:
        """Documents that were not there before `data`."""
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
        """An answer that broke off is given up."""
        if not self._buffer or seconds < BROKEN_OFF_S:
            return []
        self.reset()
        return [broken_off_fault()]

    def reset(self) -> None:
        """Forget the answer begun and what lies there."""
        self._buffer = bytearray()
        self._last_text = ""

    def _answer(self, data: bytes) -> list[FramedText]:
        self._is_lost = False
        text = decode_text(data)
        new = bool(text) and text != self._last_text
        self._last_text = text
        return [text] if new else []

    def _out_of_step(self) -> list[FramedText]:
        """What does not begin like an answer is dropped until the next inquiry; told once, until an answer comes."""
        self._buffer = bytearray()
        was_lost, self._is_lost = self._is_lost, True
        return [] if was_lost else [broken_off_fault()]
