"""The codec's own rules: strict types, complete classes, an error that says where and what and shows no value."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from data.errors import MalformedError
from data.json_codec import (
    MOST_DEPTH,
    Base64,
    Day,
    Hexadecimal,
    UtcTime,
    ZonedTime,
    complete_in_json,
    convert,
    decode,
    decode_or_none,
    encode_canonical,
    exactly,
    or_else,
    within,
)
from data.json_errors import JsonError, JsonProblem
from data.text import _


@dataclass(frozen=True)
class Person:
    name: Annotated[str, Field(max_length=5)]
    age: Annotated[int, within(0, 150, _("an age out of bounds"))] = 0
    friends: tuple["Person", ...] = ()


@complete_in_json
@dataclass(frozen=True, slots=True)
class Record:
    state: str = "open"
    people: tuple[Person, ...] = ()
    at: UtcTime | None = None


@dataclass(frozen=True)
class Binary:
    hexadecimal: Hexadecimal = b""
    base64: Base64 = b""
    day: Day = date(2026, 1, 1)
    time: ZonedTime = datetime(2026, 1, 1, tzinfo=UTC)


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Annotated[int, exactly(1)]
    ratio: float = Field(1.0, ge=0, lt=2)


def refusal(model: Any, content: bytes | str) -> JsonError:
    with pytest.raises(JsonError) as refused:
        decode(model, content)
    return refused.value


def test_what_is_unknown_is_passed_over_and_what_has_a_default_may_be_missing() -> None:
    assert decode(Person, b'{"name": "Ada", "colour": "red"}') == Person("Ada")


def test_of_a_complete_class_nothing_may_be_missing() -> None:
    whole = '{"state": "open", "people": [], "at": null}'
    assert decode(Record, whole) == Record()
    for part in ('"state": "open", ', '"people": [], ', ', "at": null'):
        assert part in whole
        assert refusal(Record, whole.replace(part, "")).reason is JsonProblem.MISSING
    assert Record() == Record("open", (), None), "its defaults stay"


@pytest.mark.parametrize("age", ['"5"', "5.0", "true", "null", "[5]"])
def test_a_number_is_a_number(age: str) -> None:
    error = refusal(Person, f'{{"name": "Ada", "age": {age}}}')
    assert (str(error), error.path, error.reason) == ("age must be a whole number", "age", JsonProblem.TYPE)


@pytest.mark.parametrize(
    ("model", "content", "says"),
    [
        (Person, "5", "the content must be an object"),
        (Person, "{}", "name is missing"),
        (Person, '{"name": 1, "age": 200}', "name must be text; age: an age out of bounds"),
        (Person, '{"name": "Adalind"}', "name must have at most 5 characters"),
        (Person, '{"name": "A", "friends": [{"name": "B"}, {"name": null}]}', "friends.1.name must be text"),
        (Person, '{"name": "A", "friends": {}}', "friends must be an array"),
        (Closed, '{"format": 2}', "format must be one that this version of Waypost reads"),
        (Closed, '{"format": 1, "ratio": 2}', "ratio must be less than 2.0"),
        (Closed, '{"format": 1, "ratio": -1}', "ratio must be at least 0.0"),
        (Closed, '{"format": 1, "more": 1}', "? is not a known field"),
        (Binary, '{"hexadecimal": "0"}', "hexadecimal must be hexadecimal"),
        (Binary, '{"hexadecimal": "AB"}', "hexadecimal must be hexadecimal"),
        (Binary, '{"base64": "A"}', "base64 must be base64"),
        (Binary, '{"day": "2026-02-30"}', "day must be a date"),
        (Binary, '{"time": "2026-02-03T04:05:06"}', "time must be a time with its zone"),
        (Binary, '{"time": 1700000000}', "time must be text"),
        (Record, '{"state": "", "people": [], "at": "9999-12-31T23:59-14:00"}', "at must be a time within the calendar"),  # noqa: E501
        (Person, "", "it is not JSON: Expecting value in line 1"),
        (Person, '{"name": "A",\n}', "it is not JSON: Expecting property name enclosed in double quotes in line 2"),
        (Person, b"\xff", "it is not in UTF-8"),
        (Person, '{"name": "A", "name": "A"}', "a field occurs twice"),
        (Person, '{"name": "A", "x": NaN}', "NaN is not a number"),
        (Person, '{"name": "A", "x": 18446744073709551616}', "a number is too large"),
        (Person, '{"name": "\\ud800"}', "the content is not JSON"),
    ],
)  # fmt: skip
def test_an_error_says_where_and_what(model: Any, content: bytes | str, says: str) -> None:
    assert refusal(model, content).says == says


def test_an_error_brings_no_value_along() -> None:
    error = refusal(Person, '{"name": "ZOLTAVERDE", "age": "ZOLTAVERDE"}')
    assert error.__context__ is None and error.__cause__ is None, "what pydantic says shows values"
    assert "ZOLTAVERDE" not in repr(error)


def test_the_most_bytes_are_bytes_also_where_content_is_a_str() -> None:
    text = '"' + "é" * 50 + "\U0001f6c2" * 10 + '"'
    size = len(text.encode())
    assert decode(str, text, most_bytes=size) == decode(str, text.encode(), most_bytes=size) == text[1:-1]
    for content in (text, text.encode(), "1" * size):
        with pytest.raises(JsonError, match="too large"):
            decode(object, content, most_bytes=size - 1)
    assert decode_or_none(object, "[]", most_bytes=2) == []
    with pytest.raises(JsonError):
        decode(str, '"\ud800"', most_bytes=6)


def test_without_an_error_of_the_caller_a_json_error_is_raised() -> None:
    for attempt in (lambda: decode(Person, "{}"), lambda: convert(Person, {})):
        with pytest.raises(JsonError, match=r"^name is missing$") as refused:
            attempt()
        assert refused.value.__cause__ is None and refused.value.__context__ is None


def test_decoded_values_share_no_mutable_default() -> None:
    @dataclass(frozen=True)
    class Counts:
        counts: Annotated[dict[str, int], or_else(dict)]
        name: Annotated[str, or_else("?")]

    first, second = (decode(Counts, '{"counts": 5, "name": 5}') for _number in range(2))
    first.counts["a"] = 1
    assert (first.name, second.counts) == ("?", {})
    with pytest.raises(TypeError, match="dict"):
        or_else({})


def test_only_names_of_fields_and_positions_are_shown() -> None:
    assert str(refusal(Person, '{"name": "Ada", "friends": [{"name": 1}]}')) == "friends.0.name must be text"
    assert str(refusal(dict[str, Person], '{"ZOLTAVERDE": {"name": 1}}')) == "?.name must be text"
    assert str(refusal(dict[str, int], '{"7654321": ""}')) == "? must be a whole number"
    assert refusal(Closed, '{"format": 1, "ZOLTAVERDE": 1}').path == "?"


def test_every_key_of_somebodys_own_settings_is_shown_cut_and_printable() -> None:
    def refusal_of(key: str) -> str:
        with pytest.raises(JsonError) as refused:
            convert(Closed, {"format": 1, key: 1}, keys_shown=True)
        return refused.value.path

    assert refusal_of("formats") == "formats"
    assert refusal_of("a\nb") == "?"
    assert len(refusal_of("x" * 500)) == 40
    with pytest.raises(JsonError, match=r"^\? is not a known field$"):
        convert(Closed, {"format": 1, "formats": 1})


def test_the_callers_own_error_names_the_cause() -> None:
    with pytest.raises(MalformedError, match=r"no good \(name is missing\)") as refused:
        decode(Person, "{}", lambda why: MalformedError(f"no good ({why})"))
    assert isinstance(refused.value.__cause__, JsonError)
    assert refused.value.__cause__.reason is JsonProblem.MISSING


def test_what_is_built_may_refuse_as_well() -> None:
    def build(person: Person) -> str:
        if person.age < 18:
            raise ValueError(_("a child"))
        return person.name

    assert decode(Person, '{"name": "Ada", "age": 30}', build=build) == "Ada"
    with pytest.raises(JsonError, match=r"^a child$"):
        decode(Person, '{"name": "Ada"}', build=build)


def test_what_python_says_of_a_value_is_not_repeated() -> None:
    with pytest.raises(JsonError, match=r"^the value cannot be used$"):
        decode(Person, '{"name": "Ada"}', build=lambda person: int(person.name))


def test_numbers_of_64_bits_and_shallow_values_are_taken() -> None:
    largest, smallest = (1 << 64) - 1, -(1 << 63)
    assert decode(list[int], f"[{largest}, {smallest}]") == [largest, smallest]
    shallow = "[" * (MOST_DEPTH - 1) + '"' + "[" * 200 + '"' + "]" * (MOST_DEPTH - 1)
    assert decode(object, shallow)
    assert decode_or_none(object, f"[{shallow}, [[]]]") is not None
    assert decode_or_none(object, f"[[{shallow}]]") is None


@pytest.mark.parametrize(
    ("text", "is_deep"),
    [
        ("[" * 64 + "]" * 64, False),
        ("[" * 65 + "]" * 65, True),
        ('{"a":[' * 32 + "]}" * 32, False),
        ('{"a":[' * 33 + "]}" * 33, True),
        ("[" + "[]," * 500 + "[]]", False),
        ("[" + r'"\\\\", "\\\"[[", ' + "[" * 64 + "]" * 65, True),
        ('["' + "[" * 200 + '\\"' + "[" * 200 + '"]', False),
        ("[" * 200, True),
        ("[" * 100 + "@" + "]" * 100, True),
        ("[" * 100 + "}" * 100, True),
        ("]" * 200, False),
    ],
)
def test_what_is_deep_is_refused_before_it_is_parsed(text: str, is_deep: bool) -> None:
    try:
        decode(object, text)
    except JsonError as error:
        assert (error.reason is JsonProblem.DEPTH) is is_deep
    else:
        assert not is_deep


shallow_values = st.recursive(
    st.integers(-(1 << 63), (1 << 64) - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(shallow_values)
def test_what_is_shallow_is_taken_whatever_its_texts(value: Any) -> None:
    wide = [[]] * 70 + [value]
    assert decode(object, json.dumps(wide)) == wide


def test_a_long_text_of_escapes_is_looked_at_once() -> None:
    """Quadratic, this would take minutes."""
    assert decode_or_none(object, "[" * 65 + '"' + '\\"' * 300_000) is None


def test_options_are_checked_by_the_same_types() -> None:
    assert convert(Person, {"name": "Ada", "age": 3}) == Person("Ada", 3)
    with pytest.raises(JsonError, match=r"^name is missing$"):
        convert(Person, {})


@dataclass(frozen=True)
class Secret:
    key: bytes = field(default=b"\1\2")
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_canonical_encoding_is_sorted_and_has_no_spaces() -> None:
    assert encode_canonical({"b": Secret(), "a": ["é", date(2026, 1, 2)]}) == (
        '{"a":["é","2026-01-02"],"b":{"at":"2026-01-01T00:00:00Z","key":"0102"}}'.encode()
    )
    assert encode_canonical("\ud800") == b'"?"'
