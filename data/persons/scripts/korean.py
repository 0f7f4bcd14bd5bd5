"""Hangul, a syllable at a time, as passports do: by custom, by the Revised Romanization of 2000, and as in the North.

A syllable is a leading consonant, a vowel and perhaps a closing consonant, and its code point says which
(Unicode 3.12).
"""

from itertools import product

from data.persons.tables.korean_syllables import CLOSING, CUSTOM, LEADING, NORTHERN_VOWELS, SPELLED, VOWELS

_FIRST = 0xAC00
_BLOCK = len(VOWELS) * len(CLOSING)
_UNVOICED = str.maketrans("GDBJ", "KTPC")


def spellings(syllable: str) -> tuple[str, ...]:
    """Every spelling in use of one syllable; of several syllables each one's likeliest."""
    if len(syllable) != 1:
        return ("".join(spellings(one)[0] for one in syllable),)
    place = ord(syllable) - _FIRST
    if not 0 <= place < len(LEADING) * _BLOCK:
        return (syllable,)
    leads = _leads(LEADING[place // _BLOCK])
    vowel = place % _BLOCK // len(CLOSING)
    sounds = (VOWELS[vowel], NORTHERN_VOWELS[vowel], *CUSTOM.get(VOWELS[vowel], ()))
    closing = CLOSING[place % len(CLOSING)]
    every = (lead + sound + closing for sound, lead in product(sounds, leads))
    return tuple(dict.fromkeys((*SPELLED.get(syllable, ()), *every)))


def _leads(lead: str) -> tuple[str, ...]:
    """`G` and the K of older romanisations; an R that the South drops or turns into N."""
    if lead == "R":
        return "R", "L"
    unvoiced = lead.translate(_UNVOICED).replace("C", "CH") if lead in tuple("GDBJ") else lead
    return tuple(dict.fromkeys((lead, unvoiced)))
