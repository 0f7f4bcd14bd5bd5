"""Stolen vehicles: what a row needs, and by what it is found."""

import pytest

from data.lists.kinds import SMALL_LISTS, load_kind, load_small_list_kind
from data.lists.small_lists.column_types import UnfitValue

SCHEMA = load_small_list_kind("vehicles").schema


def test_every_small_list_is_a_kind_under_its_own_name() -> None:
    for name in SMALL_LISTS:
        kind = load_kind(name)
        assert kind.NAME == load_small_list_kind(name).schema.name == name and not kind.SEALED


def test_a_list_of_vehicles_is_not_empty_unless_somebody_says_so() -> None:
    assert load_kind("vehicles").MAY_BE_EMPTY is False


@pytest.mark.parametrize(
    "fields", [{"plate": "AB 123"}, {"vin": "1m8gdm9axkp042788"}, {"vin": "WVWZZZ1JZXW000001"}, {"engine": "F4R 770"}]
)
def test_a_plate_a_vin_or_an_engine_number_is_enough(fields: dict[str, str]) -> None:
    assert SCHEMA.read({"reference": "V-1", **fields}).identity == "V-1"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"country": "FRA", "make": "Testa"}, "none of the columns by which it is searched: plate, vin, engine"),
        ({"vin": "1M8GDM9A1KP042788"}, "the right check digit"),
        ({"vin": "1M8GDM9AXKPO42788"}, "17 letters and digits without I, O and Q"),
        ({"vin": "1M8GDM9AXKP04278"}, "17 letters and digits"),
        ({"plate": "--"}, "letters and digits"),
        ({"plate": "AB?12"}, "nothing but ordinary marks"),
        ({"engine": "F4R\ufffd770"}, "nothing but ordinary marks"),
        ({"plate": "AB 1", "year": 1885}, "year"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused(fields: dict[str, object], why: str) -> None:
    with pytest.raises(UnfitValue, match=why):
        SCHEMA.read({"reference": "V-1", **fields})
