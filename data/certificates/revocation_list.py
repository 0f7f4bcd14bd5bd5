"""Certificate revocation lists of country signing authorities (RFC 5280, section 5; ICAO Doc 9303-12, 7.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import core, crl, x509

from data.certificates.certificate import Certificate, comparable_name, name_country, name_line
from data.certificates.malformed import Malformed, guard_parsing
from data.certificates.signatures import SignatureAlgorithm, signature_algorithm, verify_signature
from data.certificates.tlv import check_bounds, elements, only
from data.text import _

MOST_BYTES = 700 * 1024
"""What a row of a list can carry. States revoke a few dozen document signers, so theirs have a few KB."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """One certificate that its issuer took back."""

    at: datetime
    reason: str
    """In words, `unspecified` when none is given."""


@dataclass(frozen=True)
class RevocationList:
    """One revocation list as it came."""

    der: bytes
    signed: bytes
    signature: bytes
    algorithm: SignatureAlgorithm
    issuer: str
    issuer_name: tuple[tuple[str, str], ...]
    issuer_key_id: bytes
    country: str
    number: int
    """Counts upwards; 0 where the issuer does not number its lists."""
    this_update: datetime
    next_update: datetime | None
    revoked: Mapping[int, Revocation]
    """By serial number."""

    def is_signed_by(self, issuer: Certificate) -> bool:
        """Whether this issuer's key signed the list; Malformed when the key cannot be used."""
        return verify_signature(issuer.key, self.algorithm, self.signature, self.signed)

    def is_current(self, now: datetime) -> bool:
        """Whether the issuer has not yet promised a newer one. One that promises nothing is never current."""
        return self.next_update is not None and self.this_update <= now <= self.next_update


def read_revocation_list(der: bytes) -> RevocationList:
    """The list in `der`; Malformed if it is not a revocation list, or not a full one (a delta, an indirect list)."""
    check_bounds(der, _("A revocation list"), MOST_BYTES)
    with guard_parsing(_("A revocation list")):
        parsed = crl.CertificateList.load(der)
        body = parsed["tbs_cert_list"]
        number, key_id = _read_extensions(body["crl_extensions"])
        next_update = body["next_update"]
        return RevocationList(
            der=der,
            signed=next(elements(only(der, 0x30, _("A revocation list")))).raw,
            signature=parsed["signature"].native,
            algorithm=signature_algorithm(parsed["signature_algorithm"]),
            issuer=name_line(body["issuer"]),
            issuer_name=comparable_name(body["issuer"]),
            issuer_key_id=key_id,
            country=name_country(body["issuer"]),
            number=number,
            this_update=body["this_update"].native.astimezone(UTC),
            next_update=None if isinstance(next_update, core.Void) else next_update.native.astimezone(UTC),
            revoked=_read_revocations(body["revoked_certificates"]),
        )


def _read_extensions(extensions: crl.TBSCertListExtensions) -> tuple[int, bytes]:
    number, key_id = 0, b""
    for extension in () if isinstance(extensions, core.Void) else extensions:
        oid, value = extension["extn_id"].dotted, bytes(extension["extn_value"])
        if oid == "2.5.29.20":
            number = int(core.Integer.load(value).native)
        elif oid == "2.5.29.35":
            key_id = x509.AuthorityKeyIdentifier.load(value)["key_identifier"].native or b""
        elif extension["critical"].native:
            # A delta or a list for some certificates only would pass for the whole list.
            raise Malformed(_("Waypost does not know the critical extension {oid} of a revocation list", oid=oid))
    return number, key_id


def _read_revocations(entries: crl.RevokedCertificates) -> dict[int, Revocation]:
    if isinstance(entries, core.Void):
        return {}
    revocations = {}
    for entry in entries:
        reason = entry.crl_reason_value
        words = str(reason.native).replace("_", " ") if reason else "unspecified"
        revocations[int(entry["user_certificate"].native)] = Revocation(
            entry["revocation_date"].native.astimezone(UTC), words
        )
    return revocations
