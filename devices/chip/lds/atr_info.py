"""EF.ATR/INFO: how long commands and responses may be (Doc 9303-10, 3.11.1; ISO/IEC 7816-4, 12.7)."""

from contextlib import suppress

from data.certificates.malformed import Malformed
from data.certificates.tlv import elements

_EXTENDED_LENGTHS = 0x7F66
_NUMBER = 0x02
_LEAST, _MOST = 256, 65_536


def response_limit(data: bytes) -> int:
    """The longest response the chip can give, 256 to 65,536 bytes; 256 if the file does not say."""
    with suppress(Malformed):
        for element in elements(data):
            if element.tag == _EXTENDED_LENGTHS:
                numbers = [int.from_bytes(part.value, "big") for part in elements(element.value) if part.tag == _NUMBER]
                return max(_LEAST, min(_MOST, numbers[-1])) if len(numbers) == 2 else _LEAST
    return _LEAST
