"""The files that say what a chip offers and sign its data: EF.ATR/INFO, EF.CardAccess, DG14, EF.SOD and others.

- EF.ATR/INFO: how long commands and answers may be (Doc 9303-10, 3.11.2; ISO/IEC 7816-4, 12.7.1).
- SecurityInfos in DG14, EF.CardAccess and the content of EF.CardSecurity (Doc 9303-11, 9.2).
- EF.SOD: the digests of the data groups, signed (Doc 9303-10, 4.6.2), or wrongly signed for a fault.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from asn1crypto import algos, core

from devices.simulated.chip.personalisation.card import GROUP_TAGS, SOD_TAG
from devices.simulated.chip.pki.signed_objects import Authority, sign_data
from devices.simulated.chip.profile import (
    ActiveAuthenticationName,
    ChipFault,
    ChipProfile,
    SimulatedChipAuthenticationOffer,
    SimulatedPaceOffer,
)
from devices.simulated.chip.tlv_writer import encode_element, encode_set

_LENGTHS = 0x7F66
_LONGEST_COMMAND, _LONGEST_ANSWER = 0x0400, 0xFFFF

SECURITY_OBJECT_TYPE = "2.23.136.1.1.1"
"""Content of EF.SOD (Doc 9303-10, 4.6.2.2)."""
CARD_SECURITY_TYPE = "0.4.0.127.0.7.3.2.1"
_ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"
_PLAIN_ECDSA = {"sha256": "0.4.0.127.0.7.1.1.4.1.3", "sha384": "0.4.0.127.0.7.1.1.4.1.4"}

_UNICODE = "040000"


def write_atr_info() -> bytes:
    """The file of a chip that takes extended lengths."""
    each = (encode_element(0x02, size.to_bytes(2, "big")) for size in (_LONGEST_COMMAND, _LONGEST_ANSWER))
    return encode_element(_LENGTHS, *each)


def pace_infos(offers: Iterable[SimulatedPaceOffer]) -> list[bytes]:
    """PACEInfo of each offer, version 2."""
    return [_write_info(offer.oid, _write_integer(2), _write_integer(offer.parameters)) for offer in offers]


def chip_authentication_infos(
    offers: Sequence[SimulatedChipAuthenticationOffer], key_infos: Sequence[bytes]
) -> list[bytes]:
    """The protocol and the key (SubjectPublicKeyInfo) of each offer; with several keys each has its number."""
    infos = []
    for number, (offer, key_info) in enumerate(zip(offers, key_infos, strict=True), start=1):
        identifier = [_write_integer(number)] if len(offers) > 1 else []
        infos += [
            _write_info(offer.oid, _write_integer(1), *identifier),
            _write_info(offer.key_oid, key_info, *identifier),
        ]
    return infos


def active_authentication_infos(kind: ActiveAuthenticationName) -> list[bytes]:
    """Only for ECDSA: an RSA signature names its digest itself (Doc 9303-11, 9.2.4)."""
    scheme, _, digest = kind.partition("-")
    if scheme != "ecdsa":
        return []
    return [_write_info(_ACTIVE_AUTHENTICATION, _write_integer(1), core.ObjectIdentifier(_PLAIN_ECDSA[digest]).dump())]


def write_card_access(infos: Iterable[bytes]) -> bytes:
    """EF.CardAccess."""
    return encode_set(infos)


def write_dg14(infos: Iterable[bytes]) -> bytes:
    """DG14."""
    return encode_element(GROUP_TAGS[14], encode_set(infos))


def write_security_object(groups: Mapping[int, bytes], hash_name: str, lds: str) -> bytes:
    """LDSSecurityObject; version 1 says the version of the LDS as well (LDS 1.8)."""
    digests = [
        encode_element(
            0x30, core.Integer(number).dump(), core.OctetString(hashlib.new(hash_name, data).digest()).dump()
        )
        for number, data in sorted(groups.items())
    ]
    parts = [core.Integer(int(lds == "1.8")).dump(), algos.DigestAlgorithm({"algorithm": hash_name}).dump()]
    parts.append(encode_element(0x30, *digests))
    if lds == "1.8":
        parts.append(encode_element(0x30, core.PrintableString("0108").dump(), core.PrintableString(_UNICODE).dump()))
    return encode_element(0x30, *parts)


def write_sod(groups: Mapping[int, bytes], signer: Authority, profile: ChipProfile, signed: datetime) -> bytes:
    """EF.SOD over whole files by number, with the faults of the profile."""
    content = write_security_object(groups, profile.digests, profile.lds)
    content_type = profile.content_type or SECURITY_OBJECT_TYPE
    signed_data = sign_data(content, content_type, signer, signing_time=signed, digest=profile.content_digest)
    if profile.has(ChipFault.SOD_VERSION):
        signed_data = signed_data.replace(b"\x02\x01\x03", b"\x02\x01\x01", 1)
    if profile.has(ChipFault.SOD_GARBAGE):
        signed_data = encode_element(0x30, hashlib.sha512(signed_data).digest())
    whole = encode_element(SOD_TAG, signed_data)
    return whole[: len(whole) // 2] if profile.has(ChipFault.SOD_CUT) else whole


def _write_info(oid: str, *parts: bytes) -> bytes:
    return encode_element(0x30, core.ObjectIdentifier(oid).dump(), *parts)


def _write_integer(value: int) -> bytes:
    return bytes(core.Integer(value).dump())
