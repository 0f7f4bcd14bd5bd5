"""Chains: only a signature makes one; what the kit does not carry is told from what is wrong."""

from dataclasses import replace
from datetime import timedelta

from data.certificates.certificate import read_certificate
from data.certificates.trust_record import TrustItem, TrustRecord
from data.certificates.trust_store import ChainStatus, TrustStore, certificate_record, find_chain
from tests.data.support.certificate_store import store_of
from tests.support import pki

ROOT = pki.country_signer()
NEIGHBOUR = pki.country_signer(common="CSCA Nearby", country="NT")
SIGNER = pki.document_signer(ROOT)


def test_a_signer_is_chained_by_key_identifier_and_by_trial() -> None:
    chain = find_chain(SIGNER.certificate, store_of(NEIGHBOUR.der, ROOT.der))
    assert chain.status is ChainStatus.ISSUED and chain.anchor is not None
    assert (chain.anchor.certificate.der, chain.anchor.source) == (ROOT.der, "a test")
    nameless = pki.document_signer(ROOT, extensions=[("key_usage", {"digital_signature"})])
    assert find_chain(nameless.certificate, store_of(NEIGHBOUR.der, ROOT.der)).status is ChainStatus.ISSUED


def test_a_name_alone_never_makes_a_chain() -> None:
    same_name = pki.country_signer()
    assert find_chain(SIGNER.certificate, store_of(same_name.der)).status is ChainStatus.NO_KEY
    assert find_chain(SIGNER.certificate, store_of(NEIGHBOUR.der)).status is ChainStatus.NO_STATE
    assert find_chain(SIGNER.certificate, store_of()).status is ChainStatus.NO_STATE


def test_a_claimed_key_that_did_not_sign_is_a_forgery() -> None:
    forger = pki.country_signer()
    claims = [("authority_key_identifier", {"key_identifier": pki.key_id(ROOT.key)})]
    forged = pki.document_signer(forger, extensions=claims)
    assert find_chain(forged.certificate, store_of(ROOT.der)).status is ChainStatus.FORGED


def test_a_key_of_another_state_does_not_vouch() -> None:
    stray = pki.document_signer(NEIGHBOUR, country="UT")
    assert find_chain(stray.certificate, store_of(ROOT.der, NEIGHBOUR.der)).status is ChainStatus.OTHER_STATE


def test_a_new_key_is_trusted_through_its_link_certificate() -> None:
    renewed = pki.country_signer(common="CSCA 2")
    bridge = pki.link(ROOT, renewed)
    assert read_certificate(bridge).is_signed_by(ROOT.certificate)
    assert find_chain(pki.document_signer(renewed).certificate, store_of(ROOT.der, bridge)).status is ChainStatus.ISSUED


def test_of_several_certificates_with_the_key_the_one_valid_then_counts() -> None:
    old = pki.country_signer(ROOT.key, end=pki.START - timedelta(days=1), start=pki.START - timedelta(days=9))
    for order in ((old.der, ROOT.der), (ROOT.der, old.der)):
        anchor = find_chain(SIGNER.certificate, store_of(*order)).anchor
        assert anchor is not None and anchor.certificate.der == ROOT.der


def test_a_signer_that_may_not_sign_certificates_issues_nothing() -> None:
    imposter = pki.document_signer(ROOT)
    issued = pki.document_signer(imposter)
    assert find_chain(issued.certificate, store_of(imposter.der)).status is ChainStatus.FORGED


def test_an_unusable_certificate_is_passed_over() -> None:
    broken = TrustRecord(TrustItem.CERTIFICATE, "UT", "broken", pki.key_id(ROOT.key).hex(), b"\x30\x00", "a test")
    store = TrustStore([broken, certificate_record(ROOT.certificate, "a test")])
    assert store.count == 2 and find_chain(SIGNER.certificate, store).status is ChainStatus.ISSUED


def unvouched(der: bytes) -> TrustRecord:
    return replace(certificate_record(read_certificate(der), "a test"), vouched=False)


def test_a_certificate_that_only_its_list_vouches_for_chains_and_says_so() -> None:
    signer = pki.document_signer(ROOT).certificate
    chain = find_chain(signer, TrustStore([unvouched(ROOT.der)]))
    assert chain.status is ChainStatus.ISSUED and chain.anchor is not None and not chain.anchor.vouched
    both = TrustStore([unvouched(ROOT.der), certificate_record(ROOT.certificate, "a root")])
    chain = find_chain(signer, both)
    assert both.count == 1 and chain.anchor is not None and chain.anchor.vouched


def test_a_list_that_nobody_vouches_for_makes_nothing_genuine_forged_or_anothers() -> None:
    signer = pki.document_signer(ROOT).certificate
    planted = pki.country_signer(extensions=[pki.raw_extension("2.5.29.14", b"\x04\x14" + pki.key_id(ROOT.key))])
    assert find_chain(signer, TrustStore([unvouched(planted.der)])).status is ChainStatus.NO_KEY
    renamed = pki.country_signer(key=ROOT.key, country="NT")
    assert find_chain(signer, TrustStore([unvouched(renamed.der)])).status is ChainStatus.NO_STATE
    beside = TrustStore([unvouched(renamed.der), certificate_record(ROOT.certificate, "a root")])
    assert find_chain(signer, beside).status is ChainStatus.ISSUED
