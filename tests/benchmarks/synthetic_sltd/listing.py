"""The made-up list itself: which numbers of which series are listed, and what is told about each.

Everything comes in columns, some hundred thousand records at a time; `records` gives the same one by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from data.documents.code_tables import country_at, country_index
from data.documents.document_record import DocumentRecord, Fraud
from tests.benchmarks.synthetic_sltd.numbers import Characters, Series
from tests.benchmarks.synthetic_sltd.tables.series import ROWS

FRAUDS = (Fraud.STOLEN, Fraud.LOST, Fraud.STOLEN_BLANK, Fraud.REVOKED)
_SHARES = (0.36, 0.56, 0.04, 0.04)
_REVIEW_YEARS = (5, 5, 30, 5)
UNTIL = date(2026, 6, 30)
_OLDEST_DAYS = 10 * 365
_VALID_DAYS = 10 * 365
_YEAR_DAYS = 365.25
_AT_ONCE = 1 << 17
_FULLEST = 0.25
"""No more of a series' numbers are listed: the rest goes to the other series."""

Days = NDArray[np.int64]


@dataclass(frozen=True)
class Chunk:
    """Some listed documents of one series. Days are proleptic Gregorian ordinals; 0 is none."""

    series: Series
    numbers: Characters
    fraud: NDArray[np.int64]
    """Place in FRAUDS."""
    theft: Days
    theft_country: NDArray[np.int64]
    """`data.documents.code_tables.country_index`; 0 is none."""
    issued: Days
    expires: Days
    review: Days

    def texts(self) -> list[str]:
        """The numbers as text."""
        lines = self.numbers.tobytes().decode("ascii")
        length = self.numbers.shape[1]
        return [lines[start : start + length] for start in range(0, len(lines), length)]


@dataclass(frozen=True)
class Listing:
    """A list of about `size` documents."""

    size: int
    seed: int = 1

    def shares(self) -> list[tuple[Series, int]]:
        """Each series with the places of its shuffled order that are listed."""
        total = sum(share for _, _, share, _ in ROWS)
        listed = []
        for country, kind, share, pattern in ROWS:
            series = Series(country, kind, pattern)
            wanted = min(self.size * share / total, series.space * _FULLEST)
            listed.append((series, round(wanted * series.reach / series.space)))
        return listed

    def chunks(self) -> Iterator[Chunk]:
        """Every listed document."""
        for number, (series, places) in enumerate(self.shares()):
            for start in range(0, places, _AT_ONCE):
                serials = series.serials(start, min(start + _AT_ONCE, places), self.seed)
                chance = np.random.default_rng([self.seed, number, start])
                yield _record_details(series, series.numbers(serials), chance)

    def unlisted(self, count: int, seed: int = 0) -> Iterator[tuple[Series, Characters]]:
        """About `count` documents like the listed ones, none of which is listed."""
        shares = self.shares()
        listed = sum(places * series.space // series.reach for series, places in shares)
        for number, (series, places) in enumerate(shares):
            chance = np.random.default_rng([self.seed, seed, number])
            wanted = min(count * places // max(listed, 1) + 1, series.reach - places)
            start = int(chance.integers(places, series.reach - wanted + 1))
            yield series, series.numbers(series.serials(start, start + wanted, self.seed))

    def ranges(self, count: int) -> Iterator[DocumentRecord]:
        """Batches of stolen blanks, overlapping ones included."""
        chance = np.random.default_rng([self.seed, 77])
        blanks = [series for series, _ in self.shares() if series.counts_up]
        for batch in range(count):
            series = blanks[int(chance.integers(len(blanks)))]
            length = int(chance.choice([10, 50, 100, 250, 500, 1000, 2500, 10_000]))
            first = int(chance.integers(0, series.space - length))
            if chance.random() < 0.6:  # most batches leave the printer's as whole boxes
                first -= first % length
            ends = series.numbers(np.array([first, first + length - 1], np.uint64))
            yield _blank(series, ends, UNTIL - timedelta(int(chance.integers(_OLDEST_DAYS))), f"B{batch:07}")

    def records(self) -> Iterator[DocumentRecord]:
        """Every listed document, one by one."""
        for chunk in self.chunks():
            columns = zip(
                chunk.texts(),
                *(column.tolist() for column in (chunk.fraud, chunk.theft, chunk.theft_country)),
                *(column.tolist() for column in (chunk.issued, chunk.expires, chunk.review)),
                strict=True,
            )
            for number, fraud, theft, theft_country, issued, expires, review in columns:
                yield DocumentRecord(
                    number=number,
                    country=chunk.series.country,
                    type=chunk.series.type,
                    fraud=FRAUDS[fraud],
                    theft_date=_day(theft),
                    theft_country=country_at(theft_country),
                    issued=_day(issued),
                    expires=_day(expires),
                    review=_day(review),
                )


def _record_details(series: Series, numbers: Characters, chance: np.random.Generator) -> Chunk:
    count = len(numbers)
    fraud = chance.choice(len(FRAUDS), count, p=_SHARES)
    blank = fraud == FRAUDS.index(Fraud.STOLEN_BLANK)
    theft = UNTIL.toordinal() - chance.integers(0, _OLDEST_DAYS, count)
    issued = np.where(blank, 0, theft - chance.integers(0, _VALID_DAYS, count))
    abroad = np.array([country_index(country) for country, *_ in ROWS])[chance.integers(0, len(ROWS), count)]
    where = np.where(chance.random(count) < 0.7, country_index(series.country), abroad)
    years = np.array(_REVIEW_YEARS)[fraud]
    return Chunk(
        series=series,
        numbers=numbers,
        fraud=fraud,
        theft=theft,
        theft_country=np.where(blank, 0, where),
        issued=issued,
        expires=np.where(blank, 0, issued + _VALID_DAYS),
        review=UNTIL.toordinal() - (UNTIL.toordinal() - theft) % (years * 365) + (years * _YEAR_DAYS).astype(np.int64),
    )


def _blank(series: Series, ends: Characters, day: date, batch: str) -> DocumentRecord:
    first, last = (row.tobytes().decode("ascii") for row in ends)
    return DocumentRecord(
        number=first,
        number_to=last,
        country=series.country,
        type=series.type,
        fraud=Fraud.STOLEN_BLANK,
        theft_date=day,
        review=day + timedelta(int(30 * _YEAR_DAYS)),
        batch=batch,
    )


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
