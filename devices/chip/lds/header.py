"""The first bytes of a file: its tag, and its whole length."""

from data.certificates.malformed import Malformed
from data.text import _

_LENGTH_BYTES = 4


def whole_size(first: bytes, tag: int, what: str) -> int:
    """Length in bytes of the element that begins here; Malformed if it has another tag or no definite length."""
    if first[:1] != bytes((tag,)):
        raise Malformed(
            _(
                "{file} begins with {first} instead of {tag}",
                file=what,
                tag=f"{tag:02X}",
                first=first[:1].hex().upper() or _("nothing"),
            )
        )
    if len(first) < 2 or first[1] == 0x80 or (first[1] & 0x7F > _LENGTH_BYTES and first[1] & 0x80):
        raise Malformed(_("{file} has no length, or one that is too long", file=what))
    if first[1] < 0x80:
        return 2 + first[1]
    size = first[1] & 0x7F
    if len(first) < 2 + size:
        raise Malformed(_("{file} ends within its length", file=what))
    return 2 + size + int.from_bytes(first[2 : 2 + size], "big")
