"""How old a list is, in words and in bands."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError, SettingsError
from data.lists.edition import (
    AgeBand,
    AgePolicy,
    Edition,
    check_list_name,
    edition_from_json,
    edition_to_json,
    format_age,
)

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-90), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=119), "1 minute ago"),
        (timedelta(minutes=2), "2 minutes ago"),
        (timedelta(minutes=119), "119 minutes ago"),
        (timedelta(hours=3, minutes=59), "3 hours ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=9, hours=23), "9 days ago"),
    ],
)
def test_ages_in_words(age: timedelta, words: str) -> None:
    assert format_age(age) == words


@given(st.floats(-1000, 1000))
def test_bands_meet_at_their_bounds(age_h: float) -> None:
    band = AgePolicy(48, 168).band(NOW - timedelta(hours=age_h), NOW)
    exact = timedelta(hours=age_h) / timedelta(hours=1)
    assert band is (AgeBand.EXPIRED if exact > 168 else AgeBand.OLD if exact > 48 else AgeBand.FRESH)


@pytest.mark.parametrize("hours", [(0, 1), (-1, 5), (5, 4)])
def test_bands_that_cannot_be_are_refused(hours: tuple[float, float]) -> None:
    with pytest.raises(SettingsError, match="cannot be old"):
        AgePolicy(*hours)


@pytest.mark.parametrize("name", ["default", "secret", "", "Un", "un/2", "-un", "u" * 33])
def test_what_cannot_name_a_list_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="name"):
        check_list_name(name)


@pytest.mark.parametrize("name", ["sltd", "un-2", "default-2", "secrets"])
def test_a_list_may_be_called_anything_else(name: str) -> None:
    assert check_list_name(name) == name


def test_only_a_small_list_says_its_schema_and_an_older_waypost_said_none() -> None:
    plain = Edition("un", "persons", 1, NOW, NOW)
    small = replace(plain, list="cars", kind="vehicles", schema=2)
    assert "schema" not in json.loads(edition_to_json(plain)) and json.loads(edition_to_json(small))["schema"] == 2
    assert edition_from_json(edition_to_json(plain)) == plain and edition_from_json(edition_to_json(small)) == small
