"""The chip's own keys for chip authentication, in DG14 and EF.CardSecurity (Doc 9303-11, 9.2.3 to 9.2.6).

They have forms that certificates do not use: numbers modulo a prime, and curves by their number among the standardised
domain parameters.
"""

from dataclasses import dataclass

from asn1crypto import core
from ecdsa import numbertheory

from data.certificates.curves import decode_point
from data.certificates.malformed import Malformed, guard_parsing
from data.certificates.public_keys import EcKey, read_public_key
from data.certificates.tlv import check_bounds, elements, only
from data.text import _
from devices.chip.crypto.groups import DhGroup, EcGroup, standard_group

LEAST_PRIME_BITS, MOST_PRIME_BITS = 1024, 4096
LEAST_ORDER_BITS = 160
_STANDARDISED = "0.4.0.127.0.7.1.2"
_PKCS_3 = "1.2.840.113549.1.3.1"
_X9_42 = "1.2.840.10046.2.1"
_MOST_BYTES = 8 * 1024
_WHAT = _("The chip's own key")


@dataclass(frozen=True, slots=True)
class DhKey:
    """A number modulo a prime."""

    group: DhGroup
    number: int

    def __str__(self) -> str:
        return f"DH {self.group.prime.bit_length()}"


ChipKey = EcKey | DhKey


def read_chip_key(info: bytes) -> ChipKey:
    """The key of a SubjectPublicKeyInfo; Malformed if it is not one that may be used."""
    check_bounds(info, _WHAT, _MOST_BYTES)
    with guard_parsing(_WHAT):
        algorithm, bits = list(elements(only(info, 0x30, _WHAT)))
        oid, *parameters = list(elements(only(algorithm.raw, 0x30, _WHAT)))
        name = core.ObjectIdentifier.load(oid.raw).dotted
        public = core.OctetBitString.load(bits.raw).native
        if name == _STANDARDISED:
            return _standard_key(int(core.Integer.load(parameters[0].raw).native), public)
        if name in (_PKCS_3, _X9_42):
            numbers = [_number(element.raw) for element in elements(parameters[0].value) if element.tag == 0x02]
            order = numbers[2] if name == _X9_42 else numbers[0] - 1
            return _dh(DhGroup(numbers[0], numbers[1], order), _number(public))
        return _ec(info)


def _ec(info: bytes) -> EcKey:
    key = read_public_key(info)
    if not isinstance(key, EcKey):
        raise Malformed(_("The chip's own key is of a kind that cannot agree on keys"))
    return key


def _standard_key(number: int, public: bytes) -> ChipKey:
    group = standard_group(number)
    if isinstance(group, EcGroup):
        return EcKey(group.curve, decode_point(group.curve, public))
    return _dh(group, _number(public))


def _dh(group: DhGroup, number: int) -> DhKey:
    if not LEAST_PRIME_BITS <= group.prime.bit_length() <= MOST_PRIME_BITS or group.prime % 2 == 0:
        raise Malformed(_("The chip's own key is in a group of {bits} bits", bits=group.prime.bit_length()))
    if not 1 < group.generator < group.prime - 1:
        raise Malformed(_("The chip's own key is in a group without a generator"))
    if group.order != group.prime - 1:
        _check_order(group)
    size = (group.prime.bit_length() + 7) // 8
    if not 0 < number < group.prime:
        raise Malformed(_("The chip's own key is out of range"))
    return DhKey(group, group.decode(number.to_bytes(size, "big")))


def _check_order(group: DhGroup) -> None:
    order = group.order
    if order.bit_length() < LEAST_ORDER_BITS or (group.prime - 1) % order:
        raise Malformed(_("The chip's own key is in a group whose order is too small or impossible"))
    if pow(group.generator, order, group.prime) != 1 or not numbertheory.is_prime(order):
        raise Malformed(_("The chip's own key is in a group that does not have the order that it names"))


def _number(raw: bytes) -> int:
    return int(core.Integer.load(raw).native)
