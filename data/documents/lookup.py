"""What a document asks of a sealed list, as canonical rows, and what the list answers.

- Grades, best first. Exact: number, issuer or its successors, group. In range: inside a range of stolen blanks. Near:
  of a number with a right digit, the confusable numbers with an equal digit; of one that was confirmed without its
  digit, those with one confusable character, and those that it is with a character too many or too few, as well
  where they are in a range; of any other, all confusable numbers and all numbers one edit away, for
  the officer to look at (docs/screening.md, "Similar numbers"). Elsewhere: the same number with another issuer or
  group.
- A document whose type is not known is looked up as every type.
- The document's own rows are always looked up in the list itself; for the many others the list may use a filter that
  it trusts.
- A record whose review date is before the version's own signed date no longer hits. Past it by this machine's clock
  alone it is told as such: a clock may be wrong, and must not hide a record.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, product
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from data.documents.code_tables import (
    COUNTRY_CODES,
    TYPE_GROUPS,
    canonical_country,
    document_group,
    possible_groups,
    successor_states,
)
from data.documents.document_record import day_text, unpack_facts
from data.documents.number import (
    LONGEST,
    MOST_NEIGHBOURS,
    ends_in_its_digit,
    is_din,
    legible_part,
    length_slip_numbers,
    number_as_weighed,
    pad_numbers,
    rows_as_text,
    same_digit_numbers,
    similar_numbers,
    single_swap_numbers,
)
from data.documents.sealed_keys import (
    NUMBER_AT,
    ROW_BYTES,
    Rows,
    Sealer,
    canonical_row,
    key_bytes,
    levels_number,
    range_patterns,
)
from data.documents.travel_document import TravelDocument
from data.errors import InputError
from data.screenings import DocumentMatch, Grade
from data.text import Message, _, plural

_TRAVEL_GROUPS = ("P", "I", "V")
"""Tried for the same number elsewhere."""

_MRZ_NUMBER = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<")

CountryGroup = tuple[str, str]
"""Code of a country, letter of a type group."""

_GRADE_ORDER = {grade: place for place, grade in enumerate(Grade)}


@dataclass(frozen=True, slots=True)
class DocumentQuery:
    """A document's number and places, and the canonical rows, (n, 32) bytes, of what is near and elsewhere."""

    number: str
    country_groups: tuple[CountryGroup, ...]
    """The document's own."""
    slips: Sequence[str]
    """What the number may be if it was typed with a slip; they are looked up in ranges, too."""
    rows: Rows
    near: int
    """The first so many rows are near, the rest is elsewhere."""

    def grade(self, row: int) -> Grade:
        """What a record under a row means."""
        return Grade.NEAR if row < self.near else Grade.ELSEWHERE


def build_query(document: TravelDocument) -> DocumentQuery:
    """Everything to look up for a document.

    InputError when the document has no number that a list could hold: such a document cannot be checked.
    """
    number = legible_part(document.number)
    if not is_din(number):
        raise InputError(
            _describe_length(len(number)),
            means=_("The document was not looked up."),
            do=_("Read the document again, or type its number"),
        )
    places = _own_country_groups(document)
    near = near_rows(document, number, places)
    elsewhere = _everywhere(document_group(document)).copy()
    elsewhere[:, NUMBER_AT : NUMBER_AT + LONGEST] = pad_numbers([number])
    slips = rows_as_text(_typing_slips(number)) if _may_have_slip(document) else ()
    return DocumentQuery(number, tuple(places), slips, np.concatenate([near, elsewhere]), len(near))


def _describe_length(length: int) -> Message:
    if length > LONGEST:
        return _("The document number has {count} letters and digits; lists have numbers of 5 to 25", count=length)
    return plural(
        "The document number has only {count} letter or digit; lists have numbers of 5 to 25",
        "The document number has only {count} letters and digits; lists have numbers of 5 to 25",
        length,
    )


def near_rows(document: TravelDocument, number: str, places: Sequence[CountryGroup]) -> Rows:
    """The canonical rows of what is near; the very number may be among them."""
    numbers = _neighbours(document, number)
    rows = np.zeros((len(places), len(numbers), ROW_BYTES), np.uint8)
    rows[:, :, NUMBER_AT : NUMBER_AT + LONGEST] = numbers
    for place, (country, group) in enumerate(places):
        rows[place, :, :NUMBER_AT] = np.frombuffer((country + group).encode("ascii"), np.uint8)
    return rows.reshape(-1, ROW_BYTES)


def _neighbours(document: TravelDocument, number: str) -> Rows:
    """What the number may be instead: (n, 25)."""
    if not document.number_is_certain:
        return similar_numbers(number)
    digit = document.digit("number")
    if digit is None or _may_have_slip(document):
        return _typing_slips(number)
    is_typed = document.is_typed_number
    return _same_digit_rows(number_as_weighed(document.number, digit.found) if is_typed else document.number)


def _may_have_slip(document: TravelDocument) -> bool:
    """Whether a typed number was confirmed without its digit, or with one that may stand at its own end as well.

    A digit would tell confusable numbers apart, and show a character too many or too few.
    """
    digit = document.digit("number")
    return document.is_typed_number and document.number_is_certain and (digit is None or ends_in_its_digit(document))


def _typing_slips(number: str) -> Rows:
    return np.concatenate([single_swap_numbers(number), length_slip_numbers(number)])


def canonical_rows(plain: Sequence[tuple[str, str, str]]) -> Rows:
    """Canonical rows of (number, country, group)."""
    return _rows(b"".join([canonical_row(*each) for each in plain]))


class SealedList(Protocol):
    """A version of a list (`data.lists.view.View`)."""

    def get_many(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Bodies of those keys that are listed."""

    def find(self, keys: NDArray[np.uint64]) -> Mapping[int, int]:
        """The same for keys and bodies as unsigned numbers, many keys of which few are listed."""


@dataclass(frozen=True, slots=True)
class LookupDates:
    """When the question is asked."""

    today: date
    """By this machine's clock, which may be wrong."""
    signed: date
    """The version's own date: it is surely not earlier than this."""


class RowMatch(NamedTuple):
    """A row that was found."""

    grade: Grade
    number: str
    country_group: CountryGroup
    facts: int


def find_matches(
    sealed_list: SealedList, document: TravelDocument, sealer: Sealer, list_name: str, day: LookupDates
) -> tuple[DocumentMatch, ...]:
    """The listed documents that fit, best grade first; none means that the list has none.

    Errors: see `build_query`.
    """
    query = build_query(document)
    own = find_own_rows(sealed_list, query.number, query.country_groups, sealer)
    slips = _find_ranges(sealed_list, query.slips, query.country_groups, sealer)
    hits = chain(own, slips, _find_other_rows(sealed_list, query, sealer))
    matches = (_match(hit, document, list_name, day) for hit in sorted(hits, key=lambda hit: _GRADE_ORDER[hit.grade]))
    return tuple(match for match in matches if match is not None)


def find_own_rows(
    sealed_list: SealedList, number: str, places: Sequence[CountryGroup], sealer: Sealer
) -> Iterator[RowMatch]:
    """Records of this very number, and ranges of blanks that hold it; read from the list itself, without a filter."""
    levels = [(levels_number(len(number)), country, group.lower()) for country, group in places]
    own = _bodies(sealed_list, sealer, [(number, *place) for place in places] + levels)
    for row, place in enumerate(places):
        if row in own:
            yield RowMatch(Grade.EXACT, number, place, own[row])
    for row, (country, group) in enumerate(places, start=len(places)):
        patterns = range_patterns(number, own.get(row, 0))
        ranges = _bodies(sealed_list, sealer, [(pattern, country, group.lower()) for pattern in patterns])
        yield from (RowMatch(Grade.IN_RANGE, number, (country, group), facts) for facts in ranges.values())


def _find_ranges(
    sealed_list: SealedList, numbers: Sequence[str], places: Sequence[CountryGroup], sealer: Sealer
) -> Iterator[RowMatch]:
    """Ranges of blanks that hold one of the numbers that are only near; each once."""
    lengths = dict.fromkeys(map(len, numbers))
    level_rows = [(levels_number(length), country, group.lower()) for length in lengths for country, group in places]
    levels = {level_rows[row]: facts for row, facts in _bodies(sealed_list, sealer, level_rows).items()}
    in_ranges: dict[tuple[str, str, str], RowMatch] = {}
    for number, (country, group) in product(numbers, places):
        of_length = levels.get((levels_number(len(number)), country, group.lower()), 0)
        for pattern in range_patterns(number, of_length) if of_length else ():
            match = RowMatch(Grade.NEAR, number, (country, group), 0)
            in_ranges.setdefault((pattern, country, group.lower()), match)
    plain = list(in_ranges)
    for row, facts in _bodies(sealed_list, sealer, plain).items():
        yield in_ranges[plain[row]]._replace(facts=facts)


def _own_country_groups(document: TravelDocument) -> list[CountryGroup]:
    """The (country, group) pairs that are this document's own."""
    country = canonical_country(document.issuer)
    countries = (country, *successor_states(country)) if country else ()
    return list(product(countries, possible_groups(document)))


def _same_digit_rows(printed: str) -> Rows:
    """Confusable neighbours with an equal digit, cleaned: (n, 25)."""
    if not set(printed) <= _MRZ_NUMBER:
        return pad_numbers([])
    rows = same_digit_numbers(printed)[:MOST_NEIGHBOURS]
    cleaned = rows[:, [char != "<" for char in printed]]
    numbers = np.zeros((len(rows), LONGEST), np.uint8)
    numbers[:, : cleaned.shape[1]] = cleaned
    return numbers


@lru_cache(maxsize=32)
def _everywhere(group: str) -> Rows:
    """The canonical rows of every (country, group) pair, without a number; of every group for an unknown `group`."""
    places = product(COUNTRY_CODES, dict.fromkeys((*_TRAVEL_GROUPS, group)) if group else TYPE_GROUPS)
    return _rows(b"".join([(country + each).encode("ascii").ljust(ROW_BYTES, b"\0") for country, each in places]))


def _rows(packed: bytes) -> Rows:
    return np.frombuffer(packed, dtype=np.uint8).reshape(-1, ROW_BYTES)


def _find_other_rows(sealed_list: SealedList, query: DocumentQuery, sealer: Sealer) -> Iterator[RowMatch]:
    keys = sealer.keys_of_rows(query.rows).view(np.uint64)
    answers = sealed_list.find(keys)
    for row, key in sorted((int(np.argmax(keys == np.uint64(key))), key) for key in answers):
        text = query.rows[row].tobytes().decode("ascii")
        number, place = text[NUMBER_AT:].rstrip("\0"), (text[:3], text[3])
        if number != query.number or place not in query.country_groups:  # the very document is among its own hits
            yield RowMatch(query.grade(row), number, place, answers[key])


def _bodies(sealed_list: SealedList, sealer: Sealer, plain: Sequence[tuple[str, str, str]]) -> dict[int, int]:
    """Bodies by the place of their (number, country, group) in `plain`."""
    if not plain:
        return {}
    keys = key_bytes(sealer.keys_of_rows(canonical_rows(plain)))
    answers = sealed_list.get_many(keys)
    return {place: int.from_bytes(answers[key], "big") for place, key in enumerate(keys) if key in answers}


def _match(hit: RowMatch, document: TravelDocument, list_name: str, day: LookupDates) -> DocumentMatch | None:
    facts = unpack_facts(hit.facts)
    if facts.is_past_review(day.signed):
        return None
    return DocumentMatch(
        list=list_name,
        grade=hit.grade,
        number=hit.number,
        country=hit.country_group[0],
        type=facts.type or hit.country_group[1],
        fraud=facts.fraud.value,
        theft_date=day_text(facts.theft_date, "theft"),
        theft_country=facts.theft_country,
        review=day_text(facts.review, "review"),
        certain=document.number_is_certain,
        review_passed=facts.is_past_review(day.today),
    )
