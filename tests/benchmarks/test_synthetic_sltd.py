"""A made-up list: the same for the same seed, without repetition, and one that headquarters can import."""

import re
import subprocess
import sys
from itertools import combinations, islice, pairwise
from pathlib import Path

import pytest

from data.documents.code_tables import canonical_country, is_known_type, type_group
from data.documents.document_record import DocumentRecord, Fraud
from sync.headquarters.sources import SourceInfo
from tests.benchmarks.synthetic_sltd.listing import Listing
from tests.benchmarks.synthetic_sltd.numbers import Series
from tests.benchmarks.synthetic_sltd.tables.series import ROWS
from tests.sync.support.document_files import read_records

TOP = Path(__file__).resolve().parents[2]


def test_a_seed_and_a_size_make_one_list() -> None:
    records = list(Listing(5000, seed=7).records())
    assert records == list(Listing(5000, seed=7).records())
    assert set(records).isdisjoint(Listing(5000, seed=8).records())
    assert 4700 < len(records) < 5300


def test_no_document_comes_twice_and_unlisted_ones_are_not_listed() -> None:
    listing = Listing(60_000)
    listed = {record.record for record in listing.records()}
    assert len(listed) == sum(1 for _ in listing.records())
    others = {
        f"{series.country}-{series.type}-{row.tobytes().decode()}"
        for series, numbers in listing.unlisted(60_000)
        for row in numbers
    }
    assert others.isdisjoint(listed) and 50_000 < len(others) < 70_000


@pytest.mark.parametrize(
    ("pattern", "look"),
    [("\\A9[A-C]", "A[0-9][ABC]"), ("[XS]9A", "[XS][0-9][A-Z]"), ("#", "[CFGHJKLMNPRTVWXYZ0-9]"), ("[B-CK]", "[BCK]")],
)
def test_patterns(pattern: str, look: str) -> None:
    series = Series("UTO", "PAS", pattern)
    found = [row.tobytes().decode() for row in series.numbers(series.serials(0, series.reach, 1))]
    assert len(set(found)) == len(found) == series.space
    assert all(re.fullmatch(look, number) for number in found)


def test_the_table_is_of_known_countries_types_and_lengths() -> None:
    for country, kind, share, pattern in ROWS:
        series = Series(country, kind, pattern)
        assert canonical_country(country) == country and is_known_type(kind) and share > 0
        assert 5 <= len(series.alphabets) <= 25 and series.space < 1 << 62
        assert all(len(set(alphabet)) == len(alphabet) for alphabet in series.alphabets)


def test_no_two_series_of_a_country_and_group_can_have_the_same_number() -> None:
    for one, other in combinations([Series(country, kind, pattern) for country, kind, _, pattern in ROWS], 2):
        alike = (one.country, type_group(one.type)) == (other.country, type_group(other.type))
        if alike and len(one.alphabets) == len(other.alphabets):
            places = zip(one.alphabets, other.alphabets, strict=True)
            assert not all(set(here) & set(there) for here, there in places), (one, other)


def test_ranges_are_of_stolen_blanks_and_some_overlap() -> None:
    ranges = list(Listing(1000).ranges(3000))
    assert all(r.fraud is Fraud.STOLEN_BLANK and r.number <= r.number_to and r.review for r in ranges)
    by_place = sorted((r.country, len(r.number), r.number, r.number_to) for r in ranges)
    assert any(one[:2] == other[:2] and one[3] >= other[2] for one, other in pairwise(by_place))


def test_the_file_is_one_that_headquarters_reads(tmp_path: Path) -> None:
    out = tmp_path / "sltd.csv"
    command = [sys.executable, "-m", "tests.benchmarks.synthetic_sltd", "--records", "3000", "--seed", "4", str(out)]
    ended = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True)
    *records, info = read_records([out])
    assert all(isinstance(record, DocumentRecord) for record in records) and isinstance(info, SourceInfo)
    listing = Listing(3000, seed=4)
    assert records == [*listing.records(), *listing.ranges(5)]
    assert ended.stderr.startswith(f"{len(records)} records") and not ended.stdout


def test_facts_are_what_the_field_allows() -> None:
    for record in islice(Listing(4000).records(), 4000):
        blank = record.fraud is Fraud.STOLEN_BLANK
        assert bool(record.theft_country) != blank and bool(record.expires) != blank
        assert record.theft_date is not None and record.review is not None
        assert record.issued is None or record.issued <= record.theft_date < record.review
