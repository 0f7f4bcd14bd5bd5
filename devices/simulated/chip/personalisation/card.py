"""A personalised chip before it answers anything: its files, its keys, its passwords, its profile.

Its keys are for active authentication, and for chip authentication (also PACE-CAM).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import ecdsa
from asn1crypto import core

from devices.simulated.chip.crypto.agreement_groups import (
    CURVES_BY_NUMBER,
    SimulatedGroup,
    SimulatedNumberGroup,
    agreement_group,
)
from devices.simulated.chip.pki.signing_keys import EcSigningKey, RsaSigningKey
from devices.simulated.chip.profile import ActiveAuthenticationName, AgreementName, ChipProfile
from devices.simulated.chip.randomness import Randomness, number_below, seeded_randomness
from devices.simulated.chip.tlv_writer import encode_element

ActiveAuthenticationKey = RsaSigningKey | EcSigningKey
_DH_PUBLIC_NUMBER = "1.2.840.10046.2.1"

CARD_ACCESS, CARD_SECURITY, ATR_INFO = 0x011C, 0x011D, 0x2F01
COM, SOD = 0x011E, 0x011D
"""File identifiers in the master file, and in the travel document's application (Doc 9303-10, table 38)."""
COM_TAG, SOD_TAG = 0x60, 0x77
GROUP_TAGS = dict(enumerate(bytes.fromhex("6175637665666768696A6B6C6D6E6F70"), start=1))
"""Tag of each data group (Doc 9303-10, table 38)."""
GROUP_FILES = {number: 0x0100 + number for number in range(1, 17)}


def active_authentication_key(kind: ActiveAuthenticationName, seed: str) -> ActiveAuthenticationKey | None:
    """The key of DG15: RSA of 1,536 bits, or a curve as strong as its digest."""
    scheme, _, digest = kind.partition("-")
    if scheme == "rsa":
        return RsaSigningKey(f"{seed} AA", 1536, hash=digest)
    if scheme == "ecdsa":
        return EcSigningKey(f"{seed} AA", {"sha256": "P-256", "sha384": "brainpoolP384r1"}[digest], hash=digest)
    return None


@dataclass(frozen=True)
class AgreementKey:
    """A static key of chip authentication."""

    agreement: AgreementName
    parameters: int
    private: int = field(repr=False)
    curve: Literal["explicit", "named_curve"] = "explicit"
    """How its curve is written."""

    @classmethod
    def from_seed(
        cls,
        agreement: AgreementName,
        parameters: int,
        seed: str,
        curve: Literal["explicit", "named_curve"] = "explicit",
    ) -> "AgreementKey":
        """The key of a seed."""
        group = agreement_group(parameters)
        private = private_number(group, seeded_randomness("agreement", parameters, seed))
        return cls(agreement, parameters, private, curve)

    @property
    def group(self) -> SimulatedGroup:
        """Where it agrees."""
        return agreement_group(self.parameters)

    @property
    def info(self) -> bytes:
        """SubjectPublicKeyInfo: a curve named or spelled out, or X9.42 numbers (Doc 9303-11, 9.5)."""
        group = self.group
        if isinstance(group, SimulatedNumberGroup):
            return _dh_info(group, group.public(self.private))
        key = ecdsa.SigningKey.from_secret_exponent(self.private, CURVES_BY_NUMBER[self.parameters])
        return bytes(key.verifying_key.to_der(curve_parameters_encoding=self.curve))


def private_number(group: SimulatedGroup, randomness: Randomness) -> int:
    """A private key in a group."""
    return number_below(group.order, randomness)


def _dh_info(group: SimulatedNumberGroup, public: int) -> bytes:
    numbers = b"".join(core.Integer(number).dump() for number in (group.modulus, group.base, group.order))
    algorithm = encode_element(0x30, core.ObjectIdentifier(_DH_PUBLIC_NUMBER).dump(), encode_element(0x30, numbers))
    return encode_element(0x30, algorithm, encode_element(0x03, b"\x00", core.Integer(public).dump()))


@dataclass(frozen=True)
class SimulatedCard:
    """What the issuer put on one chip."""

    profile: ChipProfile
    master: Mapping[int, bytes] = field(repr=False)
    """Files of the master file by identifier."""
    application: Mapping[int, bytes] = field(repr=False)
    """Files of the travel document's application by identifier."""
    mrz_password: bytes = field(repr=False)
    aa_key: ActiveAuthenticationKey | None = field(default=None, repr=False)
    ca_keys: tuple[AgreementKey, ...] = field(default=(), repr=False)
    """One for each offer of the profile, in its order."""
