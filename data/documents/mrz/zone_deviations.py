"""Known deviations in a zone: a long number whose digit counts a filler, and dates that stand for something else.

They count only with a right digit, and if the holder is old enough for such a document. The fields stay as read; only
the year that two digits mean is settled: 990101 is then 9999-01-01, not 1999 (`data.documents.known_deviations`).
"""

from datetime import date

from data.documents.known_deviations import DocumentSeries, find_deviation
from data.documents.mrz.fields import check_digit, judge_digit
from data.documents.mrz.formats import LAYOUTS, Layout
from data.documents.tables.deviations import DEVIATIONS, FILLER, DeviationKind, KnownDeviation
from data.documents.travel_document import CheckDigit, TravelDocument
from data.persons.person import PartialDate

LAST_YEAR = 9999
"""Year of an expiry date that means there is none."""
_DATE_FORMS = {row.form for row in DEVIATIONS if row.kind in (DeviationKind.NO_END, DeviationKind.UNKNOWN_BIRTH)}


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
