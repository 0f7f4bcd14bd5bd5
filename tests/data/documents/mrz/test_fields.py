"""Fields of a zone: check digits, dates whose century nobody printed, names, long numbers."""

import pytest

from data.documents.mrz.fields import check_digit
from data.documents.travel_document import MrzName
from data.persons.person import PartialDate
from tests.data.support.mrz_examples import FR_ID, TD1, TD1_LONG, TD3, judged_digits, read_changed, read_zone


def test_belgian_cards_count_the_filler_within_a_long_number() -> None:
    for printed, ok in (("1008", True), ("1002", True), ("1000", False)):
        text = f"IDBEL417205936<{printed}" + "<" * 11 + TD1_LONG[30:]
        assert judged_digits(read_zone(text))["number"] is ok
        assert judged_digits(read_zone(text.replace("BEL", "UTO")))["number"] is (printed == "1002")


def test_a_missing_number_digit_is_not_a_long_number() -> None:
    document = read_changed(TD1, "D231458907<", "D23145890<<")
    assert document.number == "D23145890"
    assert not judged_digits(document)["number"]


def test_the_digit_of_empty_optional_data_may_be_a_filler() -> None:
    assert judged_digits(read_zone(TD3.replace("ZE184226B<<<<<10", "<<<<<<<<<<<<<<<4")))["optional"]
    assert not judged_digits(read_zone(TD3.replace("ZE184226B<<<<<10", "ZE184226B<<<<<<0")))["optional"]


@pytest.mark.parametrize(
    ("printed", "birth"),
    [
        ("74<<<<", PartialDate(1974)),
        ("7408<<", PartialDate(1974, 8)),
        ("<<0812", PartialDate(None, 8, 12)),
        ("<<<<<<", None),
        ("740800", PartialDate(1974, 8)),
        ("000000", None),
        ("73<<31", PartialDate(1973, None, 31)),
    ],
)
def test_unknown_parts_of_a_birth_date(printed: str, birth: PartialDate | None) -> None:
    assert read_changed(TD3, "740812", printed).birth == birth


@pytest.mark.parametrize(
    ("birth", "expiry", "year"),
    [
        ("740812", "300101", 1974),
        ("250101", "300101", 2025),
        ("260602", "300101", 1926),  # tomorrow, were it this century
        ("190101", "160730", 1919),  # expired before a birth in 2019
        ("000229", "300101", 2000),
        ("050101", "991231", 2005),  # nobody is 121
    ],
)
def test_the_century_of_birth_comes_from_the_document(birth: str, expiry: str, year: int) -> None:
    birth_date = read_zone(TD3.replace("740812", birth).replace("120415", expiry)).birth
    assert birth_date is not None and birth_date.year == year


@pytest.mark.parametrize(
    ("printed", "year"), [("120415", 2012), ("940623", 1994), ("500101", 2050), ("750101", 2075), ("990101", 1999)]
)
def test_the_century_of_expiry_is_the_one_near_today(printed: str, year: int) -> None:
    expiry = read_changed(TD3, "120415", printed).expiry
    assert expiry is not None and expiry.year == year


def test_a_french_holder_is_born_before_the_card() -> None:
    assert read_zone(FR_ID.replace("790304", "080428")).birth == PartialDate(2008, 4, 28)
    assert read_zone(FR_ID.replace("790304", "090101")).birth == PartialDate(1909, 1, 1)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("ERIKSSON" + "<" * 31, MrzName("ERIKSSON", "")),
        ("ERIKSSON<<ANNA<<MARIA" + "<" * 18, MrzName("ERIKSSON", "ANNA MARIA")),
        ("<<ANNA" + "<" * 33, MrzName("", "ANNA")),
        ("ERIKSSON<<ANNA<MARIA<MAGDALENA<BIRGITTAS", MrzName("ERIKSSON", "ANNA MARIA MAGDALENA BIRGITTA", True)),
    ],
)
def test_names(field: str, name: MrzName) -> None:
    assert read_zone(TD3.replace("ERIKSSON<<ANNA<MARIA" + "<" * 19, field[:39])).name == name


def test_a_swap_worth_ten_is_invisible_and_any_other_is_seen() -> None:
    invisible = {("6", "G"), ("G", "6"), ("L", "1"), ("1", "L"), ("U", "0"), ("0", "U"), ("V", "1"), ("1", "V")}
    for old, new in invisible:
        text = TD3.replace("L898902C36", f"{old}898902C3{check_digit(old + '898902C3')}")
        assert judged_digits(read_zone(text.replace(f"\n{old}898", f"\n{new}898")))["number"]
    for new in "0123456789ABCDEFGHIJKMNOPQRSTUVWXYZ":
        is_noticed = not judged_digits(read_zone(TD3.replace("\nL", f"\n{new}")))["number"]
        assert is_noticed is (new not in "1BV")
