"""The signer of a document: who vouches, when, and for which state."""

from datetime import timedelta
from typing import Any

import pytest

from devices.chip.authentication.passive_authentication import DocumentExpectation
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from tests.devices.support.issued import NOW, ROOT, fresh_list, sod, store
from tests.devices.support.judged_objects import judge_object
from tests.support import pki


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
    judged = judge_object(**changes)
    assert (judged.check(check).answer, judged.check(check).reason) == (AuthenticityAnswer.NOT_DONE, reason)
    assert judged.outcome is outcome


def test_without_a_date_of_issue_a_signer_valid_today_passes_and_an_expired_one_cannot_be_judged() -> None:
    expectation = DocumentExpectation("UT")
    assert judge_object(expectation=expectation).check("validity").reason is AuthenticityReason.VALID_NOW
    expired = pki.document_signer(ROOT, end=NOW - timedelta(days=1))
    judged = judge_object(sod(expired), expectation=expectation)
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
    judged = judge_object(sod(signer), trust=store(root), expectation=DocumentExpectation(issuer))
    assert judged.check("state").reason is AuthenticityReason.STATE_MATCHES and judged.outcome is Authenticity.GENUINE
