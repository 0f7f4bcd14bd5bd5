"""Whether two travellers may be traveller: what is unknown of either may be anything.

- Names are compared by their words, without order, as a zone spells them; a name that lacks some of the other's words
  may be the same, since a second given name is often left out. An umlaut is the same with and without its E.
- Where date of birth or nationality are known of both, they must agree.
"""

import re
from collections.abc import Iterable

from data.documents.code_tables import canonical_country
from data.documents.mrz.spelling import mrz_words
from data.persons.names import NO_NAME_WORDS
from data.persons.person import PartialDate
from data.screenings import Traveller

_UMLAUT = re.compile("([AOU])E")


def may_be_same_person(traveller: Traveller, other: Traveller) -> bool:
    """Whether nothing that is known of both differs."""
    words, others = _words(traveller), _words(other)
    if not words or not others or not (words <= others or others <= words):
        return False
    return may_be_same_birth(traveller.birth, other.birth) and _may_be_same(_state(traveller), _state(other))


def may_be_same_name(traveller: Traveller, printed: Traveller, issuer: str = "") -> bool:
    """Whether a name may be the one that a zone of `issuer` has, also one that is cut there, or not given at all."""
    printed_words = _words(printed) - NO_NAME_WORDS
    for words in (_words(traveller) - NO_NAME_WORDS, _words(traveller, issuer) - NO_NAME_WORDS):
        others = {_whole_word(word, words) for word in printed_words} if printed.truncated else printed_words
        if words <= others or others <= words:
            return True
    return False


def _whole_word(word: str, words: Iterable[str]) -> str:
    """The word that this may be the beginning of."""
    return next((whole for whole in words if whole.startswith(word)), word)


def _words(person: Traveller, issuer: str = "") -> frozenset[str]:
    words = mrz_words(f"{person.surname} {person.given}", issuer)
    return frozenset(_UMLAUT.sub(r"\1", word) for word in words)


def _state(person: Traveller) -> str | None:
    return canonical_country(person.nationality) or person.nationality or None


def _may_be_same(traveller: object, other: object) -> bool:
    return traveller is None or other is None or traveller == other


def may_be_same_birth(traveller: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether no part of the dates that is known of both differs."""
    if traveller is None or other is None:
        return True
    is_year_same = traveller.year is None or other.year is None or bool(set(traveller.years()) & set(other.years()))
    return is_year_same and _may_be_same(traveller.month, other.month) and _may_be_same(traveller.day, other.day)
