"""DG14: the protocols a chip offers beyond reading (Doc 9303-10, 4.7.14)."""

from dataclasses import dataclass

from devices.chip.lds.files import GROUP_TAGS, content
from devices.chip.lds.security_infos import SecurityInfo, read_security_infos


@dataclass(frozen=True, slots=True)
class Dg14:
    """The offers in the order of the chip."""

    infos: tuple[SecurityInfo, ...]

    def offers(self, family: str) -> tuple[SecurityInfo, ...]:
        """The offers of one family of protocols (`devices.chip.lds.security_infos`)."""
        return tuple(info for info in self.infos if info.is_of(family))


def read_dg14(data: bytes) -> Dg14:
    """The offers in `data`; Malformed if it is not a DG14."""
    return Dg14(read_security_infos(content(data, GROUP_TAGS[14], "DG14"), "DG14"))
