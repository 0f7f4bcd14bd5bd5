"""Writing tag-length-value elements with the shortest definite lengths (X.690, DER; ISO/IEC 7816-4, 5.2)."""

from collections.abc import Iterable


def encode_element(tag: int, *parts: bytes) -> bytes:
    """One element: its tag, the length of all parts, the parts."""
    value = b"".join(parts)
    return tag.to_bytes(max(1, (tag.bit_length() + 7) // 8), "big") + encode_length(len(value)) + value


def encode_length(size: int) -> bytes:
    """The length octets for a value of so many bytes."""
    if size < 0x80:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def encode_set(members: Iterable[bytes]) -> bytes:
    """A SET OF with its members in the order that DER asks for."""
    return encode_element(0x31, *sorted(members))
