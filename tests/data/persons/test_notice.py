"""A notice survives being written and read, exactly."""

import json
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from data.persons.notice import Action, Colour, Notice, decode_notice, encode_notice
from data.persons.person import Associate, HeldDocument, ListedName, NameQuality, PartialDate, Person, Sex

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
years = st.integers(1, 9999)
births = st.one_of(
    st.dates().map(PartialDate.of),
    st.builds(PartialDate, st.one_of(st.none(), years), st.one_of(st.none(), st.integers(1, 12))),
    st.builds(PartialDate, years, about=st.booleans()),
    st.tuples(years, years).map(lambda pair: PartialDate(min(pair), until=max(pair))),
)
persons = st.builds(
    Person,
    names=st.lists(st.builds(ListedName, texts, texts, texts, st.sampled_from(NameQuality)), max_size=3).map(tuple),
    births=st.lists(births, max_size=3).map(tuple),
    sex=st.sampled_from(Sex),
    nationalities=st.lists(texts, max_size=2).map(tuple),
    birth_places=st.lists(texts, max_size=2).map(tuple),
    documents=st.lists(st.builds(HeldDocument, texts, texts, texts), max_size=2).map(tuple),
    father=texts,
    mother=texts,
    marks=texts,
    associates=st.lists(st.builds(Associate, texts, texts, texts), max_size=2).map(tuple),
)
days = st.one_of(st.none(), st.dates())
notices = st.builds(
    Notice,
    record=texts,
    person=persons,
    action=st.sampled_from(Action),
    colour=st.sampled_from(Colour),
    owner=texts,
    reference=texts,
    reason=texts,
    cautions=st.lists(texts, max_size=2).map(tuple),
    listed=days,
    updated=days,
    review=days,
)
PLAIN = Notice("2025/1", Person((ListedName("Ivana ORLOVAČKA"),)), Action.INFORM)


@given(notices)
def test_a_notice_comes_back_as_it_was(notice: Notice) -> None:
    assert decode_notice(encode_notice(notice)) == notice


@given(notices)
def test_the_text_is_canonical(notice: Notice) -> None:
    text = encode_notice(notice)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_empty_fields_are_left_out() -> None:
    assert (
        encode_notice(PLAIN) == '{"action":"inform","person":{"names":[{"full":"Ivana ORLOVAČKA"}]},"record":"2025/1"}'
    )


def test_a_birth_that_has_no_text_form_keeps_its_parts() -> None:
    person = Person((ListedName("X"),), births=(PartialDate(None, 5, 17), PartialDate(1960, about=True)))
    assert decode_notice(encode_notice(Notice("1", person, Action.INFORM))).person.births == person.births


def test_links_are_written_only_where_there_are_some() -> None:
    person = Person((ListedName("X"),), associates=(Associate("Omar DUNE", record="W-2"), Associate("Y", "wife of")))
    links = json.loads(encode_notice(Notice("1", person, Action.INFORM)))["person"]["associates"]
    assert links == [{"name": "Omar DUNE", "record": "W-2"}, {"name": "Y", "relation": "wife of"}]


def test_fields_of_a_newer_headquarters_are_passed_over() -> None:
    fields = json.loads(encode_notice(PLAIN)) | {"pictures": 3}
    fields["person"]["documents"] = [{"number": "A1", "seal": "x"}]
    assert decode_notice(json.dumps(fields)).person.documents == (HeldDocument("A1"),)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"record":"1","action":"salute","person":{}}', '{"record":"1"', "[" * 100_000, b"\xff"],
)
def test_what_cannot_be_read_is_an_error_in_words(text: str | bytes) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        decode_notice(text)


def test_ten_thousand_notices_decode_in_well_under_ten_seconds() -> None:
    """Of work, at ten times the aim: this guards against another order, `make bench` measures."""
    names = tuple(ListedName(f"Name {n} ORLOVAČKA", "ORLOVAČKA", f"Name {n}", NameQuality.GOOD) for n in range(5))
    body = encode_notice(
        Notice("1", Person(names, (PartialDate.of(date(1970, 1, 2)),)), Action.REFUSE, Colour.UN_SPECIAL)
    )
    begun = time.thread_time()
    for _ in range(10_000):
        decode_notice(body)
    assert time.thread_time() - begun < 10
