"""What is not carried is said."""

from appliance.checks.nothing_to_ask import NotCarriedCheck
from appliance.verdict import verdict_of_finding
from data.screenings import Verdict
from tests.support.sample import screening


def test_what_is_not_carried_is_said_and_counts_only_where_it_is_required() -> None:
    plain = NotCarriedCheck("documents", required=False)
    assert (plain.run(screening()).says, plain.mandatory) == ("Stolen documents: not carried", False)
    assert verdict_of_finding(plain.run(screening())) is Verdict.CLEAR
    required = NotCarriedCheck("documents", required=True)
    assert required.mandatory
    assert verdict_of_finding(required.run(screening())) is Verdict.CANNOT_SAY
