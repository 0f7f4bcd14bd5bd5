"""What the report of an import says: which records something was left out of, and where in a file a fault is."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine, event

from data.errors import IncompleteSource
from data.text import _
from sync.headquarters import importer
from sync.headquarters.importer import ImportReport, describe_left_out, import_list
from sync.headquarters.store.import_run import NAMED_RECORDS
from sync.limits import LIMITS
from tests.support.deployment import Deployment
from tests.sync.support.document_files import documents_in_force
from tests.sync.support.person_files import SDN, ofac, people

PERSON = "<FIRST_NAME>Testa</FIRST_NAME>\n<REFERENCE_NUMBER>XXi.{}</REFERENCE_NUMBER>\n"
BORN = "<INDIVIDUAL_DATE_OF_BIRTH><DATE>{}</DATE></INDIVIDUAL_DATE_OF_BIRTH>"


def test_the_persons_of_the_un_of_whom_something_was_left_out_are_named(deployment: Deployment) -> None:
    entries = [PERSON.format(number) + BORN.format("1970-01-02") for number in range(4)]
    entries[1] = PERSON.format(1) + BORN.format("the year of the flood")
    entries[3] += "<NATIONALITY><VALUE>Nowhere</VALUE></NATIONALITY>"
    report = import_list(deployment.hq, "un", "un-xml", [people(deployment.folder / "un.xml", entries)])
    assert report.skipped == {"birth dates not understood": 1, "unknown nationalities": 1}
    assert report.incomplete == {"birth dates not understood": ("XXi.1",), "unknown nationalities": ("XXi.3",)}


def test_the_notices_and_persons_of_ofac_of_whom_something_was_left_out_are_named(deployment: Deployment) -> None:
    path = deployment.folder / "notices.json"
    entries = [{"entity_id": f"2025/{number}", "name": "TESTA", "nationalities": ["QQ"]} for number in (1, 2)]
    path.write_text(json.dumps([*entries, {"entity_id": "2025/3", "name": "TESTA"}]))
    report = import_list(deployment.hq, "notices", "notices-json", [path])
    assert set(report.incomplete["unknown country codes"]) == {"2025/1", "2025/2"}
    lines = [SDN.format(number, number) for number in (1, 2)]
    lines[1] = lines[1].replace("DOB 02 Jan 1970", "DOB in spring")
    report = ofac(deployment, lines, [])
    assert [*report.incomplete.values()] == [("OFAC-2",)] and report.incomplete.keys() == report.skipped.keys()


def test_a_record_that_occurs_twice_is_named(deployment: Deployment) -> None:
    path = deployment.folder / "sltd.csv"
    path.write_text("number,country,type,fraud,theft_country\n" + "AB12345,FRA,PAS,lost,ESP\n" * 2)
    report = import_list(deployment.hq, "sltd", "sltd-csv", [path])
    assert report.incomplete == {"records that occur twice": ("FRA-PAS-AB12345",)}


def test_a_record_that_occurs_often_is_named_once(deployment: Deployment) -> None:
    lines = ["AB12345,FRA,PAS,lost,ESP\n"] * 5 + ["AB12346,FRA,PAS,lost,ESP\n"] * 3
    lines.insert(3, "AB12345,FRA,PAS,stolen,ESP\n")
    path = deployment.folder / "sltd.csv"
    path.write_text("number,country,type,fraud,theft_country\n" + "".join(lines))
    report = import_list(deployment.hq, "sltd", "sltd-csv", [path])
    assert report.skipped == {"records that occur twice": 6}
    assert report.incomplete == {"records that occur twice": ("FRA-PAS-AB12345", "FRA-PAS-AB12346")}
    assert [refusal.identity or refusal.where for refusal in report.refused] == ["FRA-PAS-AB12345"]


@pytest.mark.parametrize(("count", "end"), [(0, "birth dates"), (2, "birth dates, of A0, A1"), (11, "A9, …")])
def test_a_line_names_a_bounded_number_of_records(count: int, end: str) -> None:
    line = describe_left_out(_("birth dates"), count, [f"A{number}" for number in range(count)])
    assert line.startswith(f"left out ({count}): birth dates") and line.endswith(end)


@pytest.mark.parametrize("lead", ["", "\n\n  "])
def test_a_fault_in_xml_is_said_with_its_place_in_the_file(deployment: Deployment, lead: str) -> None:
    path = people(deployment.folder / "un.xml", [PERSON.format(number) for number in range(5)])
    text = path.read_text().replace("<INDIVIDUAL>", f"{lead}<INDIVIDUAL>")
    place = text.index("XXi.3")
    broken = f"{text[:place]}<i>{text[place:]}"
    end = broken.index("</REFERENCE_NUMBER>", place)
    line, column = broken.count("\n", 0, end) + 1, end - broken.rindex("\n", 0, end) - 1
    path.write_text(broken)
    report = import_list(deployment.hq, "un", "un-xml", [path])
    [refusal] = report.refused
    assert f"mismatched tag, line {line}, column {column + 2} of the file" in refusal.why
    path.write_text(text.replace("</INDIVIDUAL>", "", 1).replace("<INDIVIDUAL>", "\n<INDIVIDUAL>"))
    report = import_list(deployment.hq, "un", "un-xml", [path])
    start = path.read_text().index("<INDIVIDUAL>")
    assert f"it begins on line {path.read_text().count(chr(10), 0, start) + 1} of the file" in report.refused[0].why


def signs(error: pytest.ExceptionInfo[IncompleteSource]) -> Sequence[str]:
    return error.value.signs


def test_what_is_missing_is_one_sign_for_each_kind(deployment: Deployment) -> None:
    top = deployment.folder / "notices"
    for number in range(6):
        (top / f"folder-{number}").mkdir(parents=True)
        (top / f"folder-{number}" / "a.json").write_text(json.dumps({"entity_id": f"2025/{number}", "name": "TESTA"}))
    import_list(deployment.hq, "notices", "notices-json", [top])
    empty = Path(deployment.folder / "empty")
    empty.mkdir()
    with pytest.raises(IncompleteSource) as error:
        import_list(deployment.hq, "notices", "notices-json", [empty])
    names = ", ".join(f"the folder folder-{number}" for number in range(6))
    missing = f"6 parts are missing, and the import before had them: {names}"
    assert signs(error) == ("they hold no record at all", missing)
    ofac(deployment, [SDN.format(number, number) for number in (1, 2)], [])
    paths = [deployment.folder / name for name in ("sdn.csv", "add.csv")]
    with pytest.raises(IncompleteSource) as error:
        import_list(deployment.hq, "ofac", "ofac-csv", paths)
    assert signs(error) == ("the file alt.csv is missing, and the import before had it",)


def test_the_total_counts_the_records_that_are_kept(deployment: Deployment) -> None:
    path = deployment.folder / "sltd.csv"
    rows = [f"AB{number:05},FRA,PAS,lost,ESP" for number in range(30)]
    for lines, total, kept in ((rows, 30, 0), ([*rows[:27], "garbage"], 30, 3), (rows[:29], 29, 0)):
        path.write_text("\n".join(["number,country,type,fraud,theft_country", *lines, ""]))
        report = import_list(deployment.hq, "sltd", "sltd-csv", [path])
        assert (report.total, len(report.kept), report.needs_approval) == (total, kept, False)


MANY = NAMED_RECORDS + 50
ROWS = [f"AB{number:05},FRA,PAS,lost,2025-01-31,ESP" for number in range(11 * MANY)]


def take_rows(deployment: Deployment, rows: Sequence[str]) -> ImportReport:
    path = deployment.folder / "sltd.csv"
    path.write_text("\n".join(["number,country,type,fraud,theft_date,theft_country", *rows, ""]))
    return import_list(deployment.hq, "sltd", "sltd-csv", [path])


def test_of_many_kept_records_the_first_are_named_and_all_are_counted(deployment: Deployment) -> None:
    take_rows(deployment, ROWS)
    report = take_rows(deployment, [*ROWS[MANY:], "garbage"])
    assert (report.removed, report.kept_count, report.counts()["kept"]) == (0, MANY, MANY)
    assert report.kept == tuple(f"FRA-PAS-AB{number:05}" for number in range(NAMED_RECORDS))
    assert not report.ok


def test_of_many_refused_records_the_first_are_named_and_all_are_kept(deployment: Deployment) -> None:
    take_rows(deployment, ROWS)
    report = take_rows(deployment, [row.replace("2025-01-31", "31.01.2025") for row in ROWS[:MANY]] + ROWS[MANY:])
    assert (report.refused_count, report.kept_count, report.counts()["refused"]) == (MANY, MANY, MANY)
    assert [refusal.where for refusal in report.refused] == [f"sltd.csv:{line + 2}" for line in range(NAMED_RECORDS)]
    assert all("31.01.2025" in refusal.why for refusal in report.refused)
    assert documents_in_force(deployment.hq, "sltd") == {f"FRA-PAS-{row[:7]}" for row in ROWS}


def test_files_of_which_hardly_anything_can_be_used_are_not_read_to_their_end(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "LIMITS", replace(LIMITS, refused_records=30))
    rows = [row.replace("2025-01-31", "31.01.2025") for row in ROWS[:100]]
    with pytest.raises(IncompleteSource) as error:
        take_rows(deployment, rows)
    assert signs(error) == ("more than 30 records in them cannot be used",)
    assert error.value.notes[0].startswith("refused sltd.csv:2: theft_date is '31.01.2025'")
    assert take_rows(deployment, ROWS[:70] + rows[70:]).refused_count == 30


def test_the_time_of_an_import_is_until_it_is_on_the_disk(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(importer, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def commit_for_a_minute(_connection: object) -> None:
        clock[0] += 60

    take_rows(deployment, ROWS[:3])  # the database is open then
    event.listen(Engine, "commit", commit_for_a_minute)
    try:
        assert take_rows(deployment, ROWS[:3]).seconds == 60
    finally:
        event.remove(Engine, "commit", commit_for_a_minute)
