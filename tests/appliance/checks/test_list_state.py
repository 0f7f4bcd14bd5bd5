"""A list that never came, is damaged or is old."""

from datetime import timedelta

import pytest

from appliance.checks.document_list import DocumentListCheck
from appliance.checks.list_state import ListAgeCheck
from appliance.checks.person_list import PersonListCheck
from appliance.screening.check_ports import Check
from data.errors import Damaged
from data.lists.edition import AgePolicy
from data.screenings import State
from tests.support.sample import PaperList, edition, screening


def checks_of(listed: PaperList) -> list[Check]:
    return [
        DocumentListCheck(listed, lambda view, document_searched, now: ()),
        PersonListCheck(listed, find=lambda *_, **__: ()),
        ListAgeCheck(listed, AgePolicy()),
    ]


@pytest.mark.parametrize("number", range(3))
def test_a_list_that_never_came_or_is_damaged_gives_no_answer(number: int) -> None:
    never = checks_of(PaperList(edition=None))[number].run(screening())
    damaged = checks_of(PaperList(error=Damaged("bit flipped")))[number].run(screening())
    assert (never.state, never.reason) == (State.NOT_DONE, "list_missing")
    assert (damaged.state, damaged.reason) == (State.NOT_DONE, "list_damaged")


@pytest.mark.parametrize("number", range(3))
def test_an_emptied_list_gives_no_answer_and_says_how_old_it_is(number: int) -> None:
    finding = checks_of(PaperList(is_emptied=True))[number].run(screening())
    assert (finding.state, finding.reason) == (State.NOT_DONE, "list_empty")
    assert finding.evidence.facts["list"] == "sltd" and finding.evidence.facts["as_of"]


@pytest.mark.parametrize(
    ("hours", "state", "reason", "words"),
    [
        (3, State.PASS, "list_fresh", "The list sltd is current (updated 3 hours ago)"),
        (49, State.PASS, "list_old", "The list sltd was last updated 2 days ago: old, but within policy"),
        (169, State.NOT_DONE, "list_expired", "The list sltd has expired: it was last updated 7 days ago"),
    ],
)
def test_the_age_of_a_list(hours: int, state: State, reason: str, words: str) -> None:
    listed = PaperList(edition=edition(age=timedelta(hours=hours)))
    finding = ListAgeCheck(listed, AgePolicy(48, 168)).run(screening())
    assert (finding.state, finding.reason, finding.says) == (state, reason, words)
