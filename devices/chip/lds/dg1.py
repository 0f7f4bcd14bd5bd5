"""DG1: the machine-readable zone as the issuer stored it (Doc 9303-10, 4.7.1)."""

from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.certificates.tlv import by_tag
from data.text import _
from devices.chip.lds.files import GROUP_TAGS, content

_WIDTHS = {90: 30, 72: 36, 88: 44}
"""Characters of a line by characters in all: TD1, TD2, TD3."""


@dataclass(frozen=True, slots=True)
class Dg1:
    """The zone, for `data.documents.mrz` to read."""

    mrz: str
    """Lines joined by line feeds."""


def read_dg1(data: bytes) -> Dg1:
    """The zone in `data`; Malformed if it does not have the size and the characters of a zone."""
    zone = by_tag(content(data, GROUP_TAGS[1], "DG1"), _("DG1")).get(0x5F1F, b"")
    width = _WIDTHS.get(len(zone))
    if width is None:
        raise Malformed(_("DG1 has {number} characters; a zone has 72, 88 or 90", number=len(zone)))
    if not zone.isascii() or not zone.decode("ascii").isprintable():
        raise Malformed(_("DG1 has characters that are not allowed in a machine-readable zone"))
    return Dg1("\n".join(zone[at : at + width].decode("ascii") for at in range(0, len(zone), width)))
