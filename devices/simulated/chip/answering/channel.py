"""Secure messaging from the chip's side: what comes is checked and opened, what goes is closed (Doc 9303-11, 9.8)."""

from hmac import compare_digest

from data.certificates.malformed import Malformed
from devices.chip.crypto.keys import SessionKeys
from devices.chip.crypto.padding import pad, unpad
from devices.chip.crypto.suite import MAC_BYTES, Suite
from devices.simulated.chip.answering.apdu import EXTENDED, SHORT, Answer, Command
from devices.simulated.chip.answering.objects import objects
from devices.simulated.chip.answering.status import Refusal, Status
from devices.simulated.chip.elements import element

_PADDED, _PLAIN_PADDED, _EXPECTED, _STATUS, _MAC = 0x87, 0x85, 0x97, 0x99, 0x8E
_INDICATOR = b"\x01"


class Channel:
    """One set of session keys with its counter."""

    def __init__(self, keys: SessionKeys, counter: bytes = b"") -> None:
        self._keys = keys
        self._counter = int.from_bytes(counter, "big")

    @property
    def suite(self) -> Suite:
        """Its ciphers."""
        return self._keys.suite

    def open(self, command: Command) -> Command:
        """The command inside; Refusal NO_SECURE_OBJECTS, BAD_SECURE_OBJECTS."""
        self._counter += 1
        found = objects(command.data)
        if _MAC not in found or list(found)[-1] != _MAC:
            raise Refusal(Status.NO_SECURE_OBJECTS)
        if not set(found) <= {_PADDED, _PLAIN_PADDED, _EXPECTED, _MAC}:
            raise Refusal(Status.BAD_SECURE_OBJECTS)
        covered = command.data[: -len(element(_MAC, found[_MAC]))]
        header = pad(command.header, self.suite.block_bytes)
        if not compare_digest(self._mac(header + covered), found[_MAC]):
            raise Refusal(Status.BAD_SECURE_OBJECTS)
        expected = found.get(_EXPECTED)
        le = None if expected is None else int.from_bytes(expected, "big") or (SHORT, EXTENDED)[len(expected) > 1]
        data, longest = self._data(found), self._longest(command)
        return Command(command.cla & ~0x0C, command.ins, command.p1, command.p2, data, le, longest)

    def close(self, answer: Answer, ins: int) -> Answer:
        """The answer to a command with this instruction, protected."""
        self._counter += 1
        body = b""
        if answer.data:
            secret = self.suite.encrypt(self._keys.encryption, pad(answer.data, self.suite.block_bytes), self._iv())
            body = element(_PLAIN_PADDED, secret) if ins & 1 else element(_PADDED, _INDICATOR, secret)
        body += element(_STATUS, answer.status.to_bytes(2, "big"))
        return Answer(body + element(_MAC, self._mac(body)), answer.status)

    def _data(self, found: dict[int, bytes]) -> bytes:
        if _PADDED in found and _PLAIN_PADDED in found:
            raise Refusal(Status.BAD_SECURE_OBJECTS)
        secret = found.get(_PLAIN_PADDED, b"")
        if _PADDED in found:
            if found[_PADDED][:1] != _INDICATOR:
                raise Refusal(Status.BAD_SECURE_OBJECTS)
            secret = found[_PADDED][1:]
        if not secret and not {_PADDED, _PLAIN_PADDED} & set(found):
            return b""
        if not secret or len(secret) % self.suite.block_bytes:
            raise Refusal(Status.BAD_SECURE_OBJECTS)
        try:
            padded = self.suite.decrypt(self._keys.encryption, secret, self._iv())
            return unpad(padded, self.suite.block_bytes)
        except Malformed:
            raise Refusal(Status.BAD_SECURE_OBJECTS) from None

    def _longest(self, command: Command) -> int:
        """What still fits when the answer is protected: the data object and its padding, the status, the MAC."""
        around = len(element(_STATUS, bytes(2)) + element(_MAC, bytes(MAC_BYTES))) + 4 + len(_INDICATOR)
        block = self.suite.block_bytes
        return (command.longest - around) // block * block - 1

    def _mac(self, message: bytes) -> bytes:
        counted = self._counter.to_bytes(self.suite.block_bytes, "big") + message
        return self.suite.mac(self._keys.mac, pad(counted, self.suite.block_bytes))

    def _iv(self) -> bytes | None:
        """Of AES the counter, encrypted; of 3DES zeros."""
        if self.suite is Suite.TDES:
            return None
        return self.suite.encrypt_block(self._keys.encryption, self._counter.to_bytes(self.suite.block_bytes, "big"))
