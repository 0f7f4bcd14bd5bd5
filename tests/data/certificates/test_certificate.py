"""Certificates: what is careless is told, what matters and cannot be read is refused, garbage never crashes."""

from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.certificate import read_certificate
from data.certificates.malformed import Malformed
from data.certificates.signed_data import read_signed_data
from tests.support import pki

ROOT = pki.country_signer()
CONTENT = "2.23.136.1.1.1"
SIGNED = pki.signed_data(b"what was signed", CONTENT, pki.document_signer(ROOT))


def test_a_certificate_is_read_whole() -> None:
    certificate = ROOT.certificate
    assert (certificate.subject, certificate.country, certificate.serial) == ("C=UT, O=Utopia, CN=CSCA", "UT", 7)
    assert (
        certificate.self_issued
        and certificate.covers(pki.START)
        and not certificate.covers(pki.END + timedelta(seconds=1))
    )
    assert (certificate.extensions.authority, certificate.extensions.may_sign_certificates) == (True, True)
    assert certificate.extensions.key_id == pki.key_id(ROOT.key) and certificate.extensions.oddities == ()


def test_an_extension_that_cannot_be_read_is_an_oddity() -> None:
    bad = pki.raw_extension("2.5.29.14", core.Integer(5).dump())
    odd = pki.country_signer(extensions=[("key_usage", {"key_cert_sign"}), bad]).certificate
    assert odd.extensions.oddities == ("its extension 2.5.29.14 cannot be read",)
    assert odd.extensions.may_sign_certificates is True


def test_an_unknown_critical_extension_is_refused() -> None:
    extension = pki.raw_extension("2.5.29.31", b"\x30\x00", critical=True)
    assert pki.country_signer(extensions=[extension]).certificate.extensions.oddities == ()
    assert pki.country_signer(extensions=[pki.raw_extension("1.2.3.4", b"\x05\x00")]).certificate.serial == 7
    with pytest.raises(Malformed, match=r"critical extension 1\.2\.3\.4"):
        _ = pki.country_signer(extensions=[pki.raw_extension("1.2.3.4", b"\x05\x00", critical=True)]).certificate


def test_hostile_text_in_a_name_cannot_reach_a_screen() -> None:
    certificate = pki.country_signer(common="A\x1b[2J\u202eB").certificate
    assert "\x1b" not in certificate.subject and "\u202e" not in certificate.subject


def _reads(data: bytes) -> None:
    for read in (read_certificate, lambda der: read_signed_data(der, CONTENT, "A test", 10_000)):
        try:
            parsed: Any = read(data)
            _ = parsed.key if hasattr(parsed, "key") else parsed.digest_holds
        except Malformed:
            pass


@given(st.binary(max_size=300))
def test_garbage_is_refused(data: bytes) -> None:
    _reads(data)


@given(st.sampled_from([ROOT.der, SIGNED]), st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=4))
def test_a_spoilt_certificate_or_signature_never_crashes(whole: bytes, changes: list[tuple[int, int]]) -> None:
    spoilt = bytearray(whole)
    for at, value in changes:
        spoilt[at % len(spoilt)] = value
    _reads(bytes(spoilt))


@given(st.sampled_from([ROOT.der, SIGNED]), st.integers(0, 2000))
def test_a_cut_one_never_crashes(whole: bytes, end: int) -> None:
    if end < len(whole):
        with pytest.raises(Malformed):
            read_certificate(whole[:end])
