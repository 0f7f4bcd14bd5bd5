"""An MRZ's text becomes a TravelDocument: lines, format, fields as printed, and separate judgements beside them.

- Lenient in form, whatever a reader, a keyboard or a file delivers: lower case, blanks, CRLF, a written-out escape
  for a line feed, `|` or `;` between lines, lines run together, characters no eye sees (bidirectional marks, zero
  widths), and the look-alikes of the filler that keyboards and web pages make. Letters and digits are never changed
  for others. A lone surrogate, which no file or journal can hold, becomes U+FFFD: an illegal character, never a
  missing one.
- Lines that came in another order are put in order (`data.documents.mrz.zone`).
- The zone is the run of lines that has a format; what a reader sends around it (`data.documents.reader_frames`) is no
  part of it. Lines that are no run are never joined. Where two runs may be the zone, or a line of another zone is left
  over, nothing is read.
- Only a text that has no zone, or more than one, raises. A wrong digit, an impossible date or an unknown state is a
  judgement; no field is ever changed to mend one: what it most likely says stands beside it
  (`data.documents.mrz.repair`, `number_candidates`).
- `apply_repairs` gives a misread document as its repairs say it is meant: to search persons by it, and to name its
  issuer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from data.documents.french_card import read_issue_month
from data.documents.mrz import fields
from data.documents.mrz.fields import UNKNOWN_DATE, find_problems, number_candidates
from data.documents.mrz.formats import CH_DL, FR_DL, FR_ID, LAYOUTS, Layout
from data.documents.mrz.refusal import describe_lines, no_mrz, several_zones, unclear_order
from data.documents.mrz.repair import find_repairs, repairable_fields
from data.documents.mrz.zone import (
    OrderedLines,
    endless_date,
    find_no_end,
    find_order,
    fits_age,
    judge_other_digits,
    latest_birth,
    read_number,
)
from data.documents.reader_frames import ZONE_WIDTHS, drop_headers, zone_lines
from data.documents.travel_document import Capture, MrzName, Provenance, TravelDocument
from data.errors import InputError
from data.persons.person import PartialDate, Sex
from data.text import plural

MAX_TEXT = 2000
"""Characters; no MRZ with all its blanks and separators is nearly as long."""
MAX_PADDED = 16_384
"""Characters of a text with blanks and NULs that fill up a buffer."""
_PADDING = re.compile(r"[\0 ]{9,}")
_END_OF_LINE = "\n"

# Capitals, since it splits what `_FORM` has made of the text.
_SEPARATORS = re.compile(r"\\[RN]|[|;\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_FORM = {ord(low): low.upper() for low in "abcdefghijklmnopqrstuvwxyz"} | {
    ord("‹"): "<",
    ord("＜"): "<",
    ord("〈"): "<",
    ord("«"): "<<",
}
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_UNSEEN_MARKS = re.compile(r"[\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Those that no reader frames a document with."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_MOST_UNREAD = 3
"""Characters of a zone's line that a reader may have given as something else."""

_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE}


def find_zone(text: str) -> OrderedLines:
    """The lines of the zone in `text`, in capitals, without blanks and in their order, and the layout that they have.

    InputError where there is none, saying how many lines of what length were read; more than one; or lines whose order
    is not certain.
    """
    bounded = _bounded(text)
    parts = _SEPARATORS.split(_UNSEEN.sub("", _write_as_zone(bounded)))
    lines = [line for line in ("".join(part.split()) for part in parts) if line]
    ordered = find_order(lines)
    if ordered is None or lines[-1].endswith("_"):
        run = _find_run(_write_as_zone(drop_headers(bounded)))
        if run is not None:
            return run.ordered
    if ordered is None:
        raise no_mrz(describe_lines(lines))
    if not ordered.is_certain:
        raise unclear_order()
    return ordered


def count_digits(text: str) -> tuple[int, int]:
    """How many check digits of the zone in `text` are right, and how many are wrong; none where there is no zone."""
    try:
        zone = find_zone(text)
    except InputError:
        return 0, 0
    layout, flat = zone.layout, "".join(zone.lines)
    judged = [digit.ok for digit in (read_number(layout, flat)[1], *judge_other_digits(layout, flat)) if digit]
    return sum(judged), len(judged) - sum(judged)


def _write_as_zone(text: str) -> str:
    """In capitals, with the filler for its look-alikes; nothing left out."""
    return _SURROGATES.sub("\ufffd", text).replace("&lt;", "<").translate(_FORM)


def is_whole_zone(text: str) -> bool:
    """Whether `text` certainly has a whole zone, so that nothing more of it can follow."""
    try:
        zone = find_zone(text)
    except InputError:
        return False
    return _ZoneRun.of(zone, 0).is_likely


def doubtful_fields(layout: Layout, doubts: Sequence[int]) -> tuple[str, ...]:
    """Names of the fields with a doubted place, as the zone has them; places outside every field count for none."""
    return tuple(
        dict.fromkeys(field for field, where in _field_places(layout) for place in doubts if _contains(where, place))
    )


def _doubtful_fields(zone: OrderedLines, provenance: Provenance) -> tuple[str, ...]:
    """Of lines that were put in order, where the reader's places mean nothing any more, every field is."""
    doubts = provenance.doubts
    return doubtful_fields(zone.layout, range(sum(zone.layout.widths)) if doubts and zone.was_out_of_order else doubts)


def parse_mrz(text: str, *, capture: Capture, today: date, provenance: Provenance | None = None) -> TravelDocument:
    """Read an MRZ of any format (`data.documents.mrz.formats`).

    `today` settles centuries. InputError only when the text has no zone, or more than one (`find_zone`).
    """
    zone = find_zone(text)
    lines, layout, flat = zone.lines, zone.layout, "".join(zone.lines)
    number, number_digit, optional = read_number(layout, flat)
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
        digits=(*((number_digit,) if number_digit else ()), *judge_other_digits(layout, flat)),
        problems=problems,
        repairs=find_repairs(layout, flat) if problems else (),
        doubtful=_doubtful_fields(zone, provenance) if provenance else (),
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


@dataclass(frozen=True, slots=True)
class _ZoneRun:
    """Consecutive lines that have a format, and what says that they are a zone."""

    ordered: OrderedLines
    place: int
    """Of the first line among all lines."""
    right_digits: int
    """Check digits that are printed as digits and right; those of a licence without any are its whole code."""
    is_legal: bool

    @classmethod
    def of(cls, ordered: OrderedLines, place: int) -> "_ZoneRun":
        layout, flat = ordered.layout, "".join(ordered.lines)
        judged = [read_number(layout, flat)[1], *judge_other_digits(layout, flat)]
        right = sum(digit is not None and digit.ok and digit.found.isdecimal() for digit in judged)
        by_code = len(flat) if layout in (FR_DL, CH_DL) else 0
        return cls(ordered, place, max(right, by_code), fields.is_legal(layout, flat))

    @property
    def lines(self) -> tuple[str, ...]:
        return self.ordered.lines

    @property
    def layout(self) -> Layout:
        return self.ordered.layout

    @property
    def likeliness(self) -> tuple[bool, int, bool]:
        """Greater for the run that is more like a zone."""
        begins = self.lines[0][0] in self.layout.first_letters and "<" in self.lines[0]
        return begins or self.layout in (FR_DL, CH_DL), self.right_digits, self.is_legal

    @property
    def is_likely(self) -> bool:
        """Whether it begins like a zone, and a digit is right or digits stand where dates do."""
        if self.layout in (FR_DL, CH_DL):
            return True
        flat = "".join(self.lines)
        dates = "".join(flat[where] for where in (self.layout.birth, self.layout.expiry) if where)
        begins = "A" <= flat[0] <= "Z" and "<" in self.lines[0]
        return begins and (self.right_digits > 0 or 2 * sum(map(str.isdecimal, dates)) >= len(dates) > 0)


def _bounded(text: str) -> str:
    """The text, without what fills up a reader's buffer if it is long; InputError if it is too long for a zone."""
    bounded = _PADDING.sub(_END_OF_LINE, text) if MAX_TEXT < len(text) <= MAX_PADDED else text
    if len(bounded) > MAX_TEXT:
        raise no_mrz(plural("{count} character", "{count} characters", len(text)))
    return bounded


def _find_run(written: str) -> _ZoneRun | None:
    """The run of lines that is the zone, with whatever around it; None if there is none, or it is not certain which.

    InputError if what is left over looks like a line of another zone.
    """
    ways = [(lines, run) for lines in zone_lines(_UNSEEN_MARKS.sub("", written)) if (run := _best_run(lines))]
    if not ways:
        return None
    lines, best = max(ways, key=lambda way: way[1].likeliness)
    before, after = lines[: best.place], lines[best.place + len(best.lines) :]
    if any(line not in best.lines and _looks_like_zone_line(line) for line in before + after):
        raise several_zones()
    if any(run.is_likely and run.lines != best.lines for others in (before, after) for run in _preferred_runs(others)):
        raise several_zones()
    return best


def _runs(lines: list[str]) -> Iterator[_ZoneRun]:
    for count in (1, 2, 3):
        for place in range(len(lines) - count + 1):
            ordered = find_order(lines[place : place + count])
            if ordered is not None and ordered.is_certain:
                yield _ZoneRun.of(ordered, place)


def _preferred_runs(lines: list[str]) -> list[_ZoneRun]:
    """The runs whose lines came in order, if one of them is a zone; else all of them."""
    runs = list(_runs(lines))
    in_order = [run for run in runs if not run.ordered.was_out_of_order]
    return in_order if any(run.is_likely for run in in_order) else runs


def _best_run(lines: list[str]) -> _ZoneRun | None:
    runs = _preferred_runs(lines)
    best = max(runs, key=lambda run: run.likeliness, default=None)
    as_likely = {run.lines for run in runs if best and run.likeliness == best.likeliness}
    if best and best.is_likely and len(as_likely) > 1:
        raise several_zones()
    return best if len(as_likely) == 1 else None


def _looks_like_zone_line(line: str) -> bool:
    return len(line) in ZONE_WIDTHS and "<" in line and sum(char not in fields.VALUES for char in line) <= _MOST_UNREAD


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
