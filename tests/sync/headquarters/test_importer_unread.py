"""What an import could not read stays as it was known: refused records, rows of nobody, parts of a record."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from data.lists.kinds import load_kind
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.store.record_table import records_in_force
from sync.headquarters.store.run_table import past_imports
from sync.limits import LIMITS
from tests.support.deployment import PEOPLE, Deployment
from tests.sync.support.document_files import documents_in_force
from tests.sync.support.person_files import people

HEADER = "number,country,type,fraud,theft_country"
ROWS = {f"AB{number:05}": f"AB{number:05},FRA,PAS,lost,ESP" for number in range(30)}


class Import(Protocol):
    def __call__(self, rows: Mapping[str, str], reason: str = "") -> ImportReport: ...


@pytest.fixture
def take_documents(deployment: Deployment) -> Import:
    def _take(rows: Mapping[str, str], reason: str = "") -> ImportReport:
        path = deployment.folder / "sltd.csv"
        path.write_text("\n".join([HEADER, *rows.values()]) + "\n", encoding="utf-8")
        return import_list(deployment.hq, "sltd", "sltd-csv", [path], accept_incomplete=reason)

    return _take


def listed(deployment: Deployment, name: str = "sltd") -> set[str]:
    if name == "sltd":
        return documents_in_force(deployment.hq, name)
    kind = load_kind("persons")
    with deployment.hq.store.reading() as connection:
        return {kind.identity(record) for record in records_in_force(connection, name, kind)}


def without(rows: Mapping[str, str], *numbers: str) -> dict[str, str]:
    return {number: row for number, row in rows.items() if number not in numbers}


def test_a_refused_record_keeps_its_earlier_version_and_the_rest_is_imported(
    deployment: Deployment, take_documents: Import
) -> None:
    take_documents(ROWS)
    before = listed(deployment)
    broken = ROWS | {"AB00003": "AB00003,FRA,PAS,eaten,ESP", "AC00001": "AC00001,FRA,PAS,lost,ESP"}
    report = take_documents(without(broken, "AB00007"))
    assert (report.added, report.removed, report.kept, report.ok) == (1, 1, ("FRA-PAS-AB00003",), False)
    assert listed(deployment) == before - {"FRA-PAS-AB00007"} | {"FRA-PAS-AC00001"}


def test_it_is_kept_for_as_long_as_it_is_refused_and_goes_when_the_file_is_whole(
    deployment: Deployment, take_documents: Import
) -> None:
    take_documents(ROWS)
    broken = ROWS | {"AB00003": "AB00003,FRA,PAS,eaten,ESP"}
    assert take_documents(broken).kept == take_documents(broken).kept == ("FRA-PAS-AB00003",)
    report = take_documents(without(ROWS, "AB00003"))
    assert (report.removed, report.kept, report.ok) == (1, (), True)


@pytest.mark.parametrize("row", ["0,FRA,PAS,lost,ESP", "garbage", '"AB,FRA,PAS,lost,ESP', "AB99999,FRA,PAS,lost"])
def test_while_a_row_may_be_anybodys_nobody_is_withdrawn(
    deployment: Deployment, take_documents: Import, row: str
) -> None:
    take_documents(ROWS)
    before = listed(deployment)
    report = take_documents(without(ROWS, "AB00007") | {"AB00003": row})
    assert (report.removed, report.ok) == (0, False)
    assert set(report.kept) == {"FRA-PAS-AB00003", "FRA-PAS-AB00007"}
    assert listed(deployment) == before


@pytest.mark.parametrize("lost", ["", ",ESP", ',ESP,"'])
def test_a_line_that_took_the_next_one_along_withdraws_neither(
    deployment: Deployment, take_documents: Import, lost: str
) -> None:
    take_documents(ROWS)
    before = listed(deployment)
    joined = ROWS["AB00003"].removesuffix(lost) + ROWS["AB00004"].removeprefix("AB0")
    report = take_documents(without(ROWS, "AB00004") | {"AB00003": joined})
    assert (report.removed, report.ok) == (0, False)
    assert listed(deployment) == before


def test_a_row_that_is_refused_every_day_does_not_hold_back_later_withdrawals(
    deployment: Deployment, take_documents: Import
) -> None:
    take_documents(ROWS)
    broken = ROWS | {"AB00003": "garbage"}
    assert take_documents(broken).kept == ("FRA-PAS-AB00003",)
    report = take_documents(without(broken, "AB00007"))
    assert (report.removed, report.kept) == (1, ("FRA-PAS-AB00003",))
    assert listed(deployment) == {f"FRA-PAS-{number}" for number in without(ROWS, "AB00007")}
    worse = take_documents(without(broken, "AB00007", "AB00009") | {"AB00011": "other garbage"})
    assert worse.removed == 0 and len(worse.kept) == 3


def test_a_reason_lets_the_missing_go_but_not_who_was_refused(deployment: Deployment, take_documents: Import) -> None:
    take_documents(ROWS)
    rows = without(ROWS, "AB00007") | {"AB00003": "AB00003,FRA,PAS,eaten,ESP", "AB00004": "garbage"}
    report = take_documents(rows, "the country says that line 5 is nobody")
    assert (report.removed, report.kept) == (2, ("FRA-PAS-AB00003",))
    with deployment.hq.store.reading() as connection:
        notes = past_imports(connection, "sltd")[-1].notes
    assert notes.reason == "the country says that line 5 is nobody"
    assert notes.counts == {"added": 0, "changed": 0, "removed": 2, "refused": 2, "kept": 1}


def test_records_that_occur_twice_are_refused_only_where_they_differ(
    deployment: Deployment, take_documents: Import
) -> None:
    report = take_documents(ROWS | {"again": ROWS["AB00003"]})
    assert report.ok and report.skipped == {"records that occur twice": 1}
    report = take_documents(ROWS | {"again": "AB00003,FRA,PAS,stolen,ESP"})
    assert [refusal.where for refusal in report.refused] == ["FRA-PAS-AB00003"] and report.kept == ()
    assert len(listed(deployment)) == len(ROWS)


def test_a_record_under_another_ones_identity_withdraws_nobody(deployment: Deployment, take_documents: Import) -> None:
    take_documents(ROWS)
    report = take_documents(ROWS | {"AB00003": "AB00004,FRA,PAS,stolen,ESP"})
    assert (report.removed, report.kept) == (0, ("FRA-PAS-AB00003",))


def test_a_person_of_whom_a_part_is_not_understood_keeps_what_was_known(deployment: Deployment) -> None:
    path = deployment.folder / "un.xml"
    born = "<INDIVIDUAL_DATE_OF_BIRTH><DATE>{}</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
    person = "<FIRST_NAME>Testa</FIRST_NAME><REFERENCE_NUMBER>XXi.{}</REFERENCE_NUMBER>"
    whole = [person.format(number) + born.format("1970-01-02") for number in range(3)]
    import_list(deployment.hq, "un", "un-xml", [people(path, whole)])
    garbled = [*whole[:2], person.format(2) + born.format("1x70-01-0?")]
    report = import_list(deployment.hq, "un", "un-xml", [people(path, garbled)])
    assert (report.changed, report.kept, report.ok) == (0, ("XXi.2",), False)
    gone = [*whole[:2], person.format(2)]
    report = import_list(deployment.hq, "un", "un-xml", [people(path, gone)])
    assert (report.changed, report.kept, report.ok) == (1, (), True)


def test_a_person_keeps_what_was_known_beside_a_row_of_nobody_that_is_known(deployment: Deployment) -> None:
    path = deployment.folder / "un.xml"
    born = "<INDIVIDUAL_DATE_OF_BIRTH><DATE>{}</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
    person = "<FIRST_NAME>Testa</FIRST_NAME><REFERENCE_NUMBER>XXi.{}</REFERENCE_NUMBER>"
    whole = [person.format(number) + born.format("1970-01-02") for number in range(3)]
    nobody = "<FIRST_NAME>Nobody</FIRST_NAME>"
    import_list(deployment.hq, "un", "un-xml", [people(path, whole)])
    import_list(deployment.hq, "un", "un-xml", [people(path, [*whole, nobody])])
    garbled = [*whole[:2], person.format(2) + born.format("1x70-01-0?"), nobody]
    report = import_list(deployment.hq, "un", "un-xml", [people(path, garbled)])
    assert (report.changed, report.kept) == (0, ("XXi.2",))


def test_an_empty_notice_file_that_stays_delays_withdrawals_by_one_import(deployment: Deployment) -> None:
    folder = deployment.folder / "notices"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.json").write_text(f'{{"entity_id": "2025/{number}", "name": "TESTA"}}')
    import_list(deployment.hq, "notices", "notices-json", [folder])
    (folder / "zz.json").write_bytes(b"")
    assert import_list(deployment.hq, "notices", "notices-json", [folder]).removed == 0
    (folder / "3.json").unlink()
    assert import_list(deployment.hq, "notices", "notices-json", [folder]).removed == 1


def test_more_unreadable_rows_than_are_recognised_one_by_one_stop_no_withdrawal_for_ever(
    deployment: Deployment, take_documents: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.headquarters.import_judgement.LIMITS", replace(LIMITS, unread_rows=3))
    broken = {f"bad {number}": f"garbage {number}" for number in range(5)}
    take_documents(ROWS)
    assert take_documents(ROWS | broken).removed == 0
    assert take_documents(without(ROWS, "AB00007") | broken).removed == 1
    assert take_documents(without(ROWS, "AB00007", "AB00009") | broken | {"more": "other garbage"}).removed == 0


ALT = '{},1,"aka","OTHER {}",-0- '
SDN = '{},"TESTA {}, Maria","individual","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 02 Jan 1970."'


def ofac(folder: Path, sdn: Sequence[str], alt: Sequence[str]) -> list[Path]:
    paths = [folder / f"{part}.csv" for part in ("sdn", "alt", "add")]
    for path, lines in zip(paths, (sdn, alt, ()), strict=True):
        path.write_bytes("".join(f"{line}\r\n" for line in lines).encode() + b"\x1a")
    return paths


@pytest.mark.parametrize("damage", [(",-0- ", ""), ("3,", "x,"), ('"aka"', '"aka"x')])
def test_a_person_whose_alias_is_refused_keeps_the_alias(deployment: Deployment, damage: tuple[str, str]) -> None:
    broken = ALT.format(3, 3).replace(*damage, 1)
    sdn, alt = ([line.format(number, number) for number in range(1, 9)] for line in (SDN, ALT))
    import_list(deployment.hq, "ofac", "ofac-csv", ofac(deployment.folder, sdn, alt))
    report = import_list(deployment.hq, "ofac", "ofac-csv", ofac(deployment.folder, sdn, [*alt[:2], broken, *alt[3:]]))
    assert report.kept == ("OFAC-3",)
    assert (report.changed, report.removed, len(report.refused)) == (0, 0, 1)


def test_a_person_whose_alias_is_refused_gets_the_new_one_and_keeps_the_old(deployment: Deployment) -> None:
    sdn, alt = ([line.format(number, number) for number in range(1, 9)] for line in (SDN, ALT))
    import_list(deployment.hq, "ofac", "ofac-csv", ofac(deployment.folder, sdn, alt))
    changed = [*alt[:2], "3,1", '3,2,"aka","NEWTON, Isa",-0- ', *alt[3:]]
    for added in (1, 0):
        report = import_list(deployment.hq, "ofac", "ofac-csv", ofac(deployment.folder, sdn, changed))
        assert (report.changed, report.kept) == (added, ("OFAC-3",))
        assert names_of(deployment, "OFAC-3") == {"Maria TESTA 3", "OTHER 3", "Isa NEWTON"}
    report = import_list(deployment.hq, "ofac", "ofac-csv", ofac(deployment.folder, sdn, [*alt[:2], *changed[3:]]))
    assert (report.changed, report.kept) == (1, ())
    assert names_of(deployment, "OFAC-3") == {"Maria TESTA 3", "Isa NEWTON"}


@pytest.mark.parametrize("reason", ["", "OFAC moved it"])
def test_an_alias_that_moved_to_another_person_stays_until_somebody_says_so(
    deployment: Deployment, reason: str
) -> None:
    sdn, alt = ([line.format(number, number) for number in range(1, 9)] for line in (SDN, ALT))
    import_list(deployment.hq, "ofac", "ofac-csv", ofac(deployment.folder, sdn, alt))
    moved = ofac(deployment.folder, sdn, [*alt[:2], alt[2].replace("3,1", "5,1"), *alt[3:]])
    report = import_list(deployment.hq, "ofac", "ofac-csv", moved, accept_incomplete=reason)
    assert report.kept == (() if reason else ("OFAC-3",))
    assert report.ok is bool(reason)
    assert ("OTHER 3" in names_of(deployment, "OFAC-3")) is not bool(reason)
    assert "OTHER 3" in names_of(deployment, "OFAC-5")


def names_of(deployment: Deployment, identity: str) -> set[str]:
    with deployment.hq.store.reading() as connection:
        records = {record.record: record for record in records_in_force(connection, "ofac", load_kind("persons"))}
    return {name.full for name in records[identity].person.names}


def test_a_new_person_is_listed_although_an_alias_is_refused(deployment: Deployment) -> None:
    sdn, alt = ([line.format(number, number) for number in range(1, 9)] for line in (SDN, ALT))
    import_list(deployment.hq, "ofac", "ofac-csv", ofac(deployment.folder, sdn[:7], alt[:7]))
    report = import_list(deployment.hq, "ofac", "ofac-csv", ofac(deployment.folder, sdn, [*alt[:7], "8,1"]))
    assert (report.added, report.kept, report.ok) == (1, (), False)


def test_a_first_import_with_refusals_takes_the_rest(deployment: Deployment, take_documents: Import) -> None:
    report = take_documents(ROWS | {"AB00003": "garbage"})
    assert (report.added, report.kept, report.ok) == (29, (), False)


def test_every_import_is_journalled(deployment: Deployment) -> None:
    deployment.take(PEOPLE)
    deployment.take(PEOPLE | {"XXi.900": "Altera Persona"})
    with deployment.hq.store.reading() as connection:
        added = [entry.notes.counts["added"] for entry in past_imports(connection, "un")]
    assert added == [40, 1]
