"""Curves that a key spells out: checked before they are used, absurd ones refused."""

from typing import Any

import ecdsa
import pytest
from asn1crypto import keys

from data.certificates.curves import EXPLICIT, decode_point
from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey, read_public_key
from tests.support.pki import EcSigner


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
        ({"order": 1 << 4000}, "far too large"),
        ({"prime": 1 << 4000}, "far too large"),
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
