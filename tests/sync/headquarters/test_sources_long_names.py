"""A name that is too long to be kept whole is listed as far as it goes, and never cut without a message."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from data.persons.notice import Notice
from sync.headquarters.sources import SourceInfo, notices_json, ofac_csv, un_xml
from sync.headquarters.sources.names_in_text import NAME_LIMIT

Write = Callable[[Path, str, str], SourceInfo]
_NONE = "-0- ," * 6


def _info(read: Callable[..., object], path: Path) -> SourceInfo:
    notice, info = read([path])  # type: ignore[misc]  # a reader's items
    assert isinstance(notice, Notice) and isinstance(info, SourceInfo)
    assert notice.person.names[0].full.startswith("A")
    return info


def un(folder: Path, name: str, alias: str) -> SourceInfo:
    person = f"<REFERENCE_NUMBER>QDi.9901</REFERENCE_NUMBER><FIRST_NAME>{name}</FIRST_NAME>"
    alias = f"<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>{alias}</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    path = folder / "un.xml"
    path.write_text(
        f'<CONSOLIDATED_LIST dateGenerated="2026-01-02T03:04:05Z"><INDIVIDUALS><INDIVIDUAL>{person}{alias}</INDIVIDUAL>'
        "</INDIVIDUALS></CONSOLIDATED_LIST>"
    )
    return _info(un_xml.read, path)


def ofac(folder: Path, name: str, alias: str) -> SourceInfo:
    row = f'9001,"{name}","individual","SDGT","Envoy",{_NONE}"DOB 09 Nov 1974."'
    for file, text in {"sdn": row, "alt": f'9001,1,"aka","{alias}",-0- ', "add": ""}.items():
        (folder / f"{file}.csv").write_bytes(f"{text}\r\n\x1a".encode())
    return _info(ofac_csv.read, folder)


def notices(folder: Path, name: str, alias: str) -> SourceInfo:
    value = {"entity_id": "2025/91001", "name": name, "date_of_birth": "1981", "notice_type": "red", "aliases": [alias]}
    (folder / "a.json").write_text(json.dumps(value))
    return _info(notices_json.read, folder)


@pytest.mark.parametrize("write", [un, ofac, notices])
@pytest.mark.parametrize("length", [NAME_LIMIT + 1, 60_000])
@pytest.mark.parametrize("is_alias", [False, True], ids=["name", "alias"])
def test_a_long_name_is_counted_and_its_record_counts_as_partly_read(
    tmp_path: Path, write: Write, length: int, is_alias: bool
) -> None:
    long = "A" * length
    info = write(tmp_path, *(("ABLE", long) if is_alias else (long, "ABLE")))
    assert info.skipped["names that cannot be read in full"]  # type: ignore[index]  # a Message is a str
    assert len(info.partly_read) == 1


@pytest.mark.parametrize("write", [un, ofac, notices])
def test_one_that_just_fits_is_not(tmp_path: Path, write: Write) -> None:
    info = write(tmp_path, "A" * 150, "A" * 150)
    assert not info.partly_read and "names that cannot be read in full" not in info.skipped
