"""Ciphers, MACs, padding and derived keys of a chip (Doc 9303-11, 9.7 and 9.8), written without the reader's.

The MACs are put together here from single blocks: the retail MAC of ISO/IEC 9797-1 (algorithm 3) and the CMAC of
RFC 4493. Only the block ciphers come from a library.
"""

import hashlib
from dataclasses import dataclass, field
from enum import Enum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from data.certificates.malformed import Malformed
from data.text import _

MAC_SIZE = 8
_ENCRYPTION, _MAC, _PASSWORD = b"\x00\x00\x00\x01", b"\x00\x00\x00\x02", b"\x00\x00\x00\x03"
"""Counters of the key derivation."""
_PADDING = 0x80
_REDUCTION = 0x87
"""What doubling reduces by in the field of 128 bits (RFC 4493, 2.3)."""


def add_padding(message: bytes, block_bytes: int) -> bytes:
    """`message` with a byte 80 and zeros to whole blocks."""
    padded = bytearray(message)
    padded.append(_PADDING)
    while len(padded) % block_bytes:
        padded.append(0)
    return bytes(padded)


def remove_padding(padded: bytes, block_bytes: int) -> bytes:
    """The message; Malformed if its last block has no padding."""
    at = padded.rfind(_PADDING)
    if at < len(padded) - block_bytes or at < 0 or any(padded[at + 1 :]):
        raise Malformed(_("The chip's encrypted data have wrong padding"))
    return padded[:at]


class SimulatedCipherSuite(Enum):
    """One cipher with what belongs to it: block and key length in bytes, digest of the key derivation."""

    TDES = (8, 16, "sha1")
    AES_128 = (16, 16, "sha1")
    AES_192 = (16, 24, "sha256")
    AES_256 = (16, 32, "sha256")

    def __init__(self, block_bytes: int, key_bytes: int, digest: str) -> None:
        self.block_bytes = block_bytes
        self.key_bytes = key_bytes
        self._digest = digest

    @property
    def nonce_bytes(self) -> int:
        """The fewest whole blocks that are as long as a key (Doc 9303-11, 4.4.3.3.2)."""
        blocks = 1
        while blocks * self.block_bytes < self.key_bytes:
            blocks += 1
        return blocks * self.block_bytes

    def encrypt_block(self, key: bytes, block: bytes) -> bytes:
        """One block by itself."""
        encryptor = self._cipher(key).encryptor()
        return encryptor.update(block) + encryptor.finalize()

    def encrypt(self, key: bytes, plain: bytes, iv: bytes | None = None) -> bytes:
        """Whole blocks, chained; from zeros unless `iv` is given."""
        encryptor = self._cipher(key).encryptor()
        last, secret = iv or bytes(self.block_bytes), []
        for block in self._blocks(plain):
            last = encryptor.update(_xor(block, last))
            secret.append(last)
        return b"".join(secret)

    def decrypt(self, key: bytes, secret: bytes, iv: bytes | None = None) -> bytes:
        """The inverse of `encrypt`."""
        decryptor = self._cipher(key).decryptor()
        last, plain = iv or bytes(self.block_bytes), []
        for block in self._blocks(secret):
            plain.append(_xor(decryptor.update(block), last))
            last = block
        return b"".join(plain)

    def mac(self, key: bytes, message: bytes) -> bytes:
        """Eight bytes; with 3DES `message` must be padded to whole blocks."""
        return (_retail_mac if self is SimulatedCipherSuite.TDES else _cmac)(self, key, message)[:MAC_SIZE]

    def session_keys(self, secret: bytes) -> "SimulatedSessionKeys":
        """The keys of a channel from an agreed secret."""
        return SimulatedSessionKeys(self, self._derive(secret, _ENCRYPTION), self._derive(secret, _MAC))

    def password_key(self, password: bytes) -> bytes:
        """The key that encrypts the nonce of PACE."""
        return self._derive(password, _PASSWORD)

    def _derive(self, secret: bytes, counter: bytes) -> bytes:
        return hashlib.new(self._digest, secret + counter, usedforsecurity=False).digest()[: self.key_bytes]

    def _cipher(self, key: bytes) -> Cipher[ECB]:
        if self is SimulatedCipherSuite.TDES:
            return Cipher(TripleDES(key + key[:8]), ECB())  # noqa: S305 (chained here)
        return Cipher(AES(key), ECB())  # noqa: S305 (chained here)

    def _blocks(self, message: bytes) -> list[bytes]:
        return [message[at : at + self.block_bytes] for at in range(0, len(message), self.block_bytes)]


@dataclass(frozen=True, slots=True)
class SimulatedSessionKeys:
    """The two keys of one channel."""

    suite: SimulatedCipherSuite
    encryption: bytes = field(repr=False)
    mac: bytes = field(repr=False)


def _retail_mac(suite: SimulatedCipherSuite, key: bytes, message: bytes) -> bytes:
    """Every block under the first half of the key; the result once more under both halves."""
    first, second = key[:8], key[8:16]
    chained = suite.encrypt(first * 2, message)[-8:] if message else bytes(8)
    decryptor = Cipher(TripleDES(second * 3), ECB()).decryptor()  # noqa: S305 (one block)
    return suite.encrypt_block(first * 2, decryptor.update(chained))


def _cmac(suite: SimulatedCipherSuite, key: bytes, message: bytes) -> bytes:
    """RFC 4493, 2.4."""
    whole_key = _double(suite.encrypt_block(key, bytes(16)))
    blocks = [message[at : at + 16] for at in range(0, len(message), 16)] or [b""]
    *before, last = blocks
    if len(last) == 16:
        last = _xor(last, whole_key)
    else:
        last = _xor(add_padding(last, 16), _double(whole_key))
    return suite.encrypt(key, b"".join((*before, last)))[-16:]


def _double(block: bytes) -> bytes:
    number = int.from_bytes(block, "big") << 1
    if number >> 128:
        number = number ^ (1 << 128) ^ _REDUCTION
    return number.to_bytes(16, "big")


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(len(left), "big")
