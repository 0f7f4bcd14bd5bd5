"""Revocation lists: whose word counts for which certificates, and which lists are refused."""

from datetime import timedelta

import pytest

from data.certificates.malformed import Malformed
from data.certificates.revocation_list import read_revocation_list
from tests.data.support.certificate_store import store_of
from tests.support import pki

ROOT = pki.country_signer()
NEIGHBOUR = pki.country_signer(common="CSCA Nearby", country="NT")
SIGNER = pki.document_signer(ROOT)


def test_the_newest_list_that_the_state_itself_signed_counts() -> None:
    older, newer = (pki.revocation_list(ROOT, [3], pki.START + timedelta(days=days)) for days in (0, 30))
    forged = pki.revocation_list(ROOT, [], pki.START + timedelta(days=60), key=pki.EcSigner())
    revocations = store_of(ROOT.der, lists=(newer, older, forged)).revocations_for(SIGNER.certificate)
    assert revocations is not None and revocations.der == newer and set(revocations.revoked) == {3}
    assert revocations.is_current(pki.START + timedelta(days=100)) and not revocations.is_current(
        pki.START + timedelta(days=130)
    )
    assert store_of(ROOT.der, NEIGHBOUR.der, lists=(newer,)).revocations_for(NEIGHBOUR.certificate) is None


def test_a_list_of_another_authority_of_the_state_says_nothing_of_this_signer() -> None:
    visas = pki.country_signer(common="Visa CA")
    assert (
        store_of(ROOT.der, visas.der, lists=(pki.revocation_list(visas, [11]),)).revocations_for(SIGNER.certificate)
        is None
    )


def test_after_a_change_of_key_the_new_key_signs_for_the_old() -> None:
    renewed = pki.country_signer()
    signed_anew = pki.revocation_list(ROOT, [11], key=renewed.key)
    revocations = store_of(ROOT.der, renewed.der, lists=(signed_anew,)).revocations_for(SIGNER.certificate)
    assert revocations is not None and 11 in revocations.revoked


def test_a_list_for_some_certificates_only_is_refused() -> None:
    partial = {
        "extn_id": "issuing_distribution_point",
        "critical": True,
        "extn_value": {"only_contains_ca_certs": True},
    }
    with pytest.raises(Malformed, match="critical"):
        read_revocation_list(pki.revocation_list(ROOT, extensions=[partial]))
