"""Revocation lists: the newest of each issuer counts."""

from datetime import timedelta

import pytest

from data.certificates.trust_record import TrustItem
from data.errors import RefusedFile
from tests.support import pki
from tests.sync.support.trust_files import Write, read_records, to_pem

ROOT = pki.country_signer()

BROKEN = b"\x30\x03\x02\x01\x05"


def test_the_newest_revocation_list_of_each_issuer(write: Write) -> None:
    lists = [pki.revocation_list(ROOT, [5], pki.START + timedelta(days=days)) for days in (0, 9, 4)]
    records, refused, info = read_records(
        "crl", write("a.pem", to_pem("X509 CRL", *lists, BROKEN)), write("n.crl", lists[0])
    )
    assert [record.der for record in records] == [lists[1]] and records[0].item is TrustItem.REVOCATIONS
    assert [refusal.where for refusal in refused] == ["a.pem block 4"]
    assert info.skipped == {"revocation lists older than another one from the same issuer": 3}
    with pytest.raises(RefusedFile):
        read_records("crl", write("c.pem", to_pem("CERTIFICATE", ROOT.der)))
