"""X.509 certificates of country signing authorities and document signers (RFC 5280, ICAO Doc 9303-12).

- Tolerant where states are careless, never where trust is at stake: an extension that cannot be read is an oddity
  beside the certificate, not fatal; a signature, a key or a validity that cannot be read is Malformed.
- The signed bytes are taken as they came, never encoded again.
- Distinguished names never prove anything (docs/chips.md, "Who vouches for a chip"): they only say where to look first.
  A name has a state's two letters, a line for people, and a form to compare by.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from asn1crypto import core, x509

from data.certificates.malformed import Malformed, guard_parsing
from data.certificates.public_keys import PublicKey, read_public_key
from data.certificates.signatures import SignatureAlgorithm, signature_algorithm, verify_signature
from data.certificates.tlv import check_bounds, elements, only
from data.text import _

_LINE_LIMIT = 160

_NAME_LABELS = {
    "2.5.4.3": "CN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "1.2.840.113549.1.9.1": "email",
}
_HARMLESS_EXTENSIONS = frozenset(
    {"2.5.29.16", "2.5.29.17", "2.5.29.18", "2.5.29.31", "2.5.29.32", "2.23.136.1.1.6.1", "2.23.136.1.1.6.2"}
)
"""Private key usage period, other names, places of CRLs, policies, change of name, document types: critical or not,
they settle nothing that is decided here (Doc 9303-12, table 6)."""

MOST_BYTES = 32 * 1024
"""The largest country signing certificate seen has 3 KB."""


def name_country(name: x509.Name) -> str:
    """The country of a name in capitals, as written (`DE`, `UN`, `KS`); empty when it has none."""
    with guard_parsing(_("A name")):
        for part in name.chosen:
            for pair in part:
                if pair["type"].dotted == "2.5.4.6":
                    return _printable(str(pair["value"].native)).upper()[:3]
    return ""


def name_line(name: x509.Name) -> str:
    """A name in one line, safe to show: `C=UT, O=Utopia, CN=CSCA`."""
    parts = []
    with guard_parsing(_("A name")):
        for part in name.chosen:
            for pair in part:
                label = _NAME_LABELS.get(pair["type"].dotted, pair["type"].dotted)
                parts.append(f"{label}={_printable(str(pair['value'].native))}")
    line = ", ".join(parts)
    return line if len(line) <= _LINE_LIMIT else line[: _LINE_LIMIT - 1] + "…"


def comparable_name(name: x509.Name) -> tuple[tuple[str, str], ...]:
    """A name to compare by: order, case, blanks and kinds of string do not matter (RFC 5280, 7.1, loosely)."""
    with guard_parsing(_("A name")):
        pairs = (
            (pair["type"].dotted, " ".join(str(pair["value"].native).casefold().split()))
            for part in name.chosen
            for pair in part
        )
        return tuple(sorted(pairs))


@dataclass(frozen=True, slots=True)
class Extensions:
    """What a certificate says beside its names and its key."""

    key_id: bytes = b""
    """Subject key identifier."""
    issuer_key_id: bytes = b""
    """Authority key identifier."""
    authority: bool | None = None
    """Whether it says it may sign certificates; None when it says nothing."""
    may_sign_certificates: bool | None = None
    may_sign_lists: bool | None = None
    """By its key usage; None when it has none."""
    purposes: tuple[str, ...] = ()
    """Extended key usages, as object identifiers."""
    oddities: tuple[str, ...] = field(default=())
    """What is wrong but does not matter, in words."""

    def with_oddity(self, what: str) -> "Extensions":
        """The same with one more oddity."""
        return replace(self, oddities=(*self.oddities, what))


def read_extensions(extensions: x509.Extensions) -> Extensions:
    """All extensions that are known here. Malformed for an unknown critical one, as RFC 5280 4.2 asks."""
    values: dict[str, Any] = {}
    oddities: list[str] = []
    if isinstance(extensions, core.Void):
        return Extensions(oddities=("has no extensions",))
    for extension in extensions:
        oid = extension["extn_id"].dotted
        reader = _EXTENSION_READERS.get(oid)
        if reader is None:
            if extension["critical"].native and oid not in _HARMLESS_EXTENSIONS:
                raise Malformed(_("Waypost does not know the critical extension {oid} of a certificate", oid=oid))
            continue
        try:
            with guard_parsing(_("An extension")):
                values |= reader(bytes(extension["extn_value"]))
        except Malformed:
            oddities.append(f"its extension {oid} cannot be read")
    return Extensions(**values, oddities=tuple(oddities))


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
    """To compare by (`data.certificates.certificate`)."""
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
        return read_public_key(self.key_info)

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

    def is_signed_by(self, issuer: "Certificate") -> bool:
        """Whether the issuer's key made this certificate's signature; Malformed when that key cannot be used."""
        return verify_signature(issuer.key, self.algorithm, self.signature, self.signed)


def read_certificate(der: bytes) -> Certificate:
    """The certificate in `der`; Malformed if it is not a certificate or lacks a mandatory field."""
    check_bounds(der, _("A certificate"), MOST_BYTES)
    with guard_parsing(_("A certificate")):
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
            subject=name_line(subject),
            issuer=name_line(issuer),
            subject_name=comparable_name(subject),
            issuer_name=comparable_name(issuer),
            country=name_country(subject) or name_country(issuer),
            not_before=_moment(body["validity"]["not_before"]),
            not_after=_moment(body["validity"]["not_after"]),
            key_info=body["subject_public_key_info"].dump(),
            extensions=extensions,
        )


def _printable(text: str) -> str:
    return "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text).strip()


def _key_id(value: bytes) -> dict[str, Any]:
    return {"key_id": core.OctetString.load(value).native}


def _issuer_key_id(value: bytes) -> dict[str, Any]:
    return {"issuer_key_id": x509.AuthorityKeyIdentifier.load(value)["key_identifier"].native or b""}


def _constraints(value: bytes) -> dict[str, Any]:
    return {"authority": bool(x509.BasicConstraints.load(value)["ca"].native)}


def _usage(value: bytes) -> dict[str, Any]:
    usages = x509.KeyUsage.load(value).native
    return {"may_sign_certificates": "key_cert_sign" in usages, "may_sign_lists": "crl_sign" in usages}


def _purposes(value: bytes) -> dict[str, Any]:
    return {"purposes": tuple(purpose.dotted for purpose in x509.ExtKeyUsageSyntax.load(value))}


_EXTENSION_READERS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "2.5.29.14": _key_id,
    "2.5.29.35": _issuer_key_id,
    "2.5.29.19": _constraints,
    "2.5.29.15": _usage,
    "2.5.29.37": _purposes,
}


def _signed_part(der: bytes) -> bytes:
    return next(elements(only(der, 0x30, _("A certificate")))).raw


def _moment(time: x509.Time) -> datetime:
    moment = time.native
    if not isinstance(moment, datetime):
        raise Malformed(_("A certificate's validity is not a time"))
    return moment.astimezone(UTC)
