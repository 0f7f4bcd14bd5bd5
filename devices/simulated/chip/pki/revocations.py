"""Revocation lists of invented issuers (RFC 5280, section 5; Doc 9303-12, table 7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from asn1crypto import crl

from devices.simulated.chip.pki.certificates import Authority, key_id, moment
from devices.simulated.chip.pki.signing_keys import SigningKey

PERIOD = timedelta(days=90)
"""Doc 9303-12, 5.3: a new list at least every 90 days."""


def revocation_list(
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
            "this_update": moment(at),
            "next_update": moment(at + PERIOD),
            "revoked_certificates": [_entry(serial, at) for serial in revoked] or None,
            "crl_extensions": [
                _extension("authority_key_identifier", {"key_identifier": key_id(signer)}),
                _extension("crl_number", number),
            ],
        }
    )
    fields = {"tbs_cert_list": body, "signature_algorithm": signer.algorithm(), "signature": signer.sign(body.dump())}
    return bytes(crl.CertificateList(fields).dump())


def _entry(serial: int, at: datetime) -> dict[str, object]:
    return {"user_certificate": serial, "revocation_date": moment(at)}


def _extension(kind: str, value: object) -> dict[str, object]:
    return {"extn_id": kind, "critical": False, "extn_value": value}
