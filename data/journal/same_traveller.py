"""Is it the same traveller: how sure that is of two screenings, and by which keyed hashes the journal finds them.

- Sure are the same document, of a known type and with a certain number (`TravelDocument.number_is_certain`), and the
  same name, whole date of birth and nationality, all as they were read. Anything less may be somebody else.
- What is unknown of either may be anything. Names are compared by their words, without order, as a zone spells them;
  a name that lacks some of the other's words may be the same, since a second given name is often left out. An umlaut
  is the same with and without its E. A name that a zone cuts agrees as far as it is shown.
- Where blanks stand says little: offices write INGRID MARIE and INGRIDMARIE, DE LA CRUZ and DELACRUZ of one person. The
  same letters in a row are the same words, however they are parted. Such a name never makes it certain that it is the
  same traveller, and hardly anybody else has those letters, the same nationality and the same date of birth.
- Where date of birth or nationality are known of both, they must agree.
- A country or a type that was typed and not read back may be any other, as one that was not read may: then the number
  alone makes it possible that it is the same document.
- One document may have two holders, as a child in a parent's passport: what was decided about one of them says nothing
  about the other (`KnownTraveller.counts_for`).
- A hash is HMAC-SHA256, cut to 16 bytes, under a key of that journal that serves nothing else: a journal remembers
  nobody by a number or a name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import sha256
from hmac import digest
from itertools import product
from typing import Self

from data.documents.code_tables import canonical_country, document_group, possible_groups
from data.documents.mrz.spelling import mrz_words
from data.documents.number import clean_number
from data.documents.travel_document import TravelDocument
from data.persons.names import NO_NAME_WORDS
from data.persons.person import PartialDate
from data.screenings import Screening, Traveller

_HASH_BYTES = 16
_SHORTEST_NAME_FIELD = 30
"""Characters: of an identity card (Doc 9303-5)."""
_UMLAUT = re.compile("([AOU])E")


def hash_document(key: bytes, document: TravelDocument) -> bytes | None:
    """The keyed hash of a document: issuer, group and number, as lists name them; None without a number."""
    return _hash_as_type(key, document, document_group(document))


def stored_document_hashes(key: bytes, document: TravelDocument) -> list[bytes]:
    """The keyed hashes under which a document is remembered: its own, and that of its number alone."""
    hashes = hash_document(key, document), _hash_number(key, document, is_place_read=_is_place_read(document))
    return [hash for hash in hashes if hash is not None]


def possible_document_hashes(key: bytes, document: TravelDocument) -> list[bytes]:
    """The keyed hashes under which a document may have been seen: with its type, or when nobody knew that.

    Where its country or type may be any other, also that of every document with its number; otherwise that of those
    whose own may be.
    """
    groups = dict.fromkeys((*possible_groups(document), ""))
    hashes = [_hash_as_type(key, document, group) for group in groups]
    places = (False,) if _is_place_read(document) else (False, True)
    hashes += [_hash_number(key, document, is_place_read=is_read) for is_read in places]
    return [hash for hash in hashes if hash is not None]


def _is_place_read(document: TravelDocument) -> bool:
    """Whether the country is one, and neither it nor the type was only typed; a type alone may be unknown as well."""
    return canonical_country(document.issuer) is not None and not document.is_place_typed


def _hash_number(key: bytes, document: TravelDocument, *, is_place_read: bool) -> bytes | None:
    number = clean_number(document.number)
    place = "read" if is_place_read else "unread"
    return _hash_keyed(key, f"number\0{place}\0{number}") if number else None


def _hash_as_type(key: bytes, document: TravelDocument, group: str) -> bytes | None:
    number = clean_number(document.number)
    if not number:
        return None
    issuer = canonical_country(document.issuer) or document.issuer
    return _hash_keyed(key, f"document\0{issuer}\0{group}\0{number}")


def hash_person(key: bytes, person: Traveller) -> bytes | None:
    """The keyed hash of name, date of birth and nationality as read; None without a name or a date of birth.

    The name is compared as a zone spells it, as far as the shortest zone shows it: an identity card and a passport
    of one person give the same.
    """
    if person.birth is None or not (mrz_words(person.surname) or mrz_words(person.given)):
        return None
    name = _shown_name(person)
    nationality = canonical_country(person.nationality) or person.nationality
    return _hash_keyed(key, f"person\0{name}\0{person.birth}\0{nationality}")


def _shown_name(person: Traveller) -> str:
    """The name as a zone spells it, as far as the shortest zone shows it; empty without one."""
    return "<".join([*mrz_words(person.surname), "", *mrz_words(person.given)])[:_SHORTEST_NAME_FIELD].rstrip("<")


def hash_party(key: bytes, party: str) -> bytes:
    """The keyed hash of a party's name; empty for none."""
    return _hash_keyed(key, f"party\0{party}") if party else b""


def _hash_keyed(key: bytes, text: str) -> bytes:
    return digest(key, text.encode("utf-8", "replace"), sha256)[:_HASH_BYTES]


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
    """The numbers agree, but a type is unknown, a country or type was typed, or a number may be misread or mistyped."""
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
    is_somebody_else: bool = False
    """Both are named, and something that is known of both differs: two holders of one document."""

    @property
    def is_certain(self) -> bool:
        """Whether it is the same traveller, by the rule above."""
        is_document_same = self.document is DocumentIdentity.SAME
        return (is_document_same and not self.is_somebody_else) or self._is_same_person

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
    """A person of a screening, as read or as repaired, spelled as zones are: it is compared with many."""

    person: Traveller
    is_as_read: bool
    spelling: tuple[tuple[str, ...], tuple[str, ...]]
    """The words of surname and given names."""
    words: frozenset[str]
    """All of them, without the E of umlauts."""
    shown: str
    """The name as far as the shortest zone shows it."""
    state: str

    @classmethod
    def of(cls, person: Traveller, *, is_as_read: bool) -> Self:
        """The person with the spelling of zones."""
        surname, given = tuple(mrz_words(person.surname)), tuple(mrz_words(person.given))
        words = frozenset(map(_fold, (*surname, *given)))
        state = canonical_country(person.nationality) or person.nationality
        return cls(person, is_as_read, (surname, given), words, _shown_name(person), state)


@dataclass(frozen=True, slots=True)
class KnownTraveller:
    """Whom a screening names, by keyed hashes and in clear text: in memory only."""

    people: tuple[PersonReading, ...] = ()
    document_hashes: frozenset[bytes] = frozenset()
    """Under which the documents are stored."""
    possible_hashes: frozenset[bytes] = frozenset()
    """Under which the documents may be stored, where a country or type is unknown or was typed."""
    certain_hashes: frozenset[bytes] = frozenset()
    """Of those stored: with a known type and a certain number."""
    person_hashes: frozenset[bytes] = frozenset()
    are_people_known: bool = True
    """False where the details were purged: then others may have been named as well."""

    @classmethod
    def of(cls, key: bytes, screening: Screening) -> Self:
        """What is known of the traveller of a screening."""
        documents = screening.documents
        certain = [each for each in documents if each.number_is_certain and document_group(each)]
        return cls(
            tuple(_read_people(screening)),
            frozenset(hash for document in documents for hash in stored_document_hashes(key, document)),
            frozenset(hash for document in documents for hash in possible_document_hashes(key, document)),
            frozenset(filter(None, (hash_document(key, document) for document in certain))),
            frozenset(filter(None, (hash_person(key, person) for person in screening.people))),
        )

    @property
    def hashes(self) -> frozenset[bytes]:
        """The keyed hashes under which this traveller or these documents may have been seen."""
        return self.possible_hashes | self.person_hashes

    def seen_as(self, key: bytes, hashes: Iterable[bytes]) -> "KnownTraveller":
        """What these hashes say of a past traveller whose details were purged."""
        stored = frozenset(hashes)
        people = tuple(each for each in self.people if hash_person(key, each.person) in stored)
        documents = stored - self.person_hashes
        return KnownTraveller(
            people, documents, documents, documents, stored & self.person_hashes, are_people_known=False
        )

    def may_be(self, past: "KnownTraveller") -> bool:
        """Whether somebody named here may be somebody named there."""
        return self._compare_people(past) is not None

    def counts_for(self, other: "KnownTraveller") -> bool:
        """Whether a decision about this traveller is one about that one, who was seen with the same document or name.

        It is where they may be the same person, or nobody is named there. A document alone decides about no person.
        """
        return self.may_be(other) or (other.are_people_known and not other.people)

    def compare(self, past: "KnownTraveller") -> IdentityMatch:
        """What agrees."""
        match = self._compare_people(past)
        is_somebody_else = match is None and bool(self.people and past.people)
        documents = self._compare_documents(past)
        return replace(match or NOTHING_KNOWN, document=documents, is_somebody_else=is_somebody_else)

    def _compare_people(self, past: "KnownTraveller") -> IdentityMatch | None:
        matches = (_compare_readings(*pair) for pair in product(self.people, past.people))
        return max((match for match in matches if match), key=lambda match: match.rank, default=None)

    def _compare_documents(self, past: "KnownTraveller") -> DocumentIdentity:
        if self.certain_hashes & past.certain_hashes:
            return DocumentIdentity.SAME
        if self.possible_hashes & past.document_hashes or self.document_hashes & past.possible_hashes:
            return DocumentIdentity.SAME_NUMBER
        are_known = self.document_hashes and past.document_hashes
        return DocumentIdentity.OTHER if are_known else DocumentIdentity.UNKNOWN


def _read_people(screening: Screening) -> Iterable[PersonReading]:
    today = screening.at.date()
    as_read = {Traveller.of(document) for document in screening.documents}
    repaired = {Traveller.as_meant(document, today) for document in screening.documents} - as_read
    return (PersonReading.of(person, is_as_read=person not in repaired) for person in screening.people)


def _compare_readings(reading: PersonReading, past: PersonReading) -> IdentityMatch | None:
    """What agrees; None where something that is known of both differs."""
    if reading.state and past.state and reading.state != past.state:
        return None
    name = _compare_names(reading, past)
    birth = _compare_births(reading.person.birth, past.person.birth) if name else None
    if birth is None:
        return None
    return IdentityMatch(
        name=name,
        birth=birth,
        is_nationality_same=bool(reading.state and past.state),
        is_spelled_alike=name is Extent.WHOLE and reading.spelling == past.spelling,
        is_as_read=reading.is_as_read and past.is_as_read,
    )


def _compare_names(reading: PersonReading, past: PersonReading) -> Extent:
    """UNKNOWN: they do not agree."""
    if not reading.words or not past.words:
        return Extent.UNKNOWN
    is_cut = reading.person.truncated or past.person.truncated
    for words, others in (reading.words, past.words), (_join_as(reading, past), _join_as(past, reading)):
        if words == others:
            return Extent.PART if is_cut else Extent.WHOLE
        if words <= others or others <= words:
            return Extent.PART
    if _are_letters_same(reading, past):
        return Extent.PART if is_cut else Extent.WHOLE
    return Extent.PART if reading.shown == past.shown or _is_cut_from(reading, past) else Extent.UNKNOWN


def _join_as(reading: PersonReading, other: PersonReading) -> frozenset[str]:
    """The words of a name, those joined that stand in a row of one field and are a word of the other name."""
    joined: set[str] = set()
    for field in reading.spelling:
        start = 0
        while start < len(field):
            ends = range(len(field), start + 1, -1)
            end = next((end for end in ends if _fold("".join(field[start:end])) in other.words), start + 1)
            joined.add(_fold("".join(field[start:end])))
            start = end
    return frozenset(joined)


def _are_letters_same(reading: PersonReading, other: PersonReading) -> bool:
    """Whether both names have the same letters in a row, wherever they are parted, surname or given names first."""
    surname, given = map("".join, reading.spelling)
    return _fold(_letters(other)) in (_fold(surname + given), _fold(given + surname))


def _is_cut_from(reading: PersonReading, other: PersonReading) -> bool:
    """Whether one of them, which a zone cut, has the letters that the other begins with."""
    letters, others = _letters(reading), _letters(other)
    is_beginning = reading.person.truncated and others.startswith(letters)
    return is_beginning or (other.person.truncated and letters.startswith(others))


def _letters(reading: PersonReading) -> str:
    return "".join(word for field in reading.spelling for word in field)


def _fold(letters: str) -> str:
    """Without the E of umlauts."""
    return _UMLAUT.sub(r"\1", letters)


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


def may_be_same_name(typed: Traveller, printed: Traveller, issuer: str = "") -> bool:
    """Whether a name may be the one that a zone of `issuer` has, also one that is cut there, or not given at all."""
    printed_words = _zone_words(printed)
    for words in (_zone_words(typed), _zone_words(typed, issuer)):
        others = {_whole_word(word, words) for word in printed_words} if printed.truncated else printed_words
        if words <= others or others <= words:
            return True
    return False


def may_be_same_birth(birth: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether no part of the dates that is known of both differs."""
    return _compare_births(birth, other) is not None


def _zone_words(person: Traveller, issuer: str = "") -> frozenset[str]:
    words = mrz_words(f"{person.surname} {person.given}", issuer)
    return frozenset(map(_fold, words)) - NO_NAME_WORDS


def _whole_word(word: str, words: Iterable[str]) -> str:
    """The word that this may be the beginning of."""
    return next((whole for whole in words if whole.startswith(word)), word)
