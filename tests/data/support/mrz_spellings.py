"""From an MRZ back to the likely spellings of a word: Ä for AE, Cyrillic for a Russian document, and so on.

- An MRZ says less than the name did, so these are candidates, never a corrected name. The word as printed is always
  the first of them.
- A piece of a word costs nothing where it is the usual reading. Each less usual choice costs one: a shorter piece
  where a longer one fits (AE as A and E), a rarer letter, a soft sign that no MRZ shows. Cuts come cheapest first, so
  a search that stops early has missed only dearer ones. What cannot be finished is never begun, and the steps are
  bounded.
- Latin letters of a state are those that Doc 9303-3 section 6 part A spells with more or other letters than their
  base letter, or may. States not named write no such letter, or none that this table knows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from heapq import heappop, heappush
from itertools import chain, count, islice
from string import ascii_uppercase
from typing import NamedTuple

from data.documents.code_tables import canonical_country
from data.documents.tables import arabic, cyrillic, greek
from data.documents.tables.cyrillic import ALPHABETS
from data.documents.tables.transliteration import LATIN, OTHERS

MOST_STEPS = 4000


class Piece(NamedTuple):
    """Letters that the next `length` characters of a word may stand for."""

    length: int
    letter: str
    cost: int


PiecesAt = Callable[[str, int], Iterable[Piece]]
"""The pieces that may stand at a place of a word."""


def cut_word(word: str, pieces_at: PiecesAt) -> Iterator[str]:
    """The letters of every cut of `word`, cheapest first, within MOST_STEPS steps; nothing where no cut fits."""
    pieces = [list(pieces_at(word, at)) for at in range(len(word))]
    ends = _reaching_the_end(pieces)
    order = count()
    waiting = [(0, 0, next(order), "")]
    for _ in range(MOST_STEPS):
        if not waiting:
            return
        cost, behind, _, letters = heappop(waiting)
        at = -behind
        if at == len(word):
            yield letters
            continue
        for piece in pieces[at]:
            if at + piece.length in ends:
                heappush(waiting, (cost + piece.cost, -at - piece.length, next(order), letters + piece.letter))


def _reaching_the_end(pieces: list[list[Piece]]) -> set[int]:
    ends = {len(pieces)}
    for at in range(len(pieces) - 1, -1, -1):
        if any(at + piece.length in ends for piece in pieces[at]):
            ends.add(at)
    return ends


LATIN_LETTERS: dict[str, str] = {
    **dict.fromkeys(("DEU", "AUT", "CHE", "LIE"), "ÄÖÜẞ"),
    **dict.fromkeys(("SWE", "FIN"), "ÅÄÖ"),
    **dict.fromkeys(("DNK", "NOR"), "ÆØÅ"),
    **dict.fromkeys(("HUN", "TUR"), "ÖÜ"),
    **dict.fromkeys(("ESP", "MEX", "ARG", "BOL", "CHL", "COL", "CRI", "CUB", "DOM", "ECU", "GTM", "HND"), "ÑÜ"),
    **dict.fromkeys(("NIC", "PAN", "PER", "PHL", "PRY", "SLV", "URY", "VEN"), "ÑÜ"),
    "AZE": "ÖÜƏ",
    "EST": "ÄÖÜ",
    "FRA": "ŒÆ",
    "ISL": "ÞÆÖÐ",
    "NLD": "Ĳ",
}

ANY_LATIN = "ÄÖÜØÅÆÞẞÑ"
"""Tried where the issuer is not known, in their longer spellings alone."""

CYRILLIC_STATES: dict[str, str] = {
    **{state: state for state in ALPHABETS},
    **dict.fromkeys(("KAZ", "KGZ"), "RUS"),
    **dict.fromkeys(("MNE", "BIH"), "SRB"),
}
"""State → whose Cyrillic letters."""

GREEK_STATES = frozenset({"GRC", "CYP"})

ARABIC_STATES = frozenset(
    (
        *("AFG", "ARE", "BHR", "COM", "DJI", "DZA", "EGY", "IRN", "IRQ", "JOR", "KWT", "LBN", "LBY", "MAR", "MRT"),
        *("OMN", "PAK", "PSE", "QAT", "SAU", "SDN", "SOM", "SYR", "TCD", "TUN", "YEM"),
    )
)

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
            fitting = list(self._fitting(word[at : at + length], at_start=at == 0, at_end=at + length == len(word)))
            yield from (piece._replace(cost=piece.cost + longer_fits) for piece in fitting)
            longer_fits = longer_fits or int(bool(fitting))

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
def latin_alphabet(letters: str, *, known: bool) -> Alphabet:
    """A to Z and the `letters` with a spelling of their own; with `known` letters in their one-letter spelling too."""
    spelt = [(letter, LATIN.get(letter, letter), 0) for letter in letters]
    spelt += [(letter, other, 1) for letter in letters for other in OTHERS.get(letter, ())]
    spellings = [(letter, spelling, cost) for letter, spelling, cost in spelt if known or len(spelling) > 1]
    return Alphabet(_table([*((letter, letter, 0) for letter in ascii_uppercase), *spellings]))


@cache
def cyrillic_alphabet(state: str) -> Alphabet:
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


MOST_SPELLINGS = 32
MAX_WORD = 39
"""Characters of the longest name field (Doc 9303-4); a longer word is no word of an MRZ."""


def likely_spellings(word: str, issuer: str = "") -> tuple[str, ...]:
    """Spellings that an MRZ of `issuer` may print as `word` (A to Z), likeliest first, at most MOST_SPELLINGS.

    Without an issuer: Latin letters with a longer spelling (Ä as AE), and Arabic script where X marks its letters.
    """
    if not (word.isascii() and word.isalpha() and len(word) <= MAX_WORD):
        return (word,)
    word = word.upper()
    found = (
        islice(cut_word(word, alphabet.pieces), MOST_SPELLINGS)
        for alphabet in _alphabets(word, canonical_country(issuer))
    )
    return tuple(islice(dict.fromkeys(chain((word,), *found)), MOST_SPELLINGS))


def _alphabets(word: str, state: str | None) -> Iterator[Alphabet]:
    if state in CYRILLIC_STATES:
        yield cyrillic_alphabet(CYRILLIC_STATES[state])
    if state in GREEK_STATES:
        yield greek_alphabet()
    if "X" in word and (state is None or state in ARABIC_STATES):
        yield arabic_alphabet()
    yield latin_alphabet(LATIN_LETTERS.get(state, ""), known=True) if state else latin_alphabet(ANY_LATIN, known=False)
