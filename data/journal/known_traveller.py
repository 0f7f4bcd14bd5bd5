"""Whom a screening names, in memory only: what two screenings are compared by (`data.journal.same_person`)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import Self

from data.documents.code_tables import document_group
from data.documents.travel_document import TravelDocument
from data.journal.same_person import NOTHING_KNOWN, DocumentIdentity, IdentityMatch, PersonReading, compare_readings
from data.journal.traveller_marks import document_marks, hash_document, hash_person
from data.json_codec import UtcTime, decode_or_none
from data.screenings import Screening, Traveller
from data.store import Connection

_MOST_DETAIL_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class KnownTraveller:
    """Whom a screening names, by keyed hashes and in clear text: in memory only."""

    people: tuple[PersonReading, ...] = ()
    document_marks: frozenset[bytes] = frozenset()
    """Under which the documents are stored."""
    possible_marks: frozenset[bytes] = frozenset()
    """Under which the documents may be stored, where a type is unknown."""
    certain_marks: frozenset[bytes] = frozenset()
    """Of those stored: with a known type and a certain number."""
    person_marks: frozenset[bytes] = frozenset()

    @classmethod
    def of(cls, key: bytes, screening: Screening) -> Self:
        """What is known of the traveller of a screening."""
        documents = screening.documents
        certain = [each for each in documents if each.number_is_certain and document_group(each)]
        return cls(
            tuple(_read_people(screening)),
            frozenset(filter(None, (hash_document(key, document) for document in documents))),
            frozenset(mark for document in documents for mark in document_marks(key, document)),
            frozenset(filter(None, (hash_document(key, document) for document in certain))),
            frozenset(filter(None, (hash_person(key, person) for person in screening.people))),
        )

    @property
    def marks(self) -> frozenset[bytes]:
        """The keyed hashes under which this traveller or these documents may have been seen."""
        return self.possible_marks | self.person_marks

    def seen_as(self, key: bytes, marks: Iterable[bytes]) -> "KnownTraveller":
        """What these hashes say of a past traveller whose details were purged."""
        stored = frozenset(marks)
        people = tuple(each for each in self.people if hash_person(key, each.person) in stored)
        documents = stored - self.person_marks
        return KnownTraveller(people, documents, documents, documents, stored & self.person_marks)

    def may_be(self, past: "KnownTraveller") -> bool:
        """Whether somebody named here may be somebody named there."""
        return self._compare_people(past) is not None

    def compare(self, past: "KnownTraveller") -> IdentityMatch:
        """What agrees."""
        return replace(self._compare_people(past) or NOTHING_KNOWN, document=self._compare_documents(past))

    def _compare_people(self, past: "KnownTraveller") -> IdentityMatch | None:
        matches = (compare_readings(*pair) for pair in product(self.people, past.people))
        return max((match for match in matches if match), key=lambda match: match.rank, default=None)

    def _compare_documents(self, past: "KnownTraveller") -> DocumentIdentity:
        if self.certain_marks & past.certain_marks:
            return DocumentIdentity.SAME
        if self.possible_marks & past.document_marks or self.document_marks & past.possible_marks:
            return DocumentIdentity.SAME_NUMBER
        are_known = self.document_marks and past.document_marks
        return DocumentIdentity.OTHER if are_known else DocumentIdentity.UNKNOWN


def _read_people(screening: Screening) -> Iterable[PersonReading]:
    today = screening.at.date()
    as_read = {Traveller.of(document) for document in screening.documents}
    repaired = {Traveller.as_meant(document, today) for document in screening.documents} - as_read
    return (PersonReading(person, person not in repaired) for person in screening.people)


@dataclass(frozen=True, slots=True)
class _StoredScreening:
    documents: tuple[TravelDocument, ...]
    traveller: Traveller | None
    at: UtcTime


@dataclass(frozen=True, slots=True)
class _StoredDetail:
    screening: _StoredScreening


def read_known(connection: Connection, screening: str, key: bytes) -> KnownTraveller | None:
    """Who was named in a screening; None where its details were purged."""
    query = """SELECT body FROM event JOIN detail ON detail.event = event.id
               WHERE screening = ? AND kind = 'screening' ORDER BY event.rowid DESC LIMIT 1"""
    row = connection.execute(query, (screening,)).fetchone()
    detail = decode_or_none(_StoredDetail, bytes(row[0]), most_bytes=_MOST_DETAIL_BYTES) if row else None
    if detail is None:
        return None
    stored = detail.screening
    return KnownTraveller.of(key, Screening(stored.documents, stored.traveller, stored.at, ""))
