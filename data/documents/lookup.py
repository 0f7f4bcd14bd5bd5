"""What a sealed list answers about a document.

Grades, best first: exact, inside a range of stolen blanks, near, elsewhere (`data.documents.question`). The document's
own rows are always looked up in the list itself; for the many others the list may use a filter that it trusts.

A record whose review date is before the version's own signed date no longer hits. Past it by this machine's clock
alone it is told as such: a clock may be wrong, and must not hide a record.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from data.documents.blanks import LEVELS, patterns
from data.documents.facts import day_text, unpack
from data.documents.question import Place, Question, question, rows_of
from data.documents.sealing import NUMBER_AT, Sealer, key_bytes
from data.documents.travel_document import TravelDocument
from data.findings import DocumentMatch, Grade


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


class _Hit(NamedTuple):
    grade: Grade
    number: str
    place: Place
    facts: int


def find_matches(
    listed: Listed, document: TravelDocument, sealer: Sealer, list_name: str, day: Day
) -> tuple[DocumentMatch, ...]:
    """The listed documents that fit, best grade first; none means that the list has none. Errors: see `question`."""
    asked = question(document)
    order = list(Grade)
    hits = sorted(_hits(listed, asked, sealer), key=lambda hit: order.index(hit.grade))
    matches = (_match(hit, document, list_name, day) for hit in hits)
    return tuple(match for match in matches if match is not None)


def _hits(listed: Listed, asked: Question, sealer: Sealer) -> Iterator[_Hit]:
    keys = sealer.keys_of_rows(asked.rows)
    own = _own(listed, keys[: asked.certain])
    for row, place in enumerate(asked.places):
        if row in own:
            yield _Hit(Grade.EXACT, asked.number, place, own[row])
        if (levels := own.get(len(asked.places) + row, 0)) >= LEVELS:
            yield from _in_range(listed, asked.number, place, levels, sealer)
    unsigned = keys.view(np.uint64)
    others = listed.find(unsigned[asked.certain :])
    for row, key in sorted((int(np.argmax(unsigned == np.uint64(key))), key) for key in others):
        if row < asked.certain:  # the document's own country and group are among all of them
            continue
        text = asked.rows[row].tobytes().decode("ascii")
        yield _Hit(asked.grade(row), text[NUMBER_AT:].rstrip("\0"), (text[:3], text[3]), others[key])


def _own(listed: Listed, keys: NDArray[np.int64]) -> dict[int, int]:
    """Bodies by the place of their key among `keys`."""
    wanted = key_bytes(keys)
    answers = listed.get_many(wanted)
    return {place: int.from_bytes(answers[key], "big") for place, key in enumerate(wanted) if key in answers}


def _in_range(listed: Listed, number: str, place: Place, levels: int, sealer: Sealer) -> Iterator[_Hit]:
    country, group = place
    rows = rows_of([(pattern, country, group.lower()) for pattern in patterns(number, levels)])
    for facts in _own(listed, sealer.keys_of_rows(rows)).values():
        yield _Hit(Grade.IN_RANGE, number, place, facts)


def _match(hit: _Hit, document: TravelDocument, list_name: str, day: Day) -> DocumentMatch | None:
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
