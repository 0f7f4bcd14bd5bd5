"""A bounded reader of tag-length-value data: DER, and the BER-TLV of a chip's files (ISO/IEC 7816-4, X.690).

- A length may not reach beyond what holds it, nor a tag or a length be longer than anything honest needs.
- `check_bounds` walks a whole tree before a library may decode it: depth and number of elements are limited.
- Lengths are definite; the indefinite form is refused except in `check_bounds`, since CMS may be BER.
"""

from collections.abc import Iterator
from typing import NamedTuple

from data.certificates.malformed import Malformed
from data.text import _

MOST_DEPTH = 40
MOST_ELEMENTS = 400_000
"""A master list of 600 certificates has 50,000; ten times that is no list but a bomb."""
_TAG_BYTES = 3
_LENGTH_BYTES = 4
_INDEFINITE = 0x80
_END_OF_CONTENTS = 0


class Element(NamedTuple):
    """One element: its tag as bytes read big endian (0x61, 0x5F1F), its value, and all its bytes."""

    tag: int
    value: bytes
    raw: bytes


def elements(data: bytes) -> Iterator[Element]:
    """The elements of `data`, one after the other. Malformed at the first that does not fit."""
    at = 0
    while at < len(data):
        tag, length, start = _header(data, at, len(data))
        if length is None:
            raise Malformed(_("An element has no definite length"))
        yield Element(tag, data[start : start + length], data[at : start + length])
        at = start + length


def only(data: bytes, tag: int, what: str) -> bytes:
    """The value of the one element of `data`, which must have this tag. Filler after it is refused as well."""
    children = list(_few(data, what))
    if len(children) != 1 or children[0].tag != tag:
        tags = ", ".join(f"{element.tag:X}" for element in children[:3]) or "nothing"
        raise Malformed(_("{what} is not one element {tag} but {tags}", what=what, tag=f"{tag:X}", tags=tags))
    return children[0].value


def by_tag(data: bytes, what: str) -> dict[int, bytes]:
    """The values of `data` by tag. Malformed when a tag is there twice."""
    values: dict[int, bytes] = {}
    for element in _few(data, what):
        if element.tag in values:
            raise Malformed(_("{what} holds the element {tag} twice", what=what, tag=f"{element.tag:X}"))
        values[element.tag] = element.value
    return values


def check_bounds(data: bytes, what: str, most_bytes: int) -> None:
    """Malformed unless `data` is one whole element within the bounds of size, depth and number."""
    if len(data) > most_bytes:
        raise Malformed(
            _(
                "{what} has {count} bytes; at most {most_bytes} are allowed",
                what=what,
                count=len(data),
                most_bytes=most_bytes,
            )
        )
    if not data:
        raise Malformed(_("{what} is empty", what=what))
    ends: list[int | None] = []
    """Where each open element ends; None for one of indefinite length."""
    at = count = 0
    while at < len(data) or ends:
        while ends and ends[-1] == at:
            ends.pop()
        if not ends and at:
            break
        limit = next((end for end in reversed(ends) if end is not None), len(data))
        tag, length, start = _header(data, at, limit)
        count += 1
        if count > MOST_ELEMENTS:
            raise Malformed(
                _("{what} holds more than {most_elements} elements", what=what, most_elements=MOST_ELEMENTS)
            )
        at = _step(ends, tag, length, start)
        if len(ends) > MOST_DEPTH:
            raise Malformed(_("{what} is nested more than {most_depth} levels deep", what=what, most_depth=MOST_DEPTH))
    if at != len(data):
        raise Malformed(
            _("{what} is followed by {value} bytes that do not belong to it", what=what, value=len(data) - at)
        )


def _few(data: bytes, what: str, most: int = 256) -> Iterator[Element]:
    for count, element in enumerate(elements(data)):
        if count >= most:
            raise Malformed(_("{what} holds more than {most} elements", what=what, most=most))
        yield element


def _step(ends: list[int | None], tag: int, length: int | None, start: int) -> int:
    """Enter a constructed element, pass over a primitive one, leave an indefinite one at its end-of-contents octets."""
    if length is None:
        if not _first_byte(tag) & 0x20:
            raise Malformed(_("A primitive element has no definite length"))
        ends.append(None)
        return start
    if tag == _END_OF_CONTENTS:
        if length or not ends or ends[-1] is not None:
            raise Malformed(_("End-of-contents octets are out of place"))
        ends.pop()
        return start
    if _first_byte(tag) & 0x20:
        ends.append(start + length)
        return start
    return start + length


def _header(data: bytes, at: int, limit: int) -> tuple[int, int | None, int]:
    """Tag, length (None = indefinite) and start of the value of the element at `at`; all of it before `limit`."""
    tag, at = _tag(data, at, limit)
    if at >= limit:
        raise Malformed(_("An element ends before its length"))
    first = data[at]
    at += 1
    if first == _INDEFINITE:
        return tag, None, at
    length = first
    if first > _INDEFINITE:
        size = first & 0x7F
        if size > _LENGTH_BYTES or at + size > limit:
            raise Malformed(_("A length is impossibly large"))
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    if length > limit - at:
        raise Malformed(_("An element claims {length} bytes, but {left} are left", length=length, left=limit - at))
    return tag, length, at


def _tag(data: bytes, at: int, limit: int) -> tuple[int, int]:
    if at >= limit:
        raise Malformed(_("An element ends before its tag"))
    end = at + 1
    if data[at] & 0x1F == 0x1F:
        while end < limit and data[end] & 0x80:
            end += 1
        end += 1
    if end > limit or end - at > _TAG_BYTES:
        raise Malformed(_("A tag does not end"))
    return int.from_bytes(data[at:end], "big"), end


def _first_byte(tag: int) -> int:
    return tag >> 8 * max(0, (tag.bit_length() - 1) // 8)
