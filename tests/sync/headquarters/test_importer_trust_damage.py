"""Damaged blocks, certificates and revocation lists replace nothing and withdraw nobody."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from sync.headquarters.importer import ImportReport, import_list
from tests.support import pki
from tests.support.deployment import Deployment
from tests.sync.support.trust_files import to_ldif, to_pem

SIGNERS = [pki.country_signer(country=code) for code in ("UT", "NT", "XA", "XB")]
CERTIFICATES = to_pem("CERTIFICATE", *(signer.der for signer in SIGNERS))
LISTS = [pki.revocation_list(signer, [5]) for signer in SIGNERS]
NEWER = pki.revocation_list(SIGNERS[1], [5, 6], pki.START + timedelta(days=9))
REVOCATIONS = to_pem("X509 CRL", *LISTS)
Take = Callable[..., ImportReport]


@pytest.fixture
def take(deployment: Deployment) -> Take:
    def _take(form: str, content: bytes, reason: str = "") -> ImportReport:
        path = deployment.folder / f"source.{form}"
        path.write_bytes(content)
        return import_list(deployment.hq, form, form, [path], accept_incomplete=reason)

    return _take


def damage(content: bytes, old: bytes, new: bytes) -> bytes:
    """The second `old` made `new`."""
    first = content.index(old) + len(old)
    return content[:first] + content[first:].replace(old, new, 1)


@pytest.mark.parametrize(("form", "whole"), [("crl", REVOCATIONS), ("pem", CERTIFICATES)])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"-----BEGIN", b"----BEGIN"),
        (b"-----BEGIN", b"-----BEGN"),
        (b"-----BEGIN", b"-----begin"),
        (b"-----BEGIN", b"---- BEGIN"),
        (b"-----BEGIN", b"BEGIN"),
        (b"-----BEGIN", b""),
        (b"-----\nMI", b"----\nMI"),
        (b"-----\nMI", b"X-----\nMI"),
        (b"-----\nMI", b" MI"),
        (b"-----END", b"----END"),
    ],
)
def test_a_block_whose_marks_are_damaged_is_not_absent(
    take: Take, form: str, whole: bytes, old: bytes, new: bytes
) -> None:
    take(form, whole)
    report = take(form, damage(whole, old, new))
    assert (report.removed, report.changed, report.ok) == (0, 0, False)
    assert len(report.kept) >= 1


def test_text_and_blocks_of_other_types_are_not_damage(take: Take) -> None:
    others = to_pem("PRIVATE KEY", b"x" * 90) + b"Issuer: C=UT -- a comment\n----------\n" + to_pem("CMS", b"y" * 90)
    assert take("pem", others + CERTIFICATES).ok


def flips(der: bytes) -> list[bytes]:
    """One bit changed, at every place."""
    return [der[:at] + bytes([der[at] ^ 1]) + der[at + 1 :] for at in range(4, len(der))]


@pytest.mark.parametrize("are_issuers_known", [True, False])
def test_a_revocation_list_with_a_wrong_bit_replaces_nothing(take: Take, are_issuers_known: bool) -> None:
    if are_issuers_known:
        take("pem", CERTIFICATES)
    take("crl", REVOCATIONS)
    for damaged in flips(LISTS[1])[:: 9 if are_issuers_known else 11]:
        report = take("crl", to_pem("X509 CRL", LISTS[0], damaged, *LISTS[2:]))
        assert (report.added, report.changed, report.removed, report.ok) == (0, 0, 0, False)
    assert take("crl", REVOCATIONS).ok


def test_a_certificate_with_a_wrong_bit_replaces_nothing(take: Take) -> None:
    ders = [signer.der for signer in SIGNERS]
    for form, write in (
        ("pem", lambda ders: to_pem("CERTIFICATE", *ders)),
        ("ldif", lambda ders: to_ldif(*(("cACertificate;binary", der) for der in ders))),
    ):
        take(form, write(ders))
        for damaged in flips(ders[1])[::17]:
            report = take(form, write([ders[0], damaged, *ders[2:]]))
            assert (report.added, report.changed, report.removed, report.ok) == (0, 0, 0, False)
        assert take(form, write(ders)).ok


def test_no_reason_makes_a_wrong_signature_right(take: Take) -> None:
    take("pem", CERTIFICATES)
    take("crl", REVOCATIONS)
    damaged = LISTS[1][:-1] + bytes([LISTS[1][-1] ^ 1])
    report = take("crl", to_pem("X509 CRL", LISTS[0], damaged, *LISTS[2:]), reason="the state says so")
    assert (report.changed, len(report.kept)) == (0, 1)


@pytest.mark.parametrize("are_issuers_known", [True, False])
def test_a_newer_revocation_list_replaces_the_old_one(take: Take, are_issuers_known: bool) -> None:
    if are_issuers_known:
        take("pem", CERTIFICATES)
    take("crl", REVOCATIONS)
    report = take("crl", to_pem("X509 CRL", LISTS[0], NEWER, *LISTS[2:]))
    assert (report.changed, report.removed, report.ok) == (1, 0, True)


def test_a_new_key_replaces_the_old_one(take: Take) -> None:
    take("pem", CERTIFICATES)
    new = pki.country_signer(pki.RsaSigner(1), country="NT")
    report = take("pem", to_pem("CERTIFICATE", *(signer.der for signer in (SIGNERS[0], new, *SIGNERS[2:]))))
    assert (report.added, report.removed, report.ok) == (1, 1, True)
