"""The digest of rows of fixed width, for millions of rows a second.

A row x is 16 bytes, key then body. Its digest has 256 bits: AES(A, x) xor x, then AES(B, x) xor x, under two public
constants A and B (AES-256; the feed-forward of Matyas, Meyer and Oseas makes a one-way function of the cipher). As with
SHA-256 for other rows, digests are added modulo 2^256, so the sum moves with every change and knows no order. The sum
finds accidents and slips; against forgery stand the signatures over the files and the authentication of what is
stored, since a sum of so many terms is no shield against whoever may choose the rows.
"""

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from numpy.typing import NDArray

from data.lists.packed_rows import Numbers, PackedRows

MODULUS = 1 << 256
_ABREAST = 64
_BATCH = 1 << 14
"""Rows at a time: what the processor's nearest memory holds."""


def _constant(label: bytes) -> bytes:
    digest = Hash(SHA256())
    digest.update(b"waypost/row-digest/" + label)
    return digest.finalize()


# Both halves are the bare block cipher over single blocks: ECB is how a library offers it for many at once.
_CIPHERS = tuple(Cipher(AES(_constant(label)), ECB()) for label in (b"A", b"B"))  # noqa: S305


def digest_of(rows: PackedRows) -> int:
    """The sum of the digests of `rows`, modulo 2^256."""
    total = 0
    for start in range(0, len(rows.keys), _BATCH):
        content = _content(rows.keys[start : start + _BATCH], rows.bodies[start : start + _BATCH])
        total += sum(_half(cipher, content) << (128 * place) for place, cipher in enumerate(_CIPHERS))
    return total % MODULUS


def _content(keys: Numbers, bodies: Numbers) -> bytes:
    plain = np.empty((len(keys), 2), ">u8")
    plain[:, 0], plain[:, 1] = keys, bodies
    return plain.tobytes()


def _half(cipher: Cipher[ECB], content: bytes) -> int:
    """The sum of one half of each row's digest, read as a little-endian number of 128 bits."""
    hashed = _words(cipher.encryptor().update(content)) ^ _words(content)
    even = len(hashed) // _ABREAST * _ABREAST
    # numpy adds columns fast only where a line is long, so many rows lie side by side before they are folded.
    sums = hashed[:even].reshape(-1, 4 * _ABREAST).sum(axis=0, dtype=np.uint64).reshape(-1, 4).sum(axis=0)
    sums += hashed[even:].sum(axis=0, dtype=np.uint64)
    return sum(word << (32 * place) for place, word in enumerate(sums.tolist()))


def _words(content: bytes) -> NDArray[np.uint32]:
    return np.frombuffer(content, "<u4").reshape(-1, 4)
