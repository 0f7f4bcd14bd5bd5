"""A hit whose details are locked: as serious as ever, and nothing of what the record says of the person."""

from dataclasses import fields, replace
from typing import Any

import pytest

from appliance import verdict
from appliance.answer import wording
from appliance.answer.disclosure import redact_for_lane, remove_details, search_outcome
from appliance.checks.person_list import PersonListCheck
from data.json_codec import encode_canonical
from data.persons.notice import Action
from data.persons.person import Associate, HeldDocument
from data.screenings import PAST_REVIEW, Agreement, Band, FieldComparison, PersonCandidate
from tests.support.sample import PaperList, screening

WHY = "no word about this list for 20 days; headquarters allows 14 days"
TOLD = {"list", "record", "band", "score", "action", "colour", "owner", "review_passed", "withheld"}


def whole(band: Band = Band.STRONG, action: str = "detain") -> PersonCandidate:
    """A candidate in which everything that a record can say is said."""
    return PersonCandidate(
        list="wanted", record="W-1", band=band, score=9.0, name="SECRET ALIAS", primary_name="SECRET NAME",
        quality="SECRET quality", action=action, colour="red", owner="NCB Norland", reason="SECRET reason",
        fields=(FieldComparison("birth", "1990", "SECRET", Agreement.SAME, 1.0, "SECRET"),),
        against=("born SECRET", "past its SECRET"), review_passed=True, ask="Was it SECRET?", says="SECRET",
        linked=(Associate("SECRET", "brother of", "SECRET"),), documents=(HeldDocument("SECRET", "UTO", "PAS"),),
    )  # fmt: skip


def test_nothing_that_the_record_says_of_the_person_is_left() -> None:
    locked = remove_details(whole(), WHY)
    assert b"SECRET" in encode_canonical(whole()) and b"SECRET" not in encode_canonical(locked)
    visible_fields = {one.name for one in fields(PersonCandidate) if getattr(locked, one.name)} - {"against"}
    assert visible_fields == TOLD, "whatever is told of a candidate has to be thought about"
    assert locked.against == (PAST_REVIEW,) and locked.withheld == WHY


def test_a_record_within_its_review_date_has_no_argument_left() -> None:
    """It is a field that decides, not what the arguments say."""
    within = replace(whole(), against=("born SECRET", PAST_REVIEW), review_passed=False)
    assert remove_details(within, WHY).against == ()


@pytest.mark.parametrize("band", Band)
@pytest.mark.parametrize("action", [*Action, "unheard of"])
def test_no_hit_is_weaker_for_it(band: Band, action: str) -> None:
    before = whole(band, str(action))
    after = remove_details(before, WHY)
    assert verdict.verdict_of_person(after) is verdict.verdict_of_person(before)
    assert search_outcome("wanted", [after])[:2] == search_outcome("wanted", [before])[:2]
    steps = wording.advice_for_person(after).steps
    assert (
        wording.ASK_HEADQUARTERS in steps
        and wording.advice_for_person(before).title == wording.advice_for_person(after).title
    )
    if band is Band.STRONG:
        assert set(wording.advice_for_person(before).steps) < set(steps)


def run(details: str, *candidates: PersonCandidate) -> Any:
    check = PersonListCheck(PaperList("wanted", locked_reason=details), find=lambda *_, **__: candidates)
    return check.run(screening())


def test_the_check_tells_the_hit_by_its_record() -> None:
    open_, locked = run("", whole()), run(WHY, whole())
    assert (locked.state, locked.reason) == (open_.state, open_.reason)
    assert locked.says == "Matches a person on wanted: record W-1" and b"SECRET" not in encode_canonical(locked)
    assert "SECRET ALIAS" in open_.says


def test_the_lane_learns_of_no_discreet_record_by_the_lock() -> None:
    discreet = replace(whole(), action="discreet", record="W-2")
    assert redact_for_lane(run(WHY, discreet)) == redact_for_lane(run("", discreet))
    assert "W-2" not in str(redact_for_lane(run(WHY, whole(), discreet)))
