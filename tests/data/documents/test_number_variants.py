"""Every slip of a reader or a hand that the page promises is among the variants."""

import random
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.mrz.fields import VALUES, check_digit
from data.documents.number import (
    LONGEST,
    confusable_numbers,
    one_edit_numbers,
    pad_numbers,
    same_digit_numbers,
    similar_numbers,
)
from data.documents.tables.confusable import CONFUSABLE
from tests.data.support.near_numbers import neighbours

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
numbers = st.text(ALPHABET, min_size=5, max_size=25)
short_numbers = st.text(ALPHABET, min_size=5, max_size=12)


def texts(rows: Iterable[Any]) -> list[str]:
    return [row.tobytes().decode().rstrip("\0") for row in rows]


@given(numbers)
def test_one_edit_is_every_edit_and_nothing_else(number: str) -> None:
    places = range(len(number))
    expected = {number[:at] + new + number[at + 1 :] for at in places for new in ALPHABET}
    expected |= {number[:at] + number[at + 1 :] for at in places if len(number) > 5}
    expected |= {number[:at] + new + number[at:] for at in range(len(number) + 1) for new in ALPHABET}
    expected |= {number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in places[:-1]}
    assert set(texts(one_edit_numbers(number))) == {text for text in expected if len(text) <= LONGEST}


@given(short_numbers, st.randoms(use_true_random=False))
def test_up_to_three_confusions_are_found(number: str, chance: random.Random) -> None:
    places = [place for place, char in enumerate(number) if char in CONFUSABLE]
    characters = list(number)
    for place in chance.sample(places, min(len(places), chance.randint(1, 3))):
        characters[place] = chance.choice(CONFUSABLE[characters[place]])
    misread = "".join(characters)
    numbers_found = texts(confusable_numbers(number))
    assert misread in numbers_found or misread == number or sum(len(CONFUSABLE.get(char, "")) for char in number) > 40
    assert len(numbers_found) == len(set(numbers_found)) and number not in numbers_found


@given(numbers)
def test_undetected_are_the_confusable_ones_of_equal_digit(number: str) -> None:
    expected = [text for text in texts(confusable_numbers(number)) if check_digit(text) == check_digit(number)]
    assert texts(same_digit_numbers(number)) == expected
    assert neighbours(number) == expected[:1000]


@given(numbers)
def test_similar_is_both_in_rows_of_one_width(number: str) -> None:
    rows = similar_numbers(number)
    assert rows.shape[1] == LONGEST
    assert set(texts(rows)) == {*texts(confusable_numbers(number)), *texts(one_edit_numbers(number))}


@pytest.mark.parametrize(("number", "most"), [("L898902C3", 900), ("0" * 9, 7000), ("0" * 25, 6000), ("U" * 25, 6000)])
def test_their_count_is_bounded(number: str, most: int) -> None:
    assert len(similar_numbers(number)) < most


def test_padding() -> None:
    assert pad_numbers(["AB12", "C" * 25]).tolist()[0] == [65, 66, 49, 50, *[0] * 21]
    assert pad_numbers([]).shape == (0, LONGEST)
    assert set(CONFUSABLE) < set(VALUES)
