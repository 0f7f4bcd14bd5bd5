"""Messages are stored as id and values; what is no message is refused, whoever wrote it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.text import EMPTY, Message, _, decode_text, encode_text, in_context, join, plural

AGE = plural("{count} day", "{count} days", 3)


@pytest.mark.parametrize(
    "message",
    [
        EMPTY,
        _("just now"),
        _("Write {} for nothing."),
        AGE,
        in_context("a document", "stolen"),
        _("The list {list} is {age} old.", list="un", age=AGE),
        join([AGE, "NORTH", join([AGE], ", ")], "; "),
    ],
)
def test_a_message_comes_back_whole(message: Message) -> None:
    back = decode_text(json.loads(json.dumps(encode_text(message))))
    assert back.__reduce__() == message.__reduce__()
    assert back == message


def test_values_that_json_lacks_become_text() -> None:
    assert encode_text(_("{a} {b}", a=1.5, b=ValueError("x"))) == {"id": "{a} {b}", "values": {"a": 1.5, "b": "x"}}


def test_a_plain_text_stays_plain() -> None:
    assert encode_text("just now") == "just now"
    back = decode_text("just now")
    assert back == "just now"
    assert back.id == ""


@pytest.mark.parametrize(
    "stored",
    [
        None,
        3,
        [],
        {"id": 3},
        {"id": "x", "more": ""},
        {"id": "x", "values": []},
        {"id": "{a}", "values": {"b": "x"}},
        {"id": "{a.__class__}", "values": {"a": "x"}},
        {"id": "{a:>99999999}", "values": {"a": "x"}},
        {"id": "{a!r}", "values": {"a": "x"}},
        {"id": "{a", "values": {"a": "x"}},
        {"id": "{a[0]}", "values": {"a[0]": "x"}},
        {"id": "{a}", "values": {"a": []}},
        {"id": "{}", "values": {"a": "x"}},
        {"id": "x", "plural": "y"},
        {"id": "x", "plural": "{b}", "values": {"count": 1}},
        {"parts": "x", "separator": ""},
        {"parts": [3], "separator": ""},
        {"parts": []},
    ],
)
def test_what_is_no_message_is_refused(stored: Any) -> None:
    with pytest.raises(ValueError):
        decode_text(stored)


def test_messages_inside_messages_end() -> None:
    stored: dict[str, Any] = {"id": "x"}
    for _depth in range(50):
        stored = {"parts": [stored], "separator": ""}
    with pytest.raises(ValueError, match="no message"):
        decode_text(stored)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "values", "plural", "context", "parts", "separator", "a"]), part)
    ),
    max_leaves=8,
)


@given(_json)
def test_anything_is_a_message_or_refused(stored: Any) -> None:
    try:
        message = decode_text(stored)
    except ValueError:
        return
    assert decode_text(encode_text(message)) == message
