"""The files of a chip as they are reached: identifiers, short identifiers, sizes (Doc 9303-10, 3.11 and 4.6)."""

from dataclasses import dataclass

from devices.chip.lds.files import COM_TAG, GROUP_TAGS, MOST_BYTES, SOD_TAG

_SMALL = 64 * 1024
_PICTURES = frozenset({2, 3, 4, 5, 7, 11, 12})
"""Data groups that may hold pictures."""


@dataclass(frozen=True, slots=True)
class ChipFile:
    """One file."""

    name: str
    file_id: int
    short_id: int
    tag: int
    """Of the one element that it holds."""
    most_bytes: int = _SMALL
    """More than this is refused."""


CARD_ACCESS = ChipFile("EF.CardAccess", 0x011C, 0x1C, 0x31)
CARD_SECURITY = ChipFile("EF.CardSecurity", 0x011D, 0x1D, 0x30)
"""Both belong to no application."""
COM = ChipFile("EF.COM", 0x011E, 0x1E, COM_TAG)
SOD = ChipFile("EF.SOD", 0x011D, 0x1D, SOD_TAG)
GROUPS = {
    number: ChipFile(f"DG{number}", 0x0100 + number, number, tag, MOST_BYTES if number in _PICTURES else _SMALL)
    for number, tag in GROUP_TAGS.items()
}
"""Data groups by number."""
