"""OFAC's list of 2019 with all changes up to 2021 answers as an index of the list of 2021, beside the UN's list."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from appliance.matching.index.layout import lay_out_index
from appliance.matching.index.list_index import LiveIndex
from appliance.matching.index.merge import IndexArrays, merge_indexes
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates
from appliance.matching.query import PersonQuery
from data.persons.notice import Notice
from data.persons.person import PartialDate
from sync.headquarters.sources import ofac_csv, un_xml
from tests.appliance.support.people import TODAY

EVERY = 25
_COUNTRIES = ("nation.first", "nation.more")
"""Countries are numbered in the order in which they came."""


def notices(items: Iterable[object]) -> dict[str, Notice]:
    return {item.record: item for item in items if isinstance(item, Notice)}


def travellers(shared_data: Path) -> list[PersonQuery]:
    queries = []
    for name in ("pos.jsonl", "neg_global.jsonl"):
        lines = (shared_data / "names" / "mrzbench" / name).read_text(encoding="utf-8").splitlines()
        for row in map(json.loads, lines[::EVERY]):
            surname, _, given = row["mrz"].replace("<", " ").partition("  ")
            queries.append(PersonQuery(surname, given, row["trunc"], PartialDate.parse(row["dob"])))
    return queries


def test_years_of_changes_are_searched_and_merged_as_the_newest_list(shared_data: Path) -> None:
    lists = shared_data / "lists"
    un = notices(un_xml.read(sorted((lists / "un" / "2026-02-27").glob("*.xml"))))
    before, after = (
        un | notices(ofac_csv.read(sorted((lists / "ofac" / day).glob("*.csv"))))
        for day in ("2019-01-15", "2021-07-07")
    )
    old, whole = ([listed[record] for record in sorted(listed)] for listed in (before, after))
    changed, gone = [notice for notice in whole if before.get(notice.record) != notice], before.keys() - after.keys()
    assert len(changed) > 1000 and len(gone) > 50

    base, fresh = PersonIndex(old), PersonIndex(whole)
    live, hits = LiveIndex(base, changed, gone), 0
    for query in travellers(shared_data):
        candidates = find_candidates(query, live, today=TODAY)
        assert candidates == find_candidates(query, fresh, today=TODAY)
        hits += bool(candidates)
    assert hits > 50

    left_out = base.find_persons([*gone, *(notice.record for notice in changed)])
    merged = merge_indexes(IndexArrays(*lay_out_index(old)[:2]), left_out, IndexArrays(*lay_out_index(changed)[:2]))
    expected = lay_out_index(whole)[0]
    assert all(np.array_equal(merged.arrays[name], expected[name]) for name in expected if name not in _COUNTRIES)
