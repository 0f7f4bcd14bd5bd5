"""Signatures of every kind of key hold, with the odd forms that real issuers write."""

from typing import Any

import ecdsa
import pytest

from data.certificates.certificate import read_certificate
from data.certificates.malformed import Malformed
from data.certificates.public_keys import read_public_key
from data.certificates.signatures import Scheme, SignatureAlgorithm, digest, verify_signature
from tests.support.pki import EcSigner, RsaSigner, country_signer, document_signer, rsa_key


@pytest.mark.parametrize(
    "signer",
    [
        RsaSigner(),
        RsaSigner(pss=True),
        EcSigner(),
        EcSigner(encoding="named_curve"),
        EcSigner(ecdsa.BRAINPOOLP384r1, hash="sha384"),
        EcSigner(ecdsa.BRAINPOOLP224r1),
        EcSigner(ecdsa.BRAINPOOLP320t1, "named_curve"),
        EcSigner(ecdsa.NIST256p, hash="sha384"),
        EcSigner(ecdsa.SECP160r1, hash="sha1"),
    ],
    ids=["PKCS#1", "PSS", "explicit", "named", "bp384", "bp224", "bp320t1", "long digest", "160 bits"],
)
def test_a_certificate_verifies_under_every_kind_of_key(signer: Any) -> None:
    root = country_signer(signer)
    mine, others = document_signer(root).certificate, document_signer(country_signer()).certificate
    assert mine.is_signed_by(root.certificate)
    assert not others.is_signed_by(root.certificate)
    broken = bytearray(mine.der)
    broken[len(mine.der) // 3] ^= 1
    try:
        assert not read_certificate(bytes(broken)).is_signed_by(root.certificate)
    except Malformed:
        pass


def _padded(digest_info: bytes) -> int:
    return int.from_bytes(b"\x00\x01" + b"\xff" * (256 - 3 - len(digest_info)) + b"\x00" + digest_info, "big")


@pytest.mark.parametrize(("head", "good"), [("3031300d", True), ("302f300b", True), ("3031300c", False)])
def test_pkcs1_with_and_without_the_null_of_its_digest(head: str, good: bool) -> None:
    numbers = rsa_key(0).private_numbers()
    oid, null = "0609608648016503040201", "0500" if head == "3031300d" else ""
    info = bytes.fromhex(head + oid + null + "0420") + digest("sha256", b"content")
    signature = pow(_padded(info), numbers.d, numbers.public_numbers.n).to_bytes(256, "big")
    key, algorithm = read_public_key(RsaSigner().info), SignatureAlgorithm(Scheme.PKCS1, "sha256")
    assert verify_signature(key, algorithm, signature, b"content") is good
    assert not verify_signature(key, algorithm, signature, b"other")
