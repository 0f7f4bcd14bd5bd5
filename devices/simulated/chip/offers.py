"""What a simulated chip offers beyond reading, as a profile writes it: `ecdh-gm-aes-128:13`, `ecdh-aes-256:13`."""

import re
from dataclasses import dataclass
from typing import Literal, Self, cast

from devices.chip.crypto.domain import NUMBERS
from devices.chip.crypto.suite import Suite

Agreement = Literal["ecdh", "dh"]
Mapping = Literal["gm", "im", "cam"]
ActiveAuthentication = Literal["none", "rsa-sha1", "rsa-sha256", "rsa-sha512", "ecdsa-sha256", "ecdsa-sha384"]

_SUITES = {"3des": Suite.TDES, "aes-128": Suite.AES_128, "aes-192": Suite.AES_192, "aes-256": Suite.AES_256}
_ARCS = {("dh", "gm"): 1, ("ecdh", "gm"): 2, ("dh", "im"): 3, ("ecdh", "im"): 4, ("ecdh", "cam"): 6}
_CIPHERS = {Suite.TDES: 1, Suite.AES_128: 2, Suite.AES_192: 3, Suite.AES_256: 4}
_PACE, _CHIP_AUTHENTICATION, _KEY = (f"0.4.0.127.0.7.2.2.{arc}" for arc in ("4", "3", "1"))
_DH_NUMBERS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class PaceOffer:
    """One PACE protocol (Doc 9303-11, 9.2.1)."""

    agreement: Agreement
    mapping: Mapping
    suite: Suite
    parameters: int
    """Number of the standardised domain parameters."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `ecdh-gm-aes-128:13`; ValueError when it is none."""
        found = re.fullmatch(r"(ecdh|dh)-(gm|im|cam)-(3des|aes-\d{3}):(\d+)", text)
        if found is None or found[3] not in _SUITES:
            raise ValueError(f"{text!r} is no PACE offer such as ecdh-gm-aes-128:13")
        offer = cls(cast(Agreement, found[1]), cast(Mapping, found[2]), _SUITES[found[3]], int(found[4]))
        if (offer.agreement, offer.mapping) not in _ARCS or (offer.mapping == "cam" and offer.suite is Suite.TDES):
            raise ValueError(f"{text!r} is not standardised")
        if offer.parameters not in NUMBERS or (offer.parameters in _DH_NUMBERS) != (offer.agreement == "dh"):
            raise ValueError(f"{text!r} names domain parameters that are not of its kind")
        return offer

    @property
    def oid(self) -> str:
        """Object identifier."""
        return f"{_PACE}.{_ARCS[self.agreement, self.mapping]}.{_CIPHERS[self.suite]}"


@dataclass(frozen=True, slots=True)
class ChipAuthenticationOffer:
    """One key of chip authentication (Doc 9303-11, 9.2.5 and 9.2.6)."""

    agreement: Agreement
    suite: Suite
    parameters: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `ecdh-aes-256:13`; ValueError when it is none."""
        found = re.fullmatch(r"(ecdh|dh)-(3des|aes-\d{3}):(\d+)", text)
        if found is None or found[2] not in _SUITES or int(found[3]) not in NUMBERS:
            raise ValueError(f"{text!r} is no offer of chip authentication such as ecdh-aes-256:13")
        offer = cls(cast(Agreement, found[1]), _SUITES[found[2]], int(found[3]))
        if (offer.parameters in _DH_NUMBERS) != (offer.agreement == "dh"):
            raise ValueError(f"{text!r} names domain parameters that are not of its kind")
        return offer

    @property
    def oid(self) -> str:
        """Object identifier of the protocol."""
        return f"{_CHIP_AUTHENTICATION}.{self._arc}.{_CIPHERS[self.suite]}"

    @property
    def key_oid(self) -> str:
        """Object identifier of the key's kind."""
        return f"{_KEY}.{self._arc}"

    @property
    def _arc(self) -> int:
        return 1 if self.agreement == "dh" else 2
