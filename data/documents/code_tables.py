"""Codes of countries and of document types: what is keyed or compared goes through two versioned tables.

- A document, a list and a notice may call the same issuer `D`, `DEU`, `DE` or "Germany". Canonical is the
  three-letter code of Doc 9303-3 section 5 (ISO 3166-1 alpha-3 and its additions). What is printed stays as printed.
- An MRZ's code tells only passport, card or visa for sure: states choose the second letter, and A, C and I are all
  cards (Doc 9303-5). So a listed document is keyed by the group of its type, never by the type itself.
"""

import re
import unicodedata
from functools import lru_cache

from data.documents.tables.countries import ALIAS_NAMES, ALIASES, COUNTRIES, SHORT_ALIASES, SPECIMENS, SUCCESSORS
from data.documents.tables.types import DOCUMENT_TYPES, MRZ_GROUPS
from data.documents.travel_document import TravelDocument
from data.text import Message, in_context, join

COUNTRY_CODES: tuple[str, ...] = tuple(row[0] for row in COUNTRIES)
"""Every canonical code, in the order of the table."""

_COUNTRY_INDEX = {code: position for position, code in enumerate(COUNTRY_CODES, start=1)}
_COUNTRY_NAMES = {code: name for code, _, name, _ in COUNTRIES} | ALIAS_NAMES
_PRINTED_COUNTRIES = frozenset(COUNTRY_CODES) | frozenset(ALIASES)
_CANONICAL_COUNTRIES = (
    {code: code for code in COUNTRY_CODES} | {row[1]: row[0] for row in COUNTRIES if row[1]} | ALIASES | SHORT_ALIASES
)
_SMALL_WORDS = frozenset({"the", "of", "and", "region"})

TYPE_CODES: tuple[str, ...] = tuple(row[0] for row in DOCUMENT_TYPES)
"""Every type code, in the order of the table."""

TYPE_GROUPS: tuple[str, ...] = tuple(dict.fromkeys(row[2] for row in DOCUMENT_TYPES))
"""Every group a listed document can have: P passports, I cards, V visas, D driving licences, R vehicle papers, O."""

OTHER_GROUP = "O"

_ZONE_GROUPS = frozenset("PIVD")
"""Groups of documents that have a machine-readable zone."""
_LONGEST_ZONE_CODE = 2

_GROUP_OF_TYPE = {row[0]: row[2] for row in DOCUMENT_TYPES}
_TYPE_NAMES = {row[0]: row[3] for row in DOCUMENT_TYPES}
_TYPE_INDEX = {code: position for position, code in enumerate(TYPE_CODES, start=1)}
_GROUP_NAMES = {
    "P": in_context("document type", "passport"),
    "I": in_context("document type", "identity document"),
    "V": in_context("document type", "visa"),
    "D": in_context("document type", "driving licence"),
    "R": in_context("document type", "vehicle paper"),
}


def canonical_country(code: str) -> str | None:
    """The canonical three letters for a printed code, ISO alpha-2 code or INTERPOL number; None if unknown.

    Case, surrounding blanks and fillers do not matter: `D<<`, `d`, `DE` and `DEU` are all `DEU`.
    """
    return _CANONICAL_COUNTRIES.get(code.strip(" <").upper())


def is_known_country(code: str) -> bool:
    """Whether an MRZ may carry this code (Doc 9303-3 section 5, old codes included; two-letter codes never)."""
    return code.rstrip("<") in _PRINTED_COUNTRIES


def is_specimen_country(code: str) -> bool:
    """Whether only specimens carry this code."""
    return code.rstrip("<") in SPECIMENS


def successor_states(code: str) -> tuple[str, ...]:
    """The states that answer today for a dissolved state; empty for all others."""
    return SUCCESSORS.get(canonical_country(code) or "", ())


def country_name(code: str) -> Message:
    """The name for the screen; the code itself when it is not known."""
    printed = code.strip(" <").upper()
    name = _COUNTRY_NAMES.get(printed) or _COUNTRY_NAMES.get(canonical_country(printed) or "")
    return name or join([printed])


def country_index(code: str) -> int:
    """A small integer for packing: 1 upwards by position in the table, 0 for no or an unknown country."""
    return _COUNTRY_INDEX.get(canonical_country(code) or "", 0)


def country_at(index: int) -> str:
    """The canonical code at an `country_index`; empty for 0; IndexError for one that a newer table gave."""
    if index < 0:
        raise IndexError(index)
    return COUNTRY_CODES[index - 1] if index else ""


@lru_cache(maxsize=4096)
def country_by_name(name: str) -> str | None:
    """The canonical code for a country's name as lists write it ("Korea, North"); None if unknown.

    Case, accents, punctuation and the order of words do not matter; codes are not names (see `canonical`).
    """
    return _countries_by_words().get(_country_words(name))


def is_known_type(type_code: str) -> bool:
    """Whether the table has this type code."""
    return type_code in _GROUP_OF_TYPE


def type_group(type_code: str) -> str:
    """The group of a list's type code; `P`, `I` and `V` are also types (any passport …); others unknown are `O`."""
    if type_code in TYPE_GROUPS:
        return type_code
    return _GROUP_OF_TYPE.get(type_code, OTHER_GROUP)


def group_of_mrz(code: str) -> str:
    """The group of an MRZ's document code: its first letter, with A, C and I as one.

    Empty where no zone has such a code: a misread one is looked up as every type.
    """
    first = code[:1].upper()
    group = MRZ_GROUPS.get(first, first)
    return group if group in _ZONE_GROUPS else ""


def group_of(code: str) -> str:
    """The group of a document's code: printed (`PD`), typed as on the list (`DIP`), or a group (`R`).

    Empty where the code does not say it: none was typed, or one that neither a zone nor a list has. No group stands in
    for an unknown one.
    """
    code = code.strip(" <").upper()
    if code in _GROUP_OF_TYPE or code in TYPE_GROUPS:
        return type_group(code)
    return group_of_mrz(code) if len(code) <= _LONGEST_ZONE_CODE else ""


def may_be_type(code: str) -> bool:
    """Whether a code can be a document's type: one of a list, a group, or one or two letters as in a zone."""
    code = code.strip(" <").upper()
    is_zone_code = 0 < len(code) <= _LONGEST_ZONE_CODE and code.isascii() and code.isalpha()
    return is_zone_code or code in _GROUP_OF_TYPE or code in TYPE_GROUPS


def document_group(document: TravelDocument) -> str:
    """The group of a document's type; empty where it is not known, which is every type.

    A zone has only the codes of zones: one that begins with R was misread, and is no vehicle paper.
    """
    return group_of_mrz(document.code) if document.format else group_of(document.code)


def possible_groups(document: TravelDocument) -> tuple[str, ...]:
    """The group of a document's type, or every group where it is not known."""
    group = document_group(document)
    return (group,) if group else TYPE_GROUPS


def type_index(type_code: str) -> int:
    """A small integer for packing: 1 upwards by position in the table, 0 for none or an unknown type."""
    return _TYPE_INDEX.get(type_code, 0)


def type_at(index: int) -> str:
    """The type code at a `type_index`; empty for 0; IndexError for one that a newer table gave."""
    if index < 0:
        raise IndexError(index)
    return TYPE_CODES[index - 1] if index else ""


def type_name(code: str) -> Message:
    """Words for a type code or a group; the code itself when it is not known."""
    return _TYPE_NAMES.get(code) or _GROUP_NAMES.get(code) or join([code])


@lru_cache(maxsize=1)
def _countries_by_words() -> dict[tuple[str, ...], str]:
    return {_country_words(name): code for code, _, first, others in COUNTRIES for name in (first, *others)}


def _country_words(name: str) -> tuple[str, ...]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.replace("ı", "i")) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", plain.casefold().replace("'", "").replace("’", ""))
    return tuple(sorted(word for word in words if word not in _SMALL_WORDS))
