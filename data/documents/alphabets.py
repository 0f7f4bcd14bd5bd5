"""What the letters of an MRZ may stand for in the letters of a state: the pieces that `spellings` puts together.

A piece costs nothing where it is the usual reading. Each less usual choice costs one: a shorter piece where a longer
one fits (AE as A and E), a rarer letter, a soft sign that no MRZ shows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from string import ascii_uppercase

from data.documents.lattice import Piece
from data.documents.tables import arabic, cyrillic, greek
from data.documents.tables.transliteration import LATIN, OTHERS

Table = Mapping[str, list[Piece]]

_LONGEST_PIECE = 4
"""Щ is SHCH."""
_SOFTENED = frozenset("ДЗЛНРСТ")
_VOWELS = frozenset("AEIOUY")
_RARER = {"Ё": 1, "Э": 1, "Ъ": 2, "Η": 1, "Ω": 1}
"""What is read last of the letters with one spelling."""


@dataclass(frozen=True)
class Alphabet:
    """Pieces by the letters A to Z they stand for, anywhere, at the beginning and at the end of a word."""

    anywhere: Table
    first: Table = field(default_factory=dict)
    last: Table = field(default_factory=dict)

    def pieces(self, word: str, at: int) -> Iterator[Piece]:
        """The pieces that may stand at a place, the longest first."""
        longer_fits = 0
        for length in range(min(_LONGEST_PIECE, len(word) - at), 0, -1):
            found = list(self._fitting(word[at : at + length], at_start=at == 0, at_end=at + length == len(word)))
            yield from (piece._replace(cost=piece.cost + longer_fits) for piece in found)
            longer_fits = longer_fits or int(bool(found))

    def _fitting(self, text: str, *, at_start: bool, at_end: bool) -> Iterator[Piece]:
        """A letter with a spelling for the beginning or the end has no other one there."""
        special = [table for table, here in ((self.first, at_start), (self.last, at_end)) if here]
        for table in special:
            yield from table.get(text, ())
        elsewhere = {piece.letter for table in special for pieces in table.values() for piece in pieces}
        yield from (piece for piece in self.anywhere.get(text, ()) if piece.letter not in elsewhere)


class CyrillicAlphabet(Alphabet):
    """Cyrillic letters, where I is Й after a vowel unless another one follows (ANDREI, but MARIIA)."""

    def pieces(self, word: str, at: int) -> Iterator[Piece]:
        """The pieces that may stand at a place, the longest first."""
        glides = at > 0 and word[at - 1] in _VOWELS and word[at + 1 : at + 2] not in _VOWELS
        for piece in super().pieces(word, at):
            unusual = piece.letter == ("И" if glides else "Й") and piece.length == 1
            yield piece._replace(cost=piece.cost + unusual)


@cache
def latin(letters: str, *, known: bool) -> Alphabet:
    """A to Z and the `letters` with a spelling of their own; with `known` letters in their one-letter spelling too."""
    spelt = [(letter, LATIN.get(letter, letter), 0) for letter in letters]
    spelt += [(letter, other, 1) for letter in letters for other in OTHERS.get(letter, ())]
    kept = [(letter, spelling, cost) for letter, spelling, cost in spelt if known or len(spelling) > 1]
    return Alphabet(_table([*((letter, letter, 0) for letter in ascii_uppercase), *kept]))


@cache
def cyrillic_of(state: str) -> Alphabet:
    """The Cyrillic letters of a state of `tables.cyrillic.ALPHABETS`."""
    letters = cyrillic.ALPHABETS[state]
    spelling = cyrillic.CYRILLIC | cyrillic.BY_STATE.get(state, {})
    spelt = [(letter, spelling[letter], _RARER.get(letter, 0)) for letter in letters]
    if "Ь" in letters:
        spelt += [(f"{letter}Ь", spelling[letter], 1) for letter in letters if letter in _SOFTENED]
    first = cyrillic.FIRST_LETTERS.get(state, {})
    return CyrillicAlphabet(_table(spelt), first=_table((letter, text, 0) for letter, text in first.items()))


@cache
def greek_alphabet() -> Alphabet:
    """Greek letters and pairs; accents are not known from an MRZ."""
    spelt = [(letters, spelling, _RARER.get(letters, 0)) for letters, spelling in greek.GREEK.items()]
    for letters, spelling in greek.DIPHTHONGS.items():
        spelt += [(letters, f"{spelling}V", 1), (letters, f"{spelling}F", 1)]
    first = ((letters, spelling, 1) for letters, spelling in greek.FIRST_LETTERS.items())
    return Alphabet(_table(spelt), first=_table(first))


@cache
def arabic_alphabet() -> Alphabet:
    """Letters of the Arabic script in their spelling of Doc 9303-3."""
    spelt = [(letter, spelling, int(letter > "\u0670")) for letter, spelling in arabic.ARABIC.items()]
    last = ((letter, spelling, 0) for letter, spelling in arabic.LAST_LETTERS.items())
    return Alphabet(_table(spelt), last=_table(last))


def _table(spelt: Iterable[tuple[str, str, int]]) -> Table:
    """By spelling, from (letters, spelling, cost)."""
    table: dict[str, list[Piece]] = {}
    for letters, spelling, cost in spelt:
        if spelling:
            table.setdefault(spelling, []).append(Piece(len(spelling), letters, cost))
    return table
