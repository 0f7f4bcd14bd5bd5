"""How an earlier referral is worded: as a fact of the same traveller, of anybody else by what agrees."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.answer.wording import advice_for_finding, advice_for_findings
from appliance.counter.subject import document_from_zone
from data.documents.travel_document import Capture, CheckDigit, Confirmation, MrzName, TravelDocument
from data.journal.journal import Journal
from data.persons.person import PartialDate
from data.screenings import Decision, Screening, Traveller, Verdict
from tests.appliance.support.referred import AT, journal, look, machine, only, record
from tests.data.support.mrz_examples import TD3
from tests.support.sample import NOW, document, screening
from tests.support.staff import make_actor

__all__ = ["journal", "machine"]

AGNES = Traveller("MUEHLENBROCK", "AGNES", False, PartialDate(1984, 5, 6), nationality="UTO")
HERS = document(name=MrzName("MUEHLENBROCK", "AGNES"), birth=PartialDate(1984, 5, 6), nationality="UTO")
NUMBER = "A traveller with this document number was referred here at 11:00, no outcome yet"


@pytest.mark.parametrize(
    ("now", "who"),
    [
        (AGNES, ""),
        (replace(AGNES, nationality=""), "A traveller of this name and birth date"),
        (replace(AGNES, birth=None), "A traveller of this name and nationality"),
        (replace(AGNES, birth=None, nationality=""), "A traveller of this name"),
        (
            replace(AGNES, birth=PartialDate(1984)),
            "A traveller of this name, nationality and part of this birth date",
        ),
        (
            replace(AGNES, birth=PartialDate(1984, about=True), nationality=""),
            "A traveller of this name and part of this birth date",
        ),
        (
            replace(AGNES, given="AGNES MARIA"),
            "A traveller of part of this name, this birth date and nationality",
        ),
        (
            replace(AGNES, given="", nationality=""),
            "A traveller of part of this name and this birth date",
        ),
        (
            Traveller("MUEHLENBROCK", birth=PartialDate(1984), nationality="UTO"),
            "A traveller of this nationality, and part of this name and birth date",
        ),
        (
            Traveller("MUEHLENBROCK", birth=PartialDate(1984)),
            "A traveller of part of this name and birth date",
        ),
        (
            Traveller("MUEHLENBROCK", nationality="UTO"),
            "A traveller of part of this name and this nationality",
        ),
        (Traveller("AGNES"), "A traveller of part of this name"),
        (
            replace(AGNES, surname="AGNES MUHLENBROCK", given=""),
            "A traveller of this name, birth date and nationality; the name is not spelled the same",
        ),
        (
            replace(AGNES, truncated=True),
            "A traveller of part of this name, this birth date and nationality",
        ),
    ],
)  # fmt: skip
def test_the_words_say_what_agrees_and_no_more(journal: Journal, now: Traveller, who: str) -> None:
    record(journal, only(AGNES))
    answer = look(journal, only(now))
    who, _semicolon, doubt = who.partition("; ")
    says = f"{who} was referred here at 11:00, no outcome yet" if who else "Referred here at 11:00, no outcome yet"
    assert (answer.reason, answer.says) == ("referred_open", "; ".join(filter(None, (says, doubt))))
    is_certain = now == AGNES
    assert answer.evidence.facts["match"] == ("certain" if is_certain else "possible")
    title = advice_for_finding(answer).title
    assert title == ("Referred here before" if is_certain else "May have been referred here before")


def test_another_document_of_the_same_person_is_named(journal: Journal) -> None:
    record(journal, screening(HERS, traveller=AGNES))
    card = replace(HERS, code="I", number="D00000007")
    assert look(journal, screening(card, traveller=AGNES)).says == (
        "Referred here at 11:00, no outcome yet; another document"
    )
    stateless = replace(card, nationality="")
    says = look(journal, screening(stateless, traveller=Traveller.of(stateless))).says
    assert says == (
        "A traveller of this name and birth date was referred here at 11:00, no outcome yet; another document"
    )


UNSURE = [
    TravelDocument("P", "UTO", "L1234567A"),
    TravelDocument("", "UTO", "L1234567A", confirmation=Confirmation.TYPED_TWICE),
    document(name=None, birth=None, doubtful=("number",)),
    document(name=None, birth=None, digits=(CheckDigit("number", "1", "2", False),)),
]


@pytest.mark.parametrize("unsure", UNSURE)
def test_a_number_that_is_not_certain_or_of_unknown_type_is_only_a_number(
    journal: Journal, unsure: TravelDocument
) -> None:
    record(journal, screening(document(name=None, birth=None), traveller=None))
    assert look(journal, screening(unsure, traveller=None)).says == NUMBER


@pytest.mark.parametrize("unsure", UNSURE)
def test_the_same_where_it_was_not_certain_when_it_was_referred(journal: Journal, unsure: TravelDocument) -> None:
    record(journal, screening(unsure, traveller=None))
    assert look(journal, screening(document(name=None, birth=None), traveller=None)).says == NUMBER


@pytest.mark.parametrize(("right", "misread"), [("740812", "74O8I2"), ("6UTO7", "6UT07")])
def test_a_zone_that_was_put_right_asserts_nothing(journal: Journal, right: str, misread: str) -> None:
    def read(zone: str, number: str) -> Screening:
        document = replace(document_from_zone(zone, capture=Capture.MACHINE, today=NOW.date()), number=number)
        return screening(document, traveller=Traveller.as_meant(document, NOW.date()))

    whole, repaired = read(TD3, "L1"), read(TD3.replace(right, misread), "L2")
    assert whole.traveller == repaired.traveller and repaired.documents[0].repairs
    record(journal, whole)
    doubt = "; characters of a misread zone were put right; another document"
    who = "A traveller of this name, birth date and nationality was referred here at 11:00, no outcome yet"
    assert look(journal, repaired).says == who + doubt


def test_an_undecided_refer_and_an_outcome_are_worded_alike(journal: Journal) -> None:
    waits = replace(only(AGNES), at=AT)
    journal.record_screening(waits, [], Verdict.REFER, 1)
    unsure = only(replace(AGNES, nationality=""))
    answer = look(journal, unsure)
    assert answer.says == "A traveller of this name and birth date was REFER here at 11:00, without a decision"
    assert advice_for_finding(answer).title == "May be somebody not decided here before"
    journal.record_decision(waits, Decision.REFER, AT, make_actor("kim"))
    journal.record_decision(
        waits, Decision.REFER, AT + timedelta(minutes=25), make_actor("kim"), second=make_actor("lee")
    )
    answer = look(journal, unsure)
    assert answer.says == (
        "A traveller of this name and birth date was referred here at 11:00; settled at 11:25 by lee: "
        "stays with the second line"
    )
    assert advice_for_findings([answer]).title == "May be somebody who stays with the second line"
    assert advice_for_findings([look(journal, only(AGNES))]).title == "Stays with the second line"


def test_where_details_were_purged_nothing_more_is_said_than_the_hashes_tell(journal: Journal) -> None:
    record(journal, screening(HERS, traveller=AGNES))
    with journal.writing() as connection:
        connection.execute("DELETE FROM detail")
    assert look(journal, screening(HERS, traveller=AGNES)).says == "Referred here at 11:00, no outcome yet"
    part = replace(AGNES, nationality="")
    assert look(journal, only(part)).reason == "not_referred"
