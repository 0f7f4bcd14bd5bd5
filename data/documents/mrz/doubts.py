"""Which fields of a zone a reader was not sure of, from the places that it doubted."""

from collections.abc import Iterator, Sequence

from data.documents.mrz.formats import Layout


def doubtful_fields(layout: Layout, doubts: Sequence[int]) -> tuple[str, ...]:
    """Names of the fields with a doubted place, as the zone has them; places outside every field count for none."""
    return tuple(dict.fromkeys(field for field, where in _fields(layout) for place in doubts if _holds(where, place)))


def _fields(layout: Layout) -> Iterator[tuple[str, slice]]:
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


def _holds(where: slice, place: int) -> bool:
    return bool(where.start <= place < where.stop)
