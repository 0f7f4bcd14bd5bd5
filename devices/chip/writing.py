"""Writing tag-length-value elements for commands: definite lengths, as short as they can be (X.690, 10.1)."""


def element(tag: int, *parts: bytes) -> bytes:
    """One element of all the parts; `tag` as it reads in bytes: 0x87, 0x7F49."""
    value = b"".join(parts)
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + _length(len(value)) + value


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets
