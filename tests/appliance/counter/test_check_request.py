"""What a check may be asked: an access number has six digits."""

import json
from datetime import date
from itertools import product
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from appliance.counter.check_request import CheckRequest, request_id
from appliance.counter.subject import Subject
from data.documents.travel_document import Capture, Confirmation
from data.errors import InputError
from tests.support.command_line import TOP
from tests.support.staff import make_actor
from tests.ui.support.desk_kit import Counter as Fakes


@pytest.mark.parametrize("can", ["", "20481", "20481a", "٢٠٤٨١٥"])
def test_an_access_number_has_six_digits_whoever_gives_it(can: str) -> None:
    with pytest.raises(InputError, match="six digits"):
        Fakes().service.read_chip(can)


TODAY = date(2026, 7, 1)


def asked(**fields: object) -> Subject:
    return CheckRequest.from_json(json.dumps(fields).encode()).screening_request(make_actor("officer-1"), TODAY).subject


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u3000"])
def test_a_blank_number_is_a_document_that_was_not_read(blank: str) -> None:
    for more in ({"name": "Sample, Ada"}, {"name": "Sample", "country": "EST", "type": "I"}, {"mrz": "nothing"}):
        document = asked(number=blank, **more).documents[-1]
        assert (document.number, document.capture) == ("", Capture.TYPED)


def test_no_number_is_no_document() -> None:
    assert asked(name="Sample, Ada").documents == asked(name="Sample, Ada", number=None).documents == ()


@pytest.mark.parametrize(
    "fields", [{}, {"number": " "}, {"name": " "}, {"number": "", "name": ""}, {"check_digit": "1"}]
)
def test_blanks_alone_name_nobody(fields: dict[str, str]) -> None:
    with pytest.raises(InputError):
        asked(**fields)


@pytest.mark.parametrize("digit", ["9", 9])
def test_a_line_may_give_the_check_digit_as_text_or_as_a_number(digit: object) -> None:
    (document,) = asked(number="NN8877665", country="EST", check_digit=digit).documents
    assert document.digits[0].found == "9"


@pytest.mark.parametrize("digit", [None, True, 1.0, [], "", "12", 12, -1])
def test_what_is_no_check_digit_confirms_nothing(digit: object) -> None:
    try:
        (document,) = asked(number="NN8877665", country="EST", check_digit=digit).documents
    except InputError:
        return
    assert not document.number_is_certain


def test_a_line_may_give_the_number_again() -> None:
    (document,) = asked(number="NN8877665", country="EST", number_again="nn887 7665").documents
    assert document.confirmation is Confirmation.TYPED_TWICE


@pytest.mark.parametrize(
    "line",
    [
        b'{"id": 1, "id": 2, "name": "S"}',
        b'{"id": 1, "number": "AB12345", "number": "AB12346", "country": "NOR"}',
        b'{"id": 1, "number": "AB12345", "country": "NOR", "\\u006eumber": "AB12346"}',
        b'{"id": 1, "name": "S", "codes": [], "codes": []}',
    ],
)
def test_a_key_that_occurs_twice_is_refused(line: bytes) -> None:
    with pytest.raises(InputError, match="twice"):
        CheckRequest.from_json(line)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        (b'{"id": 7, "number": 5}', 7),
        (b'{"id": "a", "name": "M\xff"}', "a"),
        (b'{"id": "a\xff"}', None),
        (b'{"id": "a\xfe"}', None),
        (b'{"id": "a\\ud800"}', None),
        (b'{"id": "a\\ufffd"}', None),
        (b'{"id": 1, "id": 2}', None),
        (b'{"id": true}', None),
        (b'{"id": 1.0}', None),
        (b"[7]", None),
        (b"7", None),
        (b'"a"', None),
    ],
)
def test_the_answer_to_a_line_that_cannot_be_read_has_its_own_id_or_none(line: bytes, label: object) -> None:
    assert request_id(line) == label


def test_a_field_that_a_line_of_a_batch_should_not_have_is_named() -> None:
    with pytest.raises(InputError, match="passport_number is not a known field"):
        CheckRequest.from_json(b'{"name": "Sample, Ada", "passport_number": "AE4471902"}')
    with pytest.raises(InputError) as refused:
        CheckRequest.from_json(b'{"name": "Sample, Ada", "a\\u0007b": "AE4471902"}')
    assert "? is not a known field" in str(refused.value) and "AE4471902" not in str(refused.value)


REQUEST_SCHEMA = json.loads((TOP / "docs" / "request.schema.json").read_text("utf-8"))
VALUES = ["", " ", "\u3000", "1", "entry", "sideways", "x" * 100, "x" * 101, None, 7, 1.5, True, [], ["a1b2"] * 4]
VALUES += [["a1b2"] * 5, ["a1b"], [""], [7], [None], ["00" * 4096], ["00" * 4097]]
BASES = [{}, {"mrz": "P<"}, {"number": "NN8877665"}, {"number": ""}, {"name": "SAMPLE, ADA"}]


@pytest.mark.parametrize("field", [*CheckRequest.model_fields, "surname"])
def test_the_schema_for_programs_takes_what_a_line_may_be(field: str) -> None:
    schema = Draft202012Validator(REQUEST_SCHEMA)
    for value, base, other in product(VALUES, BASES, [{}, {"number": "NN8877665", "name": "SAMPLE"}]):
        line: dict[str, Any] = {**other, **base, field: value}
        assert schema.is_valid(line) == _is_read(line), line


def _is_read(line: dict[str, Any]) -> bool:
    try:
        CheckRequest.from_json(json.dumps(line).encode())
    except InputError:
        return False
    return True


def test_the_schema_for_programs_names_every_field() -> None:
    assert list(REQUEST_SCHEMA["properties"]) == list(CheckRequest.model_fields)
