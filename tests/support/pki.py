"""A small invented PKI of Utopia: country signers, document signers, signed data, revocation lists, master lists."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

import ecdsa
from asn1crypto import algos, cms, core, crl, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from ecdsa.util import sigencode_der

from data.certificates.certificate import Certificate, read_certificate
from data.certificates.master_list import CONTENT_TYPE, SIGNER_PURPOSE

START = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2035, 1, 1, tzinfo=UTC)


class Key(Protocol):
    """A private key that says how it signs."""

    hash: str

    @property
    def info(self) -> bytes:
        """Its SubjectPublicKeyInfo."""

    def algorithm(self) -> Any:
        """Its AlgorithmIdentifier."""

    def sign(self, content: bytes) -> bytes:
        """Its signature."""


@lru_cache(maxsize=4)
def rsa_key(number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True)
class RsaSigner:
    """RSA, PKCS#1 or PSS."""

    number: int = 0
    pss: bool = False
    hash: str = "sha256"

    @property
    def info(self) -> bytes:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return rsa_key(self.number).public_key().public_bytes(serialization.Encoding.DER, form)

    def algorithm(self) -> Any:
        if not self.pss:
            return algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa", "parameters": core.Null()})
        digest = {"algorithm": "sha256"}
        mask = {"algorithm": "mgf1", "parameters": digest}
        parameters = {"hash_algorithm": digest, "mask_gen_algorithm": mask, "salt_length": 32}
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})

    def sign(self, content: bytes) -> bytes:
        signature_padding: Any = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if self.pss else padding.PKCS1v15()
        return rsa_key(self.number).sign(content, signature_padding, hashes.SHA256())


class EcSigner:
    """ECDSA over any curve, named or spelled out."""

    def __init__(self, curve: Any = ecdsa.NIST256p, encoding: str = "explicit", hash: str = "sha256") -> None:
        self.encoding = encoding
        self.hash = hash
        self.secret = ecdsa.SigningKey.generate(curve)

    @property
    def info(self) -> bytes:
        return self.secret.verifying_key.to_der(curve_parameters_encoding=self.encoding)

    def algorithm(self) -> Any:
        return algos.SignedDigestAlgorithm({"algorithm": f"{self.hash}_ecdsa"})

    def sign(self, content: bytes) -> bytes:
        return self.secret.sign(
            content, hashfunc=getattr(hashlib, self.hash), sigencode=sigencode_der, allow_truncate=True
        )


def name(common: str, country: str = "UT") -> x509.Name:
    return x509.Name.build({"country_name": country, "organization_name": "Utopia", "common_name": common})


def key_id(key: Key) -> bytes:
    return hashlib.sha1(key.info, usedforsecurity=False).digest()


@dataclass(frozen=True)
class Authority:
    """A certificate with its private key."""

    key: Key
    der: bytes
    subject: x509.Name

    @property
    def certificate(self) -> Certificate:
        return read_certificate(self.der)


def country_signer(key: Key | None = None, common: str = "CSCA", country: str = "UT", **changes: Any) -> Authority:
    key = key or EcSigner()
    subject = name(common, country)
    extensions = [_constraints(), _key_id(key), ("key_usage", {"key_cert_sign", "crl_sign"})]
    der = make(subject, key, subject, key, changes.pop("extensions", extensions), **changes)
    return Authority(key, der, subject)


def document_signer(
    issuer: Authority, key: Key | None = None, common: str = "DS", country: str = "UT", **changes: Any
) -> Authority:
    key = key or EcSigner()
    extensions = [_key_id(key), _issuer_key_id(issuer.key), ("key_usage", {"digital_signature"})]
    subject = name(common, country)
    der = make(
        subject, key, issuer.subject, issuer.key, changes.pop("extensions", extensions), **{"serial": 11, **changes}
    )
    return Authority(key, der, subject)


def list_signer(issuer: Authority) -> Authority:
    key = EcSigner()
    extensions = [_key_id(key), _issuer_key_id(issuer.key), ("extended_key_usage", [SIGNER_PURPOSE])]
    subject = name("Master List Signer", issuer.certificate.country)
    return Authority(key, make(subject, key, issuer.subject, issuer.key, extensions), subject)


def link(old: Authority, new: Authority) -> bytes:
    """The new key, vouched for by the old one."""
    extensions = [_constraints(), _key_id(new.key), _issuer_key_id(old.key)]
    return make(new.subject, new.key, old.subject, old.key, extensions)


def make(
    subject: x509.Name,
    key: Key,
    issuer: x509.Name,
    issuer_key: Key,
    extensions: Sequence[Any],
    *,
    serial: int = 7,
    start: datetime = START,
    end: datetime = END,
) -> bytes:
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": issuer_key.algorithm(),
            "issuer": issuer,
            "validity": {"not_before": _time(start), "not_after": _time(end)},
            "subject": subject,
            "subject_public_key_info": x509.PublicKeyInfo.load(key.info),
            "extensions": [_extension(extension) for extension in extensions],
        }
    )
    return _signed(x509.Certificate, "tbs_certificate", "signature_value", body, issuer_key)


def revocation_list(
    issuer: Authority,
    revoked: Sequence[int] = (),
    at: datetime = START,
    key: Key | None = None,
    extensions: Sequence[dict[str, Any]] = (),
) -> bytes:
    key = key or issuer.key
    entries = [{"user_certificate": serial, "revocation_date": _time(at)} for serial in revoked]
    number = {"extn_id": "crl_number", "critical": False, "extn_value": 3}
    authority = {
        "extn_id": "authority_key_identifier",
        "critical": False,
        "extn_value": {"key_identifier": key_id(key)},
    }
    body = crl.TbsCertList(
        {
            "version": "v2",
            "signature": key.algorithm(),
            "issuer": issuer.subject,
            "this_update": _time(at),
            "next_update": _time(at + timedelta(days=90)),
            "revoked_certificates": entries or None,
            "crl_extensions": [number, authority, *extensions],
        }
    )
    return _signed(crl.CertificateList, "tbs_cert_list", "signature", body, key)


def signed_data(
    content: bytes,
    content_type: str,
    signer: Authority,
    *,
    certificates: Sequence[bytes] | None = None,
    by_key_id: bool = False,
    version: int = 3,
    signed_content: bytes | None = None,
    signing_time: datetime | None = None,
) -> bytes:
    """CMS SignedData; `signed_content` is what the signer believes it signed."""
    signed = content if signed_content is None else signed_content
    attributes: list[tuple[str, Any]] = [
        ("content_type", content_type),
        ("message_digest", hashlib.new(signer.key.hash, signed).digest()),
    ]
    attributes += [("signing_time", cms.Time("utc_time", core.UTCTime(signing_time)))] if signing_time else []
    signed_attributes = cms.CMSAttributes([{"type": kind, "values": [value]} for kind, value in attributes])
    certificate = x509.Certificate.load(signer.der)
    sid = (
        cms.SignerIdentifier("subject_key_identifier", certificate.key_identifier)
        if by_key_id
        else cms.SignerIdentifier(
            "issuer_and_serial_number", {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        )
    )
    info = {
        "version": "v3" if by_key_id else "v1",
        "sid": sid,
        "digest_algorithm": {"algorithm": signer.key.hash},
        "signed_attrs": signed_attributes,
        "signature_algorithm": signer.key.algorithm(),
        "signature": signer.key.sign(signed_attributes.dump()),
    }
    brought = [signer.der] if certificates is None else certificates
    parsed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": signer.key.hash}],
            "encap_content_info": {"content_type": content_type, "content": core.ParsableOctetString(content)},
            "certificates": [cms.CertificateChoices("certificate", x509.Certificate.load(der)) for der in brought],
            "signer_infos": [info],
        }
    )
    whole = bytearray(cms.ContentInfo({"content_type": "signed_data", "content": parsed}).dump())
    whole[whole.index(b"\x02\x01\x03") + 2] = version
    return bytes(whole)


def master_list(root: Authority, certificates: Sequence[bytes], **changes: Any) -> bytes:
    signer = changes.pop("signer", None) or list_signer(root)
    brought = [signer.der, *changes.pop("brought", [root.der])]
    content = _sequence(0x30, core.Integer(0).dump() + _sequence(0x31, b"".join(sorted(certificates))))
    return signed_data(
        content,
        CONTENT_TYPE,
        signer,
        certificates=brought,
        by_key_id=True,
        signing_time=START,
        **changes,
    )


def raw_extension(oid: str, content: bytes, *, critical: bool = False) -> x509.Extension:
    """An extension whose content is whatever it is."""
    head = core.ObjectIdentifier(oid).dump() + (core.Boolean(True).dump() if critical else b"")
    return x509.Extension.load(_sequence(0x30, head + core.OctetString(content).dump()))


def _extension(extension: Any) -> Any:
    return (
        extension
        if isinstance(extension, x509.Extension)
        else {"extn_id": extension[0], "critical": False, "extn_value": extension[1]}
    )


def _sequence(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x84]) + size.to_bytes(4, "big")
    return bytes([tag]) + length + content


def _signed(outer: Any, part: str, place: str, body: Any, key: Key) -> bytes:
    fields = {part: body, "signature_algorithm": key.algorithm(), place: key.sign(body.dump())}
    return bytes(outer(fields).dump())


def _time(moment: datetime) -> Any:
    return x509.Time("utc_time", core.UTCTime(moment))


def _constraints() -> tuple[str, Any]:
    return "basic_constraints", {"ca": True, "path_len_constraint": 0}


def _key_id(key: Key) -> tuple[str, Any]:
    return "key_identifier", key_id(key)


def _issuer_key_id(key: Key) -> tuple[str, Any]:
    return "authority_key_identifier", {"key_identifier": key_id(key)}
