"""SecurityInfos of a chip: DG14, EF.CardAccess and the content of EF.CardSecurity (Doc 9303-11, 9.2)."""

from collections.abc import Iterable, Sequence

from asn1crypto import core

from devices.chip.lds.files import GROUP_TAGS
from devices.simulated.chip.elements import element, set_of
from devices.simulated.chip.offers import ActiveAuthentication, ChipAuthenticationOffer, PaceOffer

CARD_SECURITY_TYPE = "0.4.0.127.0.7.3.2.1"
_ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"
_PLAIN_ECDSA = {"sha256": "0.4.0.127.0.7.1.1.4.1.3", "sha384": "0.4.0.127.0.7.1.1.4.1.4"}


def pace_infos(offers: Iterable[PaceOffer]) -> list[bytes]:
    """PACEInfo of each offer, version 2."""
    return [_info(offer.oid, _number(2), _number(offer.parameters)) for offer in offers]


def chip_authentication_infos(offers: Sequence[ChipAuthenticationOffer], key_infos: Sequence[bytes]) -> list[bytes]:
    """The protocol and the key (SubjectPublicKeyInfo) of each offer; with several keys each has its number."""
    infos = []
    for number, (offer, key_info) in enumerate(zip(offers, key_infos, strict=True), start=1):
        identifier = [_number(number)] if len(offers) > 1 else []
        infos += [_info(offer.oid, _number(1), *identifier), _info(offer.key_oid, key_info, *identifier)]
    return infos


def active_authentication_infos(kind: ActiveAuthentication) -> list[bytes]:
    """Needed for ECDSA alone: RSA says its digest in the signature (Doc 9303-11, 9.2.4)."""
    scheme, _, digest = kind.partition("-")
    if scheme != "ecdsa":
        return []
    return [_info(_ACTIVE_AUTHENTICATION, _number(1), core.ObjectIdentifier(_PLAIN_ECDSA[digest]).dump())]


def card_access(infos: Iterable[bytes]) -> bytes:
    """EF.CardAccess."""
    return set_of(infos)


def dg14(infos: Iterable[bytes]) -> bytes:
    """DG14."""
    return element(GROUP_TAGS[14], set_of(infos))


def _info(oid: str, *parts: bytes) -> bytes:
    return element(0x30, core.ObjectIdentifier(oid).dump(), *parts)


def _number(value: int) -> bytes:
    return bytes(core.Integer(value).dump())
