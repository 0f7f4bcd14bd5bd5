"""Key presses as the kernel tells them, made into the text they type (linux/input.h: 24 bytes an event).

Only presses type; repeats and releases do not. Control with a letter is its control character, so that a wedge
can send STX and ETX. Where the kernel says that it lost events, the text gets a SUB: it is no zone any more.
"""

import struct

from devices.documents.tables.layouts import Keys

EVENT = struct.Struct("@qqHHi")
"""Seconds, microseconds, type, code, value: struct input_event where a long has 64 bits."""
EV_SYN, EV_KEY, SYN_DROPPED = 0, 1, 3
UP, DOWN = 0, 1
SUB = b"\x1a"
_SHIFTS, _CONTROLS, _CAPS_LOCK = frozenset({42, 54}), frozenset({29, 97}), 58


class KeyEvents:
    """Text from events of one keyboard; text is Latin-1, one byte a character."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self.reset()

    def reset(self) -> None:
        """Another keyboard, or the same one plugged in again: no key is down."""
        self._rest = b""
        self._down: set[int] = set()
        self._caps = False

    def decode(self, data: bytes) -> bytes:
        """What the events in `data` type; half an event waits for its other half."""
        data = self._rest + data
        whole = len(data) - len(data) % EVENT.size
        self._rest = data[whole:]
        typed = [self._event(kind, code, value) for _, _, kind, code, value in EVENT.iter_unpack(data[:whole])]
        return b"".join(typed)

    def _event(self, kind: int, code: int, value: int) -> bytes:
        if (kind, code) == (EV_SYN, SYN_DROPPED):
            self._down.clear()
            return SUB
        if kind != EV_KEY:
            return b""
        if code in _SHIFTS | _CONTROLS:
            (self._down.discard if value == UP else self._down.add)(code)
            return b""
        if value != DOWN:
            return b""
        if code == _CAPS_LOCK:
            self._caps = not self._caps
        return self._typed(code)

    def _typed(self, code: int) -> bytes:
        if code not in self._keys:
            return b""
        alone, shifted = self._keys[code]
        if self._down & _CONTROLS:
            return bytes((ord(alone) & 0x1F,)) if alone.isascii() and alone.isalpha() else b""
        shift = bool(self._down & _SHIFTS) != (self._caps and alone.isalpha())
        return (shifted if shift else alone).encode("latin-1")
