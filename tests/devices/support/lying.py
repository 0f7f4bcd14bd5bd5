"""A chip of plain files that reads well, and every way in which one may lie about them."""

from collections.abc import Mapping


class PlainChip:
    """Files by identifier, readable without a key; `short_ids` switches the swift mode off."""

    def __init__(self, files: Mapping[int, bytes], *, short_ids: bool = True, limit: int = 65_536) -> None:
        self.files = dict(files)
        self.short_ids = short_ids
        self.limit = limit
        self.commands: list[bytes] = []
        self._current = 0

    def transmit(self, command: bytes) -> bytes:
        self.commands.append(command)
        if command[1] == 0xA4:
            return self._select(command)
        if command[1] == 0xB1:
            at = int.from_bytes(command[7 : 5 + command[4]] if command[4] else command[9:-2], "big")
            return self.give(self.files[self._current], at, self._far_asked(command), far=True)
        place = command[2] << 8 | command[3]
        if command[2] & 0x80:
            matching = [file_id for file_id in self.files if file_id & 0x1F == command[2] & 0x1F]
            if not (self.short_ids and matching):
                return b"\x6a\x82"
            self._current, place = matching[0], command[3]
        expected = int.from_bytes(command[5:7], "big") or 65_536 if len(command) == 7 else command[4] or 256
        return self.give(self.files[self._current], place, expected, far=False)

    def give(self, data: bytes, at: int, expected: int, *, far: bool) -> bytes:
        piece = data[at : at + min(expected, self.limit)]
        end = b"\x62\x82" if at + expected > len(data) else b"\x90\x00"
        if far:
            piece = data[at : at + min(expected - 4, self.limit)]
            return b"\x53\x82" + len(piece).to_bytes(2, "big") + piece + b"\x90\x00"
        return piece + end

    def _select(self, command: bytes) -> bytes:
        self._current = int.from_bytes(command[5:7], "big")
        return b"\x90\x00" if self._current in self.files else b"\x6a\x82"

    @staticmethod
    def _far_asked(command: bytes) -> int:
        return command[-1] or 256 if command[4] else int.from_bytes(command[-2:], "big") or 65_536
