"""A word in any script, in the Latin letters A to Z: every spelling that a document is likely to print.

- The first form is the one of Doc 9303-3 section 6; the others are older or national habits.
- Arabic and Hebrew script give consonants only (`vowelless`), unless the word is a name whose vowels are known.
- Most scripts have a module of their own (`scripts`); what they leave, and scripts without one, go through anyascii.
"""

import re
import unicodedata
from dataclasses import dataclass

from anyascii import anyascii

from data.persons.compounds import without_article
from data.persons.scripts import hebrew, spell
from data.persons.sound import skeleton, sound
from data.persons.tables import latin_letters
from data.persons.tables.arabic_letters import LETTERS as ARABIC
from data.persons.tables.arabic_names import VOWELLED

_NOT_LATIN = re.compile(r"[^A-Z0-9]")
_HAMZA = str.maketrans("أإآٱ", "اااا")


@dataclass(frozen=True, slots=True)
class Form:
    """One spelling of a name part."""

    latin: str
    """A to Z and digits, upper case."""
    sound: str
    skeleton: str
    vowelless: bool = False
    """From a script that writes no short vowels: to be compared by its skeleton."""

    @classmethod
    def of(cls, latin: str) -> "Form":
        """The form for a spelling in Latin letters."""
        heard = sound(latin)
        return cls(latin, heard, skeleton(heard))


def forms(word: str) -> tuple[Form, ...]:
    """Every form of one upper-case word (no spaces), without repeats; empty when nothing of it can be spelled."""
    if word.isascii():
        return tuple(map(Form.of, (word, *without_article(word))))
    if any("\u0600" <= letter <= "\u06ff" for letter in word):
        return _arabic(word)
    if any("\u0590" <= letter <= "\u05ff" for letter in word):
        return tuple(map(_without_vowels, dict.fromkeys(hebrew.spellings(word))))
    return tuple(Form.of(latin) for latin in dict.fromkeys(_spellings(word)) if latin)


def _spellings(word: str) -> tuple[str, ...]:
    known = spell(word)
    return tuple(map(_ascii, known)) if known is not None else _national(word)


def _without_vowels(latin: str) -> Form:
    heard = sound(latin)
    return Form(latin, heard, skeleton(heard), vowelless=True)


def _arabic(word: str) -> tuple[Form, ...]:
    known = VOWELLED.get(word) or VOWELLED.get(word.translate(_HAMZA))
    if known:
        return (Form.of(known),)
    latin = "".join(ARABIC.get(letter) or _ascii(letter) for letter in word if letter in ARABIC or letter.isalpha())
    if not latin:
        return ()
    return (_without_vowels(latin.upper()),)


def _national(word: str) -> tuple[str, ...]:
    return _spell(word, latin_letters.ICAO), _spell(word, latin_letters.PLAIN)


def _spell(word: str, table: dict[str, str]) -> str:
    return "".join(table[letter] if letter in table else _plain(letter, table) for letter in word)


def _plain(letter: str, table: dict[str, str]) -> str:
    """A letter that the table lacks: its base letter by the table, else by anyascii."""
    bare = unicodedata.normalize("NFD", letter)[0]
    return table.get(bare) or _ascii(bare)


def _ascii(letter: str) -> str:
    return _NOT_LATIN.sub("", anyascii(letter).upper())
