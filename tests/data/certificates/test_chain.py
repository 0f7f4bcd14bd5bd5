"""Chains: only a signature makes one; what the kit does not carry is told from what is wrong."""

from datetime import timedelta

import pytest

from data.certificates.certificate import read_certificate
from data.certificates.malformed import Malformed
from data.certificates.revocation_list import read_revocation_list
from data.certificates.trust_record import TrustItem, TrustRecord
from data.certificates.trust_store import ChainStatus, TrustStore, certificate_record, find_chain, revocations_record
from tests.support import pki

ROOT = pki.country_signer()
NEIGHBOUR = pki.country_signer(common="CSCA Nearby", country="NT")
SIGNER = pki.document_signer(ROOT)


def _store(*ders: bytes, lists: tuple[bytes, ...] = ()) -> TrustStore:
    records = [certificate_record(read_certificate(der), "a test") for der in ders]
    return TrustStore([*records, *(revocations_record(read_revocation_list(der), "a test") for der in lists)])


def test_a_signer_is_chained_by_key_identifier_and_by_trial() -> None:
    chain = find_chain(SIGNER.certificate, _store(NEIGHBOUR.der, ROOT.der))
    assert chain.status is ChainStatus.ISSUED and chain.anchor is not None
    assert (chain.anchor.certificate.der, chain.anchor.source) == (ROOT.der, "a test")
    nameless = pki.document_signer(ROOT, extensions=[("key_usage", {"digital_signature"})])
    assert find_chain(nameless.certificate, _store(NEIGHBOUR.der, ROOT.der)).status is ChainStatus.ISSUED


def test_a_name_alone_never_makes_a_chain() -> None:
    same_name = pki.country_signer()
    assert find_chain(SIGNER.certificate, _store(same_name.der)).status is ChainStatus.NO_KEY
    assert find_chain(SIGNER.certificate, _store(NEIGHBOUR.der)).status is ChainStatus.NO_STATE
    assert find_chain(SIGNER.certificate, _store()).status is ChainStatus.NO_STATE


def test_a_claimed_key_that_did_not_sign_is_a_forgery() -> None:
    forger = pki.country_signer()
    claims = [("authority_key_identifier", {"key_identifier": pki.key_id(ROOT.key)})]
    forged = pki.document_signer(forger, extensions=claims)
    assert find_chain(forged.certificate, _store(ROOT.der)).status is ChainStatus.FORGED


def test_a_key_of_another_state_does_not_vouch() -> None:
    stray = pki.document_signer(NEIGHBOUR, country="UT")
    assert find_chain(stray.certificate, _store(ROOT.der, NEIGHBOUR.der)).status is ChainStatus.OTHER_STATE


def test_a_new_key_is_trusted_through_its_link_certificate() -> None:
    renewed = pki.country_signer(common="CSCA 2")
    bridge = pki.link(ROOT, renewed)
    assert read_certificate(bridge).is_signed_by(ROOT.certificate)
    assert find_chain(pki.document_signer(renewed).certificate, _store(ROOT.der, bridge)).status is ChainStatus.ISSUED


def test_of_several_certificates_with_the_key_the_one_valid_then_counts() -> None:
    old = pki.country_signer(ROOT.key, end=pki.START - timedelta(days=1), start=pki.START - timedelta(days=9))
    for order in ((old.der, ROOT.der), (ROOT.der, old.der)):
        anchor = find_chain(SIGNER.certificate, _store(*order)).anchor
        assert anchor is not None and anchor.certificate.der == ROOT.der


def test_a_signer_that_may_not_sign_certificates_issues_nothing() -> None:
    imposter = pki.document_signer(ROOT)
    issued = pki.document_signer(imposter)
    assert find_chain(issued.certificate, _store(imposter.der)).status is ChainStatus.FORGED


def test_the_newest_list_that_the_state_itself_signed_counts() -> None:
    older, newer = (pki.revocation_list(ROOT, [3], pki.START + timedelta(days=days)) for days in (0, 30))
    forged = pki.revocation_list(ROOT, [], pki.START + timedelta(days=60), key=pki.EcSigner())
    revocations = _store(ROOT.der, lists=(newer, older, forged)).revocations_for(SIGNER.certificate)
    assert revocations is not None and revocations.der == newer and set(revocations.revoked) == {3}
    assert revocations.is_current(pki.START + timedelta(days=100)) and not revocations.is_current(
        pki.START + timedelta(days=130)
    )
    assert _store(ROOT.der, NEIGHBOUR.der, lists=(newer,)).revocations_for(NEIGHBOUR.certificate) is None


def test_a_list_of_another_authority_of_the_state_says_nothing_of_this_signer() -> None:
    visas = pki.country_signer(common="Visa CA")
    assert (
        _store(ROOT.der, visas.der, lists=(pki.revocation_list(visas, [11]),)).revocations_for(SIGNER.certificate)
        is None
    )


def test_after_a_change_of_key_the_new_key_signs_for_the_old() -> None:
    renewed = pki.country_signer()
    signed_anew = pki.revocation_list(ROOT, [11], key=renewed.key)
    revocations = _store(ROOT.der, renewed.der, lists=(signed_anew,)).revocations_for(SIGNER.certificate)
    assert revocations is not None and 11 in revocations.revoked


def test_a_list_for_some_certificates_only_is_refused() -> None:
    partial = {
        "extn_id": "issuing_distribution_point",
        "critical": True,
        "extn_value": {"only_contains_ca_certs": True},
    }
    with pytest.raises(Malformed, match="critical"):
        read_revocation_list(pki.revocation_list(ROOT, extensions=[partial]))


def test_an_unusable_certificate_is_passed_over() -> None:
    broken = TrustRecord(TrustItem.CERTIFICATE, "UT", "broken", pki.key_id(ROOT.key).hex(), b"\x30\x00", "a test")
    store = TrustStore([broken, certificate_record(ROOT.certificate, "a test")])
    assert store.count == 2 and find_chain(SIGNER.certificate, store).status is ChainStatus.ISSUED
