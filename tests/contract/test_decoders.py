"""Every decoder of JSON gives the value or the one error, whatever comes; what was written reads the same."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.json_codec import MOST_DEPTH, decode, decode_or_none
from data.json_errors import JsonError, JsonProblem
from tests.contract.support.json_formats import EXAMPLES, READ_ONLY, WRITERS, JsonFormat, json_formats, write

FORMATS = {json_format.place: json_format for json_format in json_formats()}
every_format = pytest.mark.parametrize("json_format", FORMATS.values(), ids=FORMATS)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def read(json_format: JsonFormat, content: bytes | str) -> Any:
    return decode(json_format.model, content)


def test_every_format_has_an_example() -> None:
    assert EXAMPLES.keys() == FORMATS.keys()


@every_format
def test_what_was_written_reads_the_same(json_format: JsonFormat) -> None:
    value = read(json_format, json.dumps(EXAMPLES[json_format.place]))
    if json_format.place not in READ_ONLY:
        assert read(json_format, WRITERS.get(json_format.place, write)(value)) == value


@every_format
@settings(max_examples=25)
@given(content=st.binary(max_size=60) | st.text(max_size=60) | json_values.map(json.dumps))
def test_whatever_comes_is_a_value_or_the_one_error(json_format: JsonFormat, content: bytes | str) -> None:
    decode_or_none(json_format.model, content)


@every_format
@settings(max_examples=25)
@given(data=st.data())
def test_an_example_with_any_part_replaced_is_a_value_or_the_one_error(
    json_format: JsonFormat, data: st.DataObject
) -> None:
    content = json.loads(json.dumps(EXAMPLES[json_format.place]))
    holders = list(containers(content))
    holder = data.draw(st.sampled_from(holders))
    place = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    holder[place] = data.draw(json_values)
    decode_or_none(json_format.model, json.dumps(content))


@every_format
@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ('{"x": 1, "x": 1}', JsonProblem.DUPLICATE),
        ("NaN", JsonProblem.NUMBER),
        ("-Infinity", JsonProblem.NUMBER),
        ("1e999", JsonProblem.NUMBER),
        ("9" * 30, JsonProblem.NUMBER),
        ("9" * 5000, JsonProblem.NUMBER),
        ("[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1), JsonProblem.DEPTH),
        ('"', JsonProblem.SYNTAX),
    ],
)
def test_what_no_format_may_hold_is_refused_in_every_format(
    json_format: JsonFormat, inside: str, reason: JsonProblem
) -> None:
    whole = json.dumps(EXAMPLES[json_format.place])
    content = f'{{"more": {inside}, {whole[1:]}' if whole[0] == "{" else f"[{inside}, {whole[1:]}"
    with pytest.raises(JsonError) as refused:
        read(json_format, content)
    assert refused.value.reason is reason


@every_format
def test_what_is_not_utf8_is_refused_in_every_format(json_format: JsonFormat) -> None:
    whole = json.dumps(EXAMPLES[json_format.place])
    for content in (whole.encode("utf-16"), whole.encode() + b"\xff"):
        with pytest.raises(JsonError) as refused:
            read(json_format, content)
        assert refused.value.reason in (JsonProblem.ENCODING, JsonProblem.SYNTAX)


@every_format
def test_what_is_too_large_is_refused_in_every_format(json_format: JsonFormat) -> None:
    with pytest.raises(JsonError, match="too large"):
        decode(json_format.model, json.dumps(EXAMPLES[json_format.place]), most_bytes=4)


ODD = ["ZOLTAVERDE", ["ZOLTAVERDE"], {"x": "ZOLTAVERDE"}, 7654321, -7654321, 76543.21, True, None, "", "\n", [], {}]
"""What parts of an example are replaced by; it says nothing that ours says."""


@every_format
def test_each_part_may_be_odd_and_no_refusal_shows_it(json_format: JsonFormat) -> None:
    content = json.loads(json.dumps(EXAMPLES[json_format.place]))
    for holder in list(containers(content)):
        for place in list(holder) if isinstance(holder, dict) else range(len(holder)):
            kept = holder[place]
            for holder[place] in ODD:
                try:
                    read(json_format, json.dumps(content))
                except JsonError as error:
                    assert "ZOLTAVERDE" not in str(error) and "76543" not in str(error)
            holder[place] = kept
        if isinstance(holder, dict):
            for holder["ZOLTAVERDE"] in ODD:  # a key may be a name as well
                try:
                    read(json_format, json.dumps(content))
                except JsonError as error:
                    assert "ZOLTAVERDE" not in f"{error} {error.path}"
            del holder["ZOLTAVERDE"]


def containers(value: Any) -> Any:
    """Every array and object in a value that holds something."""
    if isinstance(value, dict | list) and value:
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from containers(inner)
