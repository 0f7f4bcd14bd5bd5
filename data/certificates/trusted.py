"""Certificates and revocation lists as records of a trust list."""

from data.certificates.certificate import Certificate
from data.certificates.revocation_list import RevocationList
from data.certificates.trust_record import TrustItem, TrustRecord


def certificate_record(certificate: Certificate, source: str) -> TrustRecord:
    """The record of a country signing certificate; `source` says where it came from."""
    key_id = certificate.extensions.key_id.hex()
    return TrustRecord(TrustItem.CERTIFICATE, certificate.country, certificate.subject, key_id, certificate.der, source)


def signer_record(certificate: Certificate, source: str) -> TrustRecord:
    """The record of a certificate that seals are signed with; `source` says where it came from."""
    key_id = certificate.extensions.key_id.hex()
    return TrustRecord(TrustItem.SIGNER, certificate.country, certificate.subject, key_id, certificate.der, source)


def revocations_record(revocations: RevocationList, source: str) -> TrustRecord:
    """The record of a revocation list; `source` says where it came from."""
    return TrustRecord(
        TrustItem.REVOCATIONS,
        revocations.country,
        revocations.issuer,
        revocations.issuer_key_id.hex(),
        revocations.der,
        source,
        int(revocations.this_update.timestamp()),
    )
