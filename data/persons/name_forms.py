"""The forms by which one part of a name is compared: Latin spellings, sound, skeleton, and other names for the same.

- A word in any script has every Latin spelling (A to Z) that a document is likely to print. The first is the one of
  Doc 9303-3 section 6; the others are older or national habits. Most scripts have functions of their own (`scripts`);
  what they leave, and scripts without one, go through anyascii.
- Arabic and Hebrew script give consonants only (`vowelless`), unless the word is a name whose vowels are known.
- `sound_key` merges spellings that officials use for the same sound (KH and H, Q and K, OU and U, Y and I …),
  whatever transliteration wrote them.
- `spelling_key` folds single letters only. A slip of one letter can make or break a pair that `sound_key` folds
  (TOLEM and TOEM), so spellings are compared before that folding too.
- `skeleton` keeps its consonants and marks a leading vowel: scripts that write no vowels meet there.
- `romanisation_key` is one key for the spellings of East Asian syllables: GUN, KUN and GEON; XIAO and HSIAO.
  Korean passports follow the Revised Romanization, McCune-Reischauer, the habits of the North or none; Chinese ones
  follow pinyin or Wade-Giles. Letters that any of these confuses have one class, so two spellings that share a key
  *may* be one syllable.
- `name_variants` are names that are one name in several languages or habits: JOSEPH and YUSUF, MOHAMMED and MAMADOU,
  CHAN and CHEN.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from anyascii import anyascii

from data.persons.scripts import spell
from data.persons.tables import latin_letters
from data.persons.tables.arabic_letters import LETTERS as ARABIC
from data.persons.tables.arabic_names import VOWELLED
from data.persons.tables.hebrew_letters import HARD, SOFT
from data.persons.tables.romanised_syllables import CLOSING, CONSONANTS, VOWELS
from data.persons.tables.variants import LINES

_SOUND_SPELLINGS: tuple[tuple[str, str], ...] = (
    ("x", "ks"),
    ("shch", "S"),
    ("tsch", "S"),
    ("sch", "S"),
    ("tch", "S"),
    ("dzh", "j"),
    ("sh", "S"),
    ("ch", "S"),
    ("cz", "S"),
    ("zh", "j"),
    ("dj", "j"),
    ("kh", "h"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("dh", "d"),
    ("tz", "z"),
    ("ts", "z"),
    ("dz", "z"),
    ("ck", "k"),
    ("q", "k"),
    ("awu", "au"),
    ("awo", "au"),
    ("ae", "a"),  # the national forms of Ä, Ö, Ü (Doc 9303-3, section 6 A)
    ("oe", "o"),
    ("ue", "u"),
    ("ou", "u"),
    ("aj", "ai"),
    ("ej", "ai"),
    ("ay", "ai"),
    ("ey", "ai"),
    ("ei", "ai"),
    ("y", "i"),
    ("ie", "i"),
    ("ee", "i"),
    ("ij", "i"),
    ("o", "u"),
)
"""Applied in this order; a capital stands for a sound that no single letter has."""

_SOFT_C = re.compile(r"c(?=[eiy])")
_CLOSING_W = re.compile(r"(?<=.)w(?![aeiouy])")
_SILENT_H = re.compile(r"(?<=[aeiou])h$")
_REPEATED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"[aeiou]")
_NO_VARIANTS: frozenset[str] = frozenset()

_NOT_LATIN = re.compile(r"[^A-Z0-9]")
_HAMZA = str.maketrans("أإآٱ", "اااا")

_ARTICLE = re.compile(r"(?:[AE]L(?=[^AEIOUL])|[AE](?P<sun>[SRNZDT])(?=(?P=sun)))(?P<name>[A-Z]{5,})")
"""Of fewer than five letters what is left would be met by chance."""


def sound_key(latin: str) -> str:
    """Spell `latin` (letters A to Z) by its sound: MOHAMMAD and MUHAMAD both give `muhamad`."""
    text = _SILENT_H.sub("", _CLOSING_W.sub("u", _SOFT_C.sub("s", latin.lower())))
    text = f"e{text[2:]}" if text.startswith("ye") else text
    for spelling, sound in _SOUND_SPELLINGS:
        if spelling in text:
            text = text.replace(spelling, sound)
    return _REPEATED.sub(r"\1", text.replace("c", "k").replace("w", "v"))


_SINGLE_LETTERS = str.maketrans("oycqw", "uikkv")


def spelling_key(latin: str) -> str:
    """`latin` (letters A to Z) letter by letter: each one stays in its place, unlike in `sound_key`."""
    return latin.lower().translate(_SINGLE_LETTERS)


def skeleton(sound: str) -> str:
    """Consonants of a `sound`, with `A` for a leading vowel: `umar` and `amr` both give `Amr`."""
    if not sound:
        return ""
    lead = "A" if sound[0] in "aeiou" else ""
    return lead + _VOWELS.sub("", sound)


def name_variants(sound: str) -> frozenset[str]:
    """Sounds of the names that may stand for a name of this sound; symmetric."""
    return _VARIANTS.get(sound, _NO_VARIANTS)


def hebrew_spellings(word: str) -> tuple[str, ...]:
    """Consonants, hard and soft, and with a V where most words have an O: there is no telling which."""
    letters = [letter for letter in word if letter in HARD]
    if not letters:
        return ()
    first = "V" if letters[0] == "ו" else HARD[letters[0]]
    hard = first + "".join(HARD[letter] for letter in letters[1:])
    soft = first + "".join(SOFT[letter] for letter in letters[1:])
    return hard, soft, *((soft.replace("O", "V"),) if "ו" in letters else ())


@dataclass(frozen=True, slots=True)
class NameForm:
    """One spelling of a name part."""

    latin: str
    """A to Z and digits, upper case."""
    sound: str
    skeleton: str
    vowelless: bool = False
    """From a script that writes no short vowels: to be compared by its skeleton."""

    @classmethod
    def of(cls, latin: str) -> "NameForm":
        """The form for a spelling in Latin letters."""
        sound = sound_key(latin)
        return cls(latin, sound, skeleton(sound))


def name_forms(word: str) -> tuple[NameForm, ...]:
    """Every form of one upper-case word (no spaces), without repeats; empty when nothing of it can be spelled."""
    if word.isascii():
        return tuple(map(NameForm.of, (word, *without_article(word))))
    if any("\u0600" <= letter <= "\u06ff" for letter in word):
        return _arabic_forms(word)
    if any("\u0590" <= letter <= "\u05ff" for letter in word):
        return tuple(map(_vowelless_form, dict.fromkeys(hebrew_spellings(word))))
    return tuple(NameForm.of(latin) for latin in dict.fromkeys(_latin_spellings(word)) if latin)


def without_article(word: str) -> tuple[str, ...]:
    """`SAHLAWI` for ALSAHLAWI and ESSAHLAWI, where an Arabic article may be joined to a name; nothing for other words.

    Whether it is one cannot be told (ALBERTO), so this is a second spelling of the part and never the first.
    """
    match = _ARTICLE.fullmatch(word)
    return (match["name"],) if match else ()


def _read_variants() -> dict[str, frozenset[str]]:
    variants: dict[str, set[str]] = defaultdict(set)
    for line in LINES:
        sounds = {sound_key(name) for name in line}
        for sound in sounds:
            variants[sound] |= sounds - {sound}
    return {name: frozenset(others) for name, others in variants.items()}


_VARIANTS = _read_variants()


def _latin_spellings(word: str) -> tuple[str, ...]:
    spellings = spell(word)
    return tuple(map(_ascii, spellings)) if spellings is not None else _national_spellings(word)


def _vowelless_form(latin: str) -> NameForm:
    sound = sound_key(latin)
    return NameForm(latin, sound, skeleton(sound), vowelless=True)


def _arabic_forms(word: str) -> tuple[NameForm, ...]:
    vowelled = VOWELLED.get(word) or VOWELLED.get(word.translate(_HAMZA))
    if vowelled:
        return (NameForm.of(vowelled),)
    latin = "".join(ARABIC.get(letter) or _ascii(letter) for letter in word if letter in ARABIC or letter.isalpha())
    if not latin:
        return ()
    return (_vowelless_form(latin.upper()),)


def _national_spellings(word: str) -> tuple[str, ...]:
    return _spell(word, latin_letters.ICAO), _spell(word, latin_letters.PLAIN)


def _spell(word: str, table: dict[str, str]) -> str:
    return "".join(table[letter] if letter in table else _plain(letter, table) for letter in word)


def _plain(letter: str, table: dict[str, str]) -> str:
    """A letter that the table lacks: its base letter by the table, else by anyascii."""
    bare = unicodedata.normalize("NFD", letter)[0]
    return table.get(bare) or _ascii(bare)


def _ascii(letter: str) -> str:
    return _NOT_LATIN.sub("", anyascii(letter).upper())


def _any_of(spellings: dict[str, str]) -> str:
    return "|".join(sorted(spellings, key=len, reverse=True))


_MOST_SYLLABLES = 3
_VOWEL_FOLLOWS = "(?=[aeiouyw])"
_SYLLABLE = re.compile(
    f"(?P<lead>(?:{_any_of(CONSONANTS)}){_VOWEL_FOLLOWS})?(?P<vowel>{_any_of(VOWELS)})"
    f"(?P<closing>(?:{_any_of(CLOSING)})(?![aeiouyw]))?"
)
_LONGEST = 6 * _MOST_SYLLABLES


def romanisation_key(latin: str) -> str:
    """The key of a name part in capital letters A to Z; empty if it cannot be one to three East Asian syllables."""
    text = latin.lower()
    if len(text) < 2 or len(text) > _LONGEST:
        return ""
    key, place = list[str](), 0
    while place < len(text) and len(key) < _MOST_SYLLABLES:
        syllable = _SYLLABLE.match(text, place)
        if syllable is None:
            return ""
        lead, vowel, closing = syllable["lead"] or "", syllable["vowel"], syllable["closing"] or ""
        key.append(CONSONANTS.get(lead, "") + VOWELS[vowel] + CLOSING.get(closing, ""))
        place = syllable.end()
    return "-".join(key) if place == len(text) else ""
