"""Invented states may have keys of any kind."""

from datetime import UTC, datetime

import pytest

from data.certificates.master_list import read_master_list
from data.certificates.revocation_list import read_revocation_list
from devices.simulated.chip.personalisation.issuer import REVOKED
from devices.simulated.chip.pki.invented_state import InventedState

_AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("keys", ["rsa", "rsa_pss", "ec_explicit", "ec_named"])
def test_a_state_with_keys_of_any_kind(keys: str) -> None:
    state = InventedState("UT", keys)  # type: ignore[arg-type]
    root, signer = state.csca.certificate, state.signer.certificate
    assert root.is_signed_by(root) and signer.is_signed_by(root)
    assert root.extensions.authority and root.extensions.may_sign_certificates and not root.extensions.oddities
    assert signer.extensions.issuer_key_id == root.extensions.key_id
    assert signer.extensions.authority is None and not signer.extensions.oddities
    revocations = read_revocation_list(state.revocations([REVOKED], _AT))
    assert set(revocations.revoked) == {REVOKED} and revocations.is_signed_by(root) and revocations.is_current(_AT)
    listed = read_master_list(state.master_list([root.der], _AT), [root])
    assert listed.certificates == (root.der,) and listed.signed == _AT
