"""Damage that leaves a row readable as something else: whoever was on the list stays, and the import says so."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from data.lists.kinds import load_kind
from data.persons.notice import Notice
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.store.record_table import records_in_force
from tests.support.deployment import Deployment

NOTHING = ",-0- " * 6
REMARKS = "DOB 02 Jan 1970; nationality Iran; Passport X1234567 (Iran)."
SDN = '{},"TESTA {}, Maria","individual","SDGT",-0- ' + NOTHING + ',"' + REMARKS + '"'
ALT = '{},{},"aka","OTHER {}, Ana",-0- '
NUMBERS = range(101, 131)
WHOLE = {number: SDN.format(number, number) for number in NUMBERS}
ALIASES = {number: ALT.format(number, number, number) for number in NUMBERS}


def ofac(
    deployment: Deployment,
    sdn: Sequence[str] = tuple(WHOLE.values()),
    alt: Sequence[str] = tuple(ALIASES.values()),
    reason: str = "",
) -> ImportReport:
    paths = [deployment.folder / "sdn.csv", deployment.folder / "alt.csv"]
    for path, lines in zip(paths, (sdn, alt), strict=True):
        path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("cp1252") + b"\x1a")
    return import_list(deployment.hq, "ofac", "ofac-csv", paths, accept_incomplete=reason)


def persons(deployment: Deployment, name: str) -> dict[str, Notice]:
    kind = load_kind("persons")
    with deployment.hq.store.reading() as connection:
        return {record.record: record for record in records_in_force(connection, name, kind)}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


LINE = SDN.format(103, 103)


@pytest.mark.parametrize(
    "damaged",
    [
        LINE.replace(',"individual"', ',,"individual"'),
        LINE.replace('"individual",', '"individual",,'),
        *(LINE.replace('"individual"', kind) for kind in ('""', "", "-0- ", '"          "', '"vessel"', '"entity"')),
        LINE.replace('"individual"', '"indiv"'),
        LINE.replace('"individual"', "-0- ").replace(REMARKS, "x"),
    ],
)
def test_a_person_whose_type_is_damaged_stays_on_the_list(deployment: Deployment, damaged: str) -> None:
    ofac(deployment)
    before = persons(deployment, "ofac")
    report = ofac(deployment, list((WHOLE | {103: damaged}).values()))
    assert (report.removed, report.kept, report.ok) == (0, ("OFAC-103",), False)
    assert persons(deployment, "ofac") == before


def test_a_person_who_is_something_else_now_goes_when_somebody_says_so(deployment: Deployment) -> None:
    ofac(deployment)
    changed = list((WHOLE | {103: LINE.replace('"individual"', '"vessel"').replace(REMARKS, "Flag Utopia.")}).values())
    assert ofac(deployment, changed).kept == ofac(deployment, changed).kept == ("OFAC-103",)
    report = ofac(deployment, changed, reason="OFAC had entered a vessel as a person")
    assert (report.removed, report.kept, report.ok) == (1, (), True)


def test_a_new_person_without_a_type_is_refused_and_not_passed_over(deployment: Deployment) -> None:
    report = ofac(deployment, list((WHOLE | {103: LINE.replace('"individual"', "-0- ")}).values()))
    assert (report.added, len(report.refused), report.skipped) == (29, 1, {})
