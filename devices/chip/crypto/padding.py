"""Padding method 2 of ISO/IEC 9797-1: 80 and zeros up to whole blocks."""

from data.certificates.malformed import Malformed


def pad(message: bytes, block_bytes: int) -> bytes:
    """`message` with its padding; there is always some."""
    return message + b"\x80" + bytes(-(len(message) + 1) % block_bytes)


def unpad(padded: bytes, block_bytes: int) -> bytes:
    """The message in `padded`; Malformed when the padding is none, or longer than a block."""
    message = padded.rstrip(b"\x00")
    if not message.endswith(b"\x80") or len(padded) - len(message) >= block_bytes:
        raise Malformed("What the chip encrypted does not end as it must")
    return message[:-1]
