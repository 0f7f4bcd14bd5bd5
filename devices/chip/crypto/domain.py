"""The standardised domain parameters of PACE by their number (Doc 9303-11, 9.5.1)."""

from data.certificates.curves import named_curve
from data.certificates.malformed import Malformed
from devices.chip.crypto.groups import AnyGroup, DhGroup, EcGroup
from devices.chip.crypto.tables.dh_groups import RFC_5114

_CURVES = {
    8: "1.2.840.10045.3.1.1",
    9: "1.3.36.3.3.2.8.1.1.3",
    10: "1.3.132.0.33",
    11: "1.3.36.3.3.2.8.1.1.5",
    12: "1.2.840.10045.3.1.7",
    13: "1.3.36.3.3.2.8.1.1.7",
    14: "1.3.36.3.3.2.8.1.1.9",
    15: "1.3.132.0.34",
    16: "1.3.36.3.3.2.8.1.1.11",
    17: "1.3.36.3.3.2.8.1.1.13",
    18: "1.3.132.0.35",
}
"""NIST and Brainpool curves of 192 to 521 bits."""
NUMBERS = (*RFC_5114, *_CURVES)


def domain(number: int) -> AnyGroup:
    """The group of a number; Malformed for any that is not standardised: a chip's own parameters are not trusted."""
    if number in RFC_5114:
        return DhGroup(*(int(part, 16) for part in RFC_5114[number]))
    if number in _CURVES:
        return EcGroup.of(named_curve(_CURVES[number]))
    raise Malformed(f"The domain parameters {number} are none of the standardised ones")
