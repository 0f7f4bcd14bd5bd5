"""Scripts with habits of their own in passports, by kind of writing; every other script goes through anyascii.

A script's function gives the spellings of one upper-case word in A to Z, the likeliest first. What it has no letter
for it leaves as it stands. (Arabic and Hebrew, which write no vowels, are in `data.persons.name_forms`.)
"""

from collections.abc import Callable

from data.persons.scripts import abugidas, alphabets, east_asian

Spell = Callable[[str], tuple[str, ...]]
_SCRIPTS: tuple[tuple[str, str, Spell], ...] = (
    ("\u0370", "\u03ff", alphabets.greek_spellings),
    ("\u0400", "\u052f", alphabets.cyrillic_spellings),
    ("\u0530", "\u058f", alphabets.armenian_spellings),
    ("\u0900", "\u0d7f", abugidas.indic_spellings),
    ("\u0e00", "\u0e7f", abugidas.thai_spellings),
    ("\u10a0", "\u10ff", alphabets.georgian_spellings),
    ("\u1200", "\u137f", abugidas.ethiopic_spellings),
    ("\u3040", "\u30ff", east_asian.japanese_spellings),
    ("\u3400", "\u9fff", east_asian.chinese_spellings),
    ("\uac00", "\ud7a3", east_asian.korean_spellings),
)


def spell(word: str) -> tuple[str, ...] | None:
    """The spellings of a word in a script that is known here; None for any other."""
    letter = max(word)
    return next((spelled(word) for first, last, spelled in _SCRIPTS if first <= letter <= last), None)


def split_parts(word: str) -> tuple[str, ...]:
    """The name parts of a word that is written without spaces: syllables of hangul, characters of Chinese."""
    if any("\uac00" <= letter <= "\ud7a3" for letter in word):
        return tuple(word)
    if any("\u3040" <= letter <= "\u9fff" for letter in word):
        return east_asian.japanese_parts(word) or east_asian.chinese_parts(word)
    return (word,)
