"""Stolen, lost and revoked documents from a CSV file of our own layout (docs/formats/sltd-csv.md).

The rules are those of the field (docs/screening.md, "Records of documents"): cleaned numbers of 5 to 25 characters,
canonical countries, known types, a country of theft for all but stolen blanks, a batch and a range for stolen blanks
alone. A record that breaks one is refused with its line; it is never corrected. A number that is twice in the file is
left to headquarters' store, which knows the identity of every record: a file of 128 million lines is too large to
remember here.
"""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from data.documents.code_tables import canonical_country, is_known_type
from data.documents.document_record import DocumentRecord, Fraud
from data.documents.number import LONGEST, SHORTEST, clean_number, describe_characters, unread_characters
from data.json_errors import explain_refusal
from data.text import EMPTY, Message, _, plural
from data.untrusted_text import clean
from sync.headquarters.sources import RefusedRecord, digest_row
from sync.headquarters.sources.row_files import csv_files
from sync.headquarters.sources.source_files import (
    SourceRow,
)

REQUIRED = ("number", "country", "type", "fraud")
COLUMNS = (
    *REQUIRED, "theft_date", "theft_country", "issued", "expires", "review", "batch", "reference", "note", "number_to",
)  # fmt: skip
LONGEST_TEXTS = {"batch": 25, "reference": 25, "note": 40}
"""Characters."""
LONGEST_FIELD = 64
"""Characters that a field may have with the blanks around it; the longest value has 40."""
_DIGIT, _LETTER = re.compile("[0-9]"), re.compile("[A-Z]")
LAYOUT = csv_files.CsvLayout(
    COLUMNS, REQUIRED, _("The first line must name the columns; docs/formats/sltd-csv.md describes them")
)


def read_header(path: Path) -> list[str]:
    """The names of the columns; RefusedFile where the file is no such list, IncompleteSource where it is cut off."""
    return csv_files.read_header(path, LAYOUT)


def read_row(path: Path, columns: Sequence[str], row: SourceRow) -> DocumentRecord | RefusedRecord:
    """The record of one line, or why it is refused."""
    try:
        if fault := row.fault or _find_gap(row.cells):
            raise ValueError(fault)
        return _record(columns, row.cells)
    except ValueError as problem:
        cells = row.cells or tuple(row.text.split(","))
        is_whole = len(row.cells) == len(columns) and not _find_gap(row.cells)
        return RefusedRecord(
            f"{path.name}:{row.number}",
            explain_refusal(problem),
            _find_identity(columns, cells),
            is_certain=is_whole,
            hides_others=not (is_whole and isinstance(problem, _WrongValue)),
            digest=digest_row(row.text),
        )


class _WrongValue(ValueError):
    """A whole value that is wrong, and not the beginning of one row's with the end of another's."""


def _refuse_value(why: Message, text: str, *, wholes: Sequence[str]) -> ValueError:
    """The error for a value of a column in which values look like `wholes` (digits as 0, letters as A).

    It is a seam where it is the beginning of one whole and the end of another: a gap between two rows leaves that.
    """
    starts = {whole[:place] for whole in wholes for place in range(len(whole) + 1)}
    ends = {whole[place:] for whole in wholes for place in range(len(whole) + 1)}
    places = range(len(text) + 1)
    is_seam = text not in wholes and any(text[:place] in starts and text[place:] in ends for place in places)
    return ValueError(why) if is_seam else _WrongValue(why)


def _shape(text: str) -> str:
    return _LETTER.sub("A", _DIGIT.sub("0", text))


def _find_gap(cells: Sequence[str]) -> Message:
    """Why a line with the right number of fields is damaged nevertheless: one of them bridges what was overwritten."""
    if max(map(len, cells)) <= LONGEST_FIELD:
        return EMPTY
    return _("a field has more than {most} characters, blanks included", most=LONGEST_FIELD)


def _find_identity(columns: Sequence[str], cells: Sequence[str]) -> str:
    """Identity of the record in a row that was refused; empty where number, country or type cannot be read."""
    field = {name: cell.strip(' "') for name, cell in zip(columns, cells, strict=False)}
    try:
        number = _number("number", field.get("number", ""))
        last = _number("number_to", text) if (text := field.get("number_to", "")) else ""
        country, kind = _country("country", field.get("country", "")), _type(field.get("type", ""))
    except ValueError:
        return ""
    return DocumentRecord(number, country, kind, Fraud.LOST, number_to=last).record


def _record(columns: Sequence[str], fields: Sequence[str]) -> DocumentRecord:
    if len(fields) != len(columns):
        raise ValueError(
            _("the line has {count} fields; the header names {columns}", count=len(fields), columns=len(columns))
        )
    field = dict(zip(columns, map(str.strip, fields), strict=True))
    fraud = _fraud(field["fraud"])
    number = _number("number", field["number"])
    return DocumentRecord(
        number=number,
        country=_country("country", field["country"]),
        type=_type(field["type"]),
        fraud=fraud,
        theft_date=_day(field, "theft_date"),
        theft_country=_theft_country(field.get("theft_country", ""), fraud),
        issued=_day(field, "issued"),
        expires=_day(field, "expires"),
        review=_day(field, "review"),
        batch=_batch(field.get("batch", ""), fraud),
        reference=_within("reference", field.get("reference", "")),
        note=_within("note", field.get("note", "")),
        number_to=_number_to(field.get("number_to", ""), number, fraud),
    )


def _number(column: str, text: str) -> str:
    if unread := unread_characters(text):
        raise ValueError(
            _(
                "{column} has characters that cannot be part of a document number: {characters}",
                column=column,
                characters=describe_characters(unread),
            )
        )
    number = clean_number(text)
    if not SHORTEST <= len(number) <= LONGEST:
        raise ValueError(
            plural(
                "{column} has {count} letter or digit; 5 to 25 are needed",
                "{column} has {count} letters and digits; 5 to 25 are needed",
                len(number),
                column=column,
            )
        )
    return number


def _number_to(text: str, number: str, fraud: Fraud) -> str:
    if not text:
        return ""
    if fraud is not Fraud.STOLEN_BLANK:
        raise ValueError(_("number_to is given, but only stolen blanks have ranges; this is {fraud}", fraud=fraud))
    last = _number("number_to", text)
    if len(last) != len(number) or last < number:
        raise ValueError(_("number_to must be as long as number and not come before it"))
    return last


def _fraud(text: str) -> Fraud:
    try:
        return Fraud(text.lower())
    except ValueError:
        why = _("fraud is {value}; it must be one of {values}", value=_shown(text), values=", ".join(Fraud))
        raise _refuse_value(why, text.lower(), wholes=tuple(Fraud)) from None


def _country(column: str, text: str) -> str:
    code = canonical_country(text)
    if code is None:
        why = _("{column} is {value}, which is not a known country code", column=column, value=_shown(text))
        raise _refuse_value(why, _shape(text), wholes=("AAA", "AA", "A"))
    return code


def _type(text: str) -> str:
    code = text.upper()
    if not is_known_type(code):
        raise ValueError(_("type is {value}, which is not a known document type", value=_shown(text)))
    return code


def _theft_country(text: str, fraud: Fraud) -> str:
    if text:
        return _country("theft_country", text)
    if fraud is not Fraud.STOLEN_BLANK:
        raise ValueError(
            _("theft_country is missing; only a stolen blank may leave it out, and this is {fraud}", fraud=fraud)
        )
    return ""


def _batch(text: str, fraud: Fraud) -> str:
    if text and fraud is not Fraud.STOLEN_BLANK:
        raise ValueError(_("batch is given, but only stolen blanks have one; this is {fraud}", fraud=fraud))
    return _within("batch", text)


def _day(field: dict[str, str], column: str) -> date | None:
    text = field.get(column, "")
    if not text:
        return None
    try:
        # fromisoformat alone would also take 20250131 and 2025-W05-5.
        if len(text) == 10 and text[4] == text[7] == "-":
            return date.fromisoformat(text)
    except ValueError:
        pass
    why = _("{column} is {value}; a date such as 2025-01-31 is needed", column=column, value=_shown(text))
    raise _refuse_value(why, _shape(text), wholes=("0000-00-00",))


def _within(column: str, text: str) -> str:
    if len(text) > (limit := LONGEST_TEXTS[column]):
        raise ValueError(
            _(
                "{column} has {count} characters; at most {limit} are allowed",
                column=column,
                count=len(text),
                limit=limit,
            )
        )
    return clean(text)


def _shown(text: str) -> str:
    return f"{clean(text, 20)!r}" if text else _("empty")
