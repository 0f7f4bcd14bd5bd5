"""Certificates in PEM and DER."""

import pytest

from data.certificates.trust_record import TrustItem
from data.certificates.trust_store import TrustStore
from data.errors import RefusedFile
from tests.support import pki
from tests.support.sealed import SERIAL, authorities
from tests.sync.support.trust_files import Write, read_records, to_pem

ROOT = pki.country_signer()
NEIGHBOUR = pki.country_signer(country="NT")
SIGNER = pki.document_signer(ROOT)
BROKEN = b"\x30\x03\x02\x01\x05"


def test_certificates_from_pem_and_der(write: Write) -> None:
    pem = write(
        "many.pem", to_pem("CERTIFICATE", ROOT.der, BROKEN, SIGNER.der, ROOT.der) + to_pem("X509 CRL", b"passed over")
    )
    records, refused, info = read_records("pem", pem, write("one.cer", NEIGHBOUR.der))
    assert [record.name for record in records] == ["C=UT, O=Utopia, CN=CSCA", "C=NT, O=Utopia, CN=CSCA"]
    assert [refusal.where.partition(" (")[0] for refusal in refused] == ["many.pem block 2", "many.pem block 3"]
    assert info.skipped == {"certificates that occur twice": 1}
    for content in (
        b"",
        b"text",
        to_pem("X509 CRL", ROOT.der),
        b"-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----",
    ):
        with pytest.raises(RefusedFile):
            read_records("pem", write("bad.pem", content))


def test_signers_of_seals_are_known_by_their_name(write: Write) -> None:
    """Nothing but a state and two characters; a document signer, whose name says more, is refused as before."""
    root, signer = authorities()
    records, refused, _ = read_records(
        "pem", write("seals.pem", to_pem("CERTIFICATE", signer.der, SIGNER.der, root.der))
    )
    assert [(record.item, record.name) for record in records] == [
        (TrustItem.SIGNER, "C=NO, CN=TS"),
        (TrustItem.CERTIFICATE, "C=NO, O=Utopia, CN=CSCA"),
    ]
    assert len(refused) == 1
    store = TrustStore(records)
    assert [certificate.der for certificate in store.seal_signers("NO", "TS", {SERIAL})] == [signer.der]
    assert store.seal_signers("NO", "TS", {SERIAL + 1}) == store.seal_signers("NO", "XX", {SERIAL}) == ()
    assert list(store.of_state("NO")) != []
    assert all(anchor.certificate.der != signer.der for anchor in store.of_state("NO"))
