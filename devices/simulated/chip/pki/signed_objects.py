"""What invented issuers sign: certificates, revocation lists, CMS signed data.

- Certificates have the extensions that Doc 9303-12 (table 6) asks of each kind.
- Revocation lists: RFC 5280, section 5; Doc 9303-12, table 7.
- SignedData (RFC 5652) of security objects, card security and master lists has one signer.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from asn1crypto import cms, core, crl, x509

from data.certificates.certificate import Certificate, read_certificate
from data.certificates.master_list import SIGNER_PURPOSE
from devices.simulated.chip.pki.signing_keys import SigningKey
from devices.simulated.chip.tlv_writer import encode_element

Extension = Any
"""asn1crypto's x509.Extension."""
DOCUMENT_TYPES = "2.23.136.1.1.6.2"
_UTC_TIME_UNTIL = 2050

PERIOD = timedelta(days=90)
"""Doc 9303-12, 5.3: a new list at least every 90 days."""


@dataclass(frozen=True, slots=True)
class Validity:
    """From when to when, both included; timezone-aware UTC."""

    start: datetime
    end: datetime

    @classmethod
    def years(cls, first: int, last: int) -> "Validity":
        """From the first day of one year to the first day of another."""
        return cls(datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Authority:
    """A certificate with the private key that belongs to it."""

    key: SigningKey = field(repr=False)
    der: bytes = field(repr=False)
    subject: x509.Name

    @property
    def certificate(self) -> Certificate:
        """The certificate, read."""
        return read_certificate(self.der)


@dataclass(frozen=True)
class CertificateRequest:
    """What a certificate says before it is signed."""

    subject: x509.Name
    key: SigningKey
    validity: Validity
    serial: int
    extensions: Sequence[Extension] = ()


def distinguished_name(country: str, common: str, organization: str = "Waypost demonstration") -> x509.Name:
    """A distinguished name that says it is nobody's."""
    parts = {"country_name": country, "organization_name": organization, "common_name": common}
    return x509.Name.build(parts)


def issue_certificate(request: CertificateRequest, issuer: x509.Name, issuer_key: SigningKey) -> bytes:
    """The certificate, signed by the issuer's key, as DER."""
    validity = {"not_before": encode_time(request.validity.start), "not_after": encode_time(request.validity.end)}
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": request.serial,
            "signature": issuer_key.algorithm(),
            "issuer": issuer,
            "validity": validity,
            "subject": request.subject,
            "subject_public_key_info": x509.PublicKeyInfo.load(request.key.info),
            "extensions": list(request.extensions) or None,
        }
    )
    fields = {
        "tbs_certificate": body,
        "signature_algorithm": issuer_key.algorithm(),
        "signature_value": issuer_key.sign(body.dump()),
    }
    return bytes(x509.Certificate(fields).dump())


def encode_time(when: datetime) -> x509.Time:
    """UTCTime until 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5)."""
    if when.year < _UTC_TIME_UNTIL:
        return x509.Time("utc_time", core.UTCTime(when))
    return x509.Time("general_time", core.GeneralizedTime(when))


def key_id(key: SigningKey) -> bytes:
    """SHA-1 over the public key itself (RFC 5280, 4.2.1.2, method 1)."""
    bits = x509.PublicKeyInfo.load(key.info)["public_key"].contents[1:]
    return hashlib.sha1(bits, usedforsecurity=False).digest()


def authority_extensions(key: SigningKey, issuer_key: SigningKey, country: str) -> list[Extension]:
    """Of a country signing certificate, its own or a link."""
    return [
        *_common_extensions(key, issuer_key, country),
        _extension("key_usage", {"key_cert_sign", "crl_sign"}, critical=True),
        _extension("basic_constraints", {"ca": True, "path_len_constraint": 0}, critical=True),
    ]


def signer_extensions(
    key: SigningKey, issuer_key: SigningKey, country: str, types: Sequence[str] = ("P",)
) -> list[Extension]:
    """Of a document signer; `types` are the document codes it may sign."""
    codes = encode_element(0x31, *(core.PrintableString(code).dump() for code in sorted(types)))
    listed = encode_element(0x30, core.Integer(0).dump(), codes)
    return [
        *_common_extensions(key, issuer_key, country),
        _extension("key_usage", {"digital_signature"}, critical=True),
        raw_extension(DOCUMENT_TYPES, listed),
    ]


def list_signer_extensions(key: SigningKey, issuer_key: SigningKey, country: str) -> list[Extension]:
    """Of a signer of master lists."""
    return [
        *_common_extensions(key, issuer_key, country),
        _extension("key_usage", {"digital_signature"}, critical=True),
        _extension("extended_key_usage", [SIGNER_PURPOSE], critical=True),
    ]


def raw_extension(oid: str, content: bytes, *, critical: bool = False) -> Extension:
    """An extension with any content."""
    head = core.ObjectIdentifier(oid).dump() + (core.Boolean(True).dump() if critical else b"")
    return x509.Extension.load(encode_element(0x30, head, core.OctetString(content).dump()))


def issue_revocation_list(
    issuer: Authority,
    revoked: Sequence[int],
    at: datetime,
    *,
    number: int = 1,
    key: SigningKey | None = None,
) -> bytes:
    """The list of an issuer, as DER; `revoked` are serial numbers, `key` another key than the issuer's."""
    signer = key or issuer.key
    body = crl.TbsCertList(
        {
            "version": "v2",
            "signature": signer.algorithm(),
            "issuer": issuer.subject,
            "this_update": encode_time(at),
            "next_update": encode_time(at + PERIOD),
            "revoked_certificates": [_revocation_entry(serial, at) for serial in revoked] or None,
            "crl_extensions": [
                _crl_extension("authority_key_identifier", {"key_identifier": key_id(signer)}),
                _crl_extension("crl_number", number),
            ],
        }
    )
    fields = {"tbs_cert_list": body, "signature_algorithm": signer.algorithm(), "signature": signer.sign(body.dump())}
    return bytes(crl.CertificateList(fields).dump())


def sign_data(
    content: bytes,
    content_type: str,
    signer: Authority,
    *,
    certificates: Sequence[bytes] | None = None,
    signing_time: datetime | None = None,
    named_by: Literal["serial", "key_id"] = "serial",
    digest: str = "",
) -> bytes:
    """ContentInfo with one signer, as DER. `certificates` come along; the signer's own when None.

    `digest` is that of the content; that of the signature where it is empty.
    """
    digest = digest or signer.key.hash
    attributes = _signed_attributes(content, content_type, digest, signing_time)
    brought = [signer.der] if certificates is None else certificates
    parsed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": digest}],
            "encap_content_info": {"content_type": content_type, "content": core.ParsableOctetString(content)},
            "certificates": [cms.CertificateChoices("certificate", x509.Certificate.load(der)) for der in brought],
            "signer_infos": [_signer_info(signer, attributes, named_by, digest)],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": parsed}).dump())


def _common_extensions(key: SigningKey, issuer_key: SigningKey, country: str) -> list[Extension]:
    elsewhere = [x509.GeneralName("directory_name", x509.Name.build({"locality_name": country}))]
    point = {
        "distribution_point": x509.DistributionPointName(
            "full_name", [x509.GeneralName("uniform_resource_identifier", f"http://crl.example/{country}.crl")]
        )
    }
    return [
        _extension("authority_key_identifier", {"key_identifier": key_id(issuer_key)}),
        _extension("key_identifier", key_id(key)),
        _extension("subject_alt_name", elsewhere),
        _extension("issuer_alt_name", elsewhere),
        _extension("crl_distribution_points", [point]),
    ]


def _extension(kind: str, value: Any, *, critical: bool = False) -> Extension:
    return x509.Extension({"extn_id": kind, "critical": critical, "extn_value": value})


def _revocation_entry(serial: int, at: datetime) -> dict[str, object]:
    return {"user_certificate": serial, "revocation_date": encode_time(at)}


def _crl_extension(kind: str, value: object) -> dict[str, object]:
    return {"extn_id": kind, "critical": False, "extn_value": value}


def _signed_attributes(
    content: bytes, content_type: str, hash_name: str, signing_time: datetime | None
) -> cms.CMSAttributes:
    values: list[tuple[str, Any]] = [("content_type", content_type)]
    if signing_time is not None:
        values.append(("signing_time", cms.Time("utc_time", core.UTCTime(signing_time))))
    values.append(("message_digest", hashlib.new(hash_name, content).digest()))
    return cms.CMSAttributes([{"type": kind, "values": [value]} for kind, value in values])


def _signer_info(signer: Authority, attributes: cms.CMSAttributes, named_by: str, digest: str) -> dict[str, Any]:
    certificate = x509.Certificate.load(signer.der)
    if named_by == "key_id":
        sid = cms.SignerIdentifier("subject_key_identifier", certificate.key_identifier)
    else:
        issued = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        sid = cms.SignerIdentifier("issuer_and_serial_number", issued)
    return {
        "version": "v3" if named_by == "key_id" else "v1",
        "sid": sid,
        "digest_algorithm": {"algorithm": digest},
        "signed_attrs": attributes,
        "signature_algorithm": signer.key.algorithm(),
        "signature": signer.key.sign(attributes.dump()),
    }
