"""Thai by the Royal Thai General System of Transcription (1999), and letter for letter.

Syllables are told by their letters alone; a dictionary would tell some better. Many names have letters of Sanskrit
that are not spoken and that their bearers spell, hence the second spelling.
"""

import re
from functools import cache

from anyascii import anyascii

from data.persons.tables.thai_letters import CLOSING, LEADING, SHAPES

_TONES = re.compile("[\u0e48-\u0e4b\u0e4d\u0e4e\u0e3aๆฯ]")
_SILENT = re.compile("(?:(?<=[ก-ฮ])[ทต]ร|ษณ|[ก-ฮ])[ิุ]?์")
_CLUSTER = "[กขคตปพผ][รลว]|[สศซจ]ร|ห[งญนมยรลว]|อย"
_LEAD = f"({_CLUSTER}|[{''.join(LEADING)}])"
_CLOSE = f"([{''.join(CLOSING)}](?![ะ-ู็อ]))"


@cache  # asked for by the first Thai word: making them takes 25 ms, and few kits ever see one
def _shapes() -> list[tuple[re.Pattern[str], str]]:
    pairs = (shape.split() for line in SHAPES.split("\n") if line for shape in line.split("|"))
    return [(re.compile(shape.replace("C", _LEAD).replace("F", _CLOSE)), vowel) for shape, vowel in pairs]


def spellings(word: str) -> tuple[str, ...]:
    """As spoken, then letter for letter."""
    return _spoken(word), anyascii(word).upper()


def _spoken(word: str) -> str:
    text = _SILENT.sub("", _TONES.sub("", word)).replace("ทรง", "ซง").replace("ฤ", "รึ")
    latin, place = "", 0
    while place < len(text):
        found, vowel = next(
            ((hit, vowel) for shape, vowel in _shapes() if (hit := shape.match(text, place))), (None, "")
        )
        if found is None:
            place += 1  # a vowel without a consonant: no word of this language
            continue
        stray = found.end() - place == 1 and place > 0 and found.end() == len(text)
        latin += "" if stray else _syllable(found.groups(), vowel)
        place = found.end()
    return latin


def _syllable(letters: tuple[str, ...], vowel: str) -> str:
    lead, *close = letters
    silent = len(lead) > 1 and (lead[0] == "ห" or lead == "อย" or (lead[1:] == "ร" and lead[0] in "สศซจ"))
    heard = (lead[:1] if lead[1:] == "ร" else lead[1:]) if silent else lead
    return "".join(LEADING[letter] for letter in heard) + vowel + "".join(CLOSING[letter] for letter in close)
