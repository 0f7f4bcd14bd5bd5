"""Japanese: kana by Hepburn as passports print it, and the readings of names in kanji, as far as they are known.

- Kanji do not say how a name is read. Family names have mostly one reading, given names several; those of
  `japanese-personal-name-dataset` (MIT) are taken, the rest is read as Chinese and is uncertain.
- A word is Japanese where it holds kana, or begins with a family name of Japan: one that cannot be Chinese as well, or
  one so common that it hardly is.
"""

import re
from functools import cache

from anyascii import anyascii
from japanese_personal_name_dataset import load_dataset

from data.persons.tables.chinese_surnames import READINGS
from data.persons.tables.kana import DOUBLED, LETTERS, LONG, SMALL

_LONG_O = re.compile(r"O[OU](?!$)|OU$")
_LABIAL = re.compile(r"N(?=[BMP])")
_MOST_READINGS = 8
_LONGEST_SURNAME = 3
_COMMON = 200_000
"""Bearers of a family name that is taken to be Japanese though it may be a Chinese name."""
_LONGEST_CHINESE = 3
"""Characters of a Chinese name whose family name is one of them."""


def spellings(word: str) -> tuple[str, ...]:
    """Kana without the length of O and U, with H for it, and as written: ONO, OHNO, OONO."""
    written = _kana(_hiragana(word))
    short = _LONG_O.sub("O", written).replace("UU", "U")
    spoken = [_LABIAL.sub("M", one) for one in (short, _LONG_O.sub("OH", written), written)]
    return tuple(dict.fromkeys((*spoken, short)))


def apart(word: str) -> tuple[str, ...]:
    """Family name and given name of a word that is Japanese; none where it may be Chinese."""
    if any("\u3040" <= letter <= "\u30ff" for letter in word):
        return _at_kana(word)
    first = _surname_of(word)
    may_be_chinese = word[:1] in READINGS and len(word) <= _LONGEST_CHINESE and _surnames().get(first, 0) < _COMMON
    if len(first) < 2 or may_be_chinese:
        return ()
    return (first, word[len(first) :]) if len(word) > len(first) else (first,)


def kanji(word: str) -> tuple[str, ...]:
    """Readings of a family name or of a given name, in Latin letters; none where they are not known."""
    read = _readings().get(word, ())[:_MOST_READINGS]
    return tuple(dict.fromkeys(latin for reading in read for latin in spellings(reading)))


def _at_kana(word: str) -> tuple[str, ...]:
    """`山田はなこ` is two parts: kana after kanji begin a given name."""
    match = re.match("[\u3400-\u9fff]+", word)
    return (word[: match.end()], word[match.end() :]) if match and match.end() < len(word) else (word,)


def _surname_of(word: str) -> str:
    return next((word[:long] for long in range(_LONGEST_SURNAME, 0, -1) if word[:long] in _surnames()), "")


def _hiragana(word: str) -> str:
    return "".join(chr(ord(letter) - 0x60) if "\u30a1" <= letter <= "\u30f6" else letter for letter in word)


def _kana(word: str) -> str:
    latin, doubled = "", False
    for sign in word:
        if sign == DOUBLED:
            doubled = True
        elif sign == LONG:
            latin += "U" if latin.endswith("O") else latin[-1:]
        elif sign in SMALL and latin:
            latin = _joined(latin, SMALL[sign])
        else:
            spelled = LETTERS.get(sign) or SMALL.get(sign) or anyascii(sign).upper()
            double = "T" if spelled.startswith("CH") else spelled[:1]
            latin, doubled = latin + (double if doubled else "") + spelled, False
    return latin


def _joined(latin: str, small: str) -> str:
    stem = latin[:-1]
    return stem + (small.removeprefix("Y") if stem.endswith(("SH", "CH", "J", "TS", "F", "V")) else small)


@cache
def _surnames() -> dict[str, int]:
    """Bearers of each family name."""
    return {name: about["count"] for name, about in load_dataset("org", include_last_names=True)[2].items()}


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    """Kana of each name in kanji; family names first, then the given names in most frequent use."""
    man, woman, last = load_dataset("org", include_last_names=True)
    found: dict[str, tuple[str, ...]] = {}
    for names in (man, woman):
        for reading, entry in names.items():
            for name in entry["kanji"]:
                found[name] = (*found.get(name, ()), reading)
    for surname, about in last.items():
        found[surname] = (about["reading"], *found.get(surname, ()))
    return found
