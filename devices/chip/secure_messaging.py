"""Secure messaging, the reader's end: commands are encrypted and signed, responses verified and decrypted.

Doc 9303-11, 9.8; ISO/IEC 7816-4, 10. Responses are checked strictly: a wrong MAC, objects that are missing, repeated,
unknown or out of order, or a status word other than the signed one end the channel for good.
"""

from hmac import compare_digest

from data.certificates.malformed import Malformed
from data.certificates.tlv import Element, elements
from data.text import _
from devices.chip.apdu import MOST_EXPECTED, SHORT_DATA, SHORT_EXPECTED, CommandApdu, ResponseApdu, encode_tlv
from devices.chip.crypto.ciphers import MAC_BYTES, CipherSuite, SessionKeys, pad, unpad
from devices.chip.errors import ChannelBroken, WrongMac
from devices.chip.status import StatusWord

_SECURED = 0x0C
_ENCRYPTED_PLAIN = 0x85
"""Encrypted data of a command with an odd INS: elements, without the octet that names the padding."""
_ENCRYPTED = 0x87
_PADDED = b"\x01"
_STATUS = 0x99
_MAC = 0x8E
_EXPECTED = 0x97
_STATUS_AND_MAC = 4 + 2 + MAC_BYTES
_ORDERS = ((_STATUS, _MAC), (_ENCRYPTED, _STATUS, _MAC), (_ENCRYPTED_PLAIN, _STATUS, _MAC))


class SecureChannel:
    """Protects commands and opens responses in turn, each with the next number of the send sequence counter."""

    def __init__(self, keys: SessionKeys, counter: int = 0) -> None:
        self._keys = keys
        self._counter = counter

    @property
    def suite(self) -> CipherSuite:
        """The channel's cipher."""
        return self._keys.suite

    def most_data(self, limit: int) -> int:
        """How many bytes a protected response of at most `limit` bytes can carry."""
        header = 5 if limit > SHORT_EXPECTED else 4
        blocks = (limit - _STATUS_AND_MAC - header) // self.suite.block_bytes
        return blocks * self.suite.block_bytes - 1

    def protect(self, command: CommandApdu) -> CommandApdu:
        """The command, encrypted and signed."""
        self._counter += 1
        header = bytes((command.cla | _SECURED, command.ins, command.p1, command.p2))
        objects = self._encrypt_data(command) + _expected_object(command)
        signed = self._counter_block() + pad(header, self.suite.block_bytes) + objects
        mac = self._keys.suite.mac(self._keys.mac, pad(signed, self.suite.block_bytes) if objects else signed)
        data = objects + encode_tlv(_MAC, mac)
        whole = MOST_EXPECTED if command.is_extended or len(data) > SHORT_DATA else SHORT_EXPECTED
        return CommandApdu(header[0], command.ins, command.p1, command.p2, data, whole)

    def open(self, response: ResponseApdu) -> ResponseApdu:
        """The response, verified and decrypted; ChannelBroken if it is not protected, or was changed."""
        self._counter += 1
        if not response.data:
            raise ChannelBroken(
                _("The chip left the encrypted channel: {status}", status=response.status.says), response.status
            )
        try:
            objects = {element.tag: element for element in self._read_objects(response.data)}
            self._verify(response.data, objects)
            status = StatusWord(int.from_bytes(objects[_STATUS].value, "big"))
            if status != response.status:
                raise ChannelBroken(_("The status of a response is not the one that the chip signed"))
            return ResponseApdu(self._decrypt_data(objects), status)
        except Malformed as problem:
            raise ChannelBroken(
                _("A response in the encrypted channel is malformed: {problem}", problem=problem.what)
            ) from problem

    def is_whole(self, data: bytes) -> bool:
        """Whether data from the chip have all the objects of a protected response, whatever these are worth."""
        try:
            return bool(self._read_objects(data))
        except Malformed:
            return False

    def _counter_block(self) -> bytes:
        return self._counter.to_bytes(self.suite.block_bytes, "big")

    def _iv(self) -> bytes:
        """Zeros with 3DES, the encrypted counter with AES."""
        if self.suite is CipherSuite.TDES:
            return bytes(self.suite.block_bytes)
        return self.suite.encrypt_block(self._keys.encryption, self._counter_block())

    def _encrypt_data(self, command: CommandApdu) -> bytes:
        if not command.data:
            return b""
        padded = pad(command.data, self.suite.block_bytes)
        secret = self.suite.encrypt(self._keys.encryption, padded, self._iv())
        return encode_tlv(_ENCRYPTED_PLAIN, secret) if command.ins & 1 else encode_tlv(_ENCRYPTED, _PADDED, secret)

    def _read_objects(self, data: bytes) -> list[Element]:
        objects = []
        for element in elements(data):
            objects.append(element)
            if len(objects) > 3:
                break
        if tuple(element.tag for element in objects) not in _ORDERS:
            tags = ", ".join(f"{element.tag:X}" for element in objects)
            raise Malformed(_("its objects are {tags}", tags=tags) if tags else _("it is empty"))
        if len(objects[-2].value) != 2 or len(objects[-1].value) != MAC_BYTES:
            raise Malformed(_("its status or its MAC has the wrong length"))
        return objects

    def _verify(self, data: bytes, objects: dict[int, Element]) -> None:
        signed = self._counter_block() + data[: -len(objects[_MAC].raw)]
        mac = self.suite.mac(self._keys.mac, pad(signed, self.suite.block_bytes))
        if not compare_digest(mac, objects[_MAC].value):
            raise WrongMac(_("The MAC of a response is wrong: somebody changed it, or it is out of order"))

    def _decrypt_data(self, objects: dict[int, Element]) -> bytes:
        if _ENCRYPTED in objects:
            value = objects[_ENCRYPTED].value
            if value[:1] != _PADDED:
                raise Malformed(_("its padding is of an unknown kind"))
            secret = value[1:]
        elif _ENCRYPTED_PLAIN in objects:
            secret = objects[_ENCRYPTED_PLAIN].value
        else:
            return b""
        if not secret or len(secret) % self.suite.block_bytes:
            raise Malformed(_("its encrypted data are not whole blocks"))
        return unpad(self.suite.decrypt(self._keys.encryption, secret, self._iv()), self.suite.block_bytes)


def _expected_object(command: CommandApdu) -> bytes:
    if not command.expected:
        return b""
    if command.is_extended:
        return encode_tlv(_EXPECTED, (command.expected & 0xFFFF).to_bytes(2, "big"))
    return encode_tlv(_EXPECTED, bytes((command.expected & 0xFF,)))
