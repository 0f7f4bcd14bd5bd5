"""The tokens by which both ends prove that they hold the same keys (Doc 9303-11, 4.4.3.4, 9.4)."""

from functools import lru_cache

from asn1crypto import core

from devices.chip.crypto.groups import EcGroup, Element, Group
from devices.chip.crypto.keys import SessionKeys
from devices.chip.crypto.padding import pad
from devices.chip.crypto.suite import Suite
from devices.chip.writing import element

_PUBLIC_KEY = 0x7F49
_POINT, _NUMBER = 0x86, 0x84


@lru_cache(maxsize=64)
def oid_value(oid: str) -> bytes:
    """The bytes inside an object identifier."""
    return bytes(core.ObjectIdentifier(oid).contents)


def token(keys: SessionKeys, oid: str, group: Group[Element], public: Element) -> bytes:
    """The MAC over the other end's ephemeral public key, which the standard encodes in one way however it was sent."""
    tag = _POINT if isinstance(group, EcGroup) else _NUMBER
    signed = element(_PUBLIC_KEY, element(0x06, oid_value(oid)), element(tag, group.encode(public)))
    # CMAC pads by itself; the retail MAC does not.
    return keys.suite.mac(keys.mac, pad(signed, keys.suite.block_bytes) if keys.suite is Suite.TDES else signed)
