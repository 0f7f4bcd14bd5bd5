"""Trust lists as rows: a record survives the way, an unreadable one says so, the newest revocation list counts."""

from dataclasses import replace

import pytest

from data.certificates.trust_record import TrustItem, TrustRecord
from data.errors import InputError
from data.lists.kinds import load_kind, trust

CERTIFICATE = TrustRecord(TrustItem.CERTIFICATE, "UT", "CN=Ütopia", "0a0b", b"\x30\x01\x00", "master list of NT")
OLDER = TrustRecord(TrustItem.REVOCATIONS, "UT", "CN=Utopia", "0a0b", b"\x30\x02ab", "CRL", 1_700_000_000)
NEWER = TrustRecord(TrustItem.REVOCATIONS, "UT", "CN=Utopia", "0a0b", b"\x30\x02aa", "CRL", 1_700_000_001)


def test_a_record_comes_back_as_it_was() -> None:
    assert load_kind("trust") is trust
    for record in (CERTIFICATE, replace(CERTIFICATE, vouched=False), OLDER):
        assert trust.from_json(trust.to_json(record)) == record
        (row,) = trust.rows([record], b"")
        assert row.key.decode() == trust.identity(record) and trust.from_json(row.body.decode()) == record


def test_certificates_are_themselves_and_revocation_lists_their_issuers() -> None:
    assert OLDER.identity == NEWER.identity != CERTIFICATE.identity
    bodies = [row.body for row in trust.rows([NEWER, OLDER], b"")]
    assert trust.merge(bodies) == trust.merge(bodies[::-1]) == bodies[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"item":"certificate"}',
        trust.to_json(OLDER).replace("MAJh", "M-Jh"),
        trust.to_json(CERTIFICATE).replace(',"vouched":true', ""),
    ],
)
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        trust.from_json(text)
