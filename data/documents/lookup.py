"""What a sealed list answers about a document.

Grades, best first: exact, inside a range of stolen blanks, near, elsewhere (`data.documents.question`). The document's
own rows are always looked up in the list itself; for the many others the list may use a filter that it trusts.

A record whose review date is before the version's own signed date no longer hits. Past it by this machine's clock
alone it is told as such: a clock may be wrong, and must not hide a record.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from data.documents.blanks import levels_number, patterns
from data.documents.facts import day_text, unpack
from data.documents.question import Place, Question, question, rows_of
from data.documents.sealing import NUMBER_AT, Sealer, key_bytes
from data.documents.travel_document import TravelDocument
from data.findings import DocumentMatch, Grade

_ORDER = {grade: place for place, grade in enumerate(Grade)}


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


class Hit(NamedTuple):
    """A row that was found."""

    grade: Grade
    number: str
    place: Place
    facts: int


def find_matches(
    listed: Listed, document: TravelDocument, sealer: Sealer, list_name: str, day: Day
) -> tuple[DocumentMatch, ...]:
    """The listed documents that fit, best grade first; none means that the list has none. Errors: see `question`."""
    asked = question(document)
    hits = chain(own_hits(listed, asked.number, asked.places, sealer), _other_hits(listed, asked, sealer))
    matches = (_match(hit, document, list_name, day) for hit in sorted(hits, key=lambda hit: _ORDER[hit.grade]))
    return tuple(match for match in matches if match is not None)


def own_hits(listed: Listed, number: str, places: Sequence[Place], sealer: Sealer) -> Iterator[Hit]:
    """Records of this very number, and ranges of blanks that hold it; read from the list itself, without a filter."""
    levels = [(levels_number(len(number)), country, group.lower()) for country, group in places]
    own = _bodies(listed, sealer, [(number, *place) for place in places] + levels)
    for row, place in enumerate(places):
        if row in own:
            yield Hit(Grade.EXACT, number, place, own[row])
    for row, (country, group) in enumerate(places, start=len(places)):
        wanted = patterns(number, own.get(row, 0))
        ranges = _bodies(listed, sealer, [(pattern, country, group.lower()) for pattern in wanted])
        yield from (Hit(Grade.IN_RANGE, number, (country, group), facts) for facts in ranges.values())


def _other_hits(listed: Listed, asked: Question, sealer: Sealer) -> Iterator[Hit]:
    keys = sealer.keys_of_rows(asked.rows).view(np.uint64)
    answers = listed.find(keys)
    for row, key in sorted((int(np.argmax(keys == np.uint64(key))), key) for key in answers):
        text = asked.rows[row].tobytes().decode("ascii")
        number, place = text[NUMBER_AT:].rstrip("\0"), (text[:3], text[3])
        if number != asked.number or place not in asked.places:  # the very document is among its own hits
            yield Hit(asked.grade(row), number, place, answers[key])


def _bodies(listed: Listed, sealer: Sealer, plain: Sequence[tuple[str, str, str]]) -> dict[int, int]:
    """Bodies by the place of their (number, country, group) in `plain`."""
    if not plain:
        return {}
    wanted = key_bytes(sealer.keys_of_rows(rows_of(plain)))
    answers = listed.get_many(wanted)
    return {place: int.from_bytes(answers[key], "big") for place, key in enumerate(wanted) if key in answers}


def _match(hit: Hit, document: TravelDocument, list_name: str, day: Day) -> DocumentMatch | None:
    facts = unpack(hit.facts)
    if facts.lapsed(day.signed):
        return None
    return DocumentMatch(
        list=list_name,
        grade=hit.grade,
        number=hit.number,
        country=hit.place[0],
        type=facts.type or hit.place[1],
        fraud=facts.fraud.value,
        theft_date=day_text(facts.theft_date, "theft"),
        theft_country=facts.theft_country,
        review=day_text(facts.review, "review"),
        certain=document.number_is_certain,
        review_passed=facts.lapsed(day.today),
    )
