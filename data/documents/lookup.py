"""What a document asks of a sealed list, and what the answers mean.

Grades, best first (documents.md): exact (number, issuer or its successors, group); near (a confusable neighbour with an
equal check digit, only of a machine-read number whose digit is right); elsewhere (the same number with another issuer
or group). A record past its review date by the trusted time `today` does not hit.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np

from data.documents.countries import ALL, canonical, successors
from data.documents.facts import Facts, day_text, unpack
from data.documents.number import clean_number, is_din, neighbours
from data.documents.sealing import NUMBER_AT, ROW_BYTES, Rows, Sealer, canonical_row, key_bytes
from data.documents.travel_document import TravelDocument
from data.documents.types import group_of
from data.errors import InputError
from data.findings import DocumentMatch, Grade

GetMany = Callable[[Sequence[bytes]], Mapping[bytes, bytes]]
"""One list's view: the bodies it has for some keys."""

_TRAVEL_GROUPS = ("P", "I", "V")
"""Tried for a document whose group is not known, and for the same number elsewhere."""


class Probe(NamedTuple):
    """One key to look up, and what a record under it would mean."""

    grade: Grade
    number: str
    country: str
    group: str


def probes(document: TravelDocument, sealer: Sealer) -> dict[bytes, Probe]:
    """Everything to look up for a document, by key, best grade first.

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
    asked = [Probe(Grade.EXACT, number, *place) for place in places]
    if document.number_is_certain:
        likes = [like for near in neighbours(document.number) if is_din(like := clean_number(near))]
        asked += [Probe(Grade.NEAR, like, *place) for like, place in product(likes, places)]
    everywhere, template = _everywhere(group_of(document.code))
    named = b"".join([canonical_row(probe.number, probe.country, probe.group) for probe in asked])
    rows = np.concatenate([_rows(named), _with_number(template, number)])
    elsewhere = [Probe(Grade.ELSEWHERE, number, *place) for place in everywhere]
    found: dict[bytes, Probe] = {}
    for key, probe in zip(key_bytes(sealer.keys_of_rows(rows)), asked + elsewhere, strict=True):
        found.setdefault(key, probe)
    return found


def find_matches(
    get_many: GetMany, document: TravelDocument, sealer: Sealer, list_name: str, today: date
) -> tuple[DocumentMatch, ...]:
    """The listed documents that fit, best grade first; none means that the list has none. Errors: see `probes`."""
    asked = probes(document, sealer)
    answers = get_many(list(asked))
    matches = []
    for key, probe in asked.items():
        if key in answers:
            facts = unpack(int.from_bytes(answers[key], "big"))
            if not facts.lapsed(today):
                matches.append(_match(probe, facts, document, list_name))
    return tuple(matches)


def _places(document: TravelDocument) -> list[tuple[str, str]]:
    """The (country, group) pairs that are this document's own."""
    country, group = canonical(document.issuer), group_of(document.code)
    countries = (country, *successors(country)) if country else ()
    return list(product(countries, (group,) if group else _TRAVEL_GROUPS))


@lru_cache(maxsize=32)
def _everywhere(group: str) -> tuple[list[tuple[str, str]], Rows]:
    """Every (country, group) pair, and their canonical rows without a number."""
    places = list(product(ALL, dict.fromkeys((*_TRAVEL_GROUPS, *group))))
    return places, _rows(
        b"".join([(country + each).encode("ascii").ljust(ROW_BYTES, b"\0") for country, each in places])
    )


def _with_number(template: Rows, number: str) -> Rows:
    rows = template.copy()
    rows[:, NUMBER_AT : NUMBER_AT + len(number)] = np.frombuffer(number.encode("ascii"), dtype=np.uint8)
    return rows


def _rows(packed: bytes) -> Rows:
    return np.frombuffer(packed, dtype=np.uint8).reshape(-1, ROW_BYTES)


def _match(probe: Probe, facts: Facts, document: TravelDocument, list_name: str) -> DocumentMatch:
    return DocumentMatch(
        list=list_name,
        grade=probe.grade,
        number=probe.number,
        country=probe.country,
        type=facts.type or probe.group,
        fraud=facts.fraud.value,
        theft_date=day_text(facts.theft_date, "theft"),
        theft_country=facts.theft_country,
        review=day_text(facts.review, "review"),
        certain=document.number_is_certain,
    )
