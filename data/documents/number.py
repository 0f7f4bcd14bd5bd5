"""Document numbers: one canonical form, the numbers that may be meant instead, and what is odd about a number.

- A number is never silently corrected: what a reader or a hand may have meant is looked up beside what was read. A
  number with a character that is not known to be an ordinary mark was not read, and is no number at all.
- Confusable numbers differ in up to three characters that a camera takes for others; in two, in a number so full of
  them that three would be too many to ask for. One edit is any character replaced, left out, put in, or changed
  places with its neighbour.
- Many numbers at once are rows of ASCII codes. Index templates depend on lengths alone and are made once; a number
  then costs a handful of numpy calls (docs/screening.md, "Similar numbers").
- An oddity is a reason to look at the page, never proof. Only what is certain counts: a number known from specimens,
  one that nobody is given, one that a state's passports cannot have. A number whose check digit is wrong is not
  judged: it was misread.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from string import ascii_uppercase, digits

import numpy as np
from numpy.typing import NDArray

from data.documents.code_tables import canonical_country
from data.documents.mrz.fields import VALUES, WEIGHTS, check_digit
from data.documents.tables.confusable import CONFUSABLE
from data.documents.tables.number_patterns import CERTAIN, SPECIMENS
from data.documents.travel_document import MrzFormat, TravelDocument

SHORTEST, LONGEST = 5, 25
"""Characters of a document identification number on the list (SLTD)."""

Rows = NDArray[np.uint8]
_Places = NDArray[np.int16]
_ALPHABET = digits + ascii_uppercase
_BEHIND = np.frombuffer((_ALPHABET + "\0").encode(), np.uint8)
_MOST_FOR_THREE = 40
"""Swaps from which three at a time are too many: 10,700 numbers."""

MAX_TEXT = 200
"""Characters of a number with all its blanks and marks, as it is typed or stands in a file."""

MOST_NEIGHBOURS = 1000
"""Fewer substitutions come first; `000000000`, the worst number of nine characters, stays below."""

_CERTAIN = {issuer: re.compile(pattern, re.ASCII) for issuer, pattern in CERTAIN.items()}
_COUNTED_UP = ("123456789", "12345678", "1234567", "987654321", "87654321")
_LEAST_ZEROS = 5
_ORDINARY_MARKS = frozenset("-./\\,:'()<" + "\u2010\u2011\u2012\u2013\u2014\u2015\u2212" + "\u2018\u2019")
"""What lists and hands put between the characters of a number, with dashes and apostrophes of print; `<` in a zone."""
_BLANKS = frozenset("\t\n\r\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
"""Beside Unicode's (Zs): also those without width, as copied text has them; none that turns the reading direction."""
_SAME_IN_PRINT = ("<wide>", "<narrow>", "<font>")
"""How Unicode calls another form of the very same letter, digit or mark."""
_NUMBER_FIELD = 9
"""Characters of a number in a zone, without its check digit (Doc 9303-3)."""


def confusable_numbers(number: str) -> Rows:
    """The numbers up to three confusable substitutions away, nearest first: (n, length of the number)."""
    swaps = _Swaps(number)
    return swaps.apply_sets(swaps.sets_at_different_places())


def same_digit_numbers(printed: str) -> Rows:
    """Those of `confusable` whose check digit is the same.

    `printed` with its fillers, since a digit weighs positions; of characters that an MRZ has.
    """
    swaps = _Swaps(printed)
    chosen = swaps.sets_at_different_places()
    return swaps.apply_sets(chosen[swaps.adds[chosen].sum(axis=1) % 10 == 0])


def single_swap_numbers(number: str) -> Rows:
    """The numbers that differ from a cleaned one in a single confusable character: (n, 25), padded with zeros."""
    swaps = [(at, other) for at, char in enumerate(number) for other in CONFUSABLE.get(char, "")]
    return pad_numbers([number[:at] + other + number[at + 1 :] for at, other in swaps])


def length_slip_numbers(number: str) -> Rows:
    """What a cleaned number may be that was typed with one character too many or too few: (n, 25), padded with zeros.

    Too many: its last one, which may be a check digit, or one that stands beside its like. Too few: at any place.
    """
    doubled = [at for at, char in enumerate(number[1:], start=1) if char == number[at - 1]]
    too_many = [number[:at] + number[at + 1 :] for at in dict.fromkeys([len(number) - 1, *doubled])]
    shorter = pad_numbers([shorter for shorter in too_many if is_din(shorter)])
    return np.concatenate([shorter, np.concatenate([_codes(number), _BEHIND]).take(_insertions(len(number)))])


def rows_as_text(numbers: Rows) -> list[str]:
    """The numbers of rows that are padded with zeros, each once, in their order."""
    joined = numbers.tobytes().decode("ascii")
    starts = range(0, len(joined), LONGEST)
    return list(dict.fromkeys(joined[start : start + LONGEST].rstrip("\0") for start in starts))


def number_as_weighed(text: str, digit: str) -> str:
    """A typed number as a zone has it for this check digit: with a filler for each blank or mark inside, or without.

    Doc 9303-3 writes fillers; a person may type a blank that is not printed. Without where the digit fits neither form.
    """
    cleaned = clean_number(text)
    filled = "".join(clean_number(char) or "<" for char in text.strip())
    with_fillers = re.sub("<+", "<", filled).strip("<")
    return with_fillers if check_digit(cleaned) != digit and check_digit(with_fillers) == digit else cleaned


def one_edit_numbers(number: str) -> Rows:
    """The numbers at most one edit away that a list could hold: (n, 25), padded with zeros; some come twice."""
    return np.concatenate([_codes(number), _BEHIND]).take(_edits(len(number)))


def similar_numbers(number: str) -> Rows:
    """`confusable` and `one_edit_numbers` of a cleaned number: (n, 25), padded with zeros; itself is among them."""
    confused = confusable_numbers(number)
    rows = np.zeros((len(confused), LONGEST), np.uint8)
    rows[:, : len(number)] = confused
    return np.concatenate([rows, one_edit_numbers(number)])


def pad_numbers(numbers: Sequence[str]) -> Rows:
    """Numbers of at most 25 characters as (n, 25) rows, padded with zeros."""
    joined = "".join([number.ljust(LONGEST, "\0") for number in numbers])
    return np.frombuffer(joined.encode("ascii"), np.uint8).reshape(-1, LONGEST)


def clean_number(text: str) -> str:
    """Upper case, and nothing but A to Z and 0 to 9 (SLTD's DIN); full-width forms count as plain ones.

    Blanks and ordinary marks are left out. Nothing of a text with anything else in it (`unread_characters`) or of more
    than MAX_TEXT characters: that is nobody's number, and is not cut down to one.
    """
    return "" if unread_characters(text) else legible_part(text)


def legible_part(text: str) -> str:
    """`clean_number` of what was read of a number, however much was not: only to ask what it may be."""
    if len(text) > MAX_TEXT:
        return ""
    if text.isascii() and text.isalnum():
        return text.upper()
    return "".join(plain.upper() for plain in _plain_forms(text) if plain.isascii() and plain.isalnum())


def unread_characters(text: str) -> tuple[str, ...]:
    """The characters that cannot be part of a document number, each once in their order; () of one that was read.

    Of another script, what stands for a character that was not read (`?`, `*`, `_`, U+FFFD), and what would become
    other characters (`ß`, `½`, `②`). Only the first MAX_TEXT characters are looked at.
    """
    if text.isascii() and text.isalnum():
        return ()
    return tuple(dict.fromkeys(plain for plain in _plain_forms(text[:MAX_TEXT]) if not _may_stand_in_number(plain)))


def describe_characters(characters: Sequence[str]) -> str:
    """Characters as a message shows them: with their code where they may look like another, alone where they do not.

    `?, А (U+0410), U+FFFD`; the first five.
    """
    return ", ".join(map(_describe_character, characters[:5]))


def is_din(number: str) -> bool:
    """Whether a cleaned number can stand on the list: 5 to 25 characters."""
    return SHORTEST <= len(number) <= LONGEST


def ends_in_its_digit(document: TravelDocument) -> bool:
    """Whether a typed number that is longer than its field in a zone may have been copied from there with its digit.

    Not if a check digit was typed that fits the whole number alone.
    """
    number, digit = clean_number(document.number), document.digit("number")
    if not document.is_typed_number or len(number) <= _NUMBER_FIELD or check_digit(number[:-1]) != number[-1]:
        return False
    return digit is None or digit.found == number[-1]


class Oddity(StrEnum):
    """Why a number needs a look."""

    SPECIMEN_NUMBER = "specimen_number"
    """It stands on published specimens."""
    PLACEHOLDER_NUMBER = "placeholder_number"
    """Nothing but zeros, one character throughout, or counted up."""
    FOREIGN_NUMBER = "foreign_number"
    """The state's ordinary passports have numbers of another form."""


def find_oddities(document: TravelDocument) -> tuple[Oddity, ...]:
    """Every oddity of a document's number, in the order of `Oddity`; none of one that was not read."""
    number, digit = clean_number(document.number), document.digit("number")
    if not number or (digit and not digit.ok):
        return ()
    rules = {
        Oddity.SPECIMEN_NUMBER: number in SPECIMENS,
        Oddity.PLACEHOLDER_NUMBER: _placeholder(number),
        Oddity.FOREIGN_NUMBER: _foreign(document, number),
    }
    return tuple([oddity for oddity, applies in rules.items() if applies])


class _Swaps:
    """Every single substitution of a number; behind the last stands "none", so that sets of them have one width."""

    def __init__(self, number: str) -> None:
        self.codes = _codes(number)
        swaps = [(place, other) for place, char in enumerate(number) for other in CONFUSABLE.get(char, "")]
        adds = [(VALUES[other] - VALUES[number[place]]) * WEIGHTS[place] for place, other in swaps]
        self.places = np.array([place for place, _ in swaps] + [0], np.int16)
        self.others = np.array([ord(other) for _, other in swaps] + [ord(number[0])], np.uint8)
        self.adds = np.array([*adds, 0], np.int16)
        """What each adds to the check digit, before the modulus."""

    def sets_at_different_places(self) -> _Places:
        """Sets of one to three substitutions that are at different places."""
        none = len(self.places) - 1
        chosen = _sets(none)
        first, second, third = self.places[chosen].T
        lone, pair = chosen[:, 1] == none, chosen[:, 2] == none
        different: _Places = chosen[(lone | (first != second)) & (pair | ((second != third) & (first != third)))]
        return different

    def apply_sets(self, chosen: _Places) -> Rows:
        """The numbers that the sets lead to."""
        rows = np.repeat(self.codes[None], len(chosen), axis=0)
        each = np.arange(len(chosen))
        # "None" stands last in a set and writes the first character over itself: before the others, it does no harm.
        for column in (2, 1, 0):
            rows[each, self.places[chosen[:, column]]] = self.others[chosen[:, column]]
        return rows


@lru_cache(maxsize=128)
def _sets(swaps: int) -> _Places:
    """Sets of one, two and three of so many swaps, in this order; `swaps` itself stands for none."""
    most = 3 if swaps <= _MOST_FOR_THREE else 2
    sets = [(*some, *[swaps] * (3 - size)) for size in range(1, most + 1) for some in combinations(range(swaps), size)]
    return np.array(sets, np.int16).reshape(-1, 3)


@lru_cache(maxsize=LONGEST)
def _insertions(length: int) -> NDArray[np.intp]:
    """`_edits` of one kind: a character is put in."""
    whole, alphabet = list(range(length)), range(length, length + len(_ALPHABET))
    places = range(length + 1) if length < LONGEST else ()
    return _fill_up([[*whole[:at], new, *whole[at:]] for at in places for new in alphabet], length)


@lru_cache(maxsize=LONGEST)
def _edits(length: int) -> NDArray[np.intp]:
    """For numbers of one length: where each edited number takes each of its 25 characters from.

    From the number (0 upwards), from the alphabet behind it, or from the zero behind that.
    """
    whole = list(range(length))
    alphabet = range(length, length + len(_ALPHABET))
    edits = [[*whole[:at], new, *whole[at + 1 :]] for at in whole for new in alphabet]
    edits += [[*whole[:at], whole[at + 1], whole[at], *whole[at + 2 :]] for at in whole[:-1]]
    if length > SHORTEST:
        edits += [[*whole[:at], *whole[at + 1 :]] for at in whole]
    return np.concatenate([_fill_up(edits, length), _insertions(length)])


def _fill_up(edits: list[list[int]], length: int) -> NDArray[np.intp]:
    zero = length + len(_ALPHABET)
    filled = [edit + [zero] * (LONGEST - len(edit)) for edit in edits]
    return np.array(filled, np.intp).reshape(-1, LONGEST)


def _codes(number: str) -> Rows:
    return np.frombuffer(number.encode("ascii"), np.uint8)


def _plain_forms(text: str) -> list[str]:
    """Its composed characters, each in the plain form that is the same letter, digit or mark."""
    composed = unicodedata.normalize("NFC", text)
    return [
        unicodedata.normalize("NFKC", char)
        if unicodedata.decomposition(char).partition(" ")[0] in _SAME_IN_PRINT
        else char
        for char in composed
    ]


def _may_stand_in_number(char: str) -> bool:
    is_letter_or_digit = char.isascii() and char.isalnum()
    is_blank = char in _BLANKS or unicodedata.category(char) == "Zs"
    return is_letter_or_digit or is_blank or char in _ORDINARY_MARKS


def _describe_character(char: str) -> str:
    code = f"U+{ord(char[0]):04X}"
    if char.isascii() and char.isprintable():
        return char
    return f"{char} ({code})" if char.isalnum() else code


def _placeholder(number: str) -> bool:
    digits = [char for char in number if char.isdigit()]
    only_zeros = len(digits) >= _LEAST_ZEROS and set(digits) == {"0"}
    return only_zeros or number in _COUNTED_UP or (len(number) >= _LEAST_ZEROS and len(set(number)) == 1)


def _foreign(document: TravelDocument, number: str) -> bool:
    """Ordinary passports of a state's own nationals only: others may have numbers of their own.

    Of one that was typed as a passport the nationality may not have been typed.
    """
    pattern = _CERTAIN.get(canonical_country(document.issuer) or "")
    is_own = document.nationality == document.issuer or (document.is_typed_number and not document.nationality)
    is_passport = document.code == "P" and (document.format is MrzFormat.TD3 or document.is_typed_number)
    return bool(pattern and is_own and is_passport and not pattern.fullmatch(number))
