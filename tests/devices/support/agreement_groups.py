"""Standardised groups of either kind."""

from devices.chip.crypto.groups import DhGroup, EcGroup, standard_group


def curve_group(number: int) -> EcGroup:
    group = standard_group(number)
    assert isinstance(group, EcGroup)
    return group


def modp(number: int) -> DhGroup:
    group = standard_group(number)
    assert isinstance(group, DhGroup)
    return group
