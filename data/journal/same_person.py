"""How sure it is that two screenings are of one traveller: what agrees, and what is not known.

- Sure are the same document, of a known type and with a certain number (`TravelDocument.number_is_certain`), and the
  same name, whole date of birth and nationality, all as they were read. Anything less may be somebody else.
- What is unknown of either may be anything. Names are compared by their words, without order, as a zone spells them;
  a name that lacks some of the other's words may be the same, since a second given name is often left out. An umlaut
  is the same with and without its E. A name that a zone cuts agrees as far as it is shown.
- Where date of birth or nationality are known of both, they must agree.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from data.documents.code_tables import canonical_country
from data.documents.mrz.spelling import mrz_words
from data.journal.traveller_marks import shown_name
from data.persons.names import NO_NAME_WORDS
from data.persons.person import PartialDate
from data.screenings import Traveller

_UMLAUT = re.compile("([AOU])E")


class Extent(IntEnum):
    """How far one field of two travellers agrees; a greater one is surer."""

    UNKNOWN = 0
    PART = 1
    WHOLE = 2


class DocumentIdentity(IntEnum):
    """How two documents compare; a greater one is surer."""

    OTHER = 0
    UNKNOWN = 1
    """Of one traveller there is no document number."""
    SAME_NUMBER = 2
    """Issuer and number agree, but a type is unknown, or a number may have been misread or mistyped."""
    SAME = 3


@dataclass(frozen=True, slots=True)
class IdentityMatch:
    """What agrees of two travellers who may be one."""

    document: DocumentIdentity = DocumentIdentity.UNKNOWN
    name: Extent = Extent.UNKNOWN
    birth: Extent = Extent.UNKNOWN
    is_nationality_same: bool = False
    """Known of both, and the same."""
    is_spelled_alike: bool = False
    """Whether the names are the same letter by letter, surname and given names apart, and neither is cut."""
    is_as_read: bool = False
    """Whether both are as they were read: no character of a zone was put right (`TravelDocument.repairs`)."""

    @property
    def is_certain(self) -> bool:
        """Whether it is the same traveller, by the rule above."""
        return self.document is DocumentIdentity.SAME or self._is_same_person

    @property
    def _is_same_person(self) -> bool:
        is_whole = self.name is Extent.WHOLE and self.birth is Extent.WHOLE
        return is_whole and self.is_nationality_same and self.is_spelled_alike and self.is_as_read

    @property
    def rank(self) -> tuple[int, ...]:
        """Greater is surer."""
        has_number = self.document is DocumentIdentity.SAME_NUMBER
        spelling = (self.is_spelled_alike, self.is_as_read)
        return (self.is_certain, has_number, self.name, self.birth, self.is_nationality_same, *spelling)


NOTHING_KNOWN = IdentityMatch()
"""Nothing argues for or against it."""
SAME_SCREENING = IdentityMatch(DocumentIdentity.SAME, Extent.WHOLE, Extent.WHOLE, True, True, True)
"""A screening and itself."""


@dataclass(frozen=True, slots=True)
class PersonReading:
    """A person of a screening, as read or as repaired."""

    person: Traveller
    is_as_read: bool


def compare_readings(reading: PersonReading, other: PersonReading) -> IdentityMatch | None:
    """What agrees; None where something that is known of both differs."""
    person, past = reading.person, other.person
    name, birth = _compare_names(person, past), _compare_births(person.birth, past.birth)
    state, past_state = _state(person), _state(past)
    if not name or birth is None or (state and past_state and state != past_state):
        return None
    return IdentityMatch(
        name=name,
        birth=birth,
        is_nationality_same=bool(state and past_state),
        is_spelled_alike=name is Extent.WHOLE and _are_spelled_alike(person, past),
        is_as_read=reading.is_as_read and other.is_as_read,
    )


def _compare_names(person: Traveller, past: Traveller) -> Extent:
    """UNKNOWN: they do not agree."""
    words, others = _words(person), _words(past)
    is_cut = person.truncated or past.truncated
    if words and words == others:
        return Extent.PART if is_cut else Extent.WHOLE
    if words and others and (words <= others or others <= words):
        return Extent.PART
    return Extent.PART if shown_name(person) and shown_name(person) == shown_name(past) else Extent.UNKNOWN


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


def _are_spelled_alike(person: Traveller, past: Traveller) -> bool:
    return all(
        mrz_words(name) == mrz_words(other)
        for name, other in ((person.surname, past.surname), (person.given, past.given))
    )


def _state(person: Traveller) -> str:
    return canonical_country(person.nationality) or person.nationality


def _compare_births(birth: PartialDate | None, past: PartialDate | None) -> Extent | None:
    """None: they differ."""
    if birth is None or past is None:
        return Extent.UNKNOWN
    is_year_same = birth.year is None or past.year is None or bool(set(birth.years()) & set(past.years()))
    if not is_year_same or not _may_be_same(birth.month, past.month) or not _may_be_same(birth.day, past.day):
        return None
    are_whole = birth == past and birth.whole is not None and not birth.about and birth.until is None
    return Extent.WHOLE if are_whole else Extent.PART


def _may_be_same(part: int | None, other: int | None) -> bool:
    return part is None or other is None or part == other


def may_be_same_birth(birth: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether no part of the dates that is known of both differs."""
    return _compare_births(birth, other) is not None
