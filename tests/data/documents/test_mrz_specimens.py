"""Public specimens: every check digit by name, every verdict, every field."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, TravelDocument
from data.persons.person import PartialDate

TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def specimens(shared_data: Path) -> list[tuple[dict[str, Any], TravelDocument]]:
    items = json.loads((shared_data / "mrz/specimens.json").read_text())
    assert len(items) > 100
    return [(item, parse_mrz(item["mrz"], capture=Capture.MACHINE, today=TODAY)) for item in items]


def test_every_digit_is_judged_right(specimens: list[tuple[dict[str, Any], TravelDocument]]) -> None:
    wrong = [item["id"] for item, document in specimens if {d.field: d.ok for d in document.digits} != item["checks"]]
    assert wrong == []


def test_every_format_is_recognised(specimens: list[tuple[dict[str, Any], TravelDocument]]) -> None:
    assert [item["id"] for item, document in specimens if document.format != item["format"]] == []


def test_every_field_is_right(specimens: list[tuple[dict[str, Any], TravelDocument]]) -> None:
    assert [item["id"] for item, document in specimens if _fields(item["ref"]) != _read(document, item["ref"])] == []


def _fields(ref: dict[str, str]) -> tuple[str, ...]:
    return (ref["number"], ref["surname"], ref["given"], ref["nat"], ref["sex"].replace("<", "X"))


def _read(document: TravelDocument, ref: dict[str, str]) -> tuple[str, ...]:
    assert _same_date(document.birth, ref["dob"]) and _same_date(document.expiry, ref["exp"])
    name = document.name
    names = (name.surname, name.given) if name else ("", "")
    return (document.number, *names, document.nationality, document.sex.value)


def _same_date(parsed: PartialDate | None, printed: str | None) -> bool:
    """A date as printed; what the calendar does not have must not have become a date."""
    if printed is None or parsed is None:
        return parsed is None and (printed is None or not _is_date(printed))
    parts = (parsed.year, parsed.month, parsed.day)
    return printed == "".join("<<" if part is None else f"{part % 100:02}" for part in parts)


def _is_date(printed: str) -> bool:
    try:
        date(2000 + int(printed[:2]), int(printed[2:4]), int(printed[4:]))
    except ValueError:
        return False
    return True
