"""People of a roster: numbers, validity, and what a kit of an older version reads of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import Damaged, InputError
from data.people.roster import Roster, decode_roster, encode_roster
from data.people.secret_hash import hash_program_credential
from data.people.staff import Actor, Credential, Signatory, StaffMember, StaffRole, normalize_service_number

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
_HASH = hash_program_credential("x")
ADA = StaffMember(
    "4711", "ADA SAMPLE", "00000000000000a1", (StaffRole.OFFICER,), Credential(1, hash_program_credential("x"))
)
ROSTER = Roster(3, "NORTH", has_duress=False, countersign_key=bytes(32), people=(ADA,))


@pytest.mark.parametrize("typed", [" 4711 ", "4711"])
def test_blanks_around_a_service_number_do_not_count(typed: str) -> None:
    assert normalize_service_number(typed) == "4711"


def test_small_letters_of_a_service_number_count_as_capitals() -> None:
    assert normalize_service_number("ab-12") == "AB-12"


@pytest.mark.parametrize("typed", ["", " ", "-1", "47 11", "P<NORSAMPLE<<ADA<<<<<<", "1" * 17, "４７１１"])
def test_what_is_no_service_number_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(InputError) as error:
        normalize_service_number(typed)
    assert typed.strip() == "" or typed not in str(error.value)


def test_a_person_is_valid_from_the_first_moment_until_before_the_last() -> None:
    person = replace(ADA, valid_from=NOW, valid_until=NOW + timedelta(days=1))
    assert person.is_valid(NOW) and not person.is_valid(NOW - timedelta(seconds=1))
    assert not person.is_valid(NOW + timedelta(days=1))


def test_two_entries_of_one_human_being_are_one_person() -> None:
    first = Actor("4711", "ADA SAMPLE", "00000000000000a1", StaffRole.OFFICER)
    again = Actor("9000", "A. SAMPLE-BEISPIEL", "00000000000000a1", StaffRole.SUPERVISOR)
    assert not first.is_other_human(again) and not again.is_other_human(first)
    assert first.is_other_human(replace(again, human="00000000000000b2"))


def test_who_is_not_known_may_be_anybody() -> None:
    known = Signatory("4711", "ADA SAMPLE", "00000000000000a1")
    typed = Signatory("B. Other", "B. Other", "")
    assert not known.is_other_human(typed) and not typed.is_other_human(known)
    assert not typed.is_other_human(replace(typed, number="C. Third")) and not known.is_other_human(None)


def test_a_role_of_a_later_version_allows_nothing_and_hides_nobody() -> None:
    content = encode_roster(ROSTER).replace(b'"officer"', b'"officer","commander"')
    assert decode_roster(content) == ROSTER


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"number":"4711"', b'"number":"47 11"'),
        (b'"name":"ADA SAMPLE"', b'"name":""'),
        (b'"human":"00000000000000a1"', b'"human":"a1"'),
        (b"sha256:", b"md5:"),
        (b'"version":1', b'"version":"1"'),
        (b',"serial":3', b""),
        (b'"valid_until":null', b'"valid_until":"2026-12-01T12:00"'),
    ],
)
def test_a_roster_with_a_row_that_cannot_be_read_is_refused_whole(before: bytes, after: bytes) -> None:
    content = encode_roster(ROSTER)
    assert before in content
    with pytest.raises(Damaged):
        decode_roster(content.replace(before, after))


def test_a_roster_that_names_somebody_twice_is_refused() -> None:
    with pytest.raises(Damaged):
        decode_roster(encode_roster(replace(ROSTER, people=(ADA, ADA))))


def test_a_hash_that_costs_more_memory_than_ours_is_refused() -> None:
    costly = "$argon2id$v=19$m=1048576,t=3,p=4$" + "A" * 22 + "$" + "A" * 43
    person = replace(ADA, credential=replace(ADA.credential, secret=costly))
    with pytest.raises(Damaged):
        decode_roster(encode_roster(replace(ROSTER, people=(person,))))


@given(st.lists(st.sampled_from(list(StaffRole)), max_size=6, unique=True), st.integers(0, 2**40), st.booleans())
def test_a_roster_comes_back_as_it_was(roles: list[StaffRole], serial: int, is_initial: bool) -> None:
    person = replace(
        ADA,
        roles=tuple(role for role in StaffRole if role in roles),
        credential=replace(ADA.credential, is_initial=is_initial),
        valid_until=NOW,
    )
    roster = replace(ROSTER, serial=serial, people=(person,))
    assert decode_roster(encode_roster(roster)) == roster
    assert roster.find("4711") == person and roster.find("4712") is None


def test_neither_a_hash_nor_the_key_is_shown() -> None:
    assert "sha256" not in repr(ROSTER) and "countersign" not in repr(ROSTER)
