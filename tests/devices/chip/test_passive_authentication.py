"""Passive authentication: each check, each way it can end. An invented state; real SODs are in another file."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.trust_store import TrustStore
from devices.chip.authentication.passive_authentication import (
    DocumentExpectation,
    PassiveAuthentication,
    judge_chip_files,
)
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from tests.devices.support.issued import GROUPS, NOW, ROOT, SIGNER, fresh_list, security_object, sod, store
from tests.devices.support.written import tlv
from tests.support import pki

STORE = store(ROOT, lists=(fresh_list(99),))
EXPECTED = DocumentExpectation("UT", date(2021, 5, 5))
MADE = sod()


def _judge(
    data: bytes = MADE,
    groups: Mapping[int, bytes] = GROUPS,
    trust: TrustStore = STORE,
    expectation: DocumentExpectation = EXPECTED,
) -> PassiveAuthentication:
    return judge_chip_files(data, groups, trust, NOW, expectation)


def test_a_genuine_chip() -> None:
    judged = _judge()
    assert judged.outcome is Authenticity.GENUINE and judged.anchor_source == "a test"
    assert {check.name: check.reason for check in judged.checks} == {
        "structure": AuthenticityReason.SOUND,
        "digests": AuthenticityReason.DIGESTS_MATCH,
        "signature": AuthenticityReason.SIGNED,
        "state": AuthenticityReason.STATE_MATCHES,
        "validity": AuthenticityReason.VALID_AT_ISSUE,
        "chain": AuthenticityReason.CHAINED,
        "revocation": AuthenticityReason.NOT_REVOKED,
    }
    assert all(check.says.endswith(".") and len(check.says) < 200 for check in judged.checks)


_FORGED = pki.document_signer(
    pki.country_signer(), extensions=[("authority_key_identifier", {"key_identifier": pki.key_id(ROOT.key)})]
)
_NEIGHBOUR = pki.country_signer(country="NT")
_STRAY = pki.document_signer(_NEIGHBOUR)
_LATE = pki.document_signer(ROOT, start=datetime(2025, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "check", "reason"),
    [
        ({"data": b"garbage"}, "structure", AuthenticityReason.MALFORMED),
        ({"data": tlv(0x77, b"\x30\x00")}, "structure", AuthenticityReason.MALFORMED),
        ({"data": sod(version=1)}, "structure", AuthenticityReason.STRUCTURE),
        ({"data": sod(content=b"\x30\x00")}, "structure", AuthenticityReason.STRUCTURE),
        ({"data": sod(content=security_object(version=9))}, "structure", AuthenticityReason.STRUCTURE),
        ({"data": sod(content=security_object({17: b""}))}, "structure", AuthenticityReason.STRUCTURE),
        ({"data": sod(signed_content=b"other")}, "digests", AuthenticityReason.CONTENT_ALTERED),
        ({"groups": {**GROUPS, 2: GROUPS[2] + b"x"}}, "digests", AuthenticityReason.GROUP_ALTERED),
        ({"groups": {**GROUPS, 11: b"x"}}, "digests", AuthenticityReason.GROUP_UNSIGNED),
        ({"expectation": DocumentExpectation("NTL")}, "state", AuthenticityReason.STATE_DIFFERS),
        ({"data": sod(_FORGED)}, "chain", AuthenticityReason.SIGNER_FORGED),
        ({"data": sod(_STRAY), "trust": store(ROOT, _NEIGHBOUR)}, "chain", AuthenticityReason.OTHER_STATE),
        ({"data": sod(signing_time=pki.END + timedelta(days=1))}, "validity", AuthenticityReason.NOT_VALID_AT_ISSUE),
        (
            {"expectation": DocumentExpectation("UT", date(2019, 12, 31))},
            "validity",
            AuthenticityReason.NOT_VALID_AT_ISSUE,
        ),
        ({"data": sod(_LATE)}, "validity", AuthenticityReason.CSCA_NOT_VALID_AT_ISSUE),
        ({"trust": store(ROOT, lists=(fresh_list(11),))}, "revocation", AuthenticityReason.REVOKED),
        ({"trust": store(ROOT, lists=(fresh_list(11, days_old=900),))}, "revocation", AuthenticityReason.REVOKED),
    ],
    ids=lambda value: value.value if isinstance(value, AuthenticityReason) else None,
)
def test_what_is_wrong_is_named(changes: dict[str, Any], check: str, reason: AuthenticityReason) -> None:
    judged = _judge(**changes)
    assert (judged.check(check).answer, judged.check(check).reason) == (AuthenticityAnswer.FAIL, reason)
    assert judged.outcome is Authenticity.NOT_GENUINE
    assert len(judged.checks) == 7


def test_a_signature_by_another_key_is_told_from_a_changed_content() -> None:
    swapped = pki.Authority(pki.EcSigner(), SIGNER.der, SIGNER.subject)
    judged = _judge(sod(swapped))
    assert judged.check("signature").reason is AuthenticityReason.SIGNATURE_WRONG
    assert judged.check("digests").answer is AuthenticityAnswer.PASS
    assert judged.outcome is Authenticity.NOT_GENUINE


@pytest.mark.parametrize(
    ("changes", "check", "reason", "outcome"),
    [
        ({"trust": store()}, "chain", AuthenticityReason.NO_CSCA_STATE, Authenticity.NO_CSCA),
        ({"trust": store(pki.country_signer())}, "chain", AuthenticityReason.NO_CSCA_KEY, Authenticity.NO_CSCA),
        ({"trust": store(ROOT)}, "revocation", AuthenticityReason.NO_CRL, Authenticity.GENUINE),
        (
            {"trust": store(ROOT, lists=(fresh_list(days_old=200),))},
            "revocation",
            AuthenticityReason.CRL_EXPIRED,
            Authenticity.GENUINE,
        ),
        ({"expectation": DocumentExpectation()}, "state", AuthenticityReason.STATE_UNKNOWN, Authenticity.GENUINE),
        ({"groups": {}}, "digests", AuthenticityReason.NO_GROUPS, Authenticity.INCOMPLETE),
        ({"groups": {}, "trust": store()}, "digests", AuthenticityReason.NO_GROUPS, Authenticity.NO_CSCA),
        ({"data": sod(certificates=[])}, "signature", AuthenticityReason.NO_SIGNER, Authenticity.INCOMPLETE),
        ({"data": sod(certificates=[ROOT.der])}, "signature", AuthenticityReason.NO_SIGNER, Authenticity.INCOMPLETE),
    ],
    ids=lambda value: value.value if isinstance(value, AuthenticityReason) else None,
)
def test_what_the_kit_lacks_is_not_done(
    changes: dict[str, Any], check: str, reason: AuthenticityReason, outcome: Authenticity
) -> None:
    judged = _judge(**changes)
    assert (judged.check(check).answer, judged.check(check).reason) == (AuthenticityAnswer.NOT_DONE, reason)
    assert judged.outcome is outcome


def test_without_a_date_of_issue_a_signer_valid_today_passes_and_an_expired_one_cannot_be_judged() -> None:
    expectation = DocumentExpectation("UT")
    assert _judge(expectation=expectation).check("validity").reason is AuthenticityReason.VALID_NOW
    expired = pki.document_signer(ROOT, end=NOW - timedelta(days=1))
    judged = _judge(sod(expired), expectation=expectation)
    assert (
        judged.check("validity").reason is AuthenticityReason.ISSUE_UNKNOWN
        and judged.outcome is Authenticity.INCOMPLETE
    )


@pytest.mark.parametrize(
    ("country", "issuer"), [("HK", "CHN"), ("GB", "GBD"), ("DE", "D"), ("KS", "RKS"), ("UN", "UNA")]
)
def test_one_state_may_have_many_codes(country: str, issuer: str) -> None:
    root = pki.country_signer(country=country)
    signer = pki.document_signer(root, country=country)
    judged = _judge(sod(signer), trust=store(root), expectation=DocumentExpectation(issuer))
    assert judged.check("state").reason is AuthenticityReason.STATE_MATCHES and judged.outcome is Authenticity.GENUINE


@given(st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_spoilt_security_object_is_judged_and_never_crashes(changes: list[tuple[int, int]]) -> None:
    spoilt = bytearray(MADE)
    for at, value in changes:
        spoilt[at % len(spoilt)] = value
    judged = _judge(bytes(spoilt))
    assert len(judged.checks) == 7
    # What the signatures cover, and the structure around them, leave few bytes that may change unseen.
    if judged.outcome is Authenticity.GENUINE:
        assert judged.signer is not None and judged.signer.signed == SIGNER.certificate.signed


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(data: bytes) -> None:
    for candidate in (data, tlv(0x77, data)):
        assert _judge(candidate).outcome is Authenticity.NOT_GENUINE
