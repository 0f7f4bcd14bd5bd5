"""Scripts with habits of their own in passports, one module each; every other script goes through anyascii.

A module's function gives the spellings of one upper-case word in A to Z, the likeliest first. What it has no letter
for it leaves as it stands.
"""

from collections.abc import Callable

from data.persons.scripts import armenian, chinese, cyrillic, ethiopic, georgian, greek, indic, japanese, korean, thai

Spell = Callable[[str], tuple[str, ...]]
_SCRIPTS: tuple[tuple[str, str, Spell], ...] = (
    ("\u0370", "\u03ff", greek.spellings),
    ("\u0400", "\u052f", cyrillic.spellings),
    ("\u0530", "\u058f", armenian.spellings),
    ("\u0900", "\u0d7f", indic.spellings),
    ("\u0e00", "\u0e7f", thai.spellings),
    ("\u10a0", "\u10ff", georgian.spellings),
    ("\u1200", "\u137f", ethiopic.spellings),
    ("\u3040", "\u30ff", japanese.spellings),
    ("\u3400", "\u9fff", chinese.spellings),
    ("\uac00", "\ud7a3", korean.spellings),
)


def spell(word: str) -> tuple[str, ...] | None:
    """The spellings of a word in a script that is known here; None for any other."""
    letter = max(word)
    return next((spelled(word) for first, last, spelled in _SCRIPTS if first <= letter <= last), None)


def apart(word: str) -> tuple[str, ...]:
    """The name parts of a word that is written without spaces: syllables of hangul, characters of Chinese."""
    if any("\uac00" <= letter <= "\ud7a3" for letter in word):
        return tuple(word)
    if any("\u3040" <= letter <= "\u9fff" for letter in word):
        return japanese.apart(word) or chinese.apart(word)
    return (word,)
