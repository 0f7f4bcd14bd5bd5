"""EF.CardAccess: which kinds of PACE a chip offers (Doc 9303-10, 3.11.3). This file is not signed."""

from devices.chip.lds.security_infos import SecurityInfo, read_security_infos


def read_card_access(data: bytes) -> tuple[SecurityInfo, ...]:
    """The offers in `data`; Malformed if it is not an EF.CardAccess."""
    return read_security_infos(data, "EF.CardAccess")
