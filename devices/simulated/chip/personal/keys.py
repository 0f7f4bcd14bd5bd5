"""The keys a chip holds for itself: for active authentication, and for chip authentication (also PACE-CAM)."""

from dataclasses import dataclass, field

import ecdsa
from asn1crypto import core

from devices.chip.crypto.domain import domain
from devices.chip.crypto.groups import AnyGroup, DhGroup
from devices.simulated.chip.elements import element
from devices.simulated.chip.offers import ActiveAuthentication, Agreement
from devices.simulated.chip.pki.signing_keys import CURVES, EcSigningKey, RsaSigningKey
from devices.simulated.chip.randomness import Randomness, number_below, seeded

AaKey = RsaSigningKey | EcSigningKey
_DH_PUBLIC_NUMBER = "1.2.840.10046.2.1"
_NAMES = {
    8: "P-192", 9: "brainpoolP192r1", 10: "P-224", 11: "brainpoolP224r1", 12: "P-256", 13: "brainpoolP256r1",
    14: "brainpoolP320r1", 15: "P-384", 16: "brainpoolP384r1", 17: "brainpoolP512r1", 18: "P-521",
}  # fmt: skip
"""Curves by the number of their domain parameters (Doc 9303-11, 9.5.1)."""


def active_authentication_key(kind: ActiveAuthentication, seed: str) -> AaKey | None:
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

    agreement: Agreement
    parameters: int
    private: int = field(repr=False)

    @classmethod
    def seeded(cls, agreement: Agreement, parameters: int, seed: str) -> "AgreementKey":
        """The key of a seed."""
        group = domain(parameters)
        return cls(agreement, parameters, private_number(group, seeded("agreement", parameters, seed)))

    @property
    def group(self) -> AnyGroup:
        """Where it agrees."""
        return domain(self.parameters)

    @property
    def info(self) -> bytes:
        """SubjectPublicKeyInfo: a curve spelled out, or X9.42 numbers (Doc 9303-11, 9.5)."""
        group = self.group
        if isinstance(group, DhGroup):
            return _dh_info(group, pow(group.generator, self.private, group.prime))
        key = ecdsa.SigningKey.from_secret_exponent(self.private, CURVES[_NAMES[self.parameters]])
        return bytes(key.verifying_key.to_der(curve_parameters_encoding="explicit"))


def private_number(group: AnyGroup, randomness: Randomness) -> int:
    """A private key in a group."""
    if isinstance(group, DhGroup):
        return number_below(group.order or group.prime - 1, randomness)
    return number_below(group.curve.order, randomness)


def _dh_info(group: DhGroup, public: int) -> bytes:
    numbers = b"".join(core.Integer(one).dump() for one in (group.prime, group.generator, group.order))
    algorithm = element(0x30, core.ObjectIdentifier(_DH_PUBLIC_NUMBER).dump(), element(0x30, numbers))
    return element(0x30, algorithm, element(0x03, b"\x00", core.Integer(public).dump()))
