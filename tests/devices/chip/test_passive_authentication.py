"""Passive authentication: each check, each way it can end. An invented state; real SODs are in another file."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.trust_store import TrustStore
from devices.chip.authenticity import Answer, Outcome, Reason
from devices.chip.passive_authentication import Expectation, PassiveAuthentication, authenticate
from tests.data.certificates import pki
from tests.devices.chip.issued import GROUPS, NOW, ROOT, SIGNER, fresh_list, security_object, sod, store
from tests.devices.chip.lds.written import tlv

STORE = store(ROOT, lists=(fresh_list(99),))
EXPECTED = Expectation("UT", date(2021, 5, 5))
MADE = sod()


def _judge(
    data: bytes = MADE,
    groups: Mapping[int, bytes] = GROUPS,
    trust: TrustStore = STORE,
    expectation: Expectation = EXPECTED,
) -> PassiveAuthentication:
    return authenticate(data, groups, trust, NOW, expectation)


def test_a_genuine_chip() -> None:
    judged = _judge()
    assert judged.outcome is Outcome.GENUINE and judged.anchor_source == "a test"
    assert {check.name: check.reason for check in judged.checks} == {
        "structure": Reason.SOUND,
        "digests": Reason.DIGESTS_MATCH,
        "signature": Reason.SIGNED,
        "state": Reason.STATE_MATCHES,
        "validity": Reason.VALID_AT_ISSUE,
        "chain": Reason.CHAINED,
        "revocation": Reason.NOT_REVOKED,
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
        ({"data": b"garbage"}, "structure", Reason.MALFORMED),
        ({"data": tlv(0x77, b"\x30\x00")}, "structure", Reason.MALFORMED),
        ({"data": sod(version=1)}, "structure", Reason.STRUCTURE),
        ({"data": sod(content=b"\x30\x00")}, "structure", Reason.STRUCTURE),
        ({"data": sod(content=security_object(version=9))}, "structure", Reason.STRUCTURE),
        ({"data": sod(content=security_object({17: b""}))}, "structure", Reason.STRUCTURE),
        ({"data": sod(signed_content=b"other")}, "digests", Reason.CONTENT_ALTERED),
        ({"groups": {**GROUPS, 2: GROUPS[2] + b"x"}}, "digests", Reason.GROUP_ALTERED),
        ({"groups": {**GROUPS, 11: b"x"}}, "digests", Reason.GROUP_UNSIGNED),
        ({"expectation": Expectation("NTL")}, "state", Reason.STATE_DIFFERS),
        ({"data": sod(_FORGED)}, "chain", Reason.SIGNER_FORGED),
        ({"data": sod(_STRAY), "trust": store(ROOT, _NEIGHBOUR)}, "chain", Reason.OTHER_STATE),
        ({"data": sod(signing_time=pki.END + timedelta(days=1))}, "validity", Reason.NOT_VALID_AT_ISSUE),
        ({"expectation": Expectation("UT", date(2019, 12, 31))}, "validity", Reason.NOT_VALID_AT_ISSUE),
        ({"data": sod(_LATE)}, "validity", Reason.CSCA_NOT_VALID_AT_ISSUE),
        ({"trust": store(ROOT, lists=(fresh_list(11),))}, "revocation", Reason.REVOKED),
        ({"trust": store(ROOT, lists=(fresh_list(11, days_old=900),))}, "revocation", Reason.REVOKED),
    ],
    ids=lambda value: value.value if isinstance(value, Reason) else None,
)
def test_what_is_wrong_is_named(changes: dict[str, Any], check: str, reason: Reason) -> None:
    judged = _judge(**changes)
    assert (judged.check(check).answer, judged.check(check).reason) == (Answer.FAIL, reason)
    assert judged.outcome is Outcome.NOT_GENUINE
    assert len(judged.checks) == 7


def test_a_signature_by_another_key_is_told_from_a_changed_content() -> None:
    swapped = pki.Authority(pki.EcSigner(), SIGNER.der, SIGNER.subject)
    judged = _judge(sod(swapped))
    assert judged.check("signature").reason is Reason.SIGNATURE_WRONG
    assert judged.check("digests").answer is Answer.PASS
    assert judged.outcome is Outcome.NOT_GENUINE


@pytest.mark.parametrize(
    ("changes", "check", "reason", "outcome"),
    [
        ({"trust": store()}, "chain", Reason.NO_CSCA_STATE, Outcome.NO_CSCA),
        ({"trust": store(pki.country_signer())}, "chain", Reason.NO_CSCA_KEY, Outcome.NO_CSCA),
        ({"trust": store(ROOT)}, "revocation", Reason.NO_CRL, Outcome.GENUINE),
        ({"trust": store(ROOT, lists=(fresh_list(days_old=200),))}, "revocation", Reason.CRL_EXPIRED, Outcome.GENUINE),
        ({"expectation": Expectation()}, "state", Reason.STATE_UNKNOWN, Outcome.GENUINE),
        ({"groups": {}}, "digests", Reason.NO_GROUPS, Outcome.INCOMPLETE),
        ({"groups": {}, "trust": store()}, "digests", Reason.NO_GROUPS, Outcome.NO_CSCA),
        ({"data": sod(certificates=[])}, "signature", Reason.NO_SIGNER, Outcome.INCOMPLETE),
        ({"data": sod(certificates=[ROOT.der])}, "signature", Reason.NO_SIGNER, Outcome.INCOMPLETE),
    ],
    ids=lambda value: value.value if isinstance(value, Reason) else None,
)
def test_what_the_kit_lacks_is_not_done(changes: dict[str, Any], check: str, reason: Reason, outcome: Outcome) -> None:
    judged = _judge(**changes)
    assert (judged.check(check).answer, judged.check(check).reason) == (Answer.NOT_DONE, reason)
    assert judged.outcome is outcome


def test_without_a_date_of_issue_a_signer_valid_today_passes_and_an_expired_one_cannot_be_judged() -> None:
    expectation = Expectation("UT")
    assert _judge(expectation=expectation).check("validity").reason is Reason.VALID_NOW
    expired = pki.document_signer(ROOT, end=NOW - timedelta(days=1))
    judged = _judge(sod(expired), expectation=expectation)
    assert judged.check("validity").reason is Reason.ISSUE_UNKNOWN and judged.outcome is Outcome.INCOMPLETE


@pytest.mark.parametrize(
    ("country", "issuer"), [("HK", "CHN"), ("GB", "GBD"), ("DE", "D"), ("KS", "RKS"), ("UN", "UNA")]
)
def test_one_state_may_have_many_codes(country: str, issuer: str) -> None:
    root = pki.country_signer(country=country)
    signer = pki.document_signer(root, country=country)
    judged = _judge(sod(signer), trust=store(root), expectation=Expectation(issuer))
    assert judged.check("state").reason is Reason.STATE_MATCHES and judged.outcome is Outcome.GENUINE


@given(st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_spoilt_security_object_is_judged_and_never_crashes(changes: list[tuple[int, int]]) -> None:
    spoilt = bytearray(MADE)
    for at, value in changes:
        spoilt[at % len(spoilt)] = value
    judged = _judge(bytes(spoilt))
    assert len(judged.checks) == 7
    # What the signatures cover, and the structure around them, leave few bytes that may change unseen.
    if judged.outcome is Outcome.GENUINE:
        assert judged.signer is not None and judged.signer.signed == SIGNER.certificate.signed


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(data: bytes) -> None:
    for candidate in (data, tlv(0x77, data)):
        assert _judge(candidate).outcome is Outcome.NOT_GENUINE
