"""A record that no signature proves replaces nothing that it resembles; the same item is no replacement."""

from dataclasses import replace

from data.certificates.certificate import read_certificate
from data.certificates.replacement import find_unproved
from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import certificate_record
from tests.support import pki

ISSUER = pki.country_signer()
LINKED = pki.country_signer(common="CSCA 2")


def record(der: bytes, source: str = "a test") -> TrustRecord:
    return certificate_record(read_certificate(der), source)


def test_what_is_listed_already_may_be_known_differently_though_its_signer_is_not_known() -> None:
    link = record(pki.link(ISSUER, LINKED))
    assert list(find_unproved([replace(link, vouched=False)], [link], [])) == []


def test_a_changed_byte_of_it_replaces_nothing() -> None:
    der = pki.link(ISSUER, LINKED)
    damaged = record(der[:-1] + bytes((der[-1] ^ 1,)))
    (unproved,) = find_unproved([damaged], [record(der)], [])
    assert (unproved.identity, unproved.replaced) == (damaged.identity, record(der).identity)
