"""An MRZ's text becomes a TravelDocument: lines, format, fields as printed, and separate judgements beside them.

- Lenient in form, whatever a reader, a keyboard or a file delivers: lower case, blanks, CRLF, a written-out escape
  for a line feed, `|` or `;` between lines, lines run together, controls that readers frame a reading with,
  characters no eye sees (bidirectional marks, zero widths), and the look-alikes of the filler that keyboards and web
  pages make. Letters and digits are never changed for others. A lone surrogate, which no file or journal can hold,
  becomes U+FFFD: an illegal character, never a missing one.
- Only a text that has no format's lines raises. A wrong digit, an impossible date or an unknown state is a judgement;
  no field is ever changed to mend one: what it most likely says stands beside it (`data.documents.mrz.repair`,
  `number_candidates`).
- `apply_repairs` gives a misread document as its repairs say it is meant: to search persons by it, and to name its
  issuer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from data.documents.french_card import read_issue_month
from data.documents.mrz import fields
from data.documents.mrz.fields import (
    UNKNOWN_DATE,
    endless_date,
    find_no_end,
    find_problems,
    fits_age,
    judge_digit,
    judge_long_number_digit,
    judge_optional_digit,
    latest_birth,
    number_candidates,
    series_of_zone,
)
from data.documents.mrz.formats import CH_DL, FR_DL, FR_ID, LAYOUTS, MRV_A, MRV_B, TD1, TD2, TD3, Layout
from data.documents.mrz.repair import find_repairs, repairable_fields
from data.documents.travel_document import Capture, CheckDigit, MrzName, Provenance, TravelDocument
from data.errors import InputError
from data.persons.person import PartialDate, Sex
from data.text import Message, _, plural

MAX_TEXT = 2000
"""Characters; no MRZ with all its blanks and separators is nearly as long."""

_JOINED = {90: 30, 72: 36, 88: 44}
"""Length of all lines together: length of one."""

# Capitals, since it splits what `_FORM` has made of the text.
_SEPARATORS = re.compile(r"\\[RN]|[|;\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_FORM = {ord(low): low.upper() for low in "abcdefghijklmnopqrstuvwxyz"} | {
    ord("‹"): "<",
    ord("＜"): "<",
    ord("〈"): "<",
    ord("«"): "<<",
}
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")

_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE}


def mrz_lines(text: str) -> list[str]:
    """The lines, in capitals and without blanks, empty ones left out; one long line is cut where its length tells."""
    if len(text) > MAX_TEXT:
        raise no_mrz(plural("{count} character", "{count} characters", len(text)))
    visible = _SURROGATES.sub("\ufffd", _UNSEEN.sub("", text))
    parts = _SEPARATORS.split(visible.replace("&lt;", "<").translate(_FORM))
    lines = [line for line in ("".join(part.split()) for part in parts) if line]
    if len(lines) == 1 and len(lines[0]) in _JOINED:
        width = _JOINED[len(lines[0])]
        return [lines[0][start : start + width] for start in range(0, len(lines[0]), width)]
    return lines


def describe_lines(lines: list[str]) -> Message:
    """What was read, without showing any of it: `2 lines of 44 and 43 characters`."""
    if not lines:
        return _("nothing")
    if len(lines) > 4:
        return _("{count} lines", count=len(lines))
    lengths = [str(len(line)) for line in lines]
    if len(lengths) == 1:
        return plural("1 line of {count} character", "1 line of {count} characters", len(lines[0]))
    return _(
        "{count} lines of {lengths} and {last} characters",
        count=len(lengths),
        lengths=", ".join(lengths[:-1]),
        last=lengths[-1],
    )


def no_mrz(description: Message) -> InputError:
    """The error for a text that is no MRZ at all."""
    return InputError(
        _("This is not a machine-readable zone: {description}", description=description),
        means=_("Nothing was read from the document."),
        do=_("Scan it again or type it as printed: 3 lines of 30, or 2 lines of 36 or 44 characters"),
    )


def doubtful_fields(layout: Layout, doubts: Sequence[int]) -> tuple[str, ...]:
    """Names of the fields with a doubted place, as the zone has them; places outside every field count for none."""
    return tuple(
        dict.fromkeys(field for field, where in _field_places(layout) for place in doubts if _contains(where, place))
    )


def parse_mrz(text: str, *, capture: Capture, today: date, provenance: Provenance | None = None) -> TravelDocument:
    """Read an MRZ of any format (`data.documents.mrz.formats`).

    `today` settles centuries. InputError only when the text has no format's lines, saying how many of what length.
    """
    lines = mrz_lines(text)
    layout = find_layout(lines)
    if layout is None:
        raise no_mrz(describe_lines(lines))
    flat = "".join(lines)
    number, number_digit, optional = _number(layout, flat)
    birth, expiry = _dates(layout, flat, number, today)
    name = _name(layout, flat)
    problems = find_problems(layout, flat, number=number, name=name, birth=birth, expiry=expiry)
    return TravelDocument(
        code=flat[layout.code].strip("<"),
        issuer=flat[layout.issuer].strip("<"),
        number=number,
        name=name,
        nationality=flat[layout.nationality].strip("<") if layout.nationality else "",
        birth=birth,
        sex=_SEXES.get(flat[layout.sex], Sex.UNKNOWN) if layout.sex else Sex.UNKNOWN,
        expiry=expiry,
        optional=" ".join(part for part in optional if part),
        format=layout.format,
        raw="\n".join(lines),
        digits=(*((number_digit,) if number_digit else ()), *_other_digits(layout, flat)),
        problems=problems,
        repairs=find_repairs(layout, flat) if problems else (),
        doubtful=doubtful_fields(layout, provenance.doubts) if provenance else (),
        candidates=number_candidates(number, number_digit, layout.number_prefix.stop) if number_digit else (),
        capture=capture,
        provenance=provenance,
    )


def apply_repairs(document: TravelDocument, today: date) -> TravelDocument:
    """The document with its repairs applied; the same one where it has none.

    Number, candidates, raw text, digits, problems and repairs stay as read. `today` settles centuries.
    """
    if not document.repairs or document.format is None:
        return document
    layout = LAYOUTS[document.format]
    where = dict(repairable_fields(layout))
    flat = document.raw.replace("\n", "")
    for repair in document.repairs:
        flat = flat[: where[repair.field].start] + repair.means + flat[where[repair.field].stop :]
    repaired = parse_mrz("\n".join(layout.lines_of(flat)), capture=document.capture, today=today)
    return replace(
        document,
        issuer=repaired.issuer,
        nationality=repaired.nationality,
        name=repaired.name,
        birth=repaired.birth,
        expiry=repaired.expiry,
    )


def find_layout(lines: list[str]) -> Layout | None:
    """The layout these lines have; None when no format has so many lines of that length."""
    match tuple(map(len, lines)):
        case (30, 30, 30):
            return TD1
        case (44, 44):
            return MRV_A if lines[0][0] == "V" else TD3
        case (36, 36):
            return _two_lines_of_36(lines)
        case (30,) if lines[0].startswith("D1FRA"):
            return FR_DL
        case (9, 30, 30) if lines[1].startswith("FACHE"):
            return CH_DL
    return None


def _field_places(layout: Layout) -> Iterator[tuple[str, slice]]:
    yield "issuer", layout.issuer
    yield "name", layout.surname
    if layout.given:
        yield "name", layout.given
    yield "number", layout.number
    for field, digit in (("number", layout.number_digit), ("sex", layout.sex)):
        if digit is not None:
            yield field, slice(digit, digit + 1)
    for field, where in (
        ("number", layout.continues),
        ("nationality", layout.nationality),
        ("birth", layout.birth),
        ("expiry", layout.expiry),
    ):
        if where:
            yield field, where


def _contains(where: slice, place: int) -> bool:
    return bool(where.start <= place < where.stop)


def _number(layout: Layout, flat: str) -> tuple[str, CheckDigit | None, list[str]]:
    """Number without trailing filler, its digit where the format has one, and what optional data remain."""
    field, optional = flat[layout.number], [flat[part].rstrip("<") for part in layout.optional]
    if layout.number_digit is None:
        return field.rstrip("<"), None, optional
    digit = flat[layout.number_digit]
    if layout.continues and digit == "<" and not field.endswith("<"):
        rest, _, after = flat[layout.continues].partition("<")
        if len(rest) > 1:
            digit_of_all = judge_long_number_digit(series_of_zone(layout, flat), field, rest[:-1], rest[-1])
            return field + rest[:-1], digit_of_all, [after.strip("<"), *optional[1:]]
    return field.rstrip("<"), judge_digit("number", flat[layout.number_prefix] + field, digit), optional


def _other_digits(layout: Layout, flat: str) -> list[CheckDigit]:
    digits = []
    if layout.birth and layout.birth_digit:
        digits.append(judge_digit("birth", flat[layout.birth], flat[layout.birth_digit]))
    if layout.expiry and layout.expiry_digit:
        digits.append(judge_digit("expiry", flat[layout.expiry], flat[layout.expiry_digit]))
    if layout.optional_digit:
        digits.append(judge_optional_digit(flat[layout.optional[0]], flat[layout.optional_digit]))
    if layout.composite_digit:
        digits.append(
            judge_digit("composite", "".join([flat[part] for part in layout.composite]), flat[layout.composite_digit])
        )
    return digits


def _name(layout: Layout, flat: str) -> MrzName | None:
    if layout.given:
        return fields.read_split_name(flat[layout.surname], flat[layout.given])
    return fields.read_name(flat[layout.surname])


def _dates(layout: Layout, flat: str, number: str, today: date) -> tuple[PartialDate | None, PartialDate | None]:
    """Birth and expiry. Without an end of validity, the expiry does not say when the holder was born at the latest."""
    no_end = find_no_end(layout, flat)
    if no_end and layout.birth and layout.expiry:
        birth = _birth(flat[layout.birth], latest_birth(no_end, today), today)
        if fits_age(no_end, birth, today):
            return birth, endless_date(flat[layout.expiry])
    expiry = _expiry(flat[layout.expiry], today) if layout.expiry else None
    birth = _birth(flat[layout.birth], _latest_birth(layout, number, expiry, today), today) if layout.birth else None
    return birth, expiry


def _expiry(field: str, today: date) -> PartialDate | None:
    parts = None if field == UNKNOWN_DATE else fields.read_date_parts(field)
    return fields.read_expiry(parts, today) if parts else None


def _birth(field: str, latest: date, today: date) -> PartialDate | None:
    parts = None if field == UNKNOWN_DATE else fields.read_date_parts(field)
    return fields.read_birth(parts, latest, today) if parts else None


def _latest_birth(layout: Layout, number: str, expiry: PartialDate | None, today: date) -> date:
    """Nobody is born after today, after a document's expiry, or after a French card's month of issue."""
    if layout is FR_ID and (issued := read_issue_month(number, today)):
        return min(today, fields.last_day(PartialDate(*issued)))
    if expiry and expiry.year:
        return min(today, fields.last_day(expiry))
    return today


def _two_lines_of_36(lines: list[str]) -> Layout:
    if lines[0][0] == "V":
        return MRV_B
    # A TD2 card has the nationality where the French card has the end of its number and the number's digit.
    if lines[0].startswith("IDFRA") and not lines[1][10:13].replace("<", "").isalpha():
        return FR_ID
    return TD2
