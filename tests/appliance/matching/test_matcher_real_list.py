"""On a real list: who is listed exactly as they travel is seen, and honest travellers pass."""

import json
from pathlib import Path

import pytest

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates
from appliance.matching.query import PersonQuery
from data.persons.notice import Action, Notice
from data.persons.person import ListedName, PartialDate, Person
from data.screenings import Band
from tests.appliance.support.people import TODAY

SAMPLE = 150
SEEN = (Band.STRONG, Band.POSSIBLE)


def rows(shared_data: Path, name: str) -> list[dict]:
    lines = (shared_data / "names" / "mrzbench" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def index(shared_data: Path) -> PersonIndex:
    return PersonIndex(
        Notice(
            row["id"],
            Person(
                tuple(ListedName(name["full"]) for name in row["names"]),
                tuple(PartialDate.parse(day) for day in row["dobs"]),
            ),
            Action.REFUSE,
        )
        for row in rows(shared_data, "list.jsonl")
    )


def query(row: dict) -> PersonQuery:
    surname, _, given = row["mrz"].partition("<<")
    return PersonQuery(surname.replace("<", " "), given.replace("<", " "), row["trunc"], PartialDate.parse(row["dob"]))


def test_exactly_listed_people_are_seen(shared_data: Path, index: PersonIndex) -> None:
    births = {notice.record: {str(birth) for birth in notice.person.births} for notice in index.notices}
    listed = [row for row in rows(shared_data, "pos.jsonl") if row["kind"].startswith("A")]
    right = [row for row in listed if row["dob"] in births[row["target"]]][:SAMPLE]
    seen = [
        any(one.record == row["target"] and one.band in SEEN for one in find_candidates(query(row), index, today=TODAY))
        for row in right
    ]
    assert len(seen) == SAMPLE
    assert sum(seen) >= 0.995 * len(seen)


def test_honest_travellers_pass(shared_data: Path, index: PersonIndex) -> None:
    honest = rows(shared_data, "neg_global.jsonl")[:SAMPLE]
    flagged = [
        row for row in honest if any(one.band in SEEN for one in find_candidates(query(row), index, today=TODAY))
    ]
    assert len(flagged) <= 0.02 * SAMPLE
