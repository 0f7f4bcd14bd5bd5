"""Typed queries: counted once for each person and day, compared with the post's days, kept without the traveller."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.journal.audit.typed_queries import PersonDay, find_notable_days, is_notable
from data.journal.journal import Journal
from data.screenings import Decision, Screening, Verdict
from tests.data.support.journal_events import FINDINGS, NOW, screening
from tests.support.staff import make_actor

DAY = date(2026, 11, 21)


def typed(journal: Journal, count: int, days_ago: float = 0, person: str = "2041") -> list[Screening]:
    screenings = []
    for _number in range(count):
        one = replace(screening(), at=NOW - timedelta(days=days_ago), officer=person, id=uuid4())
        assert one.rests_on_typing
        journal.record_screening(one, FINDINGS, Verdict.CLEAR, 1)
        screenings.append(one)
    return screenings


def notable(journal: Journal) -> Sequence[PersonDay]:
    with journal.reading() as connection:
        return find_notable_days(connection, NOW)


@pytest.mark.parametrize(("count", "is_many"), [(9, False), (10, True)])
def test_the_least_number_decides_in_the_first_days(journal: Journal, count: int, is_many: bool) -> None:
    typed(journal, count)
    assert notable(journal) == ((PersonDay(DAY, "2041", count, 0, is_many=True),) if is_many else ())


def test_a_day_is_compared_with_all_days_of_work_at_the_post(journal: Journal) -> None:
    for days_ago in (3, 4, 5):
        for one in typed(journal, 6, days_ago, "2042"):
            journal.record_decision(one, Decision.ADMIT, one.at, make_actor("2042"))
    typed(journal, 12)
    typed(journal, 13, 0, "2043")
    assert [(day.person, day.typed) for day in notable(journal)] == [("2043", 13)]


def test_a_later_revision_is_the_same_query(journal: Journal) -> None:
    for one in typed(journal, 9):
        journal.record_screening(one, FINDINGS, Verdict.REFER, 2)
    assert notable(journal) == ()


def test_a_query_without_a_decision_within_the_shift_is_counted(journal: Journal) -> None:
    yesterday, first, late = typed(journal, 3, 0.9)
    journal.record_decision(first, Decision.ADMIT, first.at + timedelta(hours=1), make_actor("2041"))
    journal.record_decision(late, Decision.ADMIT, late.at + timedelta(hours=13), make_actor("2041"))
    typed(journal, 1, 0.1, "2042")
    (day,) = notable(journal)
    assert (day.day, day.person, day.typed, day.undecided, day.is_many) == (date(2026, 11, 20), "2041", 3, 2, False)
    assert yesterday.id != late.id


def test_nothing_of_the_traveller_is_kept(journal: Journal) -> None:
    typed(journal, 1)
    with journal.reading() as connection:
        (row,) = connection.execute("SELECT * FROM typed_query").fetchall()
    assert "MUSTERFRAU" not in repr(row)


@given(st.integers(0, 60), st.lists(st.tuples(st.integers(1, 14), st.integers(0, 30)), max_size=40))
def test_the_rule_is_that_of_a_naive_model(count: int, days: list[tuple[int, int]]) -> None:
    history = [(DAY - timedelta(days=ago), number) for ago, number in days]
    numbers = sorted(number for _day, number in history)
    expected = count >= 10
    if len({ago for ago, _number in days}) >= 3:
        twice = numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]
        expected = expected and count > twice
    assert is_notable(count, history) is expected
