"""CMS SignedData: what was signed, by whom, and whether it holds (RFC 5652, ICAO Doc 9303-10 and -12).

Three separate answers: is the structure right (`faults`), is the content the one that was signed (`digest_holds`), is
the signature the signer's (`signature_holds`). A wrong version is a fault although the cryptography holds: the field is
not signed, and a reader that ignores it accepts what nobody issued. Plain data (id-data) may also have version 1, which
RFC 5652 (5.1) gives them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from asn1crypto import cms, core

from data.certificates.certificate import Certificate, comparable_name, read_certificate
from data.certificates.malformed import Malformed, guard_parsing
from data.certificates.signatures import SignatureAlgorithm, digest, hash_name, signature_algorithm, verify_signature
from data.certificates.tlv import check_bounds
from data.text import Message, _

_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_MOST_CERTIFICATES = 16


PLAIN_DATA = "1.2.840.113549.1.7.1"


class SignedDataRule(StrEnum):
    """A rule that signed data break."""

    VERSION = "version"
    SIGNER_VERSION = "signer_version"
    CONTENT_TYPE = "content_type"
    DECLARED_DIGEST = "declared_digest"
    ATTRIBUTES = "attributes"
    SIGNED_CONTENT_TYPE = "signed_content_type"
    SIGNED_DIGEST = "signed_digest"
    SIGNATURE_DIGEST = "signature_digest"


@dataclass(frozen=True, slots=True)
class SignedDataFault:
    """What is wrong with the structure."""

    rule: SignedDataRule
    says: Message


@dataclass(frozen=True)
class SignerInfo:
    """One signer's word about the content."""

    issuer_name: tuple[tuple[str, str], ...]
    serial: int | None
    """Both name the certificate, or `key_id` does."""
    key_id: bytes
    hash: str
    algorithm: SignatureAlgorithm
    signature: bytes
    attributes: bytes
    """What the signature covers, as the SET OF that was signed; empty where it covers the content itself."""
    content_type: str
    message_digest: bytes
    signing_time: datetime | None

    def is_named_in(self, certificate: Certificate) -> bool:
        """Whether this is the certificate the signer points at."""
        if self.serial is None:
            return bool(self.key_id) and certificate.extensions.key_id == self.key_id
        return certificate.serial == self.serial and certificate.issuer_name == self.issuer_name


@dataclass(frozen=True)
class SignedData:
    """A signed content with its one signer and the certificates that came with it."""

    content_type: str
    content: bytes
    certificates: tuple[Certificate, ...]
    signer: SignerInfo
    faults: tuple[SignedDataFault, ...]
    """What is wrong with the structure; a document with any of these is not to be accepted as it is."""

    @property
    def signer_certificate(self) -> Certificate | None:
        """The certificate that the signer points at, when it came along."""
        return next((certificate for certificate in self.certificates if self.signer.is_named_in(certificate)), None)

    @property
    def digest_holds(self) -> bool:
        """Whether the content is the one that was signed."""
        if not self.signer.attributes:
            return True  # the signature covers the content itself
        return digest(self.signer.hash, self.content) == self.signer.message_digest

    def signature_holds(self, certificate: Certificate) -> bool:
        """Whether the signature is this certificate's; Malformed when its key cannot be used."""
        signer = self.signer
        return verify_signature(certificate.key, signer.algorithm, signer.signature, signer.attributes or self.content)


def read_signed_data(data: bytes, content_type: str, what: str, most_bytes: int) -> SignedData:
    """The signed content in `data`; Malformed if it is not SignedData, or does not have exactly one signer.

    `content_type` is the object identifier it should have; another one is a fault.
    """
    check_bounds(data, what, most_bytes)
    with guard_parsing(what):
        info = cms.ContentInfo.load(data)
        if info["content_type"].native != "signed_data":
            raise Malformed(_("{what} is not signed data", what=what))
        parsed = info["content"]
        if not isinstance(parsed, cms.SignedData):
            raise Malformed(_("{what} is not signed data", what=what))
        signers = list(parsed["signer_infos"])
        if len(signers) != 1:
            raise Malformed(_("{what} has {count} signers instead of one", what=what, count=len(signers)))
        content = parsed["encap_content_info"]["content"].native
        if not isinstance(content, bytes):
            content = parsed["encap_content_info"]["content"].contents
        signer = _read_signer(signers[0])
        return SignedData(
            content_type=parsed["encap_content_info"]["content_type"].dotted,
            content=content,
            certificates=tuple(_read_certificates(parsed)),
            signer=signer,
            faults=_find_faults(parsed, signers[0], signer, content_type),
        )


def _read_certificates(parsed: cms.SignedData) -> list[Certificate]:
    if isinstance(parsed["certificates"], core.Void):
        return []
    choices = list(parsed["certificates"])
    if len(choices) > _MOST_CERTIFICATES:
        raise Malformed(
            _(
                "Signed data has {count} certificates; at most {most_certificates} are allowed",
                count=len(choices),
                most_certificates=_MOST_CERTIFICATES,
            )
        )
    return [read_certificate(choice.chosen.dump()) for choice in choices if choice.name == "certificate"]


def _read_signer(info: cms.SignerInfo) -> SignerInfo:
    hash_called = hash_name(info["digest_algorithm"])
    by_serial = info["sid"].name == "issuer_and_serial_number"
    identifier = info["sid"].chosen
    attributes = info["signed_attrs"]
    values = {} if isinstance(attributes, core.Void) else _read_attributes(attributes)
    return SignerInfo(
        issuer_name=comparable_name(identifier["issuer"]) if by_serial else (),
        serial=int(identifier["serial_number"].native) if by_serial else None,
        key_id=b"" if by_serial else identifier.native,
        hash=hash_called,
        algorithm=signature_algorithm(info["signature_algorithm"], hash_called),
        signature=info["signature"].native,
        attributes=b"" if isinstance(attributes, core.Void) else _encode_as_set(attributes),
        content_type=str(values.get(_CONTENT_TYPE, "")),
        message_digest=values.get(_MESSAGE_DIGEST, b""),
        signing_time=values.get(_SIGNING_TIME),
    )


def _encode_as_set(attributes: cms.CMSAttributes) -> bytes:
    """The attributes under the tag of a SET, which is what was signed (RFC 5652, 5.4), their own bytes untouched."""
    return b"\x31" + bytes(attributes.dump()[1:])


def _read_attributes(attributes: cms.CMSAttributes) -> dict[str, Any]:
    values_by_oid: dict[str, Any] = {}
    for attribute in attributes:
        oid = attribute["type"].dotted
        if oid not in (_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME):
            continue
        values = list(attribute["values"])
        if oid in values_by_oid or len(values) != 1:
            raise Malformed(_("A signed attribute occurs twice, or does not have exactly one value"))
        values_by_oid[oid] = values[0].dotted if oid == _CONTENT_TYPE else values[0].native
    if (time := values_by_oid.get(_SIGNING_TIME)) is not None:
        values_by_oid[_SIGNING_TIME] = time.astimezone(UTC)
    return values_by_oid


def _find_faults(
    parsed: cms.SignedData, info: cms.SignerInfo, signer: SignerInfo, content_type: str
) -> tuple[SignedDataFault, ...]:
    """What RFC 5652 (5.1, 5.3, 11) and Doc 9303-10 (4.6.2) ask for and this lacks."""
    encapsulated = parsed["encap_content_info"]["content_type"].dotted
    version, signer_version = int(parsed["version"]), int(info["version"])
    declared = {hash_name(algorithm) for algorithm in parsed["digest_algorithms"]}
    expected = 1 if signer.serial is not None else 3
    versions = (1, 3) if encapsulated == PLAIN_DATA and expected == 1 else (3,)
    rules = {
        SignedDataRule.VERSION: (
            version not in versions,
            _("the version of the signed data is {version}, not 3", version=version),
        ),
        SignedDataRule.SIGNER_VERSION: (
            signer_version != expected,
            _("the version of the signer is {version}, not {expected}", version=signer_version, expected=expected),
        ),
        SignedDataRule.CONTENT_TYPE: (
            encapsulated != content_type,
            _("the content is of the type {type}, not {expected}", type=encapsulated, expected=content_type),
        ),
        SignedDataRule.DECLARED_DIGEST: (
            signer.hash not in declared,
            _("the signer's digest algorithm {algorithm} is not among those declared", algorithm=signer.hash),
        ),
        SignedDataRule.ATTRIBUTES: (not signer.attributes, _("it has no signed attributes")),
        SignedDataRule.SIGNED_CONTENT_TYPE: (
            bool(signer.attributes) and signer.content_type != encapsulated,
            _("the content type that was signed is not that of the content"),
        ),
        SignedDataRule.SIGNED_DIGEST: (
            bool(signer.attributes) and not signer.message_digest,
            _("the digest of the content was not signed"),
        ),
        SignedDataRule.SIGNATURE_DIGEST: (
            signer.algorithm.hash != signer.hash,
            _("the signature and the content use different digest algorithms"),
        ),
    }
    return tuple(SignedDataFault(rule, says) for rule, (broken, says) in rules.items() if broken)
