"""A whole zone: the order of its lines if they came in another one, its document number, its check digits, and its
known deviations.

- A reader, a file or a hand may send the lines of a zone in any order. Read as they came they would give a name of
  digits and somebody else's number, so every order that has a format is compared.
- An order counts only if it is clearly better than every other, also the one in which the lines came: by right check
  digits and characters in their place. A character that a reader takes for another counts nearly as much as one in its
  place, so that a misread zone in its right order is not turned over; and a name of such letters alone (BOSSOZ) could
  stand for dates, so that the digits must tell. Where no order is clearly better, nothing is read.
- One wrong digit behind the number refuses no card: where every character is in its place as the lines came, an order
  without a number, or without the codes of a document and a state, is no rival.
- Known deviations (`data.documents.known_deviations`) are a long number whose digit counts a filler, and dates that
  stand for something else. They count only with a right digit, and if the holder is old enough for such a document. The
  fields stay as read; only the year that two digits mean is settled: 990101 is then 9999-01-01, not 1999.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import permutations
from operator import itemgetter
from string import ascii_uppercase, digits

from data.documents.code_tables import is_known_country
from data.documents.known_deviations import DocumentSeries, find_deviation
from data.documents.mrz.fields import check_digit, judge_digit, judge_optional_digit
from data.documents.mrz.formats import CH_DL, FR_DL, FR_ID, LAYOUTS, MRV_A, MRV_B, TD1, TD2, TD3, Layout
from data.documents.tables.confusable import CONFUSABLE
from data.documents.tables.deviations import DEVIATIONS, FILLER, DeviationKind, KnownDeviation
from data.documents.travel_document import CheckDigit, TravelDocument
from data.persons.person import PartialDate

_MOST_LINES = 3
_A_RIGHT_DIGIT = 3
"""A check digit that is right weighs as much as so many characters in their place."""
_LOOK_ALIKES = 4
"""So many characters that only look like what must stand there count as one out of its place."""
_SURE = 4 * _LOOK_ALIKES
"""By how much an order must be better than every other: more than one right digit."""
_A_CODE_OUT_OF_PLACE = 3
"""A document code or a state that no zone has counts as so many characters out of place."""
_LETTERS = frozenset(ascii_uppercase + "<").union(char for char in CONFUSABLE if char.isdecimal())
_DIGITS = frozenset(digits + "<").union(char for char in CONFUSABLE if char.isalpha())
"""What stands where letters must be, and where digits must be, misread ones that look alike included."""
_SEXES = frozenset("MFX<")
LAST_YEAR = 9999
"""Year of an expiry date that means there is none."""
_DATE_FORMS = {row.form for row in DEVIATIONS if row.kind in (DeviationKind.NO_END, DeviationKind.UNKNOWN_BIRTH)}


@dataclass(frozen=True, slots=True)
class OrderedLines:
    """The lines of a zone in their order, and the layout that they have."""

    lines: tuple[str, ...]
    layout: Layout
    was_out_of_order: bool
    """Whether they came in another order."""
    is_certain: bool = True
    """Whether it is certain that this order is meant; if not, nothing is to be read."""

    @property
    def flat(self) -> str:
        """The lines joined."""
        return "".join(self.lines)


def find_order(lines: Sequence[str]) -> OrderedLines | None:
    """The lines in the order in which they are most likely meant; None where no order has a format."""
    if not 0 < len(lines) <= _MOST_LINES:
        return None
    came = _order(tuple(lines), tuple(lines))
    if came and _is_beyond_doubt(came):
        return came  # no other order can be better
    orders = list(filter(None, (_order(order, tuple(lines)) for order in dict.fromkeys(permutations(lines)))))
    if not orders:
        return None
    if came and _is_in_place(came):
        orders = [order for order in orders if order == came or not _lacks_much(order)]
    (best, rank), *others = sorted(((order, _rank(order)) for order in orders), key=itemgetter(1), reverse=True)
    return replace(best, is_certain=all(rank - other >= _SURE for _order, other in others))


def find_layout(lines: list[str]) -> Layout | None:
    """The layout these lines have; None when no format has so many lines of that length."""
    match tuple(map(len, lines)):
        case (30, 30, 30) if not any(line.startswith("D1FRA") for line in lines):
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


def _two_lines_of_36(lines: list[str]) -> Layout:
    if lines[0][0] == "V":
        return MRV_B
    # A TD2 card has the nationality where the French card has the end of its number and the number's digit.
    if lines[0].startswith("IDFRA") and not lines[1][10:13].replace("<", "").isalpha():
        return FR_ID
    return TD2


def _order(lines: tuple[str, ...], came: tuple[str, ...]) -> OrderedLines | None:
    layout = find_layout(list(lines))
    return OrderedLines(lines, layout, was_out_of_order=lines != came) if layout else None


def _is_beyond_doubt(zone: OrderedLines) -> bool:
    """Whether every character is in its place: dates of digits, a name of letters, a number with its right digit."""
    layout, flat = zone.layout, zone.flat
    dates = "".join(flat[where] for where in (layout.birth, layout.expiry) if where)
    digit = read_number(layout, flat)[1]
    return dates.isdecimal() and _is_in_place(zone) and (digit is None or digit.ok)


def _is_in_place(zone: OrderedLines) -> bool:
    """Whether every character is in its place, though a date may be unknown and the number's digit wrong."""
    layout, flat = zone.layout, zone.flat
    dates = [flat[where].replace("<", "") for where in (layout.birth, layout.expiry) if where]
    name = flat[layout.surname] + (flat[layout.given] if layout.given else "")
    has_dates = any(dates) and all(date.isdecimal() for date in dates if date)
    return has_dates and name.replace("<", "").isalpha() and not count_out_of_place(zone)


def _lacks_much(zone: OrderedLines) -> bool:
    """Whether a zone in this order would have no number, or no code that zones have."""
    return not zone.flat[zone.layout.number].strip("<") or count_out_of_place(zone) >= _A_CODE_OUT_OF_PLACE


def _rank(zone: OrderedLines) -> int:
    """Greater for an order that is more likely meant."""
    places = _A_RIGHT_DIGIT * count_right_digits(zone) - count_out_of_place(zone)
    return _LOOK_ALIKES * places - _count_look_alikes(zone)


def count_right_digits(zone: OrderedLines) -> int:
    """Check digits that are printed as digits and right."""
    return sum(digit.ok and digit.found.isdecimal() for digit in _judge_digits(zone))


def _judge_digits(zone: OrderedLines) -> list[CheckDigit]:
    number_digit = read_number(zone.layout, zone.flat)[1]
    return [*filter(None, (number_digit,)), *judge_other_digits(zone.layout, zone.flat)]


def count_out_of_place(zone: OrderedLines) -> int:
    """Digits for letters and letters for digits, unless they look alike, and codes that no zone has."""
    layout, flat = zone.layout, zone.flat
    wrong = sum(_count_other(flat[where], _LETTERS) for where in _places_of_letters(layout))
    wrong += sum(_count_other(flat[where], _DIGITS) for where in _places_of_digits(layout))
    if layout.sex is not None:
        wrong += _count_other(flat[layout.sex], _SEXES)
    first, issuer = flat[layout.code][0], flat[layout.issuer]
    is_code = any(letter in layout.first_letters for letter in (first, *CONFUSABLE.get(first, "")))
    is_state = is_known_country(issuer) or any(map(str.isdecimal, issuer))  # a misread one says nothing
    return wrong + _A_CODE_OUT_OF_PLACE * ((not is_code) + (not is_state))


def _count_look_alikes(zone: OrderedLines) -> int:
    """Digits where letters must be, and letters where digits must be."""
    letters = "".join(zone.flat[where] for where in _places_of_letters(zone.layout))
    numerals = "".join(zone.flat[where] for where in _places_of_digits(zone.layout))
    return sum(map(str.isdecimal, letters)) + sum(map(str.isalpha, numerals))


def _count_other(text: str, expected: frozenset[str]) -> int:
    return 0 if expected.issuperset(text) else sum(char not in expected for char in text)


def _places_of_letters(layout: Layout) -> list[slice]:
    return [where for where in (layout.issuer, layout.nationality, layout.surname, layout.given) if where is not None]


def _places_of_digits(layout: Layout) -> list[slice]:
    digit_places = (
        layout.number_digit,
        layout.birth_digit,
        layout.expiry_digit,
        layout.optional_digit,
        layout.composite_digit,
    )
    dates = [where for where in (layout.birth, layout.expiry) if where is not None]
    return dates + [slice(place, place + 1) for place in digit_places if place is not None]


def read_number(layout: Layout, flat: str) -> tuple[str, CheckDigit | None, list[str]]:
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


def judge_other_digits(layout: Layout, flat: str) -> list[CheckDigit]:
    """The check digits of the joined lines `flat` but that of the number."""
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


def judge_long_number_digit(series: DocumentSeries, first: str, rest: str, printed: str) -> CheckDigit:
    """The digit over a number that goes on in the optional data; it stands behind the rest.

    Doc 9303-5 counts the two parts as one. Where an issuer is known to count the filler between them too, that is taken
    from its cards alone, since a digit that may have two values guards its number less.
    """
    digit = judge_digit("number", first + rest, printed)
    if digit.ok or not find_deviation(DeviationKind.NUMBER_DIGIT, FILLER, series):
        return digit
    with_filler = judge_digit("number", f"{first}<{rest}", printed)
    return with_filler if with_filler.ok else digit


def series_of_zone(layout: Layout, flat: str) -> DocumentSeries:
    """What the joined lines say about the series of the document."""
    return DocumentSeries(flat[layout.issuer], flat[layout.code].strip("<"), layout.format)


def find_no_end(layout: Layout, flat: str) -> KnownDeviation | None:
    """Whether the expiry of the joined lines means that the document has no end of validity."""
    return _find_date(DeviationKind.NO_END, layout, flat, layout.expiry, layout.expiry_digit)


def fits_age(deviation: KnownDeviation, birth: PartialDate | None, today: date) -> bool:
    """Whether the holder is old enough for a document that deviates so; an unknown year does not say no."""
    return birth is None or birth.year is None or birth.year <= latest_birth(deviation, today).year


def latest_birth(deviation: KnownDeviation, today: date) -> date:
    """The latest day on which the holder may have been born."""
    return date(today.year - deviation.youngest_y, today.month, min(today.day, 28))


def endless_date(field: str) -> PartialDate | None:
    """The date that an expiry field without end has; None for fillers."""
    return PartialDate(LAST_YEAR, int(field[2:4]), int(field[4:6])) if field.isdecimal() else None


def has_unknown_birth(document: TravelDocument) -> bool:
    """Whether the date of birth may stand for an unknown one."""
    return _find_unknown_birth(document) is not None


def find_zone_deviations(document: TravelDocument) -> tuple[KnownDeviation, ...]:
    """Those of the number and of the date of birth. That of the expiry is `find_endless_validity`."""
    return tuple(filter(None, (_find_counted_filler(document), _find_unknown_birth(document))))


def find_endless_validity(document: TravelDocument, today: date) -> KnownDeviation | None:
    """Whether the document has no end of validity, as its issuer writes it."""
    if document.format is None:
        return None
    deviation = find_no_end(LAYOUTS[document.format], _flat(document))
    return deviation if deviation and fits_age(deviation, document.birth, today) else None


def _find_counted_filler(document: TravelDocument) -> KnownDeviation | None:
    layout, digit = LAYOUTS[document.format] if document.format else None, document.digit("number")
    if layout is None or layout.continues is None or digit is None or not digit.ok:
        return None
    width = layout.number.stop - layout.number.start
    if len(document.number) <= width or check_digit(document.number) == digit.found:
        return None
    return find_deviation(DeviationKind.NUMBER_DIGIT, FILLER, series_of_zone(layout, _flat(document)))


def _find_unknown_birth(document: TravelDocument) -> KnownDeviation | None:
    if document.format is None:
        return None
    layout = LAYOUTS[document.format]
    return _find_date(DeviationKind.UNKNOWN_BIRTH, layout, _flat(document), layout.birth, layout.birth_digit)


def _find_date(
    kind: DeviationKind, layout: Layout, flat: str, where: slice | None, digit: int | None
) -> KnownDeviation | None:
    if where is None or digit is None or flat[where] not in _DATE_FORMS:
        return None
    if check_digit(flat[where]) != flat[digit : digit + 1]:
        return None
    return find_deviation(kind, flat[where], series_of_zone(layout, flat))


def _flat(document: TravelDocument) -> str:
    return document.raw.replace("\n", "")
