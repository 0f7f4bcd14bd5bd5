"""X.509 certificates of country signing authorities and document signers (RFC 5280, ICAO Doc 9303-12).

Tolerant where states are careless, never where trust is at stake: an extension that cannot be read is an oddity beside
the certificate; a signature, a key or a validity that cannot be read is Malformed. The signed bytes are taken as they
came, never encoded anew.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256

from asn1crypto import x509

from data.certificates.extensions import Extensions, read_extensions
from data.certificates.keys import PublicKey, public_key
from data.certificates.malformed import Malformed, reading
from data.certificates.names import comparable, country_of, line_of
from data.certificates.signatures import SignatureAlgorithm, holds, signature_algorithm
from data.certificates.tlv import check_bounds, elements, only

MOST_BYTES = 32 * 1024
"""The largest country signing certificate seen has 3 KB."""


@dataclass(frozen=True)
class Certificate:
    """One certificate as it came."""

    der: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    """The part that the signature covers."""
    signature: bytes = field(repr=False)
    algorithm: SignatureAlgorithm
    serial: int
    subject: str
    """In one line, for people."""
    issuer: str
    subject_name: tuple[tuple[str, str], ...]
    """To compare by (`data.certificates.names`)."""
    issuer_name: tuple[tuple[str, str], ...]
    country: str
    """Of the subject, else of the issuer: two letters as written, in capitals; may be empty."""
    not_before: datetime
    not_after: datetime
    key_info: bytes = field(repr=False)
    extensions: Extensions

    @cached_property
    def key(self) -> PublicKey:
        """The subject's public key; Malformed when it cannot be used."""
        return public_key(self.key_info)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the whole certificate, in hexadecimal."""
        return sha256(self.der).hexdigest()

    @property
    def common_name(self) -> str:
        """The subject's common name, in small letters; empty when it has none."""
        return dict(self.subject_name).get("2.5.4.3", "")

    @property
    def self_issued(self) -> bool:
        """Whether issuer and subject have the same name."""
        return self.subject_name == self.issuer_name

    def covers(self, moment: datetime) -> bool:
        """Whether `moment` lies within the validity."""
        return self.not_before <= moment <= self.not_after

    def signed_by(self, issuer: "Certificate") -> bool:
        """Whether the issuer's key made this certificate's signature; Malformed when that key cannot be used."""
        return holds(issuer.key, self.algorithm, self.signature, self.signed)


def read_certificate(der: bytes) -> Certificate:
    """The certificate in `der`; Malformed when it is none, or lacks what nobody can do without."""
    check_bounds(der, "A certificate", MOST_BYTES)
    with reading("A certificate"):
        parsed = x509.Certificate.load(der)
        body = parsed["tbs_certificate"]
        subject, issuer = body["subject"], body["issuer"]
        extensions = read_extensions(body["extensions"])
        if parsed["signature_algorithm"].dump() != body["signature"].dump():
            extensions = extensions.with_oddity("says two different signature algorithms")
        return Certificate(
            der=der,
            signed=_signed_part(der),
            signature=parsed["signature_value"].native,
            algorithm=signature_algorithm(parsed["signature_algorithm"]),
            serial=int(body["serial_number"].native),
            subject=line_of(subject),
            issuer=line_of(issuer),
            subject_name=comparable(subject),
            issuer_name=comparable(issuer),
            country=country_of(subject) or country_of(issuer),
            not_before=_moment(body["validity"]["not_before"]),
            not_after=_moment(body["validity"]["not_after"]),
            key_info=body["subject_public_key_info"].dump(),
            extensions=extensions,
        )


def _signed_part(der: bytes) -> bytes:
    return next(elements(only(der, 0x30, "A certificate"))).raw


def _moment(time: x509.Time) -> datetime:
    moment = time.native
    if not isinstance(moment, datetime):
        raise Malformed("A certificate's validity is no time")
    return moment.astimezone(UTC)
