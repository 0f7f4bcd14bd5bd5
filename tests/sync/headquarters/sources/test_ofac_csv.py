"""OFAC's files: which are needed, how a row becomes a notice, what is refused."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import RefusedFile
from data.persons.notice import Action, Notice
from data.persons.person import NameQuality, PartialDate, Sex
from sync.headquarters.sources import RefusedRecord, SourceInfo
from sync.headquarters.sources.ofac_csv import read

NONE = "-0- ," * 6
REMARKS = "DOB 09 Nov 1974; alt. DOB circa 1970; nationality Iran."
ROW = f'9001,"AL-QARN, Abu Idris","individual","SDGT] [IFSR","Envoy",{NONE}"{REMARKS}"'
ENTITY = f'9002,"GREEN CO","-0- ","SDGT",-0- ,{NONE}-0- '
VESSEL = f'9003,"SEA STAR","vessel","SDGT",-0- ,{NONE}-0- '
ALT = '9001,1,"aka","QARN, Idris",-0- '
Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def _folder(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_bytes(text.replace("\n", "\r\n").encode() + b"\r\n\x1a")
        return tmp_path

    return _folder


def test_an_individual_is_read_whole_and_others_are_counted(folder: Folder) -> None:
    notice, info = read([folder(SDN=f"{ROW}\n{ENTITY}\n{VESSEL}", alt=f'{ALT}\n9001,2,"fka","IDRISI",-0- ', add="")])
    assert isinstance(notice, Notice)
    assert (notice.record, notice.owner, notice.action) == ("OFAC-9001", "OFAC", Action.INFORM)
    assert notice.reason == "terrorism (SDGT), Iran, finance (IFSR) · Envoy"
    assert [(name.full, name.surname, name.given, name.quality) for name in notice.person.names] == [
        ("Abu Idris AL-QARN", "AL-QARN", "Abu Idris", NameQuality.PRIMARY),
        ("Idris QARN", "QARN", "Idris", NameQuality.GOOD),
        ("IDRISI", "", "", NameQuality.FORMER),
    ]
    assert notice.person.births == (PartialDate(1974, 11, 9), PartialDate(1970, about=True))
    assert notice.person.nationalities == ("IRN",)
    assert isinstance(info, SourceInfo) and not info.signs
    assert info.skipped == {
        "entities, since only persons are imported": 1,
        "vessels, since only persons are imported": 1,
    }


def test_remarks_go_on_in_the_comments_in_the_middle_of_a_word(folder: Folder) -> None:
    cut = ROW.replace("nationality Iran.", "nationality Ir")
    notice, _ = read([folder(sdn=cut, alt=ALT, sdn_comments='9001,"an; Gender Female."')])
    assert isinstance(notice, Notice)
    assert (notice.person.nationalities, notice.person.sex) == (("IRN",), Sex.FEMALE)


def test_files_may_be_named_one_by_one_and_packed(folder: Folder) -> None:
    top = folder(alt=ALT)
    (top / "SDN.CSV.gz").write_bytes(gzip.compress(ROW.encode("cp1252")))
    notice, _ = read([top / "alt.csv", top / "SDN.CSV.gz"])
    assert isinstance(notice, Notice) and len(notice.person.names) == 2


def test_a_file_in_windows_letters_is_understood(folder: Folder) -> None:
    top = folder(alt=ALT)
    (top / "sdn.csv").write_bytes(ROW.replace("QARN", "QÁRN").encode("cp1252"))
    notice, _ = read([top])
    assert isinstance(notice, Notice) and notice.person.names[0].surname == "AL-QÁRN"


def test_missing_alternate_names_are_said(folder: Folder) -> None:
    *_, info = read([folder(sdn=ROW)])
    assert isinstance(info, SourceInfo) and info.skipped == {"alternate names: alt.csv was not given": 1}


@pytest.mark.parametrize(
    ("sdn", "alt", "where", "why"),
    [
        (f'{ROW}\n9005,"X","individual"', ALT, "sdn.csv:2", "3 fields; 12 are needed"),
        (f"{ROW}\nx{ROW}", ALT, "sdn.csv:2", "ent_num is not a number"),
        (f'{ROW}\n"{ROW}', ALT, "sdn.csv:2", "ent_num|not comma-separated"),
        (f'{ROW}\n9005,-0- ,"individual",-0- ,-0- ,{NONE}-0- ', ALT, "sdn.csv:2", "no name"),
        (ROW, f"{ALT}\n9001,2", "alt.csv:2", "2 fields; 5 are needed"),
        (ROW, f'{ALT}\n777,3,"aka","NOBODY",-0- ', "alt.csv:2", "not in sdn.csv"),
    ],
)
def test_a_broken_line_is_refused_by_number(folder: Folder, sdn: str, alt: str, where: str, why: str) -> None:
    items = list(read([folder(sdn=sdn, alt=alt)]))
    [refusal] = [item for item in items if isinstance(item, RefusedRecord)]
    assert refusal.where == where
    assert any(part in refusal.why for part in why.split("|"))
    assert sum(isinstance(item, Notice) for item in items) == 1


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "no sdn.csv"),
        ({"alt": ALT}, "no sdn.csv"),
        ({"sdn": "<xml/>"}, "no line of 12 fields"),
        ({"sdn": ""}, "no line of 12 fields"),
        ({"sdn": ROW, "alt": ROW}, "no line of 5 fields"),
        ({"sdn": ROW, "cons_prim": ROW}, "of the same kind as"),
    ],
)
def test_what_is_not_this_list_is_refused_whole(folder: Folder, files: dict[str, str], why: str) -> None:
    with pytest.raises(RefusedFile, match=why):
        next(read([folder(**files)]))


def test_a_damaged_archive_a_binary_and_a_stranger_are_refused(tmp_path: Path) -> None:
    for name, content in (("sdn.csv.gz", b"no archive"), ("sdn.csv", b"1,\0"), ("names.csv", ROW.encode())):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(RefusedFile):
            next(read([path]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.text(max_size=120))
def test_garbage_is_refused_and_never_crashes(tmp_path: Path, raw: bytes, remarks: str) -> None:
    escaped = remarks.replace('"', '""')
    row = f'9001,"X","individual","P","T",{NONE}"DOB {escaped}; Passport {escaped}"'
    (tmp_path / "sdn.csv").write_bytes(row.encode("utf-8", "replace") + b"\r\n" + raw)
    (tmp_path / "alt.csv").write_bytes(ALT.encode() + b"\n" + raw)
    try:
        items = list(read([tmp_path]))
    except RefusedFile:
        return
    assert {type(item) for item in items} <= {Notice, RefusedRecord, SourceInfo}
