"""CSCA master lists: many states' country signing certificates, signed by one state (ICAO Doc 9303-12, section 9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core, x509

from data.certificates.certificate import Certificate, name_line
from data.certificates.malformed import Malformed, guard_parsing
from data.certificates.signed_data import SignedData, read_signed_data
from data.text import _

CONTENT_TYPE = "2.23.136.1.1.2"
SIGNER_PURPOSE = "2.23.136.1.1.3"
MOST_BYTES = 16 * 1024 * 1024
"""The largest list seen has 0.9 MB."""


@dataclass(frozen=True, slots=True)
class MasterList:
    """A list whose signature holds."""

    country: str
    """Of the state that signed it."""
    signed: datetime | None
    certificates: tuple[bytes, ...]
    """DER, in the order of the list; not looked into yet."""
    anchor: Certificate | None
    """The root of one's own choice that vouches for the signer; None when no root was given."""


def read_master_list(data: bytes, anchors: Sequence[Certificate] = ()) -> MasterList:
    """The list in `data`; Malformed if it is not a master list, or its signature is wrong.

    The signer must have been issued by one of `anchors`; without any, by a country signing certificate that came along,
    which proves that the list is whole but not who made it.
    """
    signed = read_signed_data(data, CONTENT_TYPE, _("A master list"), MOST_BYTES)
    if signed.faults:
        raise Malformed(_("A master list is malformed: {fault}", fault=signed.faults[0].says))
    signer = _check_signer(signed)
    anchor = _find_issuer(signer, filter(_may_issue, anchors))
    if anchors and anchor is None:
        raise Malformed(
            _("The master list's signer ({subject}) was not issued by any of the given roots", subject=signer.subject)
        )
    if not anchors and _find_issuer(signer, filter(_may_issue, signed.certificates)) is None:
        raise Malformed(
            _("The master list's signer ({subject}) was not issued by the included root", subject=signer.subject)
        )
    return MasterList(signer.country, signed.signer.signing_time, _read_certificates(signed.content), anchor)


def certificate_name(der: bytes) -> str:
    """A certificate's subject as far as it can be read, to name one that is refused."""
    try:
        with guard_parsing(_("A certificate")):
            return name_line(x509.Certificate.load(der).subject)
    except Malformed:
        return ""


class _Certificates(core.SetOf):  # type: ignore[misc]
    _child_spec = core.Any


class _Content(core.Sequence):  # type: ignore[misc]
    _fields = [("version", core.Integer), ("certificates", _Certificates)]  # noqa: RUF012


def _check_signer(signed: SignedData) -> Certificate:
    signer = signed.signer_certificate
    if signer is None:
        raise Malformed(_("A master list does not include its signer's certificate"))
    if not signed.digest_holds:
        raise Malformed(_("A master list is not the one that was signed: its digest is different"))
    if not signed.signature_holds(signer):
        raise Malformed(_("The master list's signature is not that of its signer ({subject})", subject=signer.subject))
    if SIGNER_PURPOSE not in signer.extensions.purposes:
        raise Malformed(_("The master list's signer ({subject}) may not sign master lists", subject=signer.subject))
    return signer


def _may_issue(certificate: Certificate) -> bool:
    return certificate.extensions.authority is True


def _find_issuer(certificate: Certificate, candidates: Iterable[Certificate]) -> Certificate | None:
    for candidate in candidates:
        if candidate.country == certificate.country and certificate.is_signed_by(candidate):
            return candidate
    return None


def _read_certificates(content: bytes) -> tuple[bytes, ...]:
    with guard_parsing(_("A master list's content")):
        parsed = _Content.load(content, strict=True)
        if int(parsed["version"].native) != 0:
            raise Malformed(_("A master list has a version that Waypost does not know"))
        return tuple(certificate.dump() for certificate in parsed["certificates"])
