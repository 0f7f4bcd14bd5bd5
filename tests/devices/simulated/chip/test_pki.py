"""Invented issuers: the same every time, and what they publish is what our readers of trust lists take."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from data.certificates.certificate import read_certificate
from data.certificates.master_list import read_master_list
from data.certificates.public_keys import read_public_key
from data.certificates.revocation_list import read_revocation_list
from data.certificates.trust_record import TrustItem, TrustRecord
from data.certificates.trust_store import TrustStore
from devices.simulated.chip.personalisation.issuer import REVOKED
from devices.simulated.chip.pki.invented_state import InventedState
from devices.simulated.chip.pki.signing_keys import CURVES, EcSigningKey, RsaSigningKey, rsa_key
from devices.simulated.chip.publishing import publish_issuer_files
from devices.simulated.chip.randomness import number_below, seeded_randomness
from sync.headquarters.sources import SourceInfo, load_reader
from tests.devices.support.minted import ISSUER

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_KIT = """
[reader]
[[reader.presents]]
mrz = ["P<UTOSAMPEL<<ADA<MARIA<<<<<<<<<<<<<<<<<<<<<<", "L1234567A3UTO9002033F3101015<<<<<<<<<<<<<<04"]
chip = {}
[[reader.presents]]
document = { format = "TD3", code = "P", issuer = "D", number = "C01X00000", surname = "Sample", expiry = 2031-01-01 }
chip = {}
[[reader.presents]]
document = { format = "TD3", code = "P", issuer = "FRA", number = "01XX00000", surname = "Nochip" }
"""


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


@pytest.mark.parametrize("keys", ["rsa", "rsa_pss", "ec_named"])
def test_another_library_takes_the_certificates(keys: str) -> None:
    state = InventedState("UT", keys)  # type: ignore[arg-type]
    root, signer = (x509.load_der_x509_certificate(authority.der) for authority in (state.csca, state.signer))
    root.verify_directly_issued_by(root)
    signer.verify_directly_issued_by(root)
    usage = signer.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.digital_signature and not usage.value.key_cert_sign
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(True, 0)


def test_a_link_certificate_is_the_new_key_by_the_word_of_the_old() -> None:
    old = InventedState("UT")
    new = old.renew()
    linked = read_certificate(new.link(old))
    assert linked.is_signed_by(old.csca.certificate) and linked.key == new.csca.certificate.key
    assert new.csca.certificate.key != old.csca.certificate.key
    assert new.signer.certificate.is_signed_by(linked)


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


def test_numbers_below_a_limit() -> None:
    assert {number_below(4, seeded_randomness("n", seed)) for seed in range(60)} == {1, 2, 3}
    take = seeded_randomness("stream")
    assert take(10) + take(50) == seeded_randomness("stream")(60)


def test_what_a_kit_s_issuers_publish_is_imported_as_trust_lists(tmp_path: Path) -> None:
    kit = tmp_path / "kit.toml"
    kit.write_text(_KIT, "utf-8")
    published = publish_issuer_files(kit, tmp_path, _AT)
    listed, revoked = (
        list(load_reader("master-list")(published.master_list)),
        list(load_reader("crl")(published.revocations)),
    )
    records = [record for record in (*listed, *revoked) if isinstance(record, TrustRecord)]
    assert sorted((record.country, record.item) for record in records) == [
        ("DE", TrustItem.CERTIFICATE), ("DE", TrustItem.REVOCATIONS),
        ("UT", TrustItem.CERTIFICATE), ("UT", TrustItem.REVOCATIONS),
    ]  # fmt: skip
    assert all(isinstance(record, (TrustRecord, SourceInfo)) for record in (*listed, *revoked))
    assert not any(record.skipped for record in listed if isinstance(record, SourceInfo))
    store = TrustStore(records)
    assert store.revocations_for(ISSUER.state.signer.certificate) is not None
