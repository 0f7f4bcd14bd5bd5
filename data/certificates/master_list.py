"""CSCA master lists: many states' country signing certificates, signed by one state (ICAO Doc 9303-12, section 9)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core, x509

from data.certificates.certificate import Certificate, name_line, read_certificate
from data.certificates.malformed import Malformed, guard_parsing
from data.certificates.signed_data import SignedData, read_signed_data
from data.certificates.trust_store import state_of
from data.text import Message, _

CONTENT_TYPE = "2.23.136.1.1.2"
SIGNER_PURPOSE = "2.23.136.1.1.3"
MOST_BYTES = 16 * 1024 * 1024
"""The largest list seen has 0.9 MB."""
_MOST_LINKS = 3
"""Changes of a state's key between the root that was given and the one that issued the signer."""


@dataclass(frozen=True, slots=True)
class MasterList:
    """A list whose signature holds."""

    country: str
    """Of the state that signed it."""
    signed: datetime | None
    certificates: tuple[bytes, ...]
    """DER, in the order of the list; not looked into yet."""
    root: Certificate
    """The root that vouches for the signer: one of those given, or else one that the list itself brought."""
    is_vouched: bool
    """Whether `root` was given, so that somebody chose it."""


def read_master_list(data: bytes, roots: Sequence[Certificate] = ()) -> MasterList:
    """The list in `data`; Malformed if it is not a master list, or its signature is wrong.

    The chain is root, master list signer, list (Doc 9303-12, 9.1). Roots are looked for by the signer's state: where
    `roots` has any of that state, one of them must have issued the signer, itself or by link certificates that came
    along. Where it has none, the issuer is looked for among the certificates beside the list and within it. That proves
    that the list is whole, not who made it, and `is_vouched` is False.
    """
    signed = read_signed_data(data, CONTENT_TYPE, _("A master list"), MOST_BYTES)
    if signed.faults:
        raise Malformed(_("A master list is malformed: {fault}", fault=signed.faults[0].says))
    signer = _check_signer(signed)
    certificates = _read_certificates(signed.content)
    state = state_of(signer.country)
    chosen = [root for root in roots if state_of(root.country) == state]
    brought = [*_issuers_of_state(signed.certificates, state), *_issuers_of_state(_parse(certificates), state)]
    if chosen:
        root = _find_root(signer, chosen, brought)
        if root is None:
            raise Malformed(_describe_other_issuer(signer, brought))
    else:
        root = _find_issuer(signer, brought)
        if root is None:
            raise Malformed(
                _(
                    "The issuer of the master list's signer ({subject}) is neither beside the list nor in it, and no "
                    "root of its state was given",
                    subject=signer.subject,
                )
            )
    return MasterList(signer.country, signed.signer.signing_time, certificates, root, bool(chosen))


def _describe_other_issuer(signer: Certificate, brought: Sequence[Certificate]) -> Message:
    what = _(
        "The master list's signer ({subject}) was not issued by any of the given roots of its state",
        subject=signer.subject,
    )
    issuer = _find_issuer(signer, brought)
    if issuer is None:
        return what
    return _(
        "{problem}, but by {issuer}, SHA-256 {fingerprint}, which came with the list",
        problem=what,
        issuer=issuer.subject,
        fingerprint=issuer.fingerprint,
    )


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
    """Old country signing certificates lack one sign of it or another; one is enough."""
    extensions = certificate.extensions
    return bool(extensions.authority or extensions.may_sign_certificates)


def _issuers_of_state(certificates: Iterable[Certificate], state: str) -> list[Certificate]:
    return [each for each in certificates if state_of(each.country) == state and _may_issue(each)]


def _parse(certificates: Iterable[bytes]) -> Iterator[Certificate]:
    """Those that can be read: one that cannot vouches for nobody."""
    for der in certificates:
        with suppress(Malformed):
            yield read_certificate(der)


def _find_root(
    certificate: Certificate, roots: Sequence[Certificate], brought: Sequence[Certificate], links: int = _MOST_LINKS
) -> Certificate | None:
    """The root above a certificate, over at most `links` link certificates among those that were `brought`."""
    root = _find_issuer(certificate, roots)
    if root is not None or links == 0:
        return root
    for link in brought:
        if link.der != certificate.der and _is_issuer(link, certificate):
            root = _find_root(link, roots, brought, links - 1)
            if root is not None:
                return root
    return None


def _find_issuer(certificate: Certificate, candidates: Iterable[Certificate]) -> Certificate | None:
    return next((candidate for candidate in candidates if _is_issuer(candidate, certificate)), None)


def _is_issuer(candidate: Certificate, certificate: Certificate) -> bool:
    """Whether the candidate's key signed the certificate; a key that cannot be used signed nothing that is known."""
    try:
        return certificate.is_signed_by(candidate)
    except Malformed:
        return False


def _read_certificates(content: bytes) -> tuple[bytes, ...]:
    with guard_parsing(_("A master list's content")):
        parsed = _Content.load(content, strict=True)
        if int(parsed["version"].native) != 0:
            raise Malformed(_("A master list has a version that Waypost does not know"))
        return tuple(certificate.dump() for certificate in parsed["certificates"])
