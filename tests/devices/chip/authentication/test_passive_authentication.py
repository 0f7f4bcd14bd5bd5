"""Passive authentication: each check, each way it can end. An invented state; real SODs are in another file."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.chip.authentication.passive_authentication import DocumentExpectation
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from tests.devices.support.issued import GROUPS, ROOT, SIGNER, fresh_list, security_object, sod, store
from tests.devices.support.judged_objects import MADE, judge_object
from tests.devices.support.written import tlv
from tests.support import pki


def test_a_genuine_chip() -> None:
    judged = judge_object()
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
    assert all(not check.says.endswith(".") and 0 < len(check.says) < 200 for check in judged.checks)


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
    judged = judge_object(**changes)
    assert (judged.check(check).answer, judged.check(check).reason) == (AuthenticityAnswer.FAIL, reason)
    assert judged.outcome is Authenticity.NOT_GENUINE
    assert len(judged.checks) == 7


def test_a_signature_by_another_key_is_told_from_a_changed_content() -> None:
    swapped = pki.Authority(pki.EcSigner(), SIGNER.der, SIGNER.subject)
    judged = judge_object(sod(swapped))
    assert judged.check("signature").reason is AuthenticityReason.SIGNATURE_WRONG
    assert judged.check("digests").answer is AuthenticityAnswer.PASS
    assert judged.outcome is Authenticity.NOT_GENUINE


@given(st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_spoilt_security_object_is_judged_and_never_crashes(changes: list[tuple[int, int]]) -> None:
    spoilt = bytearray(MADE)
    for at, value in changes:
        spoilt[at % len(spoilt)] = value
    judged = judge_object(bytes(spoilt))
    assert len(judged.checks) == 7
    # What the signatures cover, and the structure around them, leave few bytes that may change unseen.
    if judged.outcome is Authenticity.GENUINE:
        assert judged.signer is not None and judged.signer.signed == SIGNER.certificate.signed


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(data: bytes) -> None:
    for candidate in (data, tlv(0x77, data)):
        assert judge_object(candidate).outcome is Authenticity.NOT_GENUINE
