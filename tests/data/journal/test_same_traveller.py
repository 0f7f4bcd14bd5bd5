"""Which two travellers may be one, and of whom that is never said."""

from dataclasses import replace

import pytest

from data.journal.same_traveller import Extent, IdentityMatch, KnownTraveller
from data.persons.person import PartialDate
from data.screenings import Traveller
from tests.support.sample import screening

KEY = bytes(32)
INGRID = Traveller("ALVDALSMARK", "INGRID MARIE", False, PartialDate(1988, 3, 14), nationality="NOR")
LONG = replace(INGRID, surname="VAN DER MUEHLENSTEIN", given="ANNA MARGARETHE")
"""Too long for the zone of an identity card."""


def compare(now: Traveller, before: Traveller) -> IdentityMatch | None:
    """What agrees of two who are named; None where they are two."""
    here, past = (KnownTraveller.of(KEY, replace(screening(traveller=each), documents=())) for each in (now, before))
    match = here.compare(past)
    assert match == past.compare(here), "it does not matter who came first"
    return None if match.is_somebody_else else match


@pytest.mark.parametrize(
    ("surname", "given"),
    [
        ("ALVDALS MARK", "INGRID MARIE"),
        ("ALVDALSMARK", "INGRIDMARIE"),
        ("ALVDALS MARK", "INGRIDMARIE"),
        ("ALVD ALSMARK", "ING RIDMARIE"),
        ("INGRIDMARIE", "ALVDALSMARK"),
        ("INGRID MARIE", "ALVDALS MARK"),
        ("ALVDALS MARK", "MARIE INGRID"),
        ("ALVDALSMARKINGRIDMARIE", ""),
    ],
)
def test_a_name_that_is_parted_in_another_way_may_be_the_same(surname: str, given: str) -> None:
    match = compare(replace(INGRID, surname=surname, given=given), INGRID)
    assert match is not None and not match.is_certain
    assert (match.name, match.birth, match.is_spelled_alike) == (Extent.WHOLE, Extent.WHOLE, False)


def test_of_two_names_parted_in_different_ways_both_may_be_one() -> None:
    assert compare(replace(INGRID, surname="ALVD ALSMARK"), replace(INGRID, surname="ALVDALS MARK")) is not None


def test_an_umlaut_is_the_same_where_the_blanks_differ() -> None:
    joined, parted = replace(INGRID, surname="MUHLENBROCK"), replace(INGRID, surname="MÜHLEN BROCK")
    match = compare(joined, parted)
    assert match is not None and match.name is Extent.WHOLE


def test_a_name_parted_in_another_way_may_lack_a_given_name() -> None:
    match = compare(replace(INGRID, surname="ALVDALS MARK", given="INGRID"), INGRID)
    assert match is not None and match.name is Extent.PART


def test_a_cut_name_parted_in_another_way_may_be_the_whole_one() -> None:
    cut = replace(LONG, surname="VANDER MUEHLENSTEIN", given="ANNA MARG", truncated=True)
    match = compare(cut, LONG)
    assert match is not None and match.name is Extent.PART


@pytest.mark.parametrize(
    "other",
    [
        replace(INGRID, surname="ALVDALS MARK", nationality="SWE"),
        replace(INGRID, surname="ALVDALS MARK", birth=PartialDate(1988, 3, 15)),
        replace(INGRID, surname="ALVDALS", given="INGRID MARIE"),
        replace(INGRID, surname="ALVDALS MARC"),
        replace(INGRID, surname="ALVDALSMARKEN"),
        replace(INGRID, surname="ALVDALSMARKI", given="GRID MARIE"),
        replace(INGRID, given="MARI"),
        replace(INGRID, given="MARIELLE"),
    ],
)
def test_whoever_differs_in_a_letter_or_in_a_known_fact_is_somebody_else(other: Traveller) -> None:
    assert compare(other, INGRID) is None


def test_the_beginning_of_a_name_that_no_zone_cut_is_another_name() -> None:
    assert compare(replace(LONG, surname="VANDER MUEHLENSTEIN", given="ANNA MARG"), LONG) is None


def test_the_same_spelling_birth_and_nationality_are_the_same_traveller() -> None:
    match = compare(INGRID, INGRID)
    assert match is not None and match.is_certain
