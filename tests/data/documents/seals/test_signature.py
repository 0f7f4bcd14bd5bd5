"""A seal's signature holds for what was sealed, by whoever sealed it, with the digest that its curve asks for."""

from typing import Any

import ecdsa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from data.documents.seals.seal import read_seal
from data.documents.seals.signature import verify_seal_signature
from tests.support.pki import RsaSigner, country_signer, document_signer
from tests.support.sealed import authorities, corrupted, visa

_, SIGNER = authorities()


@pytest.mark.parametrize(
    ("curve", "hash"),
    [
        (ecdsa.BRAINPOOLP224r1, "sha224"),
        (ecdsa.NIST224p, "sha224"),
        (ecdsa.BRAINPOOLP256r1, "sha256"),
        (ecdsa.NIST384p, "sha384"),
        (ecdsa.BRAINPOOLP512r1, "sha512"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_the_size_of_the_curve_says_the_digest(curve: Any, hash: str) -> None:
    _, signer = authorities(curve, hash)
    read = read_seal(visa(signer))
    assert verify_seal_signature(signer.certificate, read.signature, read.covered)
    assert not verify_seal_signature(SIGNER.certificate, read.signature, read.covered)


@given(st.integers(0, 10_000))
def test_no_changed_bit_passes(place: int) -> None:
    try:
        read = read_seal(corrupted(visa(SIGNER), [place]))
    except Malformed:
        return
    assert not verify_seal_signature(SIGNER.certificate, read.signature, read.covered)


def test_a_key_of_another_kind_is_told() -> None:
    other = document_signer(country_signer(), RsaSigner())
    read = read_seal(visa(SIGNER))
    with pytest.raises(Malformed, match="elliptic"):
        verify_seal_signature(other.certificate, read.signature, read.covered)
