"""The kind of list that holds persons."""

from datetime import date
from itertools import permutations

from data.lists import kinds
from data.lists.kinds import persons
from data.persons.notice import Action, Notice
from data.persons.person import ListedName, Person


def _notice(record: str, name: str = "Ivana ORLOVAČKA", updated: date | None = None) -> Notice:
    return Notice(record, Person((ListedName(name),)), Action.INFORM, updated=updated)


def test_it_is_found_by_its_name_and_provides_the_protocol() -> None:
    kind = kinds.load_kind("persons")
    assert (kind.NAME, kind.SEALED, kind.KEY_TYPE, kind.BODY_TYPE) == ("persons", False, "BLOB", "BLOB")


def test_a_row_is_the_record_id_and_the_json() -> None:
    notice = _notice("QDi.9001")
    [row] = persons.rows([notice], salt=b"")
    assert row.key == b"QDi.9001"
    assert row.body.decode() == persons.to_json(notice)
    assert persons.from_json(row.body.decode()) == notice
    assert persons.identity(notice) == "QDi.9001"


def test_of_two_editions_the_one_updated_last_is_published_in_any_order() -> None:
    editions = [_notice("1", "A"), _notice("1", "B", date(2025, 1, 1)), _notice("1", "C", date(2024, 1, 1))]
    bodies = [row.body for row in persons.rows(editions, b"")]
    assert {persons.merge(order) for order in permutations(bodies)} == {bodies[1]}


def test_of_editions_of_one_day_it_is_the_same_in_any_order() -> None:
    bodies = [row.body for row in persons.rows([_notice("1", name) for name in "ABC"], b"")]
    assert len({persons.merge(order) for order in permutations(bodies)}) == 1
