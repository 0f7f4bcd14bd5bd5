"""Under which keyed hashes a journal remembers documents, travellers and parties: never by a number or a name.

HMAC-SHA256, cut to 16 bytes, under a key of that journal that serves nothing else.
"""

from hashlib import sha256
from hmac import digest

from data.documents.code_tables import canonical_country, document_group, possible_groups
from data.documents.mrz.spelling import mrz_words
from data.documents.number import clean_number
from data.documents.travel_document import TravelDocument
from data.screenings import Screening, Traveller

_HASH_BYTES = 16
_SHORTEST_NAME_FIELD = 30
"""Characters: of an identity card (Doc 9303-5)."""


def hash_document(key: bytes, document: TravelDocument) -> bytes | None:
    """The keyed hash of a document: issuer, group and number, as lists name them; None without a number."""
    return _hash_as_type(key, document, document_group(document))


def document_marks(key: bytes, document: TravelDocument) -> list[bytes]:
    """The keyed hashes under which a document may have been seen: with its type, or when nobody knew that."""
    groups = dict.fromkeys((*possible_groups(document), ""))
    return [mark for group in groups if (mark := _hash_as_type(key, document, group)) is not None]


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
    name = shown_name(person)
    nationality = canonical_country(person.nationality) or person.nationality
    return _hash_keyed(key, f"person\0{name}\0{person.birth}\0{nationality}")


def shown_name(person: Traveller) -> str:
    """The name as a zone spells it, as far as the shortest zone shows it; empty without one."""
    return "<".join([*mrz_words(person.surname), "", *mrz_words(person.given)])[:_SHORTEST_NAME_FIELD].rstrip("<")


def marks_to_look_up(key: bytes, screening: Screening) -> tuple[bytes, ...]:
    """The keyed hashes under which this traveller or these documents may have been seen."""
    marks = [mark for document in screening.documents for mark in document_marks(key, document)]
    marks += filter(None, (hash_person(key, person) for person in screening.people))
    return tuple(dict.fromkeys(marks))


def hash_party(key: bytes, party: str) -> bytes:
    """The keyed hash of a party's name; empty for none."""
    return _hash_keyed(key, f"party\0{party}") if party else b""


def _hash_keyed(key: bytes, text: str) -> bytes:
    return digest(key, text.encode("utf-8", "replace"), sha256)[:_HASH_BYTES]
