"""Public keys: explicit curves taken for what they are, absurd ones refused."""

from typing import Any

import ecdsa
import pytest
from asn1crypto import keys

from data.certificates.certificate import read_certificate
from data.certificates.curves import EXPLICIT, decode_point
from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey, RsaKey, read_public_key
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


def test_explicit_parameters_of_a_known_curve_are_that_curve() -> None:
    key = read_public_key(EcSigner(ecdsa.BRAINPOOLP256r1).info)
    assert isinstance(key, EcKey)
    assert key.curve.name == "BRAINPOOLP256r1" and key.curve.native is not None


def _altered(**changes: Any) -> bytes:
    info = keys.PublicKeyInfo.load(EcSigner(ecdsa.SECP256k1).info)
    domain = info["algorithm"]["parameters"].chosen
    for part, value in changes.items():
        if part in ("a", "b"):
            domain["curve"][part] = value
        elif part == "prime":
            domain["field_id"]["parameters"] = value
        else:
            domain[part] = value
    fresh = keys.PublicKeyInfo(
        {
            "algorithm": {"algorithm": "ec", "parameters": keys.ECDomainParameters("specified", domain)},
            "public_key": info["public_key"],
        }
    )
    return bytes(fresh.dump(force=True))


def test_another_generator_makes_another_curve_that_is_checked_and_used() -> None:
    point = 3 * ecdsa.SECP256k1.generator
    key = read_public_key(_altered(base=keys.ECPoint(point.to_bytes("uncompressed"))))
    assert isinstance(key, EcKey)
    assert key.curve.name == EXPLICIT and key.curve.native is None


P = ecdsa.SECP256k1.curve.p()
N = int(ecdsa.SECP256k1.order)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"order": N - 2}, "order"),
        ({"order": int(ecdsa.numbertheory.next_prime(N))}, "does not have the order"),
        ({"order": 7}, "bits"),
        ({"order": 1 << 4000}, "absurdly"),
        ({"prime": 1 << 4000}, "absurdly"),
        ({"prime": P - 2}, "not on its curve"),
        ({"a": bytes(31) + b"\x01"}, "not on its curve"),
        ({"base": keys.ECPoint(b"\x04" + bytes(64))}, "not on its curve"),
        ({"base": keys.ECPoint(b"\x00")}, "length or form"),
    ],
    ids=[
        "composite",
        "wrong order",
        "tiny group",
        "huge order",
        "huge field",
        "other field",
        "other curve",
        "zero",
        "infinity",
    ],
)
def test_parameters_that_make_no_sound_curve_are_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Malformed, match=why):
        read_public_key(_altered(**changes))


def test_a_compressed_point_is_decoded_and_a_field_that_is_none_does_not_hang() -> None:
    secret = EcSigner(ecdsa.BRAINPOOLP224r1)
    curve = read_public_key(secret.info).curve  # type: ignore[union-attr]
    point = secret.secret.verifying_key.pubkey.point
    assert decode_point(curve, point.to_bytes("compressed")) == (point.x(), point.y())
    with pytest.raises(Malformed, match="prime"):
        read_public_key(
            _altered(prime=(1 << 32) ** 2 + 2 * (1 << 32) + 1, base=keys.ECPoint(b"\x02" + bytes(8) + b"\x05"))
        )


@pytest.mark.parametrize(
    ("modulus", "exponent"), [(15, 3), (1 << 2047, 65537), ((1 << 2047) + 1, 1), ((1 << 9000) + 1, 3)]
)
def test_rsa_numbers_that_cannot_be_are_refused(modulus: int, exponent: int) -> None:
    info = keys.PublicKeyInfo.wrap(keys.RSAPublicKey({"modulus": modulus, "public_exponent": exponent}), "rsa")
    with pytest.raises(Malformed):
        read_public_key(info.dump())
    assert isinstance(read_public_key(RsaSigner().info), RsaKey)


def test_an_rsa_number_without_the_zero_that_keeps_it_positive_is_taken_as_meant() -> None:
    info = keys.PublicKeyInfo.load(RsaSigner().info)
    modulus = int(info["public_key"].parsed["modulus"].native)
    negative = keys.RSAPublicKey({"modulus": modulus - (1 << 2048), "public_exponent": 65537})
    assert read_public_key(keys.PublicKeyInfo.wrap(negative, "rsa").dump()) == RsaKey(modulus, 65537)


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
