"""Recorded text is shown and exported so that it can neither move other text nor become a formula."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.journal.audit.selection import SelectedEvent
from data.journal.history import PastEvent
from ui.text.journal_text import event_lines, to_csv, to_json_lines

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def selected(person: str = "2041", detail: dict[str, Any] | None = None, *, is_purged: bool = False) -> SelectedEvent:
    event = PastEvent("id-1", "screening", NOW, person, "refer", "screening-1", 2, detail or {})
    return SelectedEvent(event, is_purged)


def test_details_are_shown_only_where_they_are_wanted() -> None:
    event = selected(detail={"surname": "MUSTERFRAU"})
    (line,) = event_lines(event, with_details=False)
    assert line == "2026-11-21 08:00 UTC refer".replace(" refer", " screening refer 2041 screening-1.2")
    assert "MUSTERFRAU" in "".join(event_lines(event, with_details=True))


def test_what_was_purged_says_so() -> None:
    event = selected(is_purged=True)
    assert "details purged" in "".join(event_lines(event, with_details=True))
    assert json.loads(to_json_lines([event]))["details"] == "purged" and "purged" in to_csv([event]).decode()


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_no_text_leaves_its_line_or_its_cell(person: str, detail: dict[str, str]) -> None:
    event = selected(person, detail)
    for line in event_lines(event, with_details=True):
        assert line.isprintable()
    content = to_csv([event]).decode()
    assert all(character.isprintable() for character in content.replace("\r\n", ""))
    rows = list(csv.reader(io.StringIO(content)))
    assert len(rows) == 2 and not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in rows[1])
    assert json.loads(to_json_lines([event]))["person"] == person


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\u202e=", " ="])
def test_a_formula_is_text(start: str) -> None:
    (_head, row) = csv.reader(io.StringIO(to_csv([selected(f"{start}HYPERLINK(1)")]).decode()))
    assert row[4][:2] in ("'=", "'+", "'-", "'@")
