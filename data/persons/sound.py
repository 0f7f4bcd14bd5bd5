"""How a name in Latin letters sounds, spelled one way, whatever transliteration wrote it.

- `sound` merges spellings that officials use for the same sound (KH and H, Q and K, OU and U, Y and I …).
- `skeleton` keeps its consonants and marks a leading vowel: scripts that write no vowels meet there.
"""

import re

_SPELLINGS: tuple[tuple[str, str], ...] = (
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
_UNVOICED = re.compile(r"[aeiou]")


def sound(latin: str) -> str:
    """Spell `latin` (letters A to Z) by its sound: MOHAMMAD and MUHAMAD both give `muhamad`."""
    text = _SILENT_H.sub("", _CLOSING_W.sub("u", _SOFT_C.sub("s", latin.lower())))
    text = f"e{text[2:]}" if text.startswith("ye") else text
    for spelling, heard in _SPELLINGS:
        if spelling in text:
            text = text.replace(spelling, heard)
    return _REPEATED.sub(r"\1", text.replace("c", "k").replace("w", "v"))


def skeleton(heard: str) -> str:
    """Consonants of a `sound`, with `A` for a leading vowel: `umar` and `amr` both give `Amr`."""
    if not heard:
        return ""
    lead = "A" if heard[0] in "aeiou" else ""
    return lead + _UNVOICED.sub("", heard)
