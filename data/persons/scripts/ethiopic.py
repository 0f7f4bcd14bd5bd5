"""Ethiopic (Amharic, Tigrinya): a sign is a consonant with a vowel, the sixth of which is often not spoken.

Whether the sixth vowel is heard is not written. It is taken to be at the beginning of a word, and after a consonant
without vowel: ብርሃን is BIRHAN.
"""

from data.persons.tables.ethiopic_signs import CONSONANTS, FIRST, GUTTURALS

_VOWELS = ("E", "U", "I", "A", "E", "I", "O", "UA")
_SIXTH = 5


def spellings(word: str) -> tuple[str, ...]:
    """As usual, and with the two habits that differ most: TESFAYE and TASFAYA, BIRHAN and BERHAN."""
    signs = [_sign(letter) for letter in word]
    usual = _spell(signs, "E", "I")
    return usual, _spell(signs, "E", "E"), _spell(signs, "A", "I")


def _sign(letter: str) -> tuple[str, int]:
    """Consonant and number of the vowel; -1 where the sign is none of the script."""
    place = ord(letter) - FIRST
    if not 0 <= place < 8 * len(CONSONANTS):
        return letter, -1
    return CONSONANTS[place // 8], place % 8


def _spell(signs: list[tuple[str, int]], first: str, sixth: str) -> str:
    latin, open_before = "", False
    for place, (consonant, vowel) in enumerate(signs):
        if vowel == _SIXTH:
            last = place == len(signs) - 1
            heard = place == 0 or not (open_before or last)
            latin += _consonant(consonant) + (sixth if heard else "")
            open_before = heard
        elif vowel >= 0:
            spoken = "A" if consonant in GUTTURALS else first
            latin += _consonant(consonant) + (spoken if vowel == 0 else _VOWELS[vowel])
            open_before = True
        else:
            latin += consonant
    return latin


def _consonant(consonant: str) -> str:
    return consonant.strip("'")
