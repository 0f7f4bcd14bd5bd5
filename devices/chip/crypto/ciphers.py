"""The ciphers of chip protocols with their MACs, padding and key derivation (Doc 9303-11, 9.7 and 9.8).

- 3DES and AES, in CBC mode, with the MAC that belongs to each; padding is method 2 of ISO/IEC 9797-1.
- Early chips support only 3DES, so it is needed, and used only here.
"""

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from hashlib import new

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB
from cryptography.hazmat.primitives.cmac import CMAC

from data.certificates.malformed import Malformed
from data.text import _

MAC_BYTES = 8
"""Length of every MAC that is sent."""


def pad(message: bytes, block_bytes: int) -> bytes:
    """`message` with padding of at least one byte."""
    return message + b"\x80" + bytes(-(len(message) + 1) % block_bytes)


def unpad(padded: bytes, block_bytes: int) -> bytes:
    """The message in `padded`; Malformed if the padding is missing, or longer than a block."""
    message = padded.rstrip(b"\x00")
    if not message.endswith(b"\x80") or len(padded) - len(message) >= block_bytes:
        raise Malformed(_("The chip's encrypted data have wrong padding"))
    return message[:-1]


class CipherSuite(Enum):
    """One cipher with its MAC and its key derivation."""

    TDES = ("3DES", 8, 16, "sha1")
    AES_128 = ("AES-128", 16, 16, "sha1")
    AES_192 = ("AES-192", 16, 24, "sha256")
    AES_256 = ("AES-256", 16, 32, "sha256")

    def __init__(self, title: str, block_bytes: int, key_bytes: int, hash_name: str) -> None:
        self.title = title
        self.block_bytes = block_bytes
        self.key_bytes = key_bytes
        self.hash_name = hash_name

    @property
    def nonce_bytes(self) -> int:
        """Length of PACE's nonce: the key's, rounded up to whole blocks (Doc 9303-11, 4.4.3.2)."""
        return -(-self.key_bytes // self.block_bytes) * self.block_bytes

    def encrypt(self, key: bytes, plain: bytes, iv: bytes | None = None) -> bytes:
        """`plain` (whole blocks) in CBC mode; `iv` is zeros unless given."""
        encryptor = Cipher(self._algorithm(key), CBC(iv or bytes(self.block_bytes))).encryptor()
        return encryptor.update(plain) + encryptor.finalize()

    def decrypt(self, key: bytes, secret: bytes, iv: bytes | None = None) -> bytes:
        """The inverse of `encrypt`."""
        decryptor = Cipher(self._algorithm(key), CBC(iv or bytes(self.block_bytes))).decryptor()
        return decryptor.update(secret) + decryptor.finalize()

    def encrypt_block(self, key: bytes, block: bytes) -> bytes:
        """One block by itself: how an AES channel makes its initialisation vectors."""
        encryptor = Cipher(self._algorithm(key), ECB()).encryptor()  # noqa: S305 (one block)
        return encryptor.update(block) + encryptor.finalize()

    def mac(self, key: bytes, message: bytes) -> bytes:
        """Eight bytes: CMAC with AES; with 3DES the retail MAC (ISO/IEC 9797-1, algorithm 3) over whole blocks."""
        if self is CipherSuite.TDES:
            return _retail_mac(key, message)
        cmac = CMAC(AES(key))
        cmac.update(message)
        return cmac.finalize()[:MAC_BYTES]

    def _algorithm(self, key: bytes) -> BlockCipherAlgorithm:
        return TripleDES(key + key[:8]) if self is CipherSuite.TDES else AES(key)


class KeyUse(IntEnum):
    """What a derived key is for; the counter of the derivation."""

    ENCRYPTION = 1
    MAC = 2
    PASSWORD = 3
    """Decrypts the nonce of PACE."""


def _retail_mac(key: bytes, message: bytes) -> bytes:
    """Single DES in CBC mode under the first key; the last block in 3DES under both."""
    first, last = message[:-8], message[-8:]
    chained = bytes(8)
    if first:
        single = Cipher(TripleDES(key[:8] * 3), CBC(bytes(8))).encryptor()
        chained = single.update(first)[-8:]
    return CipherSuite.TDES.encrypt(key, last, chained)


@dataclass(frozen=True, slots=True)
class SessionKeys:
    """The two keys of one secure channel."""

    suite: CipherSuite
    encryption: bytes = field(repr=False)
    mac: bytes = field(repr=False)


def derive_key(secret: bytes, use: KeyUse, suite: CipherSuite) -> bytes:
    """The key for `use`. Keys of 3DES come with their parity bits set, as the worked examples print them."""
    digest = new(suite.hash_name, secret + use.to_bytes(4, "big"), usedforsecurity=False).digest()
    key = digest[: suite.key_bytes]
    return bytes(map(_set_parity, key)) if suite is CipherSuite.TDES else key


def derive_session_keys(secret: bytes, suite: CipherSuite) -> SessionKeys:
    """The keys of a channel from a shared secret."""
    return SessionKeys(suite, derive_key(secret, KeyUse.ENCRYPTION, suite), derive_key(secret, KeyUse.MAC, suite))


def _set_parity(byte: int) -> int:
    high = byte & 0xFE
    return high | (high.bit_count() + 1) % 2
