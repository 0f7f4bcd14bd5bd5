"""Japanese, Chinese and Korean, as passports spell them.

- Kana go by Hepburn. Kanji do not say how a name is read: family names have mostly one reading, given names several;
  those of `japanese-personal-name-dataset` (MIT) are taken, the rest is read as Chinese and is uncertain.
- A word is Japanese where it holds kana, or begins with a family name of Japan: one that cannot be Chinese as well,
  or one so common that it hardly is.
- Chinese characters go one by one: pinyin, the readings of family names, and the habits of Taiwan, Hong Kong and
  others. anyascii knows one reading of each character. Family names that are read otherwise, and what their bearers
  outside the mainland write, are in a table of our own (`chinese_surnames`).
- Hangul goes a syllable at a time: by custom, by the Revised Romanization of 2000, and as in the North. A syllable is
  a leading consonant, a vowel and perhaps a closing consonant, and its code point says which (Unicode 3.12).
"""

import re
from functools import cache
from itertools import product
from typing import Any

from anyascii import anyascii

from data.persons.tables.chinese_surnames import SURNAME_READINGS
from data.persons.tables.kana import DOUBLING_SIGN, KANA, LENGTH_SIGN, SMALL_KANA
from data.persons.tables.korean_syllables import (
    CUSTOM_VOWELS,
    HANGUL_CLOSING,
    HANGUL_CUSTOM_SPELLINGS,
    HANGUL_LEADING,
    HANGUL_VOWELS,
    NORTHERN_HANGUL_VOWELS,
)
from data.persons.tables.wade_giles import WADE_GILES_FINALS, WADE_GILES_INITIALS, WADE_GILES_WHOLE

_LONG_O = re.compile(r"O[OU](?!$)|OU$")
_LABIAL = re.compile(r"N(?=[BMP])")
_MOST_READINGS = 8
_LONGEST_SURNAME = 3
_COMMON_SURNAME = 200_000
"""Bearers of a family name that is taken to be Japanese though it may be a Chinese name."""
_LONGEST_CHINESE = 3
"""Characters of a Chinese name whose family name is one of them."""

_PINYIN = re.compile("(ZH|CH|SH|[BPMFDTNLGKHJQXRZCSYW])?([A-Z]+)")

_FIRST_HANGUL = 0xAC00
_HANGUL_BLOCK = len(HANGUL_VOWELS) * len(HANGUL_CLOSING)
_UNVOICED_LEADS = str.maketrans("GDBJ", "KTPC")


def japanese_spellings(word: str) -> tuple[str, ...]:
    """Kana without the length of O and U, with H for it, and as written: ONO, OHNO, OONO."""
    written = _spell_kana(_to_hiragana(word))
    short = _LONG_O.sub("O", written).replace("UU", "U")
    spoken = [_LABIAL.sub("M", spelling) for spelling in (short, _LONG_O.sub("OH", written), written)]
    return tuple(dict.fromkeys((*spoken, short)))


def japanese_parts(word: str) -> tuple[str, ...]:
    """Family name and given name of a word that is Japanese; none where it may be Chinese."""
    if any("\u3040" <= letter <= "\u30ff" for letter in word):
        return _split_at_kana(word)
    first = _surname_of(word)
    may_be_chinese = (
        word[:1] in SURNAME_READINGS
        and len(word) <= _LONGEST_CHINESE
        and _japanese_surnames().get(first, 0) < _COMMON_SURNAME
    )
    if len(first) < 2 or may_be_chinese:
        return ()
    return (first, word[len(first) :]) if len(word) > len(first) else (first,)


def kanji_spellings(word: str) -> tuple[str, ...]:
    """Readings of a family name or of a given name, in Latin letters; none where they are not known."""
    read = _kanji_readings().get(word, ())[:_MOST_READINGS]
    return tuple(dict.fromkeys(latin for reading in read for latin in japanese_spellings(reading)))


def chinese_parts(word: str) -> tuple[str, ...]:
    """Every character is a part: which ones are the family name, the writing does not say."""
    return tuple(word)


def chinese_spellings(word: str) -> tuple[str, ...]:
    """Of one character: its reading in names, pinyin, Wade-Giles. Of a longer word: Japanese readings, then pinyin."""
    if len(word) > 1:
        return tuple(dict.fromkeys((*kanji_spellings(word), "".join(chinese_spellings(letter)[0] for letter in word))))
    pinyin = anyascii(word).upper()
    usual = SURNAME_READINGS.get(word, (pinyin,))
    return tuple(dict.fromkeys((*usual, pinyin, wade_giles(usual[0]))))


def wade_giles(pinyin: str) -> str:
    """As passports of Taiwan print it: HSIAO for XIAO. Without its apostrophes."""
    match = _PINYIN.fullmatch(pinyin)
    if pinyin in WADE_GILES_WHOLE or match is None:
        return WADE_GILES_WHOLE.get(pinyin, pinyin)
    initial, final = match[1] or "", match[2]
    return WADE_GILES_INITIALS.get(initial, initial) + WADE_GILES_FINALS.get(
        f"{initial[:1]}-{final}", WADE_GILES_FINALS.get(final, final)
    )


def korean_spellings(syllable: str) -> tuple[str, ...]:
    """Every spelling in use of one syllable; of several syllables each one's likeliest."""
    if len(syllable) != 1:
        return ("".join(korean_spellings(letter)[0] for letter in syllable),)
    place = ord(syllable) - _FIRST_HANGUL
    if not 0 <= place < len(HANGUL_LEADING) * _HANGUL_BLOCK:
        return (syllable,)
    leads = _hangul_leads(HANGUL_LEADING[place // _HANGUL_BLOCK])
    vowel = place % _HANGUL_BLOCK // len(HANGUL_CLOSING)
    sounds = (HANGUL_VOWELS[vowel], NORTHERN_HANGUL_VOWELS[vowel], *CUSTOM_VOWELS.get(HANGUL_VOWELS[vowel], ()))
    closing = HANGUL_CLOSING[place % len(HANGUL_CLOSING)]
    every = (lead + sound + closing for sound, lead in product(sounds, leads))
    return tuple(dict.fromkeys((*HANGUL_CUSTOM_SPELLINGS.get(syllable, ()), *every)))


def _split_at_kana(word: str) -> tuple[str, ...]:
    """`山田はなこ` is two parts: kana after kanji begin a given name."""
    match = re.match("[\u3400-\u9fff]+", word)
    return (word[: match.end()], word[match.end() :]) if match and match.end() < len(word) else (word,)


def _surname_of(word: str) -> str:
    return next((word[:long] for long in range(_LONGEST_SURNAME, 0, -1) if word[:long] in _japanese_surnames()), "")


def _to_hiragana(word: str) -> str:
    return "".join(chr(ord(letter) - 0x60) if "\u30a1" <= letter <= "\u30f6" else letter for letter in word)


def _spell_kana(word: str) -> str:
    latin, doubled = "", False
    for sign in word:
        if sign == DOUBLING_SIGN:
            doubled = True
        elif sign == LENGTH_SIGN:
            latin += "U" if latin.endswith("O") else latin[-1:]
        elif sign in SMALL_KANA and latin:
            latin = _join_small(latin, SMALL_KANA[sign])
        else:
            spelled = KANA.get(sign) or SMALL_KANA.get(sign) or anyascii(sign).upper()
            double = "T" if spelled.startswith("CH") else spelled[:1]
            latin, doubled = latin + (double if doubled else "") + spelled, False
    return latin


def _join_small(latin: str, small: str) -> str:
    stem = latin[:-1]
    return stem + (small.removeprefix("Y") if stem.endswith(("SH", "CH", "J", "TS", "F", "V")) else small)


def _load_dataset() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Names of men, of women, and family names."""
    from japanese_personal_name_dataset import load_dataset  # few travellers need it

    man, woman, last = load_dataset("org", include_last_names=True)
    return man, woman, last


@cache
def _japanese_surnames() -> dict[str, int]:
    """Bearers of each family name."""
    return {name: about["count"] for name, about in _load_dataset()[2].items()}


@cache
def _kanji_readings() -> dict[str, tuple[str, ...]]:
    """Kana of each name in kanji; family names first, then the given names in most frequent use."""
    man, woman, last = _load_dataset()
    readings: dict[str, tuple[str, ...]] = {}
    for names in (man, woman):
        for reading, entry in names.items():
            for name in entry["kanji"]:
                readings[name] = (*readings.get(name, ()), reading)
    for surname, about in last.items():
        readings[surname] = (about["reading"], *readings.get(surname, ()))
    return readings


def _hangul_leads(lead: str) -> tuple[str, ...]:
    """`G` and the K of older romanisations; an R that the South drops or turns into N."""
    if lead == "R":
        return "R", "L"
    unvoiced = lead.translate(_UNVOICED_LEADS).replace("C", "CH") if lead in tuple("GDBJ") else lead
    return tuple(dict.fromkeys((lead, unvoiced)))
