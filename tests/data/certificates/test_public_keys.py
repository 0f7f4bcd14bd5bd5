"""Public keys: explicit curves taken for what they are, absurd ones refused."""

import ecdsa
import pytest
from asn1crypto import keys

from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey, RsaKey, read_public_key
from tests.support.pki import EcSigner, RsaSigner


def test_explicit_parameters_of_a_known_curve_are_that_curve() -> None:
    key = read_public_key(EcSigner(ecdsa.BRAINPOOLP256r1).info)
    assert isinstance(key, EcKey)
    assert key.curve.name == "BRAINPOOLP256r1" and key.curve.native is not None


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
