"""The fictional lists of the demonstration: readable without a refusal, and with what its travellers need."""

from pathlib import Path

from data.documents.document_record import DocumentRecord, Fraud
from data.persons.notice import Action, Colour, Notice
from data.persons.person import NameQuality
from sync.headquarters.sources import Item, RefusedRecord, SourceInfo, load_reader
from tests.data.support.near_numbers import neighbours
from tests.sync.support.document_files import read_records

LISTS = Path(__file__).resolve().parents[2] / "ui" / "demo" / "lists"


def _read(format_name: str, name: str) -> list[Item]:
    items = list(load_reader(format_name)([LISTS / name]))
    assert not [item for item in items if isinstance(item, RefusedRecord)]
    return items[:-1]


def _notices(format_name: str, name: str) -> dict[str, Notice]:
    return {item.record: item for item in _read(format_name, name) if isinstance(item, Notice)}


def test_stolen_documents() -> None:
    records = [item for item in read_records([LISTS / "sltd.csv"]) if not isinstance(item, SourceInfo)]
    assert all(isinstance(record, DocumentRecord) for record in records)
    by_id = {record.record: record for record in records}
    assert len(by_id) == len(records) == 205
    assert by_id["FRA-PAS-24FV38617"].fraud is Fraud.STOLEN
    assert by_id["EST-IDC-AE4471902"].fraud is Fraud.LOST
    assert by_id["LVA-PAS-LV7730044"].fraud is Fraud.STOLEN_BLANK
    assert "DEU-PAS-CG7LH5V21" in by_id
    assert "CG7LH5V21" in neighbours("C67LH5V21")
    assert sum(record.review is not None and record.review.year < 2026 for record in records) == 1


def test_notices() -> None:
    notices = _notices("notices-json", "notices")
    assert len(notices) == 12
    assert {notice.colour for notice in notices.values()} >= {Colour.RED, Colour.YELLOW, Colour.BLUE, Colour.GREEN}
    assert notices["2025/90117"].action is Action.DETAIN
    assert notices["2026/90014"].action is Action.PROTECT
    assert notices["2025/90866"].action is Action.DISCREET


def test_un_list() -> None:
    notices = _notices("un-xml", "un.xml")
    assert len(notices) == 30
    person = notices["QDi.9001"].person
    assert str(person.births[0]) == "1971"
    assert NameQuality.ORIGINAL in {name.quality for name in person.names}


def test_ofac_list() -> None:
    notices = _notices("ofac-csv", "ofac")
    assert len(notices) == 40
    assert notices["OFAC-90001"].action is Action.INFORM
