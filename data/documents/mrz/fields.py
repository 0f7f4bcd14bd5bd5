"""What single fields of an MRZ say: check digits, numbers, names, dates, and what is wrong with them.

- Check digits: weights 7-3-1, modulo 10, `<` as 0, A to Z as 10 to 35 (Doc 9303-3 section 4.9). Letters whose values
  differ by ten weigh the same, so G/6, L/1, U/0 and V/1 swaps are invisible to every digit.
- Numbers: the number as read is kept, and never replaced, since a "corrected" one could be somebody else's. Other
  numbers that it may be in truth stand beside it, and both are looked up (docs/screening.md, "Document numbers").
- Names: `<<` parts surname from given names, `<` parts their words (Doc 9303-3 section 4.6). No digit guards a name,
  and the filler `<` is most like K, C, X, S and E: read as `DOEKKJANE`, `DOE<<JANE` is a name that no list holds.
- Dates have six digits, unknown parts as `<<` (Doc 9303-3 sections 4.8 and 4.10). The century never comes from a
  fixed pivot: a machine-readable document expires in 1980 or later and as near to today as two digits allow; its
  holder is born neither in the future nor after it was issued or expires, unless that would make the holder older
  than anybody gets. A state that prints 00 for an unknown month or day is understood, though it should have printed
  `<<` (see `has_zero_part`).
- Problems: one rule each. A specimen's state (UTO) is a known one: whether a specimen may be presented is for the
  screening to say.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import combinations, islice
from operator import mul
from string import ascii_uppercase, digits

from data.documents.code_tables import is_known_country
from data.documents.mrz.formats import Layout
from data.documents.tables.confusable import CONFUSABLE
from data.documents.travel_document import CheckDigit, MrzName, MrzProblem
from data.persons.person import PartialDate

VALUES: dict[str, int] = {char: value for value, char in enumerate(digits + ascii_uppercase)} | {"<": 0}
"""What each legal character counts."""

WEIGHTS = (7, 3, 1) * 40
"""Longer than any field, the whole of a French card (71) included."""

MOST_CANDIDATES = 24
"""The nearest ones: one character misread, then two."""

DIGIT_MEANT = {char: next((other for other in others if other.isdigit()), "") for char, others in CONFUSABLE.items()}
"""The digit that a letter in a place for digits stands for."""

_SAME_WEIGHT = {
    char: same
    for char, others in CONFUSABLE.items()
    if (same := "".join(other for other in others if (VALUES[other] - VALUES[char]) % 10 == 0))
}

FIRST_MRZ_YEAR = 1980
"""Year of the first edition of Doc 9303: nothing machine-readable expires before."""

MAX_AGE_YEARS = 120
UNKNOWN_DATE = "<<<<<<"

DateParts = tuple[int | None, int | None, int | None]

_LEGAL_TEXT = re.compile("[A-Z0-9<]*")
_LEGAL_NAME = re.compile("[A-Z<]*")
_LEGAL_SEX = frozenset("MF<X")
_CARD_CODE = re.compile("A[A-UW-Z<]|[CI][A-UW-Z<]")


def check_digit(field: str) -> str:
    """The digit over `field` of at most 120 characters; empty when a character is not legal in an MRZ."""
    try:
        return str(sum(map(mul, [VALUES[char] for char in field], WEIGHTS)) % 10)
    except KeyError:
        return ""


def judge_digit(name: str, field: str, printed: str) -> CheckDigit:
    """The digit printed beside a field against the digit it should be."""
    expected = check_digit(field)
    return CheckDigit(name, printed, expected, ok=printed == expected and bool(expected))


def judge_optional_digit(field: str, printed: str) -> CheckDigit:
    """Like `judge_digit`, but the digit over empty optional data may be `<` as well as `0` (Doc 9303-4, 4.2.2)."""
    digit = judge_digit("optional", field, printed)
    if printed == "<" and not field.strip("<"):
        return CheckDigit("optional", printed, digit.expected, ok=True)
    return digit


def number_candidates(number: str, digit: CheckDigit, before: int = 0) -> tuple[str, ...]:
    """The numbers one misreading away that the printed digit fits as well, or that it fits where `number` does not.

    `number` as printed, without trailing filler; the digit counts `before` characters in front of it. A right digit
    leaves the swaps that weigh nothing (G/6, L/1, U/0, V/1). A wrong one asks for what makes it right, by one misread
    character or two; none where nothing does.
    """
    if digit.ok:
        return tuple(islice(_same_digit_swaps(number), MOST_CANDIDATES))
    printed = digit.found if digit.found.isdecimal() else DIGIT_MEANT.get(digit.found, "")
    if not (printed and digit.expected):
        return ()
    if printed == digit.expected:  # only the digit itself was misread
        return tuple(islice(_same_digit_swaps(number), MOST_CANDIDATES))
    return tuple(
        islice(_swaps_that_add(number, (int(printed) - int(digit.expected)) % 10, WEIGHTS[before:]), MOST_CANDIDATES)
    )


def read_name(field: str) -> MrzName | None:
    """The name in one field; None when it is empty. A field without trailing filler may have been cut."""
    surname, _, given = field.partition("<<")
    return _mrz_name(surname, given, truncated=not field.endswith("<"))


def read_split_name(surname: str, given: str) -> MrzName | None:
    """The name in two fields, as on the French card; a field of no width holds nothing and cuts nothing."""
    return _mrz_name(surname, given, truncated=any(field and not field.endswith("<") for field in (surname, given)))


def read_date_parts(field: str) -> DateParts | None:
    """Year of two digits, month and day, None for each unknown part; None when this is no date at all."""
    texts = (field[0:2], field[2:4], field[4:6])
    if field == "000000" or not all(text == "<<" or (text.isdecimal() and text.isascii()) for text in texts):
        return None
    year, month, day = (None if text == "<<" else int(text) for text in texts)
    return year, month or None, day or None


def has_zero_part(field: str) -> bool:
    """Whether month or day is 00."""
    return "00" in (field[2:4], field[4:6])


def read_expiry(parts: DateParts, today: date) -> PartialDate | None:
    """The date of expiry; None when no century makes it one."""
    year, month, day = parts
    if year is None:
        return make_partial_date(None, month, day)
    years = [century + year for century in (1900, 2000) if century + year >= FIRST_MRZ_YEAR]
    near = sorted(years, key=lambda candidate: abs(candidate - today.year))
    return next((expiry for candidate in near if (expiry := make_partial_date(candidate, month, day))), None)


def read_birth(parts: DateParts, latest: date, today: date) -> PartialDate | None:
    """The last date with these parts that is not after `latest`; None when the calendar has none."""
    year, month, day = parts
    if year is None:
        return make_partial_date(None, month, day)
    birth = _last_date_before(year, month, day, latest)
    if birth and birth.year and today.year - birth.year > MAX_AGE_YEARS:
        return _last_date_before(year, month, day, today)
    return birth


def last_day(partial: PartialDate) -> date:
    """The last day a date with a known year may mean."""
    year, month = partial.year or date.max.year, partial.month or 12
    return partial.whole or date(year, month, 28)


def make_partial_date(year: int | None, month: int | None, day: int | None) -> PartialDate | None:
    """A date of these parts; None when the calendar has none."""
    if day is not None and not 1 <= day <= 31:
        return None
    try:
        return PartialDate(year, month, day)
    except ValueError:
        return None


def find_problems(
    layout: Layout,
    flat: str,
    *,
    number: str,
    name: MrzName | None,
    birth: PartialDate | None,
    expiry: PartialDate | None,
) -> tuple[MrzProblem, ...]:
    """Every problem of the joined lines `flat`, in the order of `MrzProblem`."""
    rules = {
        MrzProblem.UNKNOWN_STATE: not is_known_country(flat[layout.issuer]),
        MrzProblem.UNKNOWN_NATIONALITY: layout.nationality is not None
        and not is_known_country(flat[layout.nationality]),
        MrzProblem.ILLEGAL_CHARACTERS: not is_legal(layout, flat),
        MrzProblem.IMPOSSIBLE_BIRTH: layout.birth is not None and _is_impossible_date(birth, flat[layout.birth]),
        MrzProblem.IMPOSSIBLE_EXPIRY: layout.expiry is not None and _is_impossible_date(expiry, flat[layout.expiry]),
        MrzProblem.UNKNOWN_SEX: layout.sex is not None and flat[layout.sex] not in _LEGAL_SEX,
        MrzProblem.NO_NAME: name is None,
        MrzProblem.JOINED_NAME: name is not None and not layout.given and _may_be_joined(name),
        MrzProblem.NO_NUMBER: not number.strip("<"),
        MrzProblem.UNUSUAL_CODE: not _is_usual_code(layout, flat[layout.code]),
    }
    return tuple([problem for problem, is_there in rules.items() if is_there])


def _same_digit_swaps(number: str) -> Iterator[str]:
    for position, char in enumerate(number):
        if char in _SAME_WEIGHT:
            for other in _SAME_WEIGHT[char]:
                yield number[:position] + other + number[position + 1 :]


def _swaps_that_add(number: str, missing: int, weights: tuple[int, ...]) -> Iterator[str]:
    """The numbers whose digit is `missing` more, modulo ten."""
    swaps = [
        (position, other, (VALUES[other] - VALUES[char]) * weights[position] % 10)
        for position, char in enumerate(number[: len(weights)])
        for other in CONFUSABLE.get(char, "")
    ]
    for position, other, adds in swaps:
        if adds == missing:
            yield number[:position] + other + number[position + 1 :]
    for (first, first_other, adds), (second, second_other, more) in combinations(swaps, 2):
        if first != second and adds and more and (adds + more) % 10 == missing:
            yield number[:first] + first_other + number[first + 1 : second] + second_other + number[second + 1 :]


def _mrz_name(surname: str, given: str, *, truncated: bool) -> MrzName | None:
    name = MrzName(_name_words(surname), _name_words(given), truncated)
    return name if name.surname or name.given else None


def _name_words(field: str) -> str:
    return " ".join(field.replace("<", " ").split())


def _last_date_before(year: int, month: int | None, day: int | None, latest: date) -> PartialDate | None:
    first = latest.year // 100 * 100 + year
    for candidate in (first, first - 100):
        partial = make_partial_date(candidate, month, day)
        if partial and (candidate, month or 1, day or 1) <= (latest.year, latest.month, latest.day):
            return partial
    return None


def _is_impossible_date(partial: PartialDate | None, field: str) -> bool:
    return field != UNKNOWN_DATE and (partial is None or has_zero_part(field))


def is_legal(layout: Layout, flat: str) -> bool:
    """A to Z, 0 to 9 and fillers only, and no digit in a name (Doc 9303-3 section 4.3)."""
    name = flat[layout.surname] + (flat[layout.given] if layout.given else "")
    return bool(_LEGAL_TEXT.fullmatch(flat) and _LEGAL_NAME.fullmatch(name))


def _is_usual_code(layout: Layout, code: str) -> bool:
    """Whether Doc 9303 gives this document code to this format; a card's second letter is never V."""
    if code[0] not in layout.first_letters:
        return False
    if code[0] in "DF":  # a driving licence is known by its whole code
        return True
    return bool(_CARD_CODE.fullmatch(code) if code[0] in "IAC" else _LEGAL_NAME.fullmatch(code))


LOOKS_LIKE_FILLER = "KCXSE"


def split_at_fillers(word: str, least: int) -> Iterator[tuple[str, str]]:
    """The two words that a word may be if one or two fillers in it were misread, each of `least` letters or more."""
    for begin in range(least, len(word) - least):
        for length in (1, 2):
            end = begin + length
            if end + least <= len(word) and all(letter in LOOKS_LIKE_FILLER for letter in word[begin:end]):
                yield word[:begin], word[end:]


def strip_fillers(word: str, least: int) -> Iterator[str]:
    """What a word may be if two or more fillers behind it were misread, of `least` letters or more."""
    for end in range(len(word) - 1, least - 1, -1):
        if word[end] not in LOOKS_LIKE_FILLER:
            break
        if len(word) - end > 1:
            yield word[:end]


_DOUBLED_FILLER = re.compile(f"(?P<letter>[{LOOKS_LIKE_FILLER}])(?P=letter)")
_HAS_VOWEL = re.compile("[AEIOUY]")


def _may_be_joined(name: MrzName) -> bool:
    """Whether a name without given names is two whole names around a doubled letter that `<` is misread as.

    Names have doubled letters of their own, so what stands on either side must be long enough to be a name: for SS, EE
    and CC, which many names have (HUSSEIN), longer than for KK; X is not doubled in any name.
    """
    return not name.given and any(
        _are_two_names(word[: run.start()], run["letter"], word[run.end() :])
        for word in name.surname.split()
        for run in _DOUBLED_FILLER.finditer(word)
    )


def _are_two_names(first: str, letter: str, second: str) -> bool:
    shortest, letters = min(len(first), len(second)), len(first) + len(second)
    is_long = {"X": shortest >= 2, "K": shortest >= 3}.get(letter, shortest >= 4 or (shortest == 3 and letters >= 11))
    return is_long and all(_HAS_VOWEL.search(part) for part in (first, second))
