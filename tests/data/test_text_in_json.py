"""Messages are stored as id and values; what is no message is refused, whoever wrote it."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.text import EMPTY, MOST_CHARACTERS, Message, _, decode_text, encode_text, in_context, join, plural

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
    assert back.id == "", "no catalogue has it"
    assert encode_text(back) == "just now"
    assert encode_text(decode_text("")) == ""
    assert encode_text(decode_text({"parts": ["just now"], "separator": "; "})) == "just now"


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
    with pytest.raises(ValueError, match="must be a text"):
        decode_text(stored)


def test_messages_too_deep_inside_each_other_are_stored_as_plain_text() -> None:
    message = _("{count} lists", count=3)
    for _depth in range(30):
        message = join([_("{inner}.", inner=message)], "; ")
    back = decode_text(encode_text(message))
    assert back == message == "3 lists" + 30 * "."
    assert decode_text(encode_text(back)) == back


def doubled(times: int, levels: int, **more: Any) -> dict[str, Any]:
    stored: dict[str, Any] = {"id": "x"}
    for _level in range(levels):
        stored = {"id": "{a}" * times, "values": {"a": stored, **more}}
    return stored


@pytest.mark.parametrize(
    "stored",
    [
        doubled(8, 7),
        {"parts": [""] * 2000, "separator": "A" * 5000},
        {"id": "{a}" * 2000, "values": {"a": "A" * 5000}},
        {"id": "x", "plural": "{a}" * 2000, "values": {"a": "A" * 5000, "count": 1}},
        {"id": "{a}" * 2000, "plural": "x", "values": {"a": "A" * 5000, "count": 2}},
        {"id": "x", "values": {f"a{number}": doubled(8, 3) for number in range(2000)}},
        {"parts": [doubled(8, 4)] * 2000, "separator": ""},
        "A" * (MOST_CHARACTERS + 1),
        {"id": "A" * (MOST_CHARACTERS + 1)},
    ],
)
def test_a_text_that_is_too_long_is_refused_before_it_is_made(stored: Any) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="too long"):
            decode_text(stored)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_long_text_comes_back() -> None:
    message = join([_("{name} is listed.", name="x" * 1000)] * 4)
    assert decode_text(encode_text(message)) == message


_repeating = st.recursive(
    st.integers(0, 5000).map("x".__mul__),
    lambda part: (
        st.builds(
            lambda id, plural, values, count: {"id": id, "plural": plural, "values": {**values, "count": count}},
            st.integers(1, 60).map("{a}{{{b} ".__mul__),
            st.integers(0, 60).map("{b}".__mul__),
            st.fixed_dictionaries({"a": part, "b": part}),
            st.integers(0, 2),
        )
        | st.builds(
            lambda parts, times, separator: {"parts": parts * times, "separator": separator},
            st.lists(part, max_size=3),
            st.integers(1, 500),
            st.text(max_size=99),
        )
    ),
    max_leaves=6,
)


@given(_repeating)
def test_whatever_is_repeated_the_text_is_short_or_refused(stored: Any) -> None:
    try:
        message = decode_text(stored)
    except ValueError:
        return
    assert len(message) <= MOST_CHARACTERS


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
    assert len(message) <= MOST_CHARACTERS
    encoded = encode_text(message)
    assert decode_text(encoded) == message
    assert encode_text(decode_text(encoded)) == encoded
