"""How alike two name parts are: one small comparison, a grade and nothing else.

Symmetric: `likeness(a, b) == likeness(b, a)`.
"""

from enum import IntEnum

from rapidfuzz.distance import OSA

from data.persons.latin import Form
from data.persons.names import Token
from data.persons.variants import variants


class Likeness(IntEnum):
    """Grades, best first."""

    SAME = 0
    SOUND = 1
    """Spelled otherwise, same sound."""
    VOWELS = 2
    """Same consonants, one vowel apart."""
    SCRIPT = 3
    """Same consonants, and the listed script writes no vowels."""
    SLIP = 4
    """One letter added, dropped, changed or two swapped."""
    VARIANT = 5
    """One name in two languages or habits: JOSEPH and YUSUF."""
    CONSONANTS = 6
    """Same consonants, other vowels."""
    SLIPS = 7
    """Two slips in a long part, three in a very long one."""
    SCRIPT_SLIP = 8
    """One consonant apart, in a script without vowels."""
    PREFIX = 9
    """The traveller's part was cut off and fits as far as it goes."""
    INITIAL = 10

    @property
    def words(self) -> str:
        """What an officer reads in brackets; empty for SAME."""
        return _WORDS[self]


_WORDS = {
    Likeness.SAME: "",
    Likeness.SOUND: "same sound",
    Likeness.VOWELS: "one vowel differs",
    Likeness.SCRIPT: "same consonants, other script",
    Likeness.SLIP: "one letter differs",
    Likeness.VARIANT: "known variant",
    Likeness.CONSONANTS: "same consonants",
    Likeness.SLIPS: "some letters differ",
    Likeness.SCRIPT_SLIP: "similar, other script",
    Likeness.PREFIX: "cut off, fits so far",
    Likeness.INITIAL: "initial",
}


LEAST_CONSONANTS = 4
"""Shorter skeletons are one consonant from too much."""


MOST_SLIPS = 3


def slips_allowed(one: int, other: int) -> int:
    """Slips that may lie between sounds of so many letters when one is meant for the other."""
    letters = one + other
    return 0 if letters < 7 else 1 if letters < 12 else 2 if letters < 18 else MOST_SLIPS


def likeness(one: Token, other: Token) -> Likeness | None:
    """The best grade over all spellings of two name parts, or None when they are not alike."""
    grades = [grade for a in one.forms for b in other.forms if (grade := of_forms(a, b)) is not None]
    return min(grades, default=None)


def of_forms(a: Form, b: Form) -> Likeness | None:
    """The grade of two spellings."""
    spelled = _by_spelling(a, b)
    if b.sound in variants(a.sound) and not (a.vowelless or b.vowelless):
        return Likeness.VARIANT if spelled is None else min(spelled, Likeness.VARIANT)
    return spelled


def _by_spelling(a: Form, b: Form) -> Likeness | None:
    if a.latin == b.latin:
        return Likeness.SAME
    if a.sound == b.sound:
        return Likeness.SOUND
    if a.vowelless or b.vowelless:
        return _of_skeletons(a.skeleton, b.skeleton)
    if a.skeleton == b.skeleton and len(a.skeleton) > 1:
        return of_vowels(a.sound, b.sound)
    allowed = slips_allowed(len(a.sound), len(b.sound))
    return of_slips(int(OSA.distance(a.sound, b.sound, score_cutoff=allowed)), allowed) if allowed else None


def of_vowels(one: str, other: str) -> Likeness:
    """The grade of two sounds with the same consonants."""
    return Likeness.VOWELS if OSA.distance(one, other, score_cutoff=1) <= 1 else Likeness.CONSONANTS


def of_slips(apart: int, allowed: int) -> Likeness | None:
    """The grade of two sounds that are `apart` slips from each other."""
    if apart > allowed:
        return None
    return Likeness.SLIP if apart <= 1 else Likeness.SLIPS


def _of_skeletons(a: str, b: str) -> Likeness | None:
    if min(len(a), len(b)) < 2:
        return None
    if a == b:
        return Likeness.SCRIPT
    near = min(len(a), len(b)) >= LEAST_CONSONANTS and OSA.distance(a, b, score_cutoff=1) <= 1
    return Likeness.SCRIPT_SLIP if near else None
