"""A query made ready for one list: its parts, their worth there, and every listed part that is like one of them."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from appliance.matching.index import PersonIndex
from appliance.matching.likeness import Likeness
from appliance.matching.query import PersonQuery
from appliance.matching.rarity import PARTICLE_BITS, bits
from data.persons.latin import Form
from data.persons.names import Token, tokens

LEAST_PREFIX = 2
"""A cut-off part of one letter is an initial."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed part is like the traveller's parts in `span`."""

    span: int
    """Bit n stands for part n; two bits where neighbours were read as one."""
    likeness: Likeness
    bits: float


Hits = dict[int, list[Hit]]
"""By unit number."""


@dataclass(frozen=True, slots=True)
class Request:
    """A query in the terms of one index."""

    query: PersonQuery
    parts: tuple[Token, ...]
    bits: tuple[float, ...]
    hits: Hits
    joined: tuple[str, ...]
    """Sounds of single parts, to be looked for among listed neighbours written as one."""
    halves: tuple[int, int]
    """Spans of the real parts of surname and given names."""


def prepare(query: PersonQuery, index: PersonIndex) -> Request:
    """Look every part of the query up in the index."""
    surname, given = tokens(query.surname), tokens(query.given)
    parts = (*surname, *given)
    found: Hits = defaultdict(list)
    for number, part in enumerate(parts):
        _enter(found, part, 1 << number, index)
    for number, (one, other) in enumerate(pairwise(parts)):
        if one.particle and other.particle:
            continue
        _enter(found, _together(one, other), 3 << number, index)
    if query.truncated and parts:
        _enter_prefix(found, parts[-1], 1 << len(parts) - 1, index)
    worth = tuple(index.bits_of(part) for part in parts)
    joined = tuple(form.sound for part in parts for form in part.forms)
    return Request(query, parts, worth, dict(found), joined, _halves(parts, len(surname)))


def _halves(parts: tuple[Token, ...], border: int) -> tuple[int, int]:
    surname = sum(1 << number for number, part in enumerate(parts) if number < border and not part.particle)
    given = sum(1 << number for number, part in enumerate(parts) if number >= border and not part.particle)
    return surname, given


def _together(one: Token, other: Token) -> Token:
    return Token(one.text + other.text, (Form.of(one.forms[0].latin + other.forms[0].latin),))


def _enter(found: Hits, part: Token, span: int, index: PersonIndex) -> None:
    for unit, grade in index.vocabulary.like(part).items():
        listed = index.vocabulary.units[unit]
        if span & (span - 1) and grade > Likeness.VOWELS and grade is not Likeness.SCRIPT:
            continue
        found[unit].append(Hit(span, grade, _worth(part, listed, grade, index)))


def _worth(part: Token, listed: Token, grade: Likeness, index: PersonIndex) -> float:
    """Bits that a meeting of these parts proves: of what both have in common, so never more than either."""
    if part.particle or listed.particle:
        return PARTICLE_BITS
    if grade <= Likeness.SOUND:
        return index.bits_of(listed)
    if grade in (Likeness.SLIP, Likeness.SLIPS):
        return min(index.bits_of(listed), index.bits_of(part))
    return min(index.rarity.of_skeleton(form.sound, form.skeleton) for form in listed.forms)


def _enter_prefix(found: Hits, part: Token, span: int, index: PersonIndex) -> None:
    latin = part.forms[0].latin
    if len(latin) < LEAST_PREFIX:
        return
    units = index.vocabulary.beginning_with(latin)
    carriers = sum(len(index.holding(unit)) for unit in units)
    worth = bits((carriers + 1) / (len(index.person_of) + 1))
    for unit in units:
        if all(hit.span != span for hit in found[unit]):
            found[unit].append(Hit(span, Likeness.PREFIX, min(worth, index.bits_of(index.vocabulary.units[unit]))))
