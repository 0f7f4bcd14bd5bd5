"""Signing keys: the same for a seed, named or spelled out."""

import pytest

from data.certificates.public_keys import read_public_key
from devices.simulated.chip.pki.invented_state import InventedState
from devices.simulated.chip.pki.signing_keys import CURVES, EcSigningKey, RsaSigningKey, rsa_key
from tests.devices.support.minted import ISSUER


@pytest.mark.parametrize("curve", CURVES)
def test_a_curve_named_and_spelled_out_is_one_key(curve: str) -> None:
    spelled, named = (EcSigningKey("a", curve, form) for form in ("explicit", "named_curve"))  # type: ignore[arg-type]
    assert read_public_key(spelled.info) == read_public_key(named.info)
    assert spelled.info != named.info


def test_the_same_seed_makes_the_same_keys_and_another_does_not() -> None:
    rsa_key.cache_clear()
    first = RsaSigningKey("a", 1024).info
    rsa_key.cache_clear()
    assert RsaSigningKey("a", 1024).info == first != RsaSigningKey("b", 1024).info
    assert InventedState("UT").csca.der == InventedState("UT").csca.der != InventedState("UT", seed="b").csca.der
    assert ISSUER.state.csca.subject.native["common_name"].startswith("Invented")
