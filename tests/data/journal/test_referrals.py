"""Which referral is open, whatever was decided in whatever order."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as some

from data.journal.recorded_events import DecisionEntry
from data.journal.referrals import latest_referral
from data.screenings import Decision
from tests.support.sample import NOW

PEOPLE = some.sampled_from(("kim", "Kim ", "lee", "robin"))
SECONDS = some.sampled_from(("", " ", "kim", "KIM", "lee", "robin"))
DECISIONS = some.builds(DecisionEntry, some.sampled_from(Decision), some.just(NOW), PEOPLE, SECONDS)


def decided(decision: Decision, person: str, second: str = "", minutes: int = 0) -> DecisionEntry:
    return DecisionEntry(decision, NOW + timedelta(minutes=minutes), person, second)


@given(some.lists(DECISIONS, max_size=8))
def test_a_referral_is_settled_by_nobody_who_made_it_alone(decisions: list[DecisionEntry]) -> None:
    referral = latest_referral(decisions)
    assert (referral is None) == (all(each.decision is not Decision.REFER for each in decisions))
    if referral and referral.outcome:
        referrers = {officer.strip().casefold() for officer in referral.officers}
        settled_by = {referral.outcome.person.strip().casefold(), referral.outcome.second.strip().casefold()} - {""}
        assert settled_by - referrers or len(settled_by) == 2


def test_a_referrer_with_a_dot_is_nobody_else() -> None:
    again = latest_referral(
        [decided(Decision.REFER, "kim"), decided(Decision.ADMIT, "Kim."), decided(Decision.REFER, "kim ")]
    )
    assert again is not None and again.outcome is None and again.officers == ("kim",)


@given(some.lists(DECISIONS, max_size=5), PEOPLE)
def test_a_referral_without_a_second_person_is_open(decisions: list[DecisionEntry], officer: str) -> None:
    referral = latest_referral([*decisions, decided(Decision.REFER, officer)])
    assert referral is not None and referral.outcome is None


@given(some.sampled_from(Decision), some.permutations(("kim", "lee")))
def test_two_people_who_both_referred_settle_it_together(decision: Decision, two: list[str]) -> None:
    referrals = [decided(Decision.REFER, "kim"), decided(Decision.REFER, "lee")]
    alone = latest_referral([*referrals, decided(decision, two[0])])
    assert alone is not None and alone.outcome is None
    together = latest_referral([*referrals, decided(decision, *two)])
    assert together is not None and together.outcome is not None


def test_it_counts_from_the_first_time_since_the_last_outcome() -> None:
    first = decided(Decision.REFER, "kim")
    again = decided(Decision.REFER, "lee", minutes=5)
    referral = latest_referral([first, again])
    assert referral is not None and (referral.at, referral.officers) == (NOW, ("kim", "lee"))
    settled = decided(Decision.ADMIT, "lee", "robin", 10)
    new = decided(Decision.REFER, "robin", minutes=20)
    referral = latest_referral([first, again, settled, new])
    assert referral is not None and (referral.at, referral.officers) == (new.at, ("robin",))
