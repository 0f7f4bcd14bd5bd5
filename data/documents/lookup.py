"""What a document asks of a sealed list, and what the answers mean.

Grades, best first (documents.md): exact (number, issuer or its successors, group); near; elsewhere (the same number
with another issuer or group). Near are, of a number that a machine read with a right digit, the confusable neighbours
with an equal digit; of any other, all confusable neighbours and all numbers one edit away, for the officer to look at.

A record whose review date is before the version's own signed date no longer hits. Past it by this machine's clock
alone it is told as such: a clock may be wrong, and must not hide a record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.documents.countries import ALL, canonical, successors
from data.documents.facts import Facts, day_text, unpack
from data.documents.number import MOST_NEIGHBOURS, clean_number, is_din
from data.documents.sealing import NUMBER_AT, ROW_BYTES, Rows, Sealer, canonical_row, key_bytes
from data.documents.travel_document import TravelDocument
from data.documents.types import group_of
from data.documents.variants import LONGEST, padded, similar, undetected
from data.errors import InputError
from data.findings import DocumentMatch, Grade

_TRAVEL_GROUPS = ("P", "I", "V")
"""Tried for a document whose group is not known, and for the same number elsewhere."""

_MRZ_NUMBER = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<")


class Listed(Protocol):
    """A version of a list (`data.lists.view.View`)."""

    def get_many(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Bodies of those keys that are listed."""

    def find(self, keys: NDArray[np.uint64]) -> Mapping[int, int]:
        """The same for keys and bodies as unsigned numbers, many keys of which few are listed."""


@dataclass(frozen=True, slots=True)
class Day:
    """When the question is asked."""

    today: date
    """By this machine's clock, which may be wrong."""
    signed: date
    """The version's own date: it is surely not earlier than this."""


@dataclass(frozen=True, slots=True)
class Question:
    """Canonical rows to look up, best grade first."""

    rows: Rows
    exact: int
    """The first so many are exact."""
    near: int
    """The next so many are near; the rest is elsewhere."""

    def grade(self, place: int) -> Grade:
        """What a record under the row at `place` means."""
        if place < self.exact:
            return Grade.EXACT
        return Grade.NEAR if place < self.exact + self.near else Grade.ELSEWHERE


def question(document: TravelDocument) -> Question:
    """Everything to look up for a document.

    InputError when the document has no number that a list could hold: such a document cannot be checked.
    """
    number = clean_number(document.number)
    if not is_din(number):
        raise InputError(
            f"The document number has {len(number)} letters and digits; lists hold numbers of 5 to 25",
            means="The document was not looked up.",
            do="Read the document again, or type its number",
        )
    places = _places(document)
    exact = _rows(b"".join([canonical_row(number, *place) for place in places]))
    near = np.concatenate([exact[:0], *_near(document, number, places)])
    elsewhere = _everywhere(group_of(document.code)).copy()
    elsewhere[:, NUMBER_AT : NUMBER_AT + LONGEST] = padded([number])
    return Question(np.concatenate([exact, near, elsewhere]), len(exact), len(near))


def find_matches(
    listed: Listed, document: TravelDocument, sealer: Sealer, list_name: str, day: Day
) -> tuple[DocumentMatch, ...]:
    """The listed documents that fit, best grade first; none means that the list has none. Errors: see `question`."""
    asked = question(document)
    keys = sealer.keys_of_rows(asked.rows)
    unsigned = keys.view(np.uint64)
    exact = listed.get_many(key_bytes(keys[: asked.exact]))
    answers = {int.from_bytes(key, "big"): int.from_bytes(body, "big") for key, body in exact.items()}
    answers |= listed.find(np.setdiff1d(unsigned[asked.exact :], unsigned[: asked.exact]))
    matches = []
    for place, key in sorted((int(np.argmax(unsigned == np.uint64(key))), key) for key in answers):
        facts = unpack(answers[key])
        if not facts.lapsed(day.signed):
            matches.append(_match(asked, place, facts, document, list_name, day))
    return tuple(matches)


def _places(document: TravelDocument) -> list[tuple[str, str]]:
    """The (country, group) pairs that are this document's own."""
    country, group = canonical(document.issuer), group_of(document.code)
    countries = (country, *successors(country)) if country else ()
    return list(product(countries, (group,) if group else _TRAVEL_GROUPS))


def _near(document: TravelDocument, number: str, places: list[tuple[str, str]]) -> list[Rows]:
    numbers = _undetected(document.number) if document.number_is_certain else similar(number)
    return [_placed(numbers, country + group) for country, group in places]


def _undetected(printed: str) -> Rows:
    """Confusable neighbours with an equal digit, cleaned: (n, 25)."""
    if not set(printed) <= _MRZ_NUMBER:
        return padded([])
    rows = undetected(printed)[:MOST_NEIGHBOURS]
    cleaned = rows[:, [char != "<" for char in printed]]
    numbers = np.zeros((len(rows), LONGEST), np.uint8)
    numbers[:, : cleaned.shape[1]] = cleaned
    return numbers


def _placed(numbers: Rows, place: str) -> Rows:
    rows = np.zeros((len(numbers), ROW_BYTES), np.uint8)
    rows[:, :NUMBER_AT] = np.frombuffer(place.encode("ascii"), np.uint8)
    rows[:, NUMBER_AT : NUMBER_AT + LONGEST] = numbers
    return rows


@lru_cache(maxsize=32)
def _everywhere(group: str) -> Rows:
    """The canonical rows of every (country, group) pair, without a number."""
    places = product(ALL, dict.fromkeys((*_TRAVEL_GROUPS, *group)))
    return _rows(b"".join([(country + each).encode("ascii").ljust(ROW_BYTES, b"\0") for country, each in places]))


def _rows(packed: bytes) -> Rows:
    return np.frombuffer(packed, dtype=np.uint8).reshape(-1, ROW_BYTES)


def _match(
    asked: Question, place: int, facts: Facts, document: TravelDocument, list_name: str, day: Day
) -> DocumentMatch:
    row = asked.rows[place].tobytes().decode("ascii")
    return DocumentMatch(
        list=list_name,
        grade=asked.grade(place),
        number=row[NUMBER_AT:].rstrip("\0"),
        country=row[:3],
        type=facts.type or row[3],
        fraud=facts.fraud.value,
        theft_date=day_text(facts.theft_date, "theft"),
        theft_country=facts.theft_country,
        review=day_text(facts.review, "review"),
        certain=document.number_is_certain,
        review_passed=facts.lapsed(day.today),
    )
