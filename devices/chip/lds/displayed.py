"""DG5 and DG7: the portrait and the signature as they are printed (Doc 9303-10, 4.7.5 and 4.7.7)."""

from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.text import _
from devices.chip.lds.files import GROUP_TAGS, content
from devices.chip.lds.picture import Picture, picture
from devices.chip.lds.text import members

_PORTRAIT = 0x5F40
_SIGNATURE = 0x5F43


@dataclass(frozen=True, slots=True)
class DisplayedPictures:
    """The pictures of one of these groups."""

    pictures: tuple[Picture, ...]


def read_dg5(data: bytes) -> DisplayedPictures:
    """The printed portraits in `data`; Malformed if the file names another number of them."""
    return _pictures(data, 5, _PORTRAIT)


def read_dg7(data: bytes) -> DisplayedPictures:
    """The printed signatures or marks in `data`; Malformed if the file names another number of them."""
    return _pictures(data, 7, _SIGNATURE)


def _pictures(data: bytes, number: int, tag: int) -> DisplayedPictures:
    what = f"DG{number}"
    inside = members(content(data, GROUP_TAGS[number], what), what)
    counted = [int.from_bytes(element.value, "big") for element in inside if element.tag == 0x02]
    pictures = tuple(picture(element.value) for element in inside if element.tag == tag)
    if counted != [len(pictures)] or not pictures:
        raise Malformed(_("{file} gives the wrong number of pictures, or none", file=what))
    return DisplayedPictures(pictures)
