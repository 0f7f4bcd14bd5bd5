"""The files of a chip: their numbers, tags and file identifiers (Doc 9303-10, tables 38 and 39)."""

from data.certificates.malformed import Malformed
from data.certificates.tlv import only
from data.text import _

MOST_BYTES = 2 * 1024 * 1024
"""The largest file that is read. A genuine picture has 15 to 25 KB, one in the newer format up to 1 MB."""

COM_TAG = 0x60
SOD_TAG = 0x77
GROUP_TAGS = {
    1: 0x61, 2: 0x75, 3: 0x63, 4: 0x76, 5: 0x65, 6: 0x66, 7: 0x67, 8: 0x68,
    9: 0x69, 10: 0x6A, 11: 0x6B, 12: 0x6C, 13: 0x6D, 14: 0x6E, 15: 0x6F, 16: 0x70,
}  # fmt: skip
"""Tag of each data group by its number."""
_GROUPS = {tag: number for number, tag in GROUP_TAGS.items()}


def group_number(tag: int) -> int | None:
    """The number of the data group with this tag."""
    return _GROUPS.get(tag)


def content(data: bytes, tag: int, what: str) -> bytes:
    """The value of a file's outermost element; Malformed if it is too large, another file or not one element."""
    if len(data) > MOST_BYTES:
        raise Malformed(
            _("{name} has {bytes} bytes; at most {most} are read", name=what, bytes=len(data), most=MOST_BYTES)
        )
    return only(data, tag, what)
