"""Whether a boarding pass may be made out to this person. It answers no only where the names differ plainly.

Airlines write names without marks and hyphens, join them, cut them at twenty characters, put a title behind the given
name, and leave given names out; travellers book under one of several names, or with the two swapped.
"""

import re

from anyascii import anyascii
from rapidfuzz.distance import OSA

from data.documents.boarding_pass import BoardingPass
from data.screenings import Traveller

_TITLES = re.compile(r"(MSTR|MISS|PROF|MRS|MR|MS|DR|CHD|INF)$")
_ALIKE = 0.75
"""Of letters that are the same: a slip or another transliteration, and not another name."""
_LEAST = 2
"""Letters by which one name may begin another."""


def agree(presented: BoardingPass, person: Traveller) -> bool:
    """Whether the pass may be this person's."""
    theirs, ours = _tokens(presented.surname), _tokens(person.surname)
    given = _untitled(_tokens(presented.given))
    if _fit(theirs, ours):
        return not given or not person.given or _fit(given, _tokens(person.given))
    return bool(given and person.given) and _fit(theirs, _tokens(person.given)) and _fit(given, ours)


def _fit(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """A part in common, one the beginning of the other, or nearly the same letters."""
    if set(some) & set(others):
        return True
    one, other = "".join(some), "".join(others)
    if min(len(one), len(other)) < _LEAST:
        return one[:1] == other[:1]
    if one.startswith(other) or other.startswith(one):
        return True
    pairs = [(one, other), *((a, b) for a in some for b in others if min(len(a), len(b)) > _LEAST)]
    return any(OSA.normalized_similarity(a, b) >= _ALIKE for a, b in pairs)


def _tokens(name: str) -> tuple[str, ...]:
    return tuple(re.findall("[A-Z]+", anyascii(name).upper()))


def _untitled(given: tuple[str, ...]) -> tuple[str, ...]:
    """Without the title at its end; a name that is nothing but a title's letters stays."""
    if not given:
        return given
    last = _TITLES.sub("", given[-1])
    return (*given[:-1], last) if last else given[:-1] or given
