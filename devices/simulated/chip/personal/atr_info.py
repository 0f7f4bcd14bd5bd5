"""EF.ATR/INFO: how long commands and answers may be (Doc 9303-10, 3.11.2; ISO/IEC 7816-4, 12.7.1)."""

from devices.simulated.chip.elements import element

_LENGTHS = 0x7F66
_LONGEST_COMMAND, _LONGEST_ANSWER = 0x0400, 0xFFFF


def atr_info() -> bytes:
    """The file of a chip that takes extended lengths."""
    each = (element(0x02, size.to_bytes(2, "big")) for size in (_LONGEST_COMMAND, _LONGEST_ANSWER))
    return element(_LENGTHS, *each)
