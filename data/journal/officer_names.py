"""Whether two names that were typed are one officer's: the rule of the second person compares them.

- Only letters and digits count, folded: capitals, marks, full width, dots, blanks, invisible characters and letters of
  other alphabets that look the same make no second person. Nor does the order of the words.
- Until people sign in by themselves, a name that was invented or belongs to somebody absent is not noticed.
"""

import unicodedata

_INVISIBLE = dict.fromkeys((0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0))
"""Letters by their class, without a shape (Unicode, Default_Ignorable_Code_Point)."""
_LOOKALIKES = str.maketrans("аеорсухіјѕһкмтвнɑοανκτρυıøłđð", "aeopcyxijshkmtbhaoavktpuioldd")
"""Small letters of Cyrillic, Greek and Latin that are easily taken for, or typed as, a plain one."""


def same_officer(name: str, other: str) -> bool:
    """Whether both name one person. A name without a letter or digit is nobody's, and equal to every other."""
    words, other_words = _fold(name), _fold(other)
    if not words or not other_words:
        return True
    return "".join(words) == "".join(other_words) or sorted(words) == sorted(other_words)


def is_name(text: str) -> bool:
    """Whether anything in it counts as a name."""
    return bool(_fold(text))


def _fold(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).translate(_INVISIBLE).casefold())
    letters = (letter for letter in plain.translate(_LOOKALIKES) if unicodedata.category(letter)[0] not in "MC")
    return "".join(letter if letter.isalnum() else " " for letter in letters).split()
