"""An MRZ's text becomes a TravelDocument: fields as printed, and separate judgements beside them.

Only a text that has no format's lines raises. A wrong digit, an impossible date or an unknown state is a judgement;
no field is ever changed to mend one: what it most likely says stands beside it (`repair`, `candidates`).
"""

import re
from datetime import date

from data.documents.mrz import dates, names
from data.documents.mrz.candidates import candidates
from data.documents.mrz.check_digits import judge, judge_long_number, judge_optional
from data.documents.mrz.dates import UNKNOWN
from data.documents.mrz.doubts import doubtful_fields
from data.documents.mrz.formats import FR_ID, Layout, layout_of
from data.documents.mrz.lines import describe, mrz_lines, no_mrz
from data.documents.mrz.problems import problems_of
from data.documents.mrz.repair import repairs_of
from data.documents.travel_document import Capture, CheckDigit, MrzName, Provenance, TravelDocument
from data.persons.partial_date import PartialDate
from data.persons.person import Sex

_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE}


def parse_mrz(text: str, *, capture: Capture, today: date, provenance: Provenance | None = None) -> TravelDocument:
    """Read an MRZ of any format (`data.documents.mrz.formats`).

    `today` settles centuries. InputError only when the text has no format's lines, saying how many of what length.
    """
    lines = mrz_lines(text)
    layout = layout_of(lines)
    if layout is None:
        raise no_mrz(describe(lines))
    flat = "".join(lines)
    number, number_digit, optional = _number(layout, flat)
    expiry = _expiry(flat[layout.expiry], today) if layout.expiry else None
    birth = _birth(flat[layout.birth], _latest_birth(layout, number, expiry, today), today) if layout.birth else None
    name = _name(layout, flat)
    problems = problems_of(layout, flat, number=number, name=name, birth=birth, expiry=expiry)
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
        repairs=repairs_of(layout, flat) if problems else (),
        doubtful=doubtful_fields(layout, provenance.doubts) if provenance else (),
        candidates=candidates(number, number_digit, layout.number_prefix.stop) if number_digit else (),
        capture=capture,
        provenance=provenance,
    )


def _number(layout: Layout, flat: str) -> tuple[str, CheckDigit | None, list[str]]:
    """Number without trailing filler, its digit where the format has one, and what optional data remain."""
    field, optional = flat[layout.number], [flat[part].rstrip("<") for part in layout.optional]
    if layout.number_digit is None:
        return field.rstrip("<"), None, optional
    digit = flat[layout.number_digit]
    if layout.continues and digit == "<" and not field.endswith("<"):
        rest, _, after = flat[layout.continues].partition("<")
        if len(rest) > 1:
            digit_of_all = judge_long_number(flat[layout.issuer], field, rest[:-1], rest[-1])
            return field + rest[:-1], digit_of_all, [after.strip("<"), *optional[1:]]
    return field.rstrip("<"), judge("number", flat[layout.number_prefix] + field, digit), optional


def _other_digits(layout: Layout, flat: str) -> list[CheckDigit]:
    found = []
    if layout.birth and layout.birth_digit:
        found.append(judge("birth", flat[layout.birth], flat[layout.birth_digit]))
    if layout.expiry and layout.expiry_digit:
        found.append(judge("expiry", flat[layout.expiry], flat[layout.expiry_digit]))
    if layout.optional_digit:
        found.append(judge_optional(flat[layout.optional[0]], flat[layout.optional_digit]))
    if layout.composite_digit:
        found.append(
            judge("composite", "".join([flat[part] for part in layout.composite]), flat[layout.composite_digit])
        )
    return found


def _name(layout: Layout, flat: str) -> MrzName | None:
    if layout.given:
        return names.read_split_name(flat[layout.surname], flat[layout.given])
    return names.read_name(flat[layout.surname])


def _expiry(field: str, today: date) -> PartialDate | None:
    parts = None if field == UNKNOWN else dates.parts_of(field)
    return dates.expiry_date(parts, today) if parts else None


def _birth(field: str, latest: date, today: date) -> PartialDate | None:
    parts = None if field == UNKNOWN else dates.parts_of(field)
    return dates.birth_date(parts, latest, today) if parts else None


def _latest_birth(layout: Layout, number: str, expiry: PartialDate | None, today: date) -> date:
    """Nobody is born after today, after a document's expiry, or after a French card's month of issue."""
    if layout is FR_ID and (issue := re.match(r"(\d\d)(0[1-9]|1[0-2])", number, re.ASCII)):
        issued = dates.birth_date((int(issue[1]), int(issue[2]), None), today, today)
        return min(today, dates.last_day(issued)) if issued else today
    if expiry and expiry.year:
        return min(today, dates.last_day(expiry))
    return today
