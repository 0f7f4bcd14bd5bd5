"""A document number with a character that was not read becomes no other number, in any format of a list."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from data.lists.kinds import load_kind
from data.persons.notice import Notice
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.store.record_table import records_in_force
from tests.support.deployment import Deployment
from tests.sync.support.person_files import people

NUMBER = "24FV38617"
UNREAD = [
    "24FV3?617",
    "24FV3*617",
    "24FV3_617",
    "24FV3\ufffd617",
    "24FV3\u0416617",
    "24FV3٨617",
    "24FV3½617",
    "24FV3861ß",
]
READ = ["24FV-38617", "24 FV.386/17", "24fv’38617", "２４ＦＶ３８６１７"]

HEADER = "number,country,type,fraud,theft_country"
SDN = '{},"TESTA {}, Maria","individual","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Gender Male; Passport {} (France)."'
UN = (
    "<FIRST_NAME>Testa</FIRST_NAME><REFERENCE_NUMBER>XXi.{}</REFERENCE_NUMBER><INDIVIDUAL_DOCUMENT>"
    "<TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>{}</NUMBER></INDIVIDUAL_DOCUMENT>"
)
Write = Callable[[Path, list[str]], list[Path]]


def write_sltd(folder: Path, numbers: list[str]) -> list[Path]:
    path = folder / "sltd.csv"
    rows = [f'"{number}",FRA,PAS,stolen,ESP' for number in numbers]
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return [path]


def write_un(folder: Path, numbers: list[str]) -> list[Path]:
    return [people(folder / "un.xml", [UN.format(place, number) for place, number in enumerate(numbers)])]


def write_ofac(folder: Path, numbers: list[str]) -> list[Path]:
    rows = [SDN.format(place, place, number) for place, number in enumerate(numbers, start=1)]
    files = {"sdn.csv": rows, "alt.csv": [], "add.csv": []}
    for name, lines in files.items():
        (folder / name).write_bytes("".join(f"{line}\r\n" for line in lines).encode() + b"\x1a")
    return [folder / name for name in files]


def write_notices(folder: Path, numbers: list[str]) -> list[Path]:
    entries = [
        {
            "entity_id": f"2025/{place}",
            "name": f"TESTA {place}",
            "notice_type": "red",
            "documents": [{"number": number}],
        }
        for place, number in enumerate(numbers)
    ]
    path = folder / "notices.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return [path]


PERSONS = {"un-xml": write_un, "ofac-csv": write_ofac, "notices-json": write_notices}
OTHERS = [f"AB{number:05}" for number in range(20)]


def take(deployment: Deployment, form: str, write: Write, number: str) -> ImportReport:
    return import_list(deployment.hq, "made", form, write(deployment.folder, [number, *OTHERS]))


def held(deployment: Deployment) -> set[str]:
    with deployment.hq.store.reading() as connection:
        notices = list(records_in_force(connection, "made", load_kind("persons")))
    return {paper.number for notice in notices if isinstance(notice, Notice) for paper in notice.person.documents}


@pytest.mark.parametrize("number", UNREAD)
def test_a_stolen_document_whose_number_was_not_read_stays_listed(deployment: Deployment, number: str) -> None:
    take(deployment, "sltd-csv", write_sltd, NUMBER)
    report = take(deployment, "sltd-csv", write_sltd, number)
    assert (report.added, report.changed, report.removed) == (0, 0, 0)
    assert report.kept == (f"FRA-PAS-{NUMBER}",) and len(report.refused) == 1 and not report.ok


@pytest.mark.parametrize("form", PERSONS)
@pytest.mark.parametrize("number", UNREAD)
def test_a_person_whose_number_was_not_read_keeps_the_one_that_was(
    deployment: Deployment, form: str, number: str
) -> None:
    take(deployment, form, PERSONS[form], NUMBER)
    report = take(deployment, form, PERSONS[form], number)
    assert held(deployment) == {NUMBER, *OTHERS}
    assert (report.removed, len(report.kept), report.ok) == (0, 1, False)
    assert report.skipped["document numbers with characters that cannot be read"] == 1  # type: ignore[index]
    [named] = [names for why, names in report.incomplete.items() if "document numbers" in why]
    assert named == report.kept


@pytest.mark.parametrize("form", PERSONS)
def test_a_new_person_is_listed_without_a_number_that_was_not_read(deployment: Deployment, form: str) -> None:
    report = take(deployment, form, PERSONS[form], "24FV3?617")
    assert report.added == len(OTHERS) + 1 and held(deployment) == set(OTHERS)


@pytest.mark.parametrize("number", READ)
def test_blanks_and_ordinary_marks_in_a_number_are_left_out(deployment: Deployment, number: str) -> None:
    take(deployment, "sltd-csv", write_sltd, NUMBER)
    report = take(deployment, "sltd-csv", write_sltd, number)
    assert (report.added, report.removed, report.ok) == (0, 0, True)


@pytest.mark.parametrize("form", PERSONS)
@pytest.mark.parametrize("number", READ)
def test_a_person_keeps_a_number_as_printed(deployment: Deployment, form: str, number: str) -> None:
    assert take(deployment, form, PERSONS[form], number).ok
    assert held(deployment) == {number, *OTHERS}
