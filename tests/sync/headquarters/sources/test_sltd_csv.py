"""The stolen-document CSV: its rules, its refusals, and that garbage never does worse."""

from collections.abc import Callable
from datetime import date
from gzip import compress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.documents.document_record import DocumentRecord, Fraud
from data.errors import IncompleteSource, RefusedFile
from sync.headquarters.sources import RefusedRecord, SourceInfo
from sync.headquarters.sources.sltd_csv import COLUMNS
from sync.headquarters.sources.source_files import LINE_LIMIT
from sync.headquarters.sources.source_parts import LINE_BREAK
from tests.sync.support.document_files import read_records

HEADER = ",".join(COLUMNS[:12])
GOOD = "ab-12 345,D,pas,stolen,2025-01-31,ES,2020-02-29,2030-02-28,2035-01-31,,REF 1,from a car"


def test_a_record_is_read_whole(write_listing: Callable[..., Path]) -> None:
    record, info = read_records([write_listing(HEADER, GOOD)])
    assert record == DocumentRecord(
        "AB12345", "DEU", "PAS", Fraud.STOLEN, date(2025, 1, 31), "ESP", date(2020, 2, 29), date(2030, 2, 28),
        date(2035, 1, 31), "", "REF 1", "from a car",
    )  # fmt: skip
    assert isinstance(info, SourceInfo) and (info.skipped, info.signs) == ({}, ())


def test_columns_come_in_any_order_and_optional_ones_may_be_missing(write_listing: Callable[..., Path]) -> None:
    path = write_listing("Type, FRAUD ,number,country", 'IDC,stolen_blank,"XK,00991",XOM')
    assert next(iter(read_records([path]))) == DocumentRecord("XK00991", "XOM", "IDC", Fraud.STOLEN_BLANK)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\r\n{GOOD}\r\n\r\n".encode())
    assert [type(item) for item in read_records([path])] == [DocumentRecord, SourceInfo]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("A123,DEU,PAS,lost,,ESP,,,,,,", "number has 4"),
        ("AB12?45,DEU,PAS,lost,,ESP,,,,,,", "cannot be part of a document number: ?"),
        ("AB*_2345,DEU,PAS,lost,,ESP,,,,,,", "cannot be part of a document number: *, _"),
        ("\u0410B12345,DEU,PAS,lost,,ESP,,,,,,", "(U+0410)"),
        ("AB12\ufffd345,DEU,PAS,lost,,ESP,,,,,,", "cannot be part of a document number: U+FFFD"),
        ("AB12345٣,DEU,PAS,lost,,ESP,,,,,,", "(U+0663)"),
        ("AB12345½,DEU,PAS,lost,,ESP,,,,,,", "(U+00BD)"),
        ("A" * 26 + ",DEU,PAS,lost,,ESP,,,,,,", "number has 26"),
        ("AB12345,QQQ,PAS,lost,,ESP,,,,,,", "country is 'QQQ'"),
        ("AB12345,DEU,ZZZ,lost,,ESP,,,,,,", "type is 'ZZZ'"),
        ("AB12345,DEU,PAS,mislaid,,ESP,,,,,,", "fraud is 'mislaid'"),
        ("AB12345,DEU,PAS,,,ESP,,,,,,", "fraud is empty"),
        ("AB12345,DEU,PAS,lost,,,,,,,,", "theft_country is missing"),
        ("AB12345,DEU,PAS,lost,,Q,,,,,,", "theft_country is 'Q'"),
        ("AB12345,DEU,PAS,lost,31.01.2025,ESP,,,,,,", "theft_date is '31.01.2025'"),
        ("AB12345,DEU,PAS,lost,2025-W05-5,ESP,,,,,,", "theft_date is"),
        ("AB12345,DEU,PAS,lost,20250131,ESP,,,,,,", "theft_date is"),
        ("AB12345,DEU,PAS,lost,,ESP,2025-02-30,,,,,", "issued is"),
        ("AB12345,DEU,PAS,lost,,ESP,,,,B1,,", "batch is given"),
        ("AB12345,DEU,PAS,stolen_blank,,,,,," + "B" * 26 + ",,", "batch has 26"),
        ("AB12345,DEU,PAS,lost,,ESP,,,,,," + "n" * 41, "note has 41"),
        ("AB12345,DEU,PAS,lost,,ESP,,,,," + "r" * 26 + ",", "reference has 26"),
        ("AB12345,DEU,PAS", "the line has 3 fields"),
        ('"AB12345,DEU,PAS,lost,,ESP,,,,,,', "not comma-separated"),
        ("x" * (LINE_LIMIT + 5), "longer than"),
    ],
)
def test_a_bad_line_is_refused_by_number_and_the_next_one_is_read(
    write_listing: Callable[..., Path], line: str, why: str
) -> None:
    good, refusal, other, _ = read_records([write_listing(HEADER, GOOD, line, GOOD)])
    assert isinstance(refusal, RefusedRecord)
    assert refusal.where == "sltd.csv:3"
    assert why in refusal.why
    assert isinstance(good, DocumentRecord) and good == other


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"PKLM\0\0", "zero byte, so it is not text"),
        (b"PK\x03\x04\0\0", "a workbook or a ZIP archive, not a CSV file"),
        (compress(HEADER.encode(), mtime=0), "a gzip archive, not a CSV file"),
        (HEADER.encode("utf-16"), "text in UTF-16, not a CSV file in UTF-8"),
        (b"number;country;type;fraud\n", "has semicolons between its fields, not commas"),
        (b"number\tcountry\ttype\tfraud\n", "has tabs between its fields, not commas"),
        (b"number;country\n", "semicolons"),
        (b"serial\n", "no column called number, country"),
        ("number,country,type,frÄud\n1".encode("latin-1"), "UTF-8"),
        (b"number,country,ty", "ends within its first line"),
        (b"number,country,type,fraud,theft_contry\n", "unknown columns: theft_contry"),
        (b"number,country,type,fraud,fraud\n", "twice"),
        (b'"number,country\n', "does not begin with"),
    ],
)
def test_a_file_of_another_format_is_refused_whole(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(RefusedFile, match=why):
        next(read_records([path]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda text: f"{HEADER}\n{text}".encode("utf-8", "replace"))
    )
)
def test_garbage_is_refused_and_never_crashes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "garbage.csv"
    path.write_bytes(content)
    try:
        items = list(read_records([path]))
    except RefusedFile:
        return
    assert {type(item) for item in items} <= {RefusedRecord, SourceInfo, DocumentRecord}


RANGES = "number,number_to,country,type,fraud,theft_country"


def test_a_range_of_blanks_is_one_record(write_listing: Callable[..., Path]) -> None:
    path = write_listing(RANGES, "c01x 0000,C01X1999,D,PAS,stolen_blank,", "C01X0000,,D,PAS,stolen_blank,")
    long, single, _ = read_records([path])
    assert long == DocumentRecord("C01X0000", "DEU", "PAS", Fraud.STOLEN_BLANK, number_to="C01X1999")
    assert isinstance(single, DocumentRecord) and long.record != single.record


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("AB0001,AB0999,DEU,PAS,lost,ESP", "only stolen blanks have ranges"),
        ("AB0001,AB1,DEU,PAS,stolen_blank,", "number_to has 3"),
        ("AB0001,AB10000,DEU,PAS,stolen_blank,", "as long as number"),
        ("AB0002,AB0001,DEU,PAS,stolen_blank,", "not come before"),
    ],
)
def test_a_range_that_is_none_is_refused(write_listing: Callable[..., Path], line: str, why: str) -> None:
    refusal, _ = read_records([write_listing(RANGES, line)])
    assert isinstance(refusal, RefusedRecord) and why in refusal.why


@pytest.mark.parametrize(
    ("line", "identity", "is_certain", "hides_others"),
    [
        ("ab-12 345,D,pas,mislaid,,ESP,,,,,,", "DEU-PAS-AB12345", True, False),
        ("ab-12 345,D,pas,lost,31.01.2025,ESP,,,,,,", "DEU-PAS-AB12345", True, False),
        ("ab-12 345,D,pas,lost,2025-02-30,ESP,,,,,,", "DEU-PAS-AB12345", True, False),
        ("ab-12 345,D,pas,lost,,QQQ,,,,,,", "DEU-PAS-AB12345", True, False),
        ('ab-12 345,D,pas,lost,31.01.2025,ESP,,,,,,"a car, a van"', "DEU-PAS-AB12345", True, False),
        ("ab-12 345,D,pas,lost,202025-01-31,ESP,,,,,,", "DEU-PAS-AB12345", True, True),
        ("ab-12 345,D,pas,lost,2025-31,ESP,,,,,,", "DEU-PAS-AB12345", True, True),
        ("ab-12 345,D,pas,stolost,,ESP,,,,,,", "DEU-PAS-AB12345", True, True),
        ("ab-12 345,D,pas,lost,,ESPSP,,,,,,", "DEU-PAS-AB12345", True, True),
        ("ab-12 345,D,pas,lost,,,,,,,,", "DEU-PAS-AB12345", True, True),
        (f"ab-12 345,D,pas,lost,,ESP,,,,,,{' ' * 65}", "DEU-PAS-AB12345", False, True),
        ("ab-12 345,D,pas,lost,,ESP,,,,,,\0", "DEU-PAS-AB12345", False, True),
        ("ab-12 345,D,pas", "DEU-PAS-AB12345", False, True),
        ("ab-12 345,D,pas,lost,,ESP,,,,,,,", "DEU-PAS-AB12345", False, True),
        ('"ab-12 345,D,pas,lost,,ESP,,,,,,', "DEU-PAS-AB12345", False, True),
        ("AB1,D,pas,lost,,ESP,,,,,,", "", True, True),
        ("AB12345,QQQ,pas,lost,,ESP,,,,,,", "", True, False),
    ],
)
def test_a_refusal_says_whose_record_it_is(
    write_listing: Callable[..., Path], line: str, identity: str, is_certain: bool, hides_others: bool
) -> None:
    items = read_records([write_listing(HEADER, GOOD, line, GOOD)])
    [refusal] = [item for item in items if isinstance(item, RefusedRecord)]
    assert (refusal.identity, refusal.is_certain) == (identity, is_certain)
    assert refusal.hides_others == hides_others


def test_a_line_that_is_not_utf8_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "sltd.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n".encode() + GOOD.replace("car", "c\xe1r").encode("latin-1") + b"\n")
    record, refusal, info = read_records([path])
    assert isinstance(record, DocumentRecord) and isinstance(refusal, RefusedRecord)
    assert (refusal.why, refusal.identity) == ("the line is not in UTF-8", record.record)
    assert isinstance(info, SourceInfo) and info.signs == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000))
def test_a_cut_within_a_line_is_a_sign_or_lacks_the_line_break(tmp_path: Path, place: int) -> None:
    whole = f"{HEADER}\n{GOOD}\n{GOOD.replace('345', '346')}\n".encode()
    path = tmp_path / "cut.csv"
    path.write_bytes(whole[: place % len(whole)])
    try:
        *items, info = read_records([path])
    except IncompleteSource:
        return
    assert isinstance(info, SourceInfo)
    has_break = LINE_BREAK in info.parts
    assert has_break == path.read_bytes().endswith(b"\n")
    assert info.signs or has_break or not any(isinstance(item, RefusedRecord) for item in items)
