"""Writes and signs the digital seal of a paper that a simulated kit presents, as an issuing authority does.

- A seal is of version 4 (ICAO Doc 9303-13, part 2; BSI TR-03137-1).
- An invented state has one signer for each fault of a signer. The names of their certificates consist of a state and
  two characters, by which a kit finds them (Doc 9303-13, 2.2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from asn1crypto import algos, x509

from data.documents.barcodes import Barcode
from data.documents.seals.profiles import PROFILES, ZoneFeature
from data.documents.seals.profiles import PaperProfile as Kind
from data.documents.travel_document import MrzFormat
from data.errors import InputError
from data.text import _
from devices.simulated.chip.personalisation.holder import Holder, holder_of
from devices.simulated.chip.personalisation.issuer import REVOKED, issuer_of
from devices.simulated.chip.pki.invented_state import SIGNER_VALIDITY, InventedState
from devices.simulated.chip.pki.signed_objects import (
    Authority,
    CertificateRequest,
    Validity,
    issue_certificate,
    signer_extensions,
)
from devices.simulated.chip.pki.signing_keys import EcSigningKey
from devices.simulated.kit_file import Presentation
from devices.simulated.seals.profile import SealFault, SealProfile

_ALPHABET = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MAGIC, _VERSION_4, _SIGNATURE_TAG = 0xDC, 0x03, 0xFF
_FIRST_VALUE = 3
_ONE_LEFT = 0xFE

SealFeature = tuple[int, bytes]
"""Tag and value."""

GOOD, EXPIRED, FORGED, UNKNOWN = 201, 202, 203, 204
"""Serial numbers; the revoked one's is the one on the state's revocation list."""
_EXPIRED_VALIDITY = Validity(datetime(2016, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC))
"""Before any simulated document was made."""

VISA, RESIDENCE_PERMIT = 0x5D01, 0xFB06
_KINDS = {MrzFormat.MRV_A: VISA, MrzFormat.MRV_B: VISA, MrzFormat.TD2: RESIDENCE_PERMIT}
"""What a paper with a zone of this format is sealed as."""
_VISA_SECOND = 28
"""Characters of a visa's second line that are sealed."""
_EXPIRY = 21
"""Where the date of expiry begins in the second line, in every one of these formats."""
_STAY_TAG, _STAY, _OTHER_STAY = 4, b"\x5a\x00\x00", b"\xb4\x00\x00"
"""Ninety days; and twice as many, for a traveller who would rather."""


def encode_c40(text: str) -> bytes:
    """Three characters in two bytes; a single last one as itself. Fillers of a zone are blanks."""
    values = [_ALPHABET.index(char) + _FIRST_VALUE for char in text.replace("<", " ")]
    out = bytearray()
    while len(values) >= 2:
        first, second, third = (*values[:3], 0)[:3]
        out += (1600 * first + 40 * second + third + 1).to_bytes(2, "big")
        values = values[3:]
    if values:
        out += bytes([_ONE_LEFT, ord(_ALPHABET[values[0] - _FIRST_VALUE]) + 1])
    return bytes(out)


def encode_seal_body(
    issuer: str, signer: str, serial: int, signed: date, profile: int, features: Sequence[SealFeature]
) -> bytes:
    """Everything that the signature covers; `issuer` as in a zone, `signer` two letters and two characters."""
    reference = f"{serial:02X}"
    certificate_reference = f"{signer}{len(reference):02X}{reference}"
    day = int(f"{signed:%m%d%Y}").to_bytes(3, "big")
    head = (
        bytes([_MAGIC, _VERSION_4])
        + encode_c40(issuer.ljust(3))
        + encode_c40(certificate_reference)
        + day
        + day
        + profile.to_bytes(2, "big")
    )
    return head + b"".join(_encode_feature(tag, value) for tag, value in features)


def append_signature(covered: bytes, signature: bytes) -> bytes:
    """The whole seal; `signature` is r and s one after the other."""
    return covered + _encode_feature(_SIGNATURE_TAG, signature)


@dataclass(frozen=True)
class SealSigner:
    """A signer with what a seal calls it."""

    authority: Authority
    key: EcSigningKey
    named: str
    serial: int


def signer_for(state: InventedState, faults: frozenset[SealFault]) -> SealSigner:
    """The signer that makes a seal with these faults."""
    if SealFault.SIGNER_EXPIRED in faults:
        return _signer(state, "SE", EXPIRED, _EXPIRED_VALIDITY)
    if SealFault.SIGNER_REVOKED in faults:
        return _signer(state, "SR", REVOKED)
    if SealFault.SIGNER_FORGED in faults:
        return _signer(state, "SF", FORGED, forger=replace(state, seed=f"{state.seed} unpublished"))
    if SealFault.SIGNER_UNKNOWN in faults:
        return _signer(state, "SU", UNKNOWN)
    return _signer(state, "SG", GOOD)


def published_certificates(state: InventedState) -> Iterator[bytes]:
    """Certificates of every signer that the kits of the world know of, as DER; the unknown one's is not among them."""
    for fault in (None, SealFault.SIGNER_EXPIRED, SealFault.SIGNER_REVOKED, SealFault.SIGNER_FORGED):
        yield signer_for(state, frozenset() if fault is None else frozenset({fault})).authority.der


def seal_on(presentation: Presentation) -> Barcode | None:
    """The seal on a presentation; None if it has none. InputError for a document that has no seals."""
    if presentation.seal is None:
        return None
    holder = holder_of(presentation)
    return Barcode(presentation.seal.symbology, encode_seal(holder, presentation.seal))


def encode_seal(holder: Holder, profile: SealProfile) -> bytes:
    """The seal's bytes, with the profile's faults."""
    document, faults = holder.document, profile.faults
    kind = _KINDS.get(document.format) if document.format else None
    if kind is None:
        raise InputError(
            _("Only visas and papers of format TD2 can have seals"), do=_("Use a visa or a paper of format TD2")
        )
    state = issuer_of(document.issuer).state
    signer = signer_for(state, faults)
    zone = _other_number(holder.zone) if SealFault.OF_ANOTHER in faults else holder.zone

    def encode_body(zone: str, stay: bytes) -> bytes:
        features = _features(zone, stay, profile, kind)
        return encode_seal_body(document.issuer, signer.named, signer.serial, holder.issued, kind, features)

    covered = encode_body(zone, _STAY)
    key = replace(signer.key, seed="nobody's") if SealFault.SIGNATURE_WRONG in faults else signer.key
    signature = algos.DSASignature.load(key.sign(covered)).to_p1363()
    body = encode_body(_valid_longer(zone), _OTHER_STAY) if SealFault.CHANGED in faults else covered
    return append_signature(body, bytes(signature))


def _encode_feature(tag: int, value: bytes) -> bytes:
    return bytes([tag, len(value)]) + value


def _signer(
    state: InventedState,
    characters: str,
    serial: int,
    validity: Validity = SIGNER_VALIDITY,
    *,
    forger: InventedState | None = None,
) -> SealSigner:
    key = EcSigningKey(f"{state.seed} {state.country} seals {characters}", parameters="named_curve")
    subject = x509.Name.build({"country_name": state.country, "common_name": characters})
    request = CertificateRequest(subject, key, validity, serial, signer_extensions(key, state.csca.key, state.country))
    der = issue_certificate(request, state.csca.subject, (forger or state).csca.key)
    return SealSigner(Authority(key, der, subject), key, f"{state.country}{characters}", serial)


def _features(zone: str, stay: bytes, profile: SealProfile, kind: int) -> list[SealFeature]:
    first, second = zone.split("\n")
    described: Kind = PROFILES[kind]
    place: ZoneFeature = next(feature for feature in described.zones if feature.widths[0] == len(first))
    visa = kind == VISA
    features: list[SealFeature] = [(place.tag, encode_c40(first + (second[:_VISA_SECOND] if visa else second)))]
    if visa:
        features.append((_STAY_TAG, stay))
    if profile.passport and described.holder is not None:
        features.append((described.holder, encode_c40(profile.passport)))
    return features


def _other_number(zone: str) -> str:
    """The zone of the paper that was made next: its number's last digit is another one."""
    first, second = zone.split("\n")
    last = max(place for place in range(9) if second[place] != "<")
    other = "7" if second[last] != "7" else "4"
    return f"{first}\n{second[:last]}{other}{second[last + 1 :]}"


def _valid_longer(zone: str) -> str:
    """The zone of a holder who would rather stay ten years longer."""
    first, second = zone.split("\n")
    decade = second[_EXPIRY]
    later = str((int(decade) + 1) % 10) if decade.isdigit() else "3"
    return f"{first}\n{second[:_EXPIRY]}{later}{second[_EXPIRY + 1 :]}"
