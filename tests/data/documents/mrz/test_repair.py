"""Misread fields: what they most likely say stands beside them, and the number is left alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.mrz import apply_repairs, parse_mrz
from data.documents.mrz.fields import MOST_CANDIDATES, check_digit
from data.documents.tables.confusable import CONFUSABLE
from data.documents.travel_document import Capture, FieldRepair, MrzName, TravelDocument
from data.persons.person import PartialDate
from tests.data.support.mrz_examples import FR_ID, TD1, TD3

TODAY = date(2026, 6, 1)


def read(text: str, *changes: tuple[str, str]) -> TravelDocument:
    for old, new in changes:
        assert text.count(old) == 1 and len(old) == len(new)
        text = text.replace(old, new)
    return parse_mrz(text, capture=Capture.MACHINE, today=TODAY)


def repairs(document: TravelDocument) -> dict[str, str]:
    return {repair.field: repair.means.rstrip("<") for repair in document.repairs}


def test_a_zone_that_was_read_well_needs_no_repair() -> None:
    assert read(TD3).repairs == ()
    assert apply_repairs(read(TD3), TODAY) == read(TD3)


def test_letters_in_dates_are_told_and_the_digit_stays_wrong_as_read() -> None:
    document = read(TD3, ("740812", "74O8I2"), ("1204159", "IZO4I59"))
    assert repairs(document) == {"birth": "740812", "expiry": "120415"}
    assert document.birth is None and document.expiry is None and "74O8I2" in document.raw
    wrong = {digit.field for digit in document.digits if not digit.ok}
    assert wrong >= {"birth", "expiry"}


def test_a_misread_digit_of_a_date_is_no_hindrance() -> None:
    assert repairs(read(TD3, ("7408122F", "74O812ZF"))) == {"birth": "740812"}


def test_a_date_whose_digit_does_not_agree_is_not_repaired() -> None:
    assert read(TD3, ("7408122", "74O8I23")).repairs == ()
    assert read(TD3, ("7408122", "74A8122")).repairs == ()  # an A is taken for no digit


@pytest.mark.parametrize(
    ("read_as", "means"), [("UT0", "UTO"), ("0<<", "D"), ("F1N", "FIN"), ("R0U", "ROU"), ("6BR", "GBR"), ("2AF", "ZAF")]
)
def test_digits_in_state_codes(read_as: str, means: str) -> None:
    assert repairs(read(TD3, ("P<UTO", f"P<{read_as}"))) == {"issuer": means}
    assert repairs(read(TD3, ("6UTO7", f"6{read_as}7"))) == {"nationality": means}


@pytest.mark.parametrize("read_as", ["XYZ", "A0A", "U70", "000"])
def test_a_code_that_no_one_state_fits_stays(read_as: str) -> None:
    assert "issuer" not in repairs(read(TD3, ("P<UTO", f"P<{read_as}")))


def test_digits_in_names() -> None:
    document = read(TD3, ("ERIKSSON", "ER1K5S0N"))
    assert repairs(document) == {"name": "ERIKSSON<<ANNA<MARIA"}
    assert document.name == MrzName("ER1K5S0N", "ANNA MARIA")
    assert read(TD3, ("ERIKSSON", "ER1K7SON")).repairs == ()
    card = read(FR_ID, ("MODELE", "M0DELE"), ("ROSE", "R05E"))
    assert repairs(card) == {"surname": "MODELE", "given": "CAMILLE<ROSE"}


def test_the_document_as_it_is_meant() -> None:
    document = read(TD3, ("P<UTO", "P<UT0"), ("ERIKSSON", "ER1KSSON"), ("740812", "74O812"))
    repaired = apply_repairs(document, TODAY)
    assert (repaired.issuer, repaired.name, repaired.birth) == (
        "UTO",
        MrzName("ERIKSSON", "ANNA MARIA"),
        PartialDate(1974, 8, 12),
    )
    as_read = ("number", "raw", "digits", "problems", "repairs", "candidates", "optional")
    assert all(getattr(repaired, name) == getattr(document, name) for name in as_read)
    assert repaired.number_is_certain


def test_every_format_is_meant_as_it_was_written() -> None:
    td1 = read(TD1, ("7408122", "74O8122"), ("159UTO", "159UT0"), ("MARIA", "MAR1A"))
    assert apply_repairs(td1, TODAY).name == MrzName("ERIKSSON", "ANNA MARIA")
    assert apply_repairs(td1, TODAY).nationality == "UTO"
    card = read(FR_ID, ("ROSE", "R0SE"), ("790304", "79O304"))
    assert apply_repairs(card, TODAY).birth == PartialDate(1979, 3, 4)
    assert apply_repairs(card, TODAY).number == card.number


@given(st.sets(st.integers(0, 43), max_size=12))
def test_a_number_is_never_repaired(positions: set[int]) -> None:
    misreadings = {"0": "O", "1": "I", "2": "Z", "5": "S", "8": "B", "O": "0", "I": "1", "S": "5", "B": "8"}
    second = TD3.split("\n")[1]
    misread = "".join(misreadings.get(char, char) if at in positions else char for at, char in enumerate(second))
    document = parse_mrz(f"{TD3[:44]}\n{misread}", capture=Capture.MACHINE, today=TODAY)
    repaired = apply_repairs(document, TODAY)
    assert document.number == repaired.number == misread[:9].rstrip("<")
    assert all(repair.field in ("birth", "expiry", "nationality", "name") for repair in document.repairs)


def number_read(number: str, digit: str) -> TravelDocument:
    return read(TD3, ("L898902C36", f"{number}{digit}"))


def test_swaps_that_weigh_nothing_are_candidates_of_a_right_number() -> None:
    assert number_read("L898902C3", "6").candidates == ("1898902C3", "L8989U2C3")
    assert number_read("X43298754", check_digit("X43298754")).candidates == ()


def test_a_wrong_digit_asks_for_what_makes_it_right() -> None:
    misread = number_read("L8989O2C3", "6")
    assert "L898902C3" in misread.candidates and misread.number == "L8989O2C3"
    assert not misread.number_is_certain
    two = number_read("L898902C3".replace("0", "O").replace("8", "B", 1), "6")
    assert "L898902C3" in two.candidates


def test_a_misread_check_digit_leaves_the_number() -> None:
    assert number_read("L898902C3", "G").candidates == ("1898902C3", "L8989U2C3")
    assert number_read("L898902C3", "<").candidates == ()


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=9, max_size=9), st.sampled_from("0123456789"))
def test_candidates_fit_the_printed_digit_and_are_few(number: str, digit: str) -> None:
    candidates = number_read(number, digit).candidates
    assert len(candidates) <= MOST_CANDIDATES and number not in candidates and len(set(candidates)) == len(candidates)
    for other in candidates:
        changed = [(old, new) for old, new in zip(number, other, strict=True) if old != new]
        assert check_digit(other) == digit and 1 <= len(changed) <= 2
        assert all(new in CONFUSABLE[old] for old, new in changed)


def test_repairs_are_values() -> None:
    assert read(TD3, ("P<UTO", "P<UT0")).repairs == (FieldRepair("issuer", "UT0", "UTO"),)
