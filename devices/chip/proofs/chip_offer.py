"""Which chip authentication DG14 offers: a protocol and the key that goes with it (Doc 9303-11, 6.2, 9.2.5, 9.2.6)."""

from collections.abc import Iterator
from dataclasses import dataclass

from data.certificates.keys import EcKey
from data.certificates.malformed import Malformed
from devices.chip.chance import Chance
from devices.chip.crypto.groups import EcGroup, Element, Group
from devices.chip.crypto.suite import Suite
from devices.chip.lds.chip_keys import ChipKey, read_chip_key
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.security_infos import CHIP_AUTHENTICATION, CHIP_AUTHENTICATION_KEY, SecurityInfo

_SUITES = {"1": Suite.TDES, "2": Suite.AES_128, "3": Suite.AES_192, "4": Suite.AES_256}
_AGREEMENTS = {"1": "DH", "2": "ECDH"}


@dataclass(frozen=True, slots=True)
class ChipOffer:
    """One protocol with its key."""

    oid: str
    suite: Suite
    key: ChipKey
    key_id: int | None
    """Names the key where the chip has several."""

    def agree(self, chance: Chance) -> tuple[bytes, bytes]:
        """A fresh public key for the chip, and the secret it shares with the chip's own key."""
        if isinstance(self.key, EcKey):
            curve = EcGroup.of(self.key.curve)
            return _agree(curve, self.key.point, chance.private(curve))
        return _agree(self.key.group, self.key.number, chance.private(self.key.group))

    def __str__(self) -> str:
        agreement = "ECDH" if isinstance(self.key, EcKey) else "DH"
        return f"{agreement} with {self.suite.title}, {self.key}"


def chip_offers(dg14: Dg14) -> tuple[ChipOffer, ...]:
    """The offers this kit can take, the stronger cipher first. Malformed when there are keys and none can be used."""
    found: list[ChipOffer] = []
    problem: Malformed | None = None
    for info in dg14.offers(CHIP_AUTHENTICATION_KEY):
        try:
            found += _with_key(dg14, info, read_chip_key(info.key_info))
        except Malformed as unusable:
            problem = unusable
    if problem is not None and not found:
        raise problem
    return tuple(sorted(found, key=lambda one: (one.suite.key_bytes, one.suite.block_bytes), reverse=True))


def _agree(group: Group[Element], theirs: Element, private: int) -> tuple[bytes, bytes]:
    return group.encode(group.public(private)), group.secret(group.shared(private, theirs))


def _with_key(dg14: Dg14, key_info: SecurityInfo, key: ChipKey) -> Iterator[ChipOffer]:
    agreement = "ECDH" if isinstance(key, EcKey) else "DH"
    named = False
    for info in dg14.offers(CHIP_AUTHENTICATION):
        kind, _, cipher = info.protocol.removeprefix(f"{CHIP_AUTHENTICATION}.").partition(".")
        if _AGREEMENTS.get(kind) != agreement or info.parameter != key_info.parameter:
            continue
        named = True
        if cipher in _SUITES:
            yield ChipOffer(info.protocol, _SUITES[cipher], key, info.parameter)
    if not named and not dg14.offers(CHIP_AUTHENTICATION):
        # Early chips bring a key alone: 3DES is then meant (BSI TR-03110-3, A.1.1.2).
        kind = next(number for number, name in _AGREEMENTS.items() if name == agreement)
        yield ChipOffer(f"{CHIP_AUTHENTICATION}.{kind}.1", Suite.TDES, key, key_info.parameter)
