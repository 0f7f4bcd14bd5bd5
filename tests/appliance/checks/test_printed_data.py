"""Checks of the document itself: the zone, its validity."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.checks.printed_data import MOST_CANDIDATE_NUMBERS, MrzCheck, NumberCheck, ValidityCheck
from data.documents.mrz import MrzFields, parse_mrz, write_mrz
from data.documents.mrz.fields import check_digit, judge_digit
from data.documents.mrz.formats import LAYOUTS
from data.documents.number import Oddity
from data.documents.travel_document import (
    Capture,
    CheckDigit,
    Confirmation,
    FieldRepair,
    MrzFormat,
    MrzProblem,
    TravelDocument,
)
from data.persons.person import PartialDate
from data.screenings import Finding, State
from tests.data.support.deviating_zones import deviating_zone
from tests.data.support.mrz_examples import FR_ID, TD3
from tests.support.sample import NOW, document, screening

WRONG = CheckDigit("number", "3", "7", False)


def mrz(*documents: TravelDocument) -> Finding:
    return MrzCheck("development").run(screening(*documents))


def read_zone(text: str) -> TravelDocument:
    return parse_mrz(text, capture=Capture.MACHINE, today=NOW.date())


def validity(*documents: TravelDocument) -> Finding:
    return ValidityCheck().run(screening(*documents))


def test_a_zone_with_right_digits_passes() -> None:
    assert (mrz().state, mrz().reason) == (State.PASS, "digits_right")


def test_a_wrong_digit_is_something_to_look_at() -> None:
    finding = mrz(document(digits=(WRONG,)))
    assert (finding.state, finding.reason) == (State.NOTICE, "digit_wrong")
    assert "(document number): it is 3 and should be 7" in finding.says


@pytest.mark.parametrize("unread", ["?", "*", "\ufffd"])
def test_a_character_that_was_not_read_is_said_to_be_and_is_no_wrong_digit(unread: str) -> None:
    finding = mrz(read_zone(TD3.replace("L898902C3", f"L89{unread}02C3<", 1)))
    assert (finding.state, finding.reason) == (State.NOTICE, "digit_wrong")
    assert "A character was not read (document number): scan again" in finding.says
    assert "should be" not in finding.says


@pytest.mark.parametrize("problem", MrzProblem)
def test_every_problem_has_its_words(problem: MrzProblem) -> None:
    finding = mrz(document(problems=(problem,)))
    assert (finding.state, finding.reason) == (State.NOTICE, problem.value)
    assert finding.says


def test_the_worst_of_several_documents_counts_and_all_reasons_are_kept() -> None:
    bad = document(digits=(WRONG,), problems=(MrzProblem.UNKNOWN_STATE,))
    finding = mrz(document(), bad)
    assert finding.reason == "digit_wrong"
    assert finding.evidence.facts == {"reasons": "digit_wrong unknown_state"}


def test_text_that_is_no_zone_gives_no_answer() -> None:
    assert mrz(document(raw="HELLO", format=None)).reason == "not_an_mrz"
    assert mrz(document(raw="HELLO", format=None)).state is State.NOT_DONE
    assert mrz(document(raw="", format=None)).reason == "not_an_mrz"


def test_of_a_traveller_without_a_document_it_is_said_that_none_was_seen() -> None:
    finding = MrzCheck().run(replace(screening(), documents=()))
    assert (finding.state, finding.reason, finding.says) == (State.NOTICE, "no_document_seen", "No document was seen")


OWN = check_digit("AE4471902")
WHOLE = judge_digit("number", f"AE4471902{OWN}", check_digit(f"AE4471902{OWN}"))
"""Of the number with its own digit at its end: there it tells that the digit belongs to it."""
ZERO = judge_digit("number", "AE44719010", "0")
"""Fits the number with and without the 0 at its end."""


@pytest.mark.parametrize(
    ("changes", "state", "reason"),
    [
        ({}, State.NOTICE, "typed_once"),
        ({"number": ""}, State.NOT_DONE, "no_number"),
        ({"digits": (CheckDigit("number", "1", "1", True),)}, State.PASS, "typed_confirmed"),
        ({"digits": (WRONG,)}, State.NOTICE, "typed_digit_wrong"),
        ({"confirmation": Confirmation.TYPED_TWICE}, State.PASS, "typed_confirmed"),
        ({"confirmation": Confirmation.READ_BACK}, State.PASS, "typed_confirmed"),
        ({"number": "AE44719023", "confirmation": Confirmation.TYPED_TWICE}, State.PASS, "typed_confirmed"),
        (
            {"number": "AE4471902" + check_digit("AE4471902"), "confirmation": Confirmation.TYPED_TWICE},
            State.NOT_DONE,
            "typed_with_digit",
        ),
        (
            {"number": "ae 4471902 " + check_digit("AE4471902"), "confirmation": Confirmation.READ_BACK},
            State.NOT_DONE,
            "typed_with_digit",
        ),
        ({"number": f"AE4471902{OWN}", "digits": (WHOLE,)}, State.PASS, "typed_confirmed"),
        ({"number": "AE44719010", "digits": (ZERO,)}, State.NOT_DONE, "typed_with_digit"),
        ({"confirmation": Confirmation.DIFFERS}, State.NOTICE, "typed_differently"),
        ({"confirmation": Confirmation.TYPED_TWICE, "digits": (WRONG,)}, State.NOTICE, "typed_digit_wrong"),
    ],
)
def test_a_typed_number_counts_as_read_only_once_it_is_confirmed(
    changes: dict[str, Any], state: State, reason: str
) -> None:
    finding = mrz(document(**{"raw": "", "format": None, "digits": (), "capture": Capture.TYPED} | changes))
    assert (finding.state, finding.reason, finding.mandatory) == (state, reason, True)


def test_a_zone_without_a_digit_for_its_number_never_passes_alone() -> None:
    finding = mrz(document(digits=()))
    assert (finding.state, finding.reason) == (State.NOTICE, "no_number_digit")


def test_characters_that_a_keyboard_layout_swapped_say_what_to_set() -> None:
    zone = write_mrz(MrzFields("P", "UTO", "YZAQWM123", "ZAYQ", "WIM"), MrzFormat.TD3)
    swapped = zone.translate(str.maketrans("YZ", "ZY"))
    finding = mrz(parse_mrz(swapped, capture=Capture.MACHINE, today=NOW.date()))
    assert finding.reason == "keyboard_layout" and finding.state is State.NOTICE
    assert "keyboard layout de" in finding.says and "with us" in finding.says
    in_french = zone.translate(str.maketrans("AQZWM1234567890<", "QAWZ?&é\"'(-è_çà."))
    finding = mrz(document(raw=in_french, format=None))
    assert finding.state is State.NOT_DONE and finding.reason == "not_an_mrz"
    assert "keyboard layout us" in finding.says and "with fr" in finding.says


def test_a_specimen_is_something_to_look_at_only_where_it_matters() -> None:
    assert MrzCheck("production").run(screening()).reason == "specimen"
    assert MrzCheck("development").run(screening()).reason == "digits_right"


@pytest.mark.parametrize(
    ("expiry", "reason"),
    [
        (PartialDate(2026, 7, 1), "valid"),
        (PartialDate(2026, 6, 30), "expired"),
        (PartialDate(2026, 7), "valid"),
        (PartialDate(2026, 6), "expired"),
        (PartialDate(2025, 12), "expired"),
        (PartialDate(2026), "valid"),
        (PartialDate(2055, 1, 1), "expiry_implausible"),
        (None, "expiry_unreadable"),
        (PartialDate(None, 3), "expiry_unreadable"),
    ],
)
def test_expiry(expiry: PartialDate | None, reason: str) -> None:
    assert validity(document(expiry=expiry)).reason == reason


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_a_document_is_expired_from_the_day_after_its_last(day: date) -> None:
    expired = validity(document(expiry=PartialDate.of(day))).reason == "expired"
    assert expired == (day < NOW.date())


@pytest.mark.parametrize(
    ("issued", "born", "today", "reason"),
    [
        ("8806", "620304", date(2026, 6, 1), "expired"),
        ("0312", "620304", date(2013, 12, 31), "expiry_not_in_zone"),
        ("0312", "620304", date(2014, 1, 1), "expired"),
        ("0804", "620304", date(2023, 4, 30), "expiry_not_in_zone"),
        ("0804", "620304", date(2023, 5, 1), "expired"),
        ("0804", "900404", date(2023, 4, 30), "expiry_not_in_zone"),
        ("0804", "900504", date(2018, 5, 1), "expired"),
        ("2101", "900504", date(2026, 6, 1), "expiry_not_in_zone"),
        ("9999", "620304", date(2026, 6, 1), "expiry_not_in_zone"),
    ],
    ids=[
        "from 1988",
        "the last month of ten years",
        "the month after ten years",
        "the last month of fifteen years",
        "the month after fifteen years",
        "an adult by some days",
        "a minor by some days: ten years",
        "one of the last",
        "no month of issue",
    ],
)
def test_a_french_card_is_valid_for_so_long_after_its_month_of_issue(
    issued: str, born: str, today: date, reason: str
) -> None:
    zone = FR_ID.replace("0804750123451", f"{issued}750123451").replace("790304", born)
    card = parse_mrz(zone, capture=Capture.MACHINE, today=today)
    at = datetime.combine(today, time(12), UTC)
    finding = ValidityCheck().run(replace(screening(card), at=at))
    assert (finding.state, finding.reason) == (State.NOTICE, reason)


def test_what_the_zone_of_a_document_lacks_has_to_be_read_on_it() -> None:
    for format in MrzFormat:
        layout, finding = LAYOUTS[format], validity(document(format=format, code="P", expiry=None, birth=None))
        reasons = finding.evidence.facts.get("reasons", finding.reason).split()
        assert ("birth_not_in_zone" in reasons) is (layout.birth is None)
        assert ("expiry_not_in_zone" in reasons) is (layout.expiry is None)
        assert ("expiry_unreadable" in reasons) is (layout.expiry is not None)
        assert finding.state is State.NOTICE


def test_a_typed_document_has_no_zone_to_read_an_expiry_in() -> None:
    typed = document(expiry=None, format=None, digits=(), capture=Capture.TYPED)
    assert (validity(typed).state, validity(typed).reason) == (State.NOT_APPLICABLE, "no_expiry")


def test_a_birth_that_lies_ahead_and_a_visa_alone_are_looked_at() -> None:
    assert validity(document(birth=PartialDate(2026, 7, 2))).reason == "birth_in_future"
    assert validity(document(code="V")).reason == "only_visa"
    assert validity(document(), document(code="V")).reason == "valid"


def test_what_was_misread_is_told_beside_the_wrong_digit_and_mends_nothing() -> None:
    text = "P<UT0ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8989O2C36UTO74O8122F1204159ZE184226B<<<<<10"
    finding = mrz(parse_mrz(text, capture=Capture.MACHINE, today=NOW.date()))
    assert (finding.state, finding.reason) == (State.NOTICE, "digit_wrong")
    assert finding.evidence.facts["misread"] == "birth 74O812 means 740812; issuer UT0 means UTO"
    assert "L898902C3" in finding.evidence.facts["number_may_be"].split()
    assert len(finding.evidence.facts["number_may_be"].split()) <= MOST_CANDIDATE_NUMBERS


def test_a_number_whose_digit_is_right_is_not_put_in_doubt() -> None:
    finding = mrz(document(candidates=("1898902C3",), repairs=(FieldRepair("issuer", "UT0", "UTO"),)))
    assert finding.evidence.facts == {"misread": "issuer UT0 means UTO"}
    assert mrz().evidence.facts == {}


@pytest.mark.parametrize(
    ("number", "issuer", "reason"),
    [
        ("L898902C3", "UTO", "specimen_number"),
        ("000000000", "SWE", "placeholder_number"),
        ("L1234567A", "UTO", "number_usual"),
    ],
)
def test_an_odd_number_is_something_to_look_at(number: str, issuer: str, reason: str) -> None:
    finding = NumberCheck().run(screening(document(number=number, issuer=issuer)))
    assert (finding.reason, finding.mandatory) == (reason, False)
    assert finding.state is (State.PASS if reason == "number_usual" else State.NOTICE)


def test_nothing_is_said_of_the_form_of_a_number_that_was_not_judged() -> None:
    short = NumberCheck().run(screening(document(number="A-1")))
    assert (short.state, short.reason) == (State.NOT_APPLICABLE, "number_no_din")
    text = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C37UTO7408122F1204159ZE184226B<<<<<10"
    misread = NumberCheck().run(screening(parse_mrz(text, capture=Capture.MACHINE, today=NOW.date())))
    assert (misread.state, misread.reason) == (State.NOT_APPLICABLE, "number_misread")


def test_specimen_numbers_are_expected_in_development() -> None:
    assert NumberCheck("development").run(screening(document(number="L898902C3"))).reason == "number_usual"
    assert NumberCheck("development").run(screening(document(number="000000000"))).reason == "placeholder_number"


@pytest.mark.parametrize("oddity", Oddity)
def test_every_oddity_has_its_words(oddity: Oddity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.checks.printed_data.find_oddities", lambda document: (oddity,))
    finding = NumberCheck().run(screening())
    assert finding.reason == oddity.value and finding.says


def test_without_a_number_there_is_nothing_to_look_at() -> None:
    assert NumberCheck().run(screening(document(number=""))).state is State.NOT_APPLICABLE
    assert NumberCheck().run(replace(screening(), documents=())).reason == "no_document"


def test_a_known_deviation_stands_beside_the_result_and_in_the_facts() -> None:
    card = read_zone(deviating_zone("PRT", birth="080101", expiry="301231"))
    finding = mrz(card)
    assert (finding.state, finding.evidence.facts["deviations"]) == (State.PASS, "any-birth-080101")
    assert finding.says.startswith("TD1: every check digit is right; known deviation: 080101 may stand for")
    wrong = mrz(card, document(digits=(CheckDigit("birth", "1", "2", ok=False),)))
    assert (wrong.reason, wrong.evidence.facts["deviations"]) == ("digit_wrong", "any-birth-080101")
    assert "deviation" not in wrong.says


def test_a_card_without_end_is_valid_and_hides_nothing_else() -> None:
    card = read_zone(deviating_zone("ESP", expiry="990101"))
    finding = validity(card)
    assert (finding.state, finding.reason) == (State.PASS, "valid_without_end")
    assert finding.says.startswith("No end of validity; known deviation of Spain: 990101")
    assert validity(card, document(expiry=None)).reason == "expiry_unreadable"
    assert validity(card, document(expiry=PartialDate(2020, 1, 1))).reason == "expired"
    assert validity(read_zone(deviating_zone("NOR", expiry="<<<<<<"))).reason == "expiry_unreadable"
