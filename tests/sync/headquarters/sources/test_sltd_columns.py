"""Reading by columns gives what reading line by line gives: the same records, refusals and signs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.documents.document_record import DocumentRecord
from sync.headquarters.sources import RefusedRecord, SourceInfo, sltd_columns, sltd_csv
from sync.headquarters.sources.row_files import csv_files
from sync.headquarters.sources.source_files import LINE_LIMIT, explain_cut, parse_row, read_lines
from tests.sync.support.document_files import read_records

COLUMNS = ("number", "country", "type", "fraud", "theft_date", "theft_country", "review", "batch", "note", "number_to")
HEADER = ",".join(COLUMNS)
_TOO_LONG = b"<too long>"
_texts = st.sampled_from(
    ["", " ", "AB12345", "ab-12 345", "AB1234", "A 1/2.3-4 5", "XK00991", "12", "Ä1234567", "AB12?45", '"AB12345"',
     '"A,B"', "DEU", "de", "D", "d", "ESP", "QQQ", "UNO", "276", "D<<", "PAS", "pas", "DIP", "IDC", "P", "ZZZ",
     "stolen", "LOST", "stolen_blank", "revoked", "lost ", "2025-01-31", "2025-02-30", "0000-01-01", "0001-01-01",
     "9999-12-31", "20250131", "2025-W05-5", "B0001", "B" * 25, "B" * 26, "from a  car", " a", "a ", "REF 1 (2)", "é",
     "\u2067x", '"', '""', "\r", "\0", "\x1f", "AB19999",
     "AB12345" + "-" * 57, "AB12345" + "-" * 58],
)  # fmt: skip
_likely = (
    st.sampled_from(["AB12345", "AB12346", "ab 12347", "C-0001/22", "XK00991"]),
    st.sampled_from(["DEU", "ES", "d"]),
    st.sampled_from(["PAS", "DIP", "idc"]),
    st.sampled_from(["stolen", "lost", "Stolen_Blank"]),
    st.sampled_from(["", "2025-01-31", "2024-02-29"]),
    st.sampled_from(["ESP", "FR"]),
    st.sampled_from(["", "2030-01-01"]),
    st.just(""),
    st.sampled_from(["", "from a car"]),
    st.sampled_from(["", "", "AB19999"]),
)
_rows = st.one_of(
    st.tuples(*_likely),
    st.tuples(*_likely, st.integers(0, 9), _texts).map(
        lambda row: (*row[: row[-2]], row[-1], *row[row[-2] + 1 : len(COLUMNS)])
    ),
    st.lists(_texts, max_size=12).map(tuple),
).map(lambda row: ",".join(row).encode())
_lines = st.one_of(_rows, st.binary(max_size=30), st.just(b""), st.just(_TOO_LONG))
_files = st.tuples(
    st.sampled_from([b"", b"\n", b"\xef\xbb\xbf"]),
    st.lists(_lines, max_size=8),
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from([b"", b"\n", b"\n\n"]),
)

Read = Iterator[DocumentRecord | RefusedRecord | SourceInfo]


def read_by_line(path: Path) -> Read:
    columns = sltd_csv.read_header(path)
    row, is_refused = None, False
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as file:
        lines = read_lines(file)
        next(lines)
        for number, line in lines:
            row = parse_row(number, line)
            item = sltd_csv.read_row(path, columns, row)
            is_refused = isinstance(item, RefusedRecord)
            yield item
    yield SourceInfo(
        signs=explain_cut(path.name, row, is_refused=is_refused), parts=csv_files.find_parts([path], [columns])
    )


@pytest.mark.parametrize("piece", [16 << 20, 200])
@given(_files)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_columns_give_what_lines_give(
    tmp_path: Path, piece: int, content: tuple[bytes, list[bytes], bytes, bytes]
) -> None:
    before, lines, line_break, end = content
    path = tmp_path / "sltd.csv"
    lines = [b"x" * (LINE_LIMIT + 5) if line == _TOO_LONG else line for line in lines]
    path.write_bytes(before + line_break.join([HEADER.encode(), *lines]) + end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sltd_columns, "_PIECE", piece)
        try:
            expected = list(read_by_line(path))
        except Exception as problem:
            with pytest.raises(type(problem)):
                list(read_records([path]))
            return
        assert list(read_records([path])) == expected


def test_plain_lines_are_not_read_one_by_one(
    write_listing: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"AB{number:05},DEU,PAS,lost,2025-01-31,ESP,2030-01-01,,," for number in range(100)]
    quoted = [line.replace("PAS", '"PAS"') for line in lines]
    single: list[int] = []
    read_row = sltd_csv.read_row

    def _count(path: Path, columns: list[str], row: sltd_columns.SourceRow) -> DocumentRecord | RefusedRecord:
        single.append(row.number)
        return read_row(path, columns, row)

    monkeypatch.setattr(sltd_csv, "read_row", _count)
    assert len(list(read_records([write_listing(HEADER, *lines, *quoted)]))) == 201
    assert single == [201]  # the last line of a file is looked at, since it may be cut off


def test_each_record_tells_its_file_and_line(write_listing: Callable[..., Path]) -> None:
    first = write_listing(HEADER, "AB00001,DEU,PAS,lost,,ESP,,,,", "", "ab-00002,DEU,PAS,lost,,ESP,,,,", name="a.csv")
    second = write_listing(HEADER, "AB00003,DEU,PAS,lost,,ESP,,,,", name="b.csv")
    places = {
        number: (file, line)
        for item in sltd_columns.read([first, second])
        if not isinstance(item, SourceInfo | RefusedRecord)
        for number, file, line in item.select("number", "file", "line").iter_rows()
    }
    assert places == {"AB00001": (1, 2), "AB00002": (1, 4), "AB00003": (2, 2)}


def test_a_number_that_bridges_what_was_overwritten_is_refused(write_listing: Callable[..., Path]) -> None:
    row = "{},DEU,PAS,lost,2025-01-31,ESP,2030-01-01,,,"
    numbers = ["AB12345" + "-" * 57, "AB12346" + " " * 57 + "-", "AB12347"]
    items = list(read_records([write_listing(HEADER, *map(row.format, numbers))]))
    assert [type(item) for item in items] == [DocumentRecord, RefusedRecord, DocumentRecord, SourceInfo]
