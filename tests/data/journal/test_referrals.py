"""Which referral is open, whatever was decided in whatever order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from data.journal.recorded_events import DecisionEntry
from data.journal.referrals import latest_referral
from data.people.staff import Signatory
from data.screenings import Decision
from tests.support.sample import NOW
from tests.support.staff import make_signatory

KIM_AGAIN = replace(make_signatory("kim"), number="kim-2")
"""Another entry of the same human being."""
TYPED = Signatory("sam", "sam", "")
"""From before there was a roster: who that was is not known."""
PEOPLE = some.sampled_from((*map(make_signatory, ("kim", "lee", "robin")), KIM_AGAIN, TYPED))
SECONDS = some.none() | PEOPLE
DECISIONS = some.builds(DecisionEntry, some.sampled_from(Decision), some.just(NOW), PEOPLE, SECONDS)


def decided(decision: Decision, person: str, second: str = "", minutes: int = 0) -> DecisionEntry:
    agrees = make_signatory(second) if second else None
    return DecisionEntry(decision, NOW + timedelta(minutes=minutes), make_signatory(person), agrees)


@given(some.lists(DECISIONS, max_size=8))
def test_a_referral_is_settled_by_nobody_who_made_it_alone(decisions: list[DecisionEntry]) -> None:
    referral = latest_referral(decisions)
    assert (referral is None) == (all(each.decision is not Decision.REFER for each in decisions))
    if referral and referral.outcome:
        person, second = referral.outcome.person, referral.outcome.second
        referrers = {officer.human for officer in referral.officers}
        settled_by = {person.human, second.human if second else ""} - {""}
        assert len(settled_by) == 2 or ("" not in referrers and settled_by - referrers)


def test_a_referrer_under_another_entry_is_nobody_else() -> None:
    referred = decided(Decision.REFER, "kim")
    again = latest_referral([referred, DecisionEntry(Decision.ADMIT, NOW, KIM_AGAIN, None), referred])
    assert again is not None and again.outcome is None and again.officers == (referred.person,)


@pytest.mark.parametrize(("first", "then"), [(TYPED, make_signatory("kim")), (make_signatory("kim"), TYPED)])
def test_whose_name_was_typed_may_be_the_one_who_settles_it(first: Signatory, then: Signatory) -> None:
    entries = [DecisionEntry(Decision.REFER, NOW, first, None), DecisionEntry(Decision.ADMIT, NOW, then, None)]
    referral = latest_referral(entries)
    assert referral is not None and referral.outcome is None


@given(some.lists(DECISIONS, max_size=5), PEOPLE)
def test_a_referral_without_a_second_person_is_open(decisions: list[DecisionEntry], officer: Signatory) -> None:
    referral = latest_referral([*decisions, DecisionEntry(Decision.REFER, NOW, officer, None)])
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
    assert referral is not None and (referral.at, referral.officers) == (NOW, (first.person, again.person))
    settled = decided(Decision.ADMIT, "lee", "robin", 10)
    new = decided(Decision.REFER, "robin", minutes=20)
    referral = latest_referral([first, again, settled, new])
    assert referral is not None and (referral.at, referral.officers) == (new.at, (new.person,))
