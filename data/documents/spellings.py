"""From an MRZ back to the likely spellings of a word: Ä for AE, Cyrillic for a Russian document, and so on.

An MRZ says less than the name did, so these are candidates to show or to search by, never a corrected name. The word as
printed is always the first of them.
"""

from collections.abc import Iterator
from itertools import chain, islice

from data.documents.alphabets import Alphabet, arabic_alphabet, cyrillic_of, greek_alphabet, latin
from data.documents.countries import canonical
from data.documents.lattice import cuts
from data.documents.tables.alphabets import ANY_LATIN, ARABIC_STATES, CYRILLIC_STATES, GREEK_STATES, LATIN_LETTERS

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
    found = (islice(cuts(word, alphabet.pieces), MOST_SPELLINGS) for alphabet in _alphabets(word, canonical(issuer)))
    return tuple(islice(dict.fromkeys(chain((word,), *found)), MOST_SPELLINGS))


def _alphabets(word: str, state: str | None) -> Iterator[Alphabet]:
    if state in CYRILLIC_STATES:
        yield cyrillic_of(CYRILLIC_STATES[state])
    if state in GREEK_STATES:
        yield greek_alphabet()
    if "X" in word and (state is None or state in ARABIC_STATES):
        yield arabic_alphabet()
    yield latin(LATIN_LETTERS.get(state, ""), known=True) if state else latin(ANY_LATIN, known=False)
