"""Ranges of blanks on a sealed list, against plain intervals and beside an R*Tree in clear."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing

import numpy as np

from data.documents.code_tables import type_group
from data.documents.document_record import DocumentRecord
from data.documents.lookup import find_own_rows
from data.screenings import Grade
from tests.benchmarks.documents_search import SEALER, Subject
from tests.benchmarks.documents_timing import recall, warm
from tests.benchmarks.report import aim

_Asked = tuple[DocumentRecord, str]


class Intervals:
    """The same ranges in clear: by country, group and shape, an interval between two numbers."""

    def __init__(self, ranges: Sequence[DocumentRecord]) -> None:
        self._ranges = ranges
        self._by_place: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
        for one in ranges:
            self._by_place[_place(one, one.number)].append((one.number, one.number_to))

    def hold(self, record: DocumentRecord, number: str) -> bool:
        """Whether any range of that country and group holds `number`."""
        return any(first <= number <= last for first, last in self._by_place[_place(record, number)])

    def probes(self, count: int) -> Iterator[_Asked]:
        """Numbers at, in and beside ranges."""
        chance = np.random.default_rng(12)
        for place in chance.choice(len(self._ranges), count).tolist():
            record = self._ranges[place]
            serial = int(record.number[-4:]) if record.number[-4:].isdigit() else 0
            beside = f"{(serial + int(chance.integers(-300, 900))) % 10_000:04}"
            yield record, str(chance.choice([record.number, record.number_to, record.number[:-4] + beside]))

    def rtree(self, asked: Sequence[_Asked]) -> tuple[float, float]:
        """CPU microseconds of an R*Tree with an exact check behind it."""
        places = {place: number for number, place in enumerate(self._by_place)}
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute("CREATE VIRTUAL TABLE range USING rtree(id, place, place_to, low, high, +a, +b)")
            rows = [
                (number, places[_place(one, one.number)], places[_place(one, one.number)], *_ends(one))
                for number, one in enumerate(self._ranges)
            ]
            database.executemany("INSERT INTO range VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            query = "SELECT 1 FROM range WHERE place = ? AND low <= ? AND high >= ? AND a <= ? AND b >= ?"

            def look(one: _Asked) -> None:
                place, value = places.get(_place(*one), -1), float(int(one[1], 36))
                database.execute(query, (place, value, value, one[1], one[1])).fetchone()

            return warm(look, asked)


def ranges(subject: Subject, count: int) -> None:
    """A number, and the ranges that hold it."""
    intervals = Intervals(list(subject.listing.ranges(count)))
    asked = list(intervals.probes(4000))
    with subject.replica.read() as view:

        def inside(one: _Asked) -> bool:
            place = (one[0].country, type_group(one[0].type))
            return any(hit.grade is Grade.IN_RANGE for hit in find_own_rows(view, one[1], [place], SEALER))

        recall(subject.folder)
        p50, p99 = warm(inside, asked)
        answers = [(inside(one), intervals.hold(*one)) for one in asked]
    r50, r99 = intervals.rtree(asked)
    held = sum(right for _, right in answers)
    print(f"\n{count:,} ranges of blanks, a number and its ranges: {p50:.0f} / {p99:.0f} µs; ", end="")
    print(f"an R*Tree in clear, ranges alone: {r50:.0f} / {r99:.0f} µs ({held:,} of {len(asked):,} inside)")
    aim("documents.range_p99_us", p99, 100)
    aim("documents.range_wrong", sum(ours != right for ours, right in answers), 0)


def _place(record: DocumentRecord, number: str) -> tuple[str, ...]:
    shape = "".join("#" if char.isdigit() else "@" for char in number)
    return record.country, type_group(record.type), shape


def _ends(one: DocumentRecord) -> tuple[float, float, str, str]:
    return float(int(one.number, 36)), float(int(one.number_to, 36)), one.number, one.number_to
