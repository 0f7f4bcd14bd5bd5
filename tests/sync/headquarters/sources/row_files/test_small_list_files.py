"""Files of small lists: CSV and JSON Lines give the same rows, and what cannot be read withdraws nothing."""

import csv
import json
from collections.abc import Callable
from gzip import compress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import IncompleteSource, RefusedFile
from data.lists.kinds import load_small_list_kind
from data.lists.small_lists.list_schema import SmallListRecord
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.sources import FORMATS, RefusedRecord, SourceInfo, load_reader
from sync.headquarters.sources.row_files import small_list_files
from tests.support.deployment import Deployment

HEADER = "reference,plate,country,vin,make,year,review"
GOOD = "V-1,AB 123,F<<,,Testa,2019,2030-01-01"
SAME = '{"reference":"V-1","plate":"AB 123","make":"Testa","year":2019,"review":"2030-01-01"}'
ROWS = [f"V-{number},AB {number},FRA,,Testa,2019,2030-01-01" for number in range(20)]


def write(path: Path, *lines: str, end: str = "\n") -> Path:
    path.write_text("\n".join(lines) + end, encoding="utf-8", errors="surrogateescape")
    return path


def read(*paths: Path) -> list[object]:
    return list(load_reader("vehicles")(paths))


def records_of(items: list[object]) -> list[SmallListRecord]:
    return [item for item in items if isinstance(item, SmallListRecord)]


def refusal_of(path: Path) -> RefusedRecord:
    (refusal,) = [item for item in read(path) if isinstance(item, RefusedRecord)]
    return refusal


def test_small_lists_are_formats_by_their_kinds_names() -> None:
    assert {"vehicles", "operations"} <= set(FORMATS)


def test_both_forms_give_the_same_row(tmp_path: Path) -> None:
    record, info = read(write(tmp_path / "a.csv", HEADER, GOOD.replace("F<<", "")))
    other, other_info = read(write(tmp_path / "a.jsonl", SAME))
    assert isinstance(record, SmallListRecord) and record == other
    assert isinstance(info, SourceInfo) and isinstance(other_info, SourceInfo)
    assert not info.signs and not other_info.signs and "column make" in info.parts


@pytest.mark.parametrize(
    ("line", "why", "identity", "hides_others"),
    [
        ("V-2,AB 1,QQQ,,,,", "country is 'QQQ'", "V-2", False),
        ("V-2,AB 1,FRA,,,,31.01.2025", "review is '31.01.2025'", "V-2", False),
        ("V-2,AB 1,FRA,,,,2025-31", "review is '2025-31'", "V-2", True),
        ("V-2,AB 1,FRA,,,19,", "from 1886 to 2100", "V-2", True),
        ("V-2,,FRA,,,,", "none of the columns", "V-2", True),
        (",AB 1,FRA,,,,", "reference is missing", "", True),
        ("V-2,AB 1,FRA", "the line has 3 fields; the header names 7", "V-2", True),
        ('"V-2,AB 1,FRA,,,,', "not comma-separated", "V-2", True),
        ("V-2,AB\0 1,FRA,,,,", "zero byte", "V-2", True),
        ("V-2,AB\udcff,FRA,,,,", "not in UTF-8", "V-2", True),
    ],
)
def test_a_wrong_line_of_csv_is_refused_and_says_whose_it_is(
    tmp_path: Path, line: str, why: str, identity: str, hides_others: bool
) -> None:
    items = read(write(tmp_path / "a.csv", HEADER, "V-1,AB 1,FRA,,,,", line, "V-3,AB 3,FRA,,,,"))
    assert [type(item) for item in items] == [SmallListRecord, RefusedRecord, SmallListRecord, SourceInfo]
    refusal = items[1]
    assert isinstance(refusal, RefusedRecord) and refusal.where == "a.csv:3" and why in refusal.why
    assert (refusal.identity, refusal.hides_others) == (identity, hides_others)


@pytest.mark.parametrize(
    ("line", "why", "identity", "hides_others"),
    [
        ('{"reference":"V-2","plate":"A1","keeper":"x"}', "unknown columns: keeper", "V-2", False),
        ('{"reference":"V-2","plate":"A1","country":"QQQ"}', "country is", "V-2", False),
        ('{"reference":"V-2","plate":17}', "plate must be text", "V-2", False),
        ('{"reference":"V-2","plate":"A1","plate":"A2"}', "a field occurs twice", "V-2", True),
        ('{"reference":"V-2","plate":"A1"', "not JSON", "V-2", True),
        ('["V-2"]', "must be an object", "", True),
    ],
)
def test_a_wrong_line_of_json_is_refused_and_says_whose_it_is(
    tmp_path: Path, line: str, why: str, identity: str, hides_others: bool
) -> None:
    refusal = refusal_of(write(tmp_path / "a.jsonl", '{"reference":"V-1","plate":"A1"}', line))
    assert refusal.where == "a.jsonl:2" and why in refusal.why
    assert (refusal.identity, refusal.hides_others) == (identity, hides_others)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.txt", b"x", "neither a CSV file nor JSON Lines"),
        ("a.csv", b"reference;plate\n", "semicolons"),
        ("a.csv", b"plate,make\n", "no column called reference"),
        ("a.csv", b"reference,keeper\n", "unknown columns: keeper"),
        ("a.csv", compress(b"x"), "gzip"),
        ("a.jsonl", compress(b"x"), "gzip"),
    ],
)
def test_a_file_of_another_form_is_refused_whole(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RefusedFile, match=why):
        read(tmp_path / name)
    with pytest.raises(RefusedFile, match="not a file"):
        read(tmp_path / f"missing{Path(name).suffix}" if name != "a.txt" else tmp_path / "missing.csv")


def test_more_rows_than_a_list_may_have_are_refused_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_list_files, "MOST_ROWS", 20)
    path = write(tmp_path / "a.csv", HEADER, *ROWS)
    assert len(read(path)) == 21
    with pytest.raises(RefusedFile, match="more than 20 rows"):
        read(path, write(tmp_path / "b.csv", HEADER, "V-99,AB 1,FRA,,,,"))


@pytest.mark.parametrize(
    ("name", "content", "sign"),
    [
        ("a.csv", f"{HEADER}\n{ROWS[0]}\nV-1,AB", "ends within a line"),
        ("a.csv", f'{HEADER}\n{ROWS[0]}\n"V-1,AB\n', "ends within a quotation"),
        ("a.jsonl", f'{SAME}\n{{"reference":"V-2","pl', "ends within a line"),
        ("a.jsonl", "\n", "is empty"),
    ],
)
def test_a_file_that_seems_cut_off_says_so(tmp_path: Path, name: str, content: str, sign: str) -> None:
    (tmp_path / name).write_text(content)
    info = read(tmp_path / name)[-1]
    assert isinstance(info, SourceInfo) and any(sign in each for each in info.signs)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200), name=st.sampled_from(["a.csv", "a.jsonl"]))
def test_garbage_is_refused_and_nothing_else(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes((f"{HEADER}\n".encode() if name == "a.csv" else b"") + content)
    try:
        *_rows, info = read(path)
    except RefusedFile:
        return
    assert isinstance(info, SourceInfo)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 30), st.text("AB 1\"',{}:ٱ", max_size=6)), max_size=10))
def test_whatever_the_rows_hold_both_forms_give_the_same(tmp_path: Path, rows: list[tuple[int, str]]) -> None:
    fields = [{"reference": f"V-{number}", "plate": plate} for number, plate in rows]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ("reference", "plate"))
        writer.writeheader()
        writer.writerows(fields)
    write(tmp_path / "a.jsonl", *map(json.dumps, fields))
    *items, _info = read(tmp_path / "a.csv")
    *others, _other_info = read(tmp_path / "a.jsonl")
    assert list(map(type, items)) == list(map(type, others)) and len(items) == len(rows)
    assert records_of(items) == records_of(others)


# ── What an import does with it ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def take(deployment: Deployment) -> Callable[..., ImportReport]:
    def take(*lines: str, kind: str = "vehicles", name: str = "a.csv", **options: str) -> ImportReport:
        path = write(deployment.folder / name, *lines)
        return import_list(deployment.hq, kind, kind, [path], **options)  # type: ignore[arg-type]

    return take


def test_a_refused_row_keeps_what_was_known_of_it_and_of_nobody_else(take: Callable[..., ImportReport]) -> None:
    assert take(HEADER, *ROWS).added == 20
    report = take(HEADER, "V-0,AB 0,QQQ,,Testa,2019,", *ROWS[2:])
    assert (report.kept, report.removed, report.ok) == (("V-0",), 1, False)


def test_a_damaged_row_withdraws_nobody(take: Callable[..., ImportReport]) -> None:
    take(HEADER, *ROWS)
    report = take(HEADER, "V-0,AB", *ROWS[3:])
    assert report.removed == 0 and set(report.kept) == {"V-0", "V-1", "V-2"}
    assert take(HEADER, *ROWS).ok


def test_rows_that_are_kept_count_to_those_that_a_list_may_have(
    take: Callable[..., ImportReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_small_list_kind("vehicles"), "MOST_ROWS", 20)
    assert take(HEADER, *ROWS).added == 20
    with pytest.raises(RefusedFile, match="would have 21 records, with those that are kept; 20 are the most"):
        take(HEADER, "V-0,AB", "V-99,AB 1,FRA,,Testa,2019,", *ROWS[2:])
    assert take(HEADER, *ROWS).unchanged == 20


def test_two_rows_of_one_identity_are_one_only_if_they_are_the_same(take: Callable[..., ImportReport]) -> None:
    report = take(HEADER, *ROWS, ROWS[0])
    assert report.added == 20 and report.ok
    assert len(take(HEADER, *ROWS, ROWS[0].replace("Testa", "Altera")).refused) == 1


def test_a_list_that_falls_too_far_or_has_no_row_needs_a_reason(take: Callable[..., ImportReport]) -> None:
    take(HEADER, *ROWS)
    with pytest.raises(IncompleteSource, match="20 rows become 15"):
        take(HEADER, *ROWS[5:])
    with pytest.raises(IncompleteSource, match="no record at all"):
        take(HEADER)
    assert take(HEADER, accept_incomplete="all were found").removed == 20


def test_a_list_that_may_be_empty_begins_and_ends_so_without_a_reason(take: Callable[..., ImportReport]) -> None:
    columns = "reference,post,title,from,until"
    row = "OP-1,Harbour,Watch,2026-03-01T06:00Z,2026-03-08T06:00Z"
    assert take(columns, kind="operations").total == 0
    assert take(columns, row, kind="operations").added == 1
    assert take(columns, kind="operations").removed == 1
    with pytest.raises(IncompleteSource, match="no record in them can be used"):
        take(columns, row.replace("until", "x").replace("2026-03-08T06:00Z", "soon"), kind="operations")


def test_a_file_that_lacks_a_column_of_before_is_incomplete(take: Callable[..., ImportReport]) -> None:
    take(HEADER, *ROWS)
    with pytest.raises(IncompleteSource, match="column make is missing"):
        take(HEADER.replace(",make", ""), *(row.replace(",Testa", "") for row in ROWS))
