"""The first bytes of a file: its tag, and how long it is in all."""

from data.certificates.malformed import Malformed

_LENGTH_BYTES = 4


def whole_size(first: bytes, tag: int, what: str) -> int:
    """Bytes of the whole element that begins here; Malformed when it has another tag or no definite length."""
    if first[:1] != bytes((tag,)):
        raise Malformed(f"{what} does not begin with {tag:02X} but with {first[:1].hex().upper() or 'nothing'}")
    if len(first) < 2 or first[1] == 0x80 or (first[1] & 0x7F > _LENGTH_BYTES and first[1] & 0x80):
        raise Malformed(f"{what} has no length, or one longer than anything it could measure")
    if first[1] < 0x80:
        return 2 + first[1]
    size = first[1] & 0x7F
    if len(first) < 2 + size:
        raise Malformed(f"{what} ends within its length")
    return 2 + size + int.from_bytes(first[2 : 2 + size], "big")
