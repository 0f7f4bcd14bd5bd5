"""Canonical country codes: what is keyed or compared goes through one versioned table.

A document, a list and a notice may call the same issuer `D`, `DEU`, `DE` or "Germany". Canonical is the
three-letter code of Doc 9303-3 section 5 (ISO 3166-1 alpha-3 and its additions). What is printed stays as printed.
"""

import re
import unicodedata
from functools import lru_cache

from data.documents.tables.countries import (
    ALIAS_NAMES,
    ALIASES,
    ROWS,
    SHORT_ALIASES,
    SPECIMENS,
    SUCCESSORS,
    TABLE_VERSION,
)

__all__ = [
    "ALL",
    "TABLE_VERSION",
    "by_name",
    "canonical",
    "code_at",
    "index_of",
    "is_known",
    "is_specimen",
    "name_of",
    "successors",
]

ALL: tuple[str, ...] = tuple(row[0] for row in ROWS)
"""Every canonical code, in the order of the table."""

_INDEX = {code: position for position, code in enumerate(ALL, start=1)}
_NAMES = {code: name for code, _, name, _ in ROWS} | ALIAS_NAMES
_PRINTED = frozenset(ALL) | frozenset(ALIASES)
_CODES = {code: code for code in ALL} | {row[1]: row[0] for row in ROWS if row[1]} | ALIASES | SHORT_ALIASES
_SMALL_WORDS = frozenset({"the", "of", "and", "region"})


def canonical(code: str) -> str | None:
    """The canonical three letters for a printed code, ISO alpha-2 code or INTERPOL number; None if unknown.

    Case, surrounding blanks and fillers do not matter: `D<<`, `d`, `DE` and `DEU` are all `DEU`.
    """
    return _CODES.get(code.strip(" <").upper())


def is_known(code: str) -> bool:
    """Whether an MRZ may carry this code (Doc 9303-3 section 5, old codes included; two-letter codes never)."""
    return code.rstrip("<") in _PRINTED


def is_specimen(code: str) -> bool:
    """Whether only specimens carry this code."""
    return code.rstrip("<") in SPECIMENS


def successors(code: str) -> tuple[str, ...]:
    """The states that answer today for a dissolved state; empty for all others."""
    return SUCCESSORS.get(canonical(code) or "", ())


def name_of(code: str) -> str:
    """The English name for the screen; the code itself when it is not known."""
    printed = code.strip(" <").upper()
    return _NAMES.get(printed) or _NAMES.get(canonical(printed) or "", printed)


def index_of(code: str) -> int:
    """A small integer for packing: 1 upwards by position in the table, 0 for no or an unknown country."""
    return _INDEX.get(canonical(code) or "", 0)


def code_at(index: int) -> str:
    """The canonical code at an `index_of`; empty for 0; IndexError for one that a newer table gave."""
    if index < 0:
        raise IndexError(index)
    return ALL[index - 1] if index else ""


@lru_cache(maxsize=4096)
def by_name(name: str) -> str | None:
    """The canonical code for a country's name as lists write it ("Korea, North"); None if unknown.

    Case, accents, punctuation and the order of words do not matter; codes are not names (see `canonical`).
    """
    return _by_words().get(_words(name))


@lru_cache(maxsize=1)
def _by_words() -> dict[tuple[str, ...], str]:
    return {_words(name): code for code, _, first, others in ROWS for name in (first, *others)}


def _words(name: str) -> tuple[str, ...]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.replace("ı", "i")) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", plain.casefold().replace("'", "").replace("’", ""))
    return tuple(sorted(word for word in words if word not in _SMALL_WORDS))
