"""Secure messaging from the chip's side: commands are checked and decrypted, responses protected (Doc 9303-11, 9.8)."""

from hmac import compare_digest

from data.certificates.malformed import Malformed
from devices.simulated.chip.crypto.cipher_suites import (
    MAC_SIZE,
    SimulatedCipherSuite,
    SimulatedSessionKeys,
    add_padding,
    remove_padding,
)
from devices.simulated.chip.protocols.apdu import (
    EXTENDED,
    SHORT,
    SimulatedCommand,
    SimulatedRefusal,
    SimulatedResponse,
    SimulatedStatus,
    read_objects,
)
from devices.simulated.chip.tlv_writer import encode_element

_PADDED, _PLAIN_PADDED, _EXPECTED, _STATUS, _MAC = 0x87, 0x85, 0x97, 0x99, 0x8E
_INDICATOR = b"\x01"


class SimulatedSecureChannel:
    """One set of session keys with its counter."""

    def __init__(self, keys: SimulatedSessionKeys, counter: bytes = b"") -> None:
        self._keys = keys
        self._counter = int.from_bytes(counter, "big")

    @property
    def suite(self) -> SimulatedCipherSuite:
        """Its ciphers."""
        return self._keys.suite

    def open(self, command: SimulatedCommand) -> SimulatedCommand:
        """The command inside; SimulatedRefusal NO_SECURE_OBJECTS, BAD_SECURE_OBJECTS."""
        self._counter += 1
        objects = read_objects(command.data)
        if _MAC not in objects or list(objects)[-1] != _MAC:
            raise SimulatedRefusal(SimulatedStatus.NO_SECURE_OBJECTS)
        if not set(objects) <= {_PADDED, _PLAIN_PADDED, _EXPECTED, _MAC}:
            raise SimulatedRefusal(SimulatedStatus.BAD_SECURE_OBJECTS)
        covered = command.data[: -len(encode_element(_MAC, objects[_MAC]))]
        header = add_padding(command.header, self.suite.block_bytes)
        if not compare_digest(self._mac(header + covered), objects[_MAC]):
            raise SimulatedRefusal(SimulatedStatus.BAD_SECURE_OBJECTS)
        expected = objects.get(_EXPECTED)
        le = None if expected is None else int.from_bytes(expected, "big") or (SHORT, EXTENDED)[len(expected) > 1]
        data, longest = self._data(objects), self._longest(command)
        return SimulatedCommand(command.cla & ~0x0C, command.ins, command.p1, command.p2, data, le, longest)

    def close(self, answer: SimulatedResponse, ins: int) -> SimulatedResponse:
        """The answer to a command with this instruction, protected."""
        self._counter += 1
        body = b""
        if answer.data:
            secret = self.suite.encrypt(
                self._keys.encryption, add_padding(answer.data, self.suite.block_bytes), self._iv()
            )
            body = encode_element(_PLAIN_PADDED, secret) if ins & 1 else encode_element(_PADDED, _INDICATOR, secret)
        body += encode_element(_STATUS, answer.status.to_bytes(2, "big"))
        return SimulatedResponse(body + encode_element(_MAC, self._mac(body)), answer.status)

    def _data(self, objects: dict[int, bytes]) -> bytes:
        if _PADDED in objects and _PLAIN_PADDED in objects:
            raise SimulatedRefusal(SimulatedStatus.BAD_SECURE_OBJECTS)
        secret = objects.get(_PLAIN_PADDED, b"")
        if _PADDED in objects:
            if objects[_PADDED][:1] != _INDICATOR:
                raise SimulatedRefusal(SimulatedStatus.BAD_SECURE_OBJECTS)
            secret = objects[_PADDED][1:]
        if not secret and not {_PADDED, _PLAIN_PADDED} & set(objects):
            return b""
        if not secret or len(secret) % self.suite.block_bytes:
            raise SimulatedRefusal(SimulatedStatus.BAD_SECURE_OBJECTS)
        try:
            padded = self.suite.decrypt(self._keys.encryption, secret, self._iv())
            return remove_padding(padded, self.suite.block_bytes)
        except Malformed:
            raise SimulatedRefusal(SimulatedStatus.BAD_SECURE_OBJECTS) from None

    def _longest(self, command: SimulatedCommand) -> int:
        """What still fits when the answer is protected: the data object and its padding, the status, the MAC."""
        around = len(encode_element(_STATUS, bytes(2)) + encode_element(_MAC, bytes(MAC_SIZE))) + 4 + len(_INDICATOR)
        block = self.suite.block_bytes
        return (command.longest - around) // block * block - 1

    def _mac(self, message: bytes) -> bytes:
        counted = self._counter.to_bytes(self.suite.block_bytes, "big") + message
        return self.suite.mac(self._keys.mac, add_padding(counted, self.suite.block_bytes))

    def _iv(self) -> bytes | None:
        """Of AES the counter, encrypted; of 3DES zeros."""
        if self.suite is SimulatedCipherSuite.TDES:
            return None
        return self.suite.encrypt_block(self._keys.encryption, self._counter.to_bytes(self.suite.block_bytes, "big"))
