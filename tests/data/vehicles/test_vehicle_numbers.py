"""Plates and vehicle identification numbers: which spellings are one, and what a check digit proves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.vehicles.vehicle_numbers import VinCheck, check_vin, is_vin, normalize_plate, normalize_vin


@pytest.mark.parametrize(
    ("vin", "check"),
    [
        ("1M8GDM9AXKP042788", VinCheck.RIGHT),  # the example of 49 CFR 565.15
        ("11111111111111111", VinCheck.RIGHT),
        ("1M8GDM9A1KP042788", VinCheck.WRONG),
        ("LSGTC52U3KP042788", VinCheck.WRONG),
        ("WVWZZZ1JZXW000001", VinCheck.NONE),
    ],
)
def test_the_check_digit_is_that_of_the_makers_region(vin: str, check: VinCheck) -> None:
    assert is_vin(vin) and check_vin(vin) is check


@pytest.mark.parametrize(
    "text", ["", "1M8GDM9AXKP04278", "1M8GDM9AXKP0427888", "OM8GDM9AXKP042788", "1m8gdm9axkp042788"]
)
def test_what_cannot_be_a_vin(text: str) -> None:
    assert not is_vin(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AB 123-CD", "ab123cd"),
        ("МК 12", "MK 12"),
        ("MÜ-AB 1", "mu ab 1"),
        ("١٢٣ ب", "123ب"),
        ("ＡＢ１", "AB1"),
    ],
)
def test_two_spellings_of_one_plate_are_one(one: str, other: str) -> None:
    assert normalize_plate(one) == normalize_plate(other) != ""


def test_other_plates_stay_others() -> None:
    plates = ["AB 123", "AB 128", "A8 123", "ب 123", "ت 123", "Ж 123"]
    assert len({normalize_plate(plate) for plate in plates}) == len(plates)


@pytest.mark.parametrize("text", ["AB?12", "AB*12", "AB_12", "AB\ufffd12", "AB½12", "МК№12", "АБ?12", "AB\n12"])
def test_a_number_with_a_character_that_was_not_read_is_none(text: str) -> None:
    assert normalize_plate(text) == normalize_vin(text) == ""


def test_letters_that_no_vin_has_are_the_digits_they_are_taken_for() -> None:
    assert normalize_vin("wvwzzz1jzxw o0o i01") == "WVWZZZ1JZXW000101"


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once_and_separates_nothing_written_alike(text: str) -> None:
    folded = normalize_plate(text)
    assert normalize_plate(folded) == folded
    assert normalize_plate(f" {text}-") == folded
    assert normalize_vin(normalize_vin(text)) == normalize_vin(text)
