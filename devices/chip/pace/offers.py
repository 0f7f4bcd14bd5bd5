"""Which kinds of PACE a chip offers, and the order in which they are tried (Doc 9303-11, 9.2.1, 9.5)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from data.certificates.malformed import Malformed
from data.text import Message, _
from devices.chip.crypto.ciphers import CipherSuite
from devices.chip.crypto.groups import STANDARD_GROUPS, AnyGroup, EcGroup, standard_group
from devices.chip.lds.security_infos import PACE, SecurityInfo

_VERSION = 2
_SUITES = {1: CipherSuite.TDES, 2: CipherSuite.AES_128, 3: CipherSuite.AES_192, 4: CipherSuite.AES_256}


class PaceMapping(Enum):
    """How the nonce becomes a generator."""

    GENERIC = "GM"
    INTEGRATED = "IM"
    CHIP_AUTHENTICATION = "CAM"
    """Generic, and the chip proves itself at the same time."""


_KINDS = {
    1: ("DH", PaceMapping.GENERIC),
    2: ("ECDH", PaceMapping.GENERIC),
    3: ("DH", PaceMapping.INTEGRATED),
    4: ("ECDH", PaceMapping.INTEGRATED),
    6: ("ECDH", PaceMapping.CHIP_AUTHENTICATION),
}
_RANK = {PaceMapping.CHIP_AUTHENTICATION: 2, PaceMapping.GENERIC: 1, PaceMapping.INTEGRATED: 0}


@dataclass(frozen=True, slots=True)
class PaceOffer:
    """One kind of PACE over one group."""

    oid: str
    agreement: str
    """`ECDH` or `DH`."""
    mapping: PaceMapping
    suite: CipherSuite
    domain: int
    """Number of the standardised domain parameters."""
    is_only_group: bool = True
    """Whether the chip offers no other group, so that it need not be named."""

    @property
    def group(self) -> AnyGroup:
        """The group of the key agreement."""
        return standard_group(self.domain)

    @property
    def title(self) -> Message:
        """`PACE-ECDH-CAM with AES-128`."""
        name = f"PACE-{self.agreement}-{self.mapping.value}"
        return _("{protocol} with {cipher}", protocol=name, cipher=self.suite.title)


def pace_offers(infos: Iterable[SecurityInfo]) -> tuple[PaceOffer, ...]:
    """The offers that this kit supports, best first: proof of the chip, elliptic curves, the stronger cipher.

    Offers of an unknown kind, with the chip's own domain parameters, or of a kind that the group does not support are
    left out.
    """
    known = tuple(infos)
    alone = len({info.parameter for info in known if info.is_of(PACE)}) == 1
    usable = [replace(offer, is_only_group=alone) for info in known if (offer := _offer(info)) is not None]
    return tuple(sorted(usable, key=_rank, reverse=True))


def _offer(info: SecurityInfo) -> PaceOffer | None:
    arcs = info.protocol.removeprefix(f"{PACE}.").split(".")
    if not info.is_of(PACE) or len(arcs) != 2 or info.version != _VERSION or info.parameter not in STANDARD_GROUPS:
        return None
    kind, suite = _KINDS.get(int(arcs[0])), _SUITES.get(int(arcs[1]))
    if kind is None or suite is None:
        return None
    offer = PaceOffer(info.protocol, *kind, suite, info.parameter)
    return offer if _fits(offer) else None


def _fits(offer: PaceOffer) -> bool:
    try:
        group = offer.group
    except Malformed:
        return False
    if isinstance(group, EcGroup) != (offer.agreement == "ECDH"):
        return False
    if offer.mapping is PaceMapping.CHIP_AUTHENTICATION:
        return offer.suite is not CipherSuite.TDES
    return offer.mapping is not PaceMapping.INTEGRATED or not isinstance(group, EcGroup) or group.curve.prime % 4 == 3


def _rank(offer: PaceOffer) -> tuple[int, ...]:
    return _RANK[offer.mapping], int(offer.agreement == "ECDH"), offer.suite.key_bytes, offer.suite.block_bytes
