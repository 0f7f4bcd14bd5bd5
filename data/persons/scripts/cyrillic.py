"""Cyrillic: Doc 9303-3 section 6 B, what passports of single states print, and what was usual before."""

from unicodedata import normalize

from data.persons.tables.cyrillic_letters import BULGARIAN, ICAO, NATIONAL, OLDER


def spellings(word: str) -> tuple[str, ...]:
    """National spellings first where a letter tells the language, then ICAO's, the older one, and Bulgaria's."""
    national = [table for letters, table in NATIONAL if not set(letters).isdisjoint(word)]
    bulgarian = [BULGARIAN] if "Щ" in word or "Ъ" in word else []
    return tuple("".join(_letter(letter, table) for letter in word) for table in (*national, ICAO, OLDER, *bulgarian))


def _letter(letter: str, table: dict[str, str]) -> str:
    if letter in table:
        return table[letter]
    bare = normalize("NFD", letter)[0]
    return table.get(bare, bare)
