"""A trust store of the given certificates and revocation lists."""

from data.certificates.certificate import read_certificate
from data.certificates.revocation_list import read_revocation_list
from data.certificates.trust_store import TrustStore, certificate_record, revocations_record


def store_of(*ders: bytes, lists: tuple[bytes, ...] = ()) -> TrustStore:
    records = [certificate_record(read_certificate(der), "a test") for der in ders]
    return TrustStore([*records, *(revocations_record(read_revocation_list(der), "a test") for der in lists)])
