"""A personalised chip before it answers anything: its files, its keys, its passwords, its profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.simulated.chip.personal.keys import AaKey, AgreementKey
from devices.simulated.chip.profile import Profile

CARD_ACCESS, CARD_SECURITY, ATR_INFO = 0x011C, 0x011D, 0x2F01
COM, SOD = 0x011E, 0x011D
"""File identifiers in the master file, and in the travel document's application (Doc 9303-10, table 38)."""
GROUP_FILES = {number: 0x0100 + number for number in range(1, 17)}


@dataclass(frozen=True)
class Card:
    """What the issuer put on one chip."""

    profile: Profile
    master: Mapping[int, bytes] = field(repr=False)
    """Files of the master file by identifier."""
    application: Mapping[int, bytes] = field(repr=False)
    """Files of the travel document's application by identifier."""
    mrz_password: bytes = field(repr=False)
    aa_key: AaKey | None = field(default=None, repr=False)
    ca_keys: tuple[AgreementKey, ...] = field(default=(), repr=False)
    """One for each offer of the profile, in its order."""
