"""Whom a candidate is linked to: told, never a reason for a hit, and never a way to learn of a discreet record."""

from dataclasses import replace

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates
from appliance.matching.reasons import MOST_LINKED, visible_associates
from data.persons.notice import Action, encode_notice
from data.persons.person import Associate
from tests.appliance.support.people import TODAY, ask, notice

LINKED = notice("right", "Esteban QUORRILLO", born=("1961-07-08",))
LINKED = replace(
    LINKED,
    person=replace(
        LINKED.person, associates=(Associate("Vaclav TRMINSKY"), Associate("Zoe ARN\u202e", "wife of", "arn"))
    ),
)
ARN = notice("arn", "Zoe ARN")


def rows(*notices):
    bodies = {notice_listed.record.encode(): encode_notice(notice_listed).encode() for notice_listed in notices}
    return lambda keys: {key: bodies[key] for key in keys if key in bodies}


def test_a_candidate_tells_whom_it_is_linked_to_those_with_a_record_first() -> None:
    (candidate,) = find_candidates(ask("QUORRILLO", "ESTEBAN", "1961-07-08"), PersonIndex([LINKED, ARN]), today=TODAY)
    assert candidate.linked == (Associate("Zoe ARN", "wife of", "arn"), Associate("Vaclav TRMINSKY"))


def test_an_associates_name_finds_nobody() -> None:
    assert not find_candidates(ask("TRMINSKY", "VACLAV", "1961-07-08"), PersonIndex([LINKED]), today=TODAY)


def test_an_associate_under_a_discreet_or_unreadable_record_is_not_told() -> None:
    person = LINKED.person
    assert visible_associates(person, rows(ARN))[0].record == "arn"
    assert visible_associates(person, rows(replace(ARN, action=Action.DISCREET))) == (Associate("Vaclav TRMINSKY"),)
    assert visible_associates(person, lambda keys: {b"arn": b"?"}) == (Associate("Vaclav TRMINSKY"),)


def test_no_more_are_told_than_can_be_read() -> None:
    many = replace(LINKED.person, associates=tuple(Associate(f"N{number}") for number in range(9)))
    assert len(visible_associates(many, None)) == MOST_LINKED
