"""CMS SignedData by invented signers: security objects, card security, master lists (RFC 5652)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from asn1crypto import cms, core, x509

from devices.simulated.chip.pki.certificates import Authority


def signed_data(
    content: bytes,
    content_type: str,
    signer: Authority,
    *,
    certificates: Sequence[bytes] | None = None,
    signing_time: datetime | None = None,
    named_by: Literal["serial", "key_id"] = "serial",
) -> bytes:
    """ContentInfo with one signer, as DER. `certificates` come along; the signer's own when None."""
    attributes = _attributes(content, content_type, signer.key.hash, signing_time)
    brought = [signer.der] if certificates is None else certificates
    parsed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": signer.key.hash}],
            "encap_content_info": {"content_type": content_type, "content": core.ParsableOctetString(content)},
            "certificates": [cms.CertificateChoices("certificate", x509.Certificate.load(der)) for der in brought],
            "signer_infos": [_signer_info(signer, attributes, named_by)],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": parsed}).dump())


def _attributes(content: bytes, content_type: str, hash_name: str, signing_time: datetime | None) -> cms.CMSAttributes:
    found: list[tuple[str, Any]] = [("content_type", content_type)]
    if signing_time is not None:
        found.append(("signing_time", cms.Time("utc_time", core.UTCTime(signing_time))))
    found.append(("message_digest", hashlib.new(hash_name, content).digest()))
    return cms.CMSAttributes([{"type": kind, "values": [value]} for kind, value in found])


def _signer_info(signer: Authority, attributes: cms.CMSAttributes, named_by: str) -> dict[str, Any]:
    certificate = x509.Certificate.load(signer.der)
    if named_by == "key_id":
        sid = cms.SignerIdentifier("subject_key_identifier", certificate.key_identifier)
    else:
        issued = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        sid = cms.SignerIdentifier("issuer_and_serial_number", issued)
    return {
        "version": "v3" if named_by == "key_id" else "v1",
        "sid": sid,
        "digest_algorithm": {"algorithm": signer.key.hash},
        "signed_attrs": attributes,
        "signature_algorithm": signer.key.algorithm(),
        "signature": signer.key.sign(attributes.dump()),
    }
