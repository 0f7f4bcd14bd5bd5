"""What a list holds, and when it fell too far."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.lists.contents import (
    Amount,
    ContentsTally,
    Fall,
    ListContents,
    Measure,
    count_rows,
    find_fall,
    measure_contents,
)
from data.lists.kinds import keep_lost, load_kind
from data.persons.notice import Action, Notice, encode_notice
from data.persons.person import Associate, HeldDocument, ListedName, PartialDate, Person

PERSONS = load_kind("persons")
texts = st.text(max_size=12) | st.sampled_from(['"full":', '"births":["1970"]', '\\"number":', "[", '"'])
names = st.builds(ListedName, texts, texts, texts)
births = st.builds(PartialDate, st.integers(1900, 2020)) | st.builds(
    lambda month, day: PartialDate(None, month, day), st.integers(1, 12), st.integers(1, 28)
)
persons = st.builds(
    Person,
    names=st.lists(names, min_size=1, max_size=4).map(tuple),
    births=st.lists(births, max_size=3).map(tuple),
    documents=st.lists(st.builds(HeldDocument, texts, texts, texts), max_size=3).map(tuple),
    associates=st.lists(st.builds(Associate, texts, texts, texts), max_size=2).map(tuple),
    father=texts,
    marks=texts,
)
notices = st.builds(Notice, record=texts, person=persons, action=st.just(Action.INFORM), reason=texts, owner=texts)


def person(names: int = 1, births: int = 0, documents: int = 0) -> bytes:
    return encode_notice(
        Notice(
            "x",
            Person(
                names=tuple(ListedName(f"Testa {number}") for number in range(names)),
                births=tuple(PartialDate.of(date(1970, 1, 1 + number)) for number in range(births)),
                documents=tuple(HeldDocument(f"X{number}") for number in range(documents)),
            ),
            Action.INFORM,
        )
    ).encode()


@given(notices)
def test_counting_by_keys_gives_what_decoding_gives(notice: Notice) -> None:
    counts = PERSONS.count_contents(encode_notice(notice).encode())
    assert counts == (len(notice.person.names), len(notice.person.births), len(notice.person.documents))


def test_each_measure_is_counted_with_its_largest_record() -> None:
    contents = measure_contents(PERSONS, [person(3, 1, 2), person(1, 2)])
    assert contents == ListContents(Amount(2, 1), Amount(4, 3), Amount(3, 2), Amount(2, 2))
    assert measure_contents(load_kind("documents"), [b"12345678"] * 3) == count_rows(3)


@pytest.mark.parametrize(
    ("before", "after", "measure"),
    [
        ([person()] * 10, [person()] * 8, Measure.ROWS),
        ([person(2)] * 10, [person(2)] * 8 + [person()] * 2, None),
        ([person(2)] * 10, [person(2)] * 7 + [person()] * 3, Measure.NAMES),
        ([person(1, 1)] * 10, [person(1, 1)] * 8 + [person()] * 2, Measure.BIRTHS),
        ([person(1, 0, 1)] * 10, [person()] * 10, Measure.DOCUMENTS),
        ([person()] * 10, [person()] * 9, None),
        ([person()] * 10, [person()] * 12, None),
        ([], [person()], None),
    ],
)
def test_a_fall_in_any_measure_is_found(before: list[bytes], after: list[bytes], measure: Measure | None) -> None:
    fall = find_fall(measure_contents(PERSONS, before), measure_contents(PERSONS, after), 0.1)
    assert (fall and fall.measure) == measure


@pytest.mark.parametrize("count", range(1, 6))
def test_withdrawing_one_record_is_no_fall_however_short_the_list(count: int) -> None:
    bodies = [person(5, 2, 3), *[person()] * (count - 1)]
    for place in range(count):
        rest = bodies[:place] + bodies[place + 1 :]
        assert find_fall(measure_contents(PERSONS, bodies), measure_contents(PERSONS, rest), 0.1) is None


def test_a_share_of_nothing_allows_one_record_and_of_everything_all() -> None:
    assert find_fall(count_rows(1000), count_rows(998), 0) == Fall(Measure.ROWS, 1000, 998)
    assert find_fall(count_rows(1000), count_rows(0), 1) is None


@given(notices, notices)
def test_a_record_with_what_it_lost_has_all_of_both_and_stays_so(before: Notice, after: Notice) -> None:
    assert keep_lost(PERSONS, before, before) is before
    kept = keep_lost(PERSONS, before, after)
    for of in (before, after):
        assert set(of.person.births) <= set(kept.person.births)
        assert set(of.cautions) <= set(kept.cautions)
    assert {name.full for name in before.person.names} <= {name.full for name in kept.person.names}
    assert set(kept.person.names) <= {*before.person.names, *after.person.names}
    again = keep_lost(PERSONS, kept, after)
    assert set(again.person.names) == set(kept.person.names)
    assert keep_lost(PERSONS, again, after) == again
    assert keep_lost(PERSONS, before, kept) is kept


@given(st.lists(notices, max_size=6), st.lists(notices, max_size=4), st.data())
def test_a_tally_that_goes_along_with_changes_is_what_counting_again_gives(
    before: list[Notice], added: list[Notice], data: st.DataObject
) -> None:
    bodies = [encode_notice(notice).encode() for notice in before]
    new = [encode_notice(notice).encode() for notice in added]
    gone = data.draw(st.lists(st.sampled_from(range(len(bodies))), unique=True)) if bodies else []
    tally = ContentsTally.of(PERSONS, bodies)
    tally.take(bodies[place] for place in gone)
    tally = ContentsTally.resume(PERSONS, tally.tallied("ab"))
    tally.add(new)
    rest = [body for place, body in enumerate(bodies) if place not in gone]
    assert tally.contents() == measure_contents(PERSONS, [*rest, *new])
