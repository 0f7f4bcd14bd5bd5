"""The index of a list on disk answers as one made from the notices in force, whatever was changed on the way."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.matching.index import list_index
from appliance.matching.index.list_index import IndexSource
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates
from data.errors import Damaged
from data.lists.edition import Edition
from data.lists.kinds import persons
from data.lists.replica import Replica
from data.lists.rows import Row, add_to_digest
from data.persons.notice import Notice
from data.persons.person import HeldDocument
from data.screenings import PersonCandidate
from data.store_key import StoreKey
from tests.appliance.support.people import PEOPLE, TODAY, ask, notice

NOW = datetime(2026, 11, 21, tzinfo=UTC)
QUERIES = (
    ask("DOOST", "MOHAMED", "1965-03-17"),
    ask("MUELLER LUEDENKAMP", "JUERGEN", "1961-02-03"),
    ask("SAHLAOUI", "ABDUL KAREEM", "1970-05-04"),
    ask("TARVANI", "MUSTAFA QASEM", "1976-10-02"),
    ask("KOVTUNENKO", "TARAS", "1981-11-12"),
    ask("SOMEBODY", "ELSE", numbers=("OX1234567",)),
    ask("NEWCOMER", "NESTOR", "1990-09-09", numbers=("ZZ7654321",)),
)


def rows(notices: Sequence[Notice]) -> list[Row]:
    return sorted(persons.rows(notices, b""), key=lambda row: row.key)


def edition(version: int, notices: Sequence[Notice]) -> Edition:
    return Edition("wanted", "persons", version, NOW, NOW, "", len(notices), add_to_digest(0, rows(notices)))


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    replica = Replica(tmp_path / "wanted", "persons", StoreKey(bytes(32)))
    replica.companion = list_index.write_index
    replica.replace(edition(1, PEOPLE), rows(PEOPLE))
    yield replica
    replica.close()


def answers(replica: Replica, source: IndexSource) -> list[tuple[PersonCandidate, ...]]:
    with replica.read() as view:
        index = source.of(view)
        return [find_candidates(query, index, today=TODAY, fetch=view.get_many) for query in QUERIES]


def fresh(notices: Sequence[Notice]) -> list[list[str]]:
    index = PersonIndex(notices, "wanted")
    return [[candidate.record for candidate in find_candidates(query, index, today=TODAY)] for query in QUERIES]


def records(answers: list[tuple[PersonCandidate, ...]]) -> list[list[str]]:
    return [[candidate.record for candidate in candidates] for candidates in answers]


def test_a_loaded_index_answers_as_one_made_from_the_notices(replica: Replica) -> None:
    index = PersonIndex(PEOPLE, "wanted")
    expected = [find_candidates(query, index, today=TODAY) for query in QUERIES]
    assert answers(replica, IndexSource(replica)) == expected
    assert sum(map(len, expected)) >= 6


CHANGED = replace(PEOPLE[0], person=replace(PEOPLE[0].person, names=(notice("x", "Ahmad RENAMED").person.names)))
NEWCOMER = notice("new", "Nestor NEWCOMER", born=("1990-09-09",))
NEWCOMER = replace(NEWCOMER, person=replace(NEWCOMER.person, documents=(HeldDocument("ZZ 765 4321"),)))
GONE = ("mueller", "papers")
LATER = [CHANGED, NEWCOMER, *(candidate for candidate in PEOPLE[1:] if candidate.record not in GONE)]


def change(replica: Replica) -> None:
    replica.apply(edition(2, LATER), 1, [record.encode() for record in GONE], rows([CHANGED, NEWCOMER]))


def test_changes_since_the_base_count_at_once(replica: Replica) -> None:
    source = IndexSource(replica)
    before = records(answers(replica, source))
    change(replica)
    after = records(answers(replica, source))
    assert (before[0], after[0]) == (["dost"], [])
    assert (before[1], after[1]) == (["mueller"], [])
    assert (before[5], after[5]) == (["papers"], [])
    assert after[6] == ["new"]
    assert after == fresh(LATER)


def test_the_base_is_loaded_once_for_many_versions(replica: Replica) -> None:
    source = IndexSource(replica)
    with replica.read() as view:
        base = source.of(view).base
    change(replica)
    with replica.read() as view:
        assert source.of(view).base is base


def test_a_folded_list_has_its_new_index_at_once_and_not_the_old_one(replica: Replica, tmp_path: Path) -> None:
    source = IndexSource(replica)
    answers(replica, source)
    change(replica)
    replica.compact()
    (index_file,) = (tmp_path / "wanted").glob("index-*")
    assert index_file.name == str(replica.base()).replace("base-", "index-")
    written = index_file.stat().st_mtime_ns
    assert records(answers(replica, source)) == fresh(LATER)
    assert index_file.stat().st_mtime_ns == written


@pytest.mark.parametrize("harm", ["absent", "damaged"])
def test_a_missing_or_damaged_index_is_computed_and_kept(replica: Replica, tmp_path: Path, harm: str) -> None:
    (path,) = (tmp_path / "wanted").glob("index-*")
    if harm == "absent":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-40] + bytes(40))
    assert records(answers(replica, IndexSource(replica))) == fresh(PEOPLE)
    file = replica.index_file(str(replica.base()), list_index.INDEX_FORM)
    assert file.read() is not None


def test_before_the_first_version_nobody_is_listed(tmp_path: Path) -> None:
    replica = Replica(tmp_path / "empty", "persons", StoreKey(bytes(32)))
    assert not any(answers(replica, IndexSource(replica)))
    replica.close()


def test_an_index_that_names_a_record_the_list_has_not_is_an_error(replica: Replica) -> None:
    with replica.read() as view:
        index = IndexSource(replica).of(view)
        with pytest.raises(Damaged):
            find_candidates(QUERIES[0], index, today=TODAY, fetch=lambda keys: {})
