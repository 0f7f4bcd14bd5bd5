"""Scripts whose signs are consonants with a vowel: Devanagari, Bengali and their sisters, Thai, Ethiopic.

- The sisters of Devanagari have their letters at the same places in their blocks.
- Thai goes by the Royal Thai General System of Transcription (1999), and letter for letter. Syllables are told by
  their letters alone; a dictionary would tell some better. Many names have letters of Sanskrit that are not spoken
  and that their bearers spell, hence the second spelling.
- Ethiopic (Amharic, Tigrinya): whether the sixth vowel is heard is not written. It is taken to be at the beginning of
  a word, and after a consonant without vowel: ብርሃን is BIRHAN.
"""

import re
from functools import cache

from anyascii import anyascii

from data.persons.tables.ethiopic_signs import ETHIOPIC_CONSONANTS, ETHIOPIC_FIRST, ETHIOPIC_GUTTURALS
from data.persons.tables.indic_letters import (
    INDIC_BLOCK,
    INDIC_CONSONANTS,
    INDIC_NASALS,
    INDIC_SIGNS,
    INDIC_SILENT,
    INDIC_VOWELS,
)
from data.persons.tables.thai_letters import THAI_CLOSING, THAI_LEADING, THAI_SHAPES

_THAI_TONES = re.compile("[\u0e48-\u0e4b\u0e4d\u0e4e\u0e3aๆฯ]")
_THAI_SILENT = re.compile("(?:(?<=[ก-ฮ])[ทต]ร|ษณ|[ก-ฮ])[ิุ]?์")
_THAI_CLUSTER = "[กขคตปพผ][รลว]|[สศซจ]ร|ห[งญนมยรลว]|อย"
_THAI_LEAD = f"({_THAI_CLUSTER}|[{''.join(THAI_LEADING)}])"
_THAI_CLOSE = f"([{''.join(THAI_CLOSING)}](?![ะ-ู็อ]))"

_ETHIOPIC_VOWELS = ("E", "U", "I", "A", "E", "I", "O", "UA")
_SIXTH_VOWEL = 5


def indic_spellings(word: str) -> tuple[str, ...]:
    """With and without the A that a last consonant carries in writing: NARENDRA and NARENDR."""
    latin, carries = "", False
    for letter in word:
        place = ord(letter) % INDIC_BLOCK
        if place in INDIC_SILENT:
            continue
        if place in INDIC_SIGNS:
            latin, carries = latin + INDIC_SIGNS[place], False
            continue
        latin += "A" * carries
        carries = place in INDIC_CONSONANTS
        latin += INDIC_CONSONANTS.get(place) or INDIC_VOWELS.get(place) or INDIC_NASALS.get(place) or ""
    return (latin, f"{latin}A") if carries else (latin,)


def thai_spellings(word: str) -> tuple[str, ...]:
    """As spoken, then letter for letter."""
    return _spell_thai(word), anyascii(word).upper()


def ethiopic_spellings(word: str) -> tuple[str, ...]:
    """As usual, and with the two habits that differ most: TESFAYE and TASFAYA, BIRHAN and BERHAN."""
    signs = [_ethiopic_sign(letter) for letter in word]
    usual = _spell_ethiopic(signs, "E", "I")
    return usual, _spell_ethiopic(signs, "E", "E"), _spell_ethiopic(signs, "A", "I")


@cache  # asked for by the first Thai word: making them takes 25 ms, and few kits ever see one
def _thai_shapes() -> list[tuple[re.Pattern[str], str]]:
    pairs = (shape.split() for line in THAI_SHAPES.split("\n") if line for shape in line.split("|"))
    return [(re.compile(shape.replace("C", _THAI_LEAD).replace("F", _THAI_CLOSE)), vowel) for shape, vowel in pairs]


def _spell_thai(word: str) -> str:
    text = _THAI_SILENT.sub("", _THAI_TONES.sub("", word)).replace("ทรง", "ซง").replace("ฤ", "รึ")
    latin, place = "", 0
    while place < len(text):
        match, vowel = next(
            ((hit, vowel) for shape, vowel in _thai_shapes() if (hit := shape.match(text, place))), (None, "")
        )
        if match is None:
            place += 1  # a vowel without a consonant: no word of this language
            continue
        stray = match.end() - place == 1 and place > 0 and match.end() == len(text)
        latin += "" if stray else _thai_syllable(match.groups(), vowel)
        place = match.end()
    return latin


def _thai_syllable(letters: tuple[str, ...], vowel: str) -> str:
    lead, *close = letters
    silent = len(lead) > 1 and (lead[0] == "ห" or lead == "อย" or (lead[1:] == "ร" and lead[0] in "สศซจ"))
    heard = (lead[:1] if lead[1:] == "ร" else lead[1:]) if silent else lead
    return "".join(THAI_LEADING[letter] for letter in heard) + vowel + "".join(THAI_CLOSING[letter] for letter in close)


def _ethiopic_sign(letter: str) -> tuple[str, int]:
    """Consonant and number of the vowel; -1 if the sign is not of this script."""
    place = ord(letter) - ETHIOPIC_FIRST
    if not 0 <= place < 8 * len(ETHIOPIC_CONSONANTS):
        return letter, -1
    return ETHIOPIC_CONSONANTS[place // 8], place % 8


def _spell_ethiopic(signs: list[tuple[str, int]], first: str, sixth: str) -> str:
    latin, open_before = "", False
    for place, (consonant, vowel) in enumerate(signs):
        if vowel == _SIXTH_VOWEL:
            last = place == len(signs) - 1
            heard = place == 0 or not (open_before or last)
            latin += _ethiopic_consonant(consonant) + (sixth if heard else "")
            open_before = heard
        elif vowel >= 0:
            spoken = "A" if consonant in ETHIOPIC_GUTTURALS else first
            latin += _ethiopic_consonant(consonant) + (spoken if vowel == 0 else _ETHIOPIC_VOWELS[vowel])
            open_before = True
        else:
            latin += consonant
    return latin


def _ethiopic_consonant(consonant: str) -> str:
    return consonant.strip("'")
