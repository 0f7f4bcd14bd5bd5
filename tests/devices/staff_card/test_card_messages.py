"""Whatever the process of a library says is an answer or nothing; no refusal shows a PIN."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.json_errors import JsonError
from devices.staff_card.card_messages import MOST_IN_A_CHALLENGE, CardMessage, parse_answer, parse_card_request
from devices.staff_card.card_reader import MOST_IN_A_PIN, MOST_KEYS, CardPinState


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_whatever_comes_is_an_answer_or_none(line: bytes) -> None:
    parse_answer(line)


def test_too_many_keys_and_too_long_ones_are_no_answer() -> None:
    key = {"public_key": "00", "label": ""}
    card = {"label": "", "serial": "", "pin_state": "ready"}
    assert parse_answer(json.dumps({"card": {**card, "keys": [key] * MOST_KEYS}}).encode())
    assert parse_answer(json.dumps({"card": {**card, "keys": [key] * (MOST_KEYS + 1)}}).encode()) is None
    assert parse_answer(json.dumps({"card": {**card, "keys": [{**key, "public_key": "00" * 3000}]}}).encode()) is None


def test_keys_that_are_none_are_left_out() -> None:
    keys = ({"public_key": "30", "label": ""},)
    content = {"label": "A\x1b[2J", "serial": "1", "pin_state": CardPinState.READY, "keys": keys}
    message = CardMessage.model_validate(content)
    card = message.to_card()
    assert card.keys == () and card.label.isprintable()


@pytest.mark.parametrize(
    "request_",
    [
        {"pin": "493817" * MOST_IN_A_PIN},
        {"pin": "493817", "extra": 1},
        {"pin": "493817", "challenge": "0" * (2 * MOST_IN_A_CHALLENGE + 2)},
    ],
)
def test_a_request_that_is_none_shows_no_pin(request_: dict[str, object]) -> None:
    with pytest.raises(JsonError) as refused:
        parse_card_request(json.dumps(request_).encode())
    assert "493817" not in f"{refused.value} {refused.value.__cause__!r} {refused.value.__context__!r}"


def test_a_request_does_not_show_its_pin() -> None:
    assert "493817" not in repr(parse_card_request(b'{"pin": "493817"}'))
