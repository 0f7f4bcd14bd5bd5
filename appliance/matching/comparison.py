"""How a value of a traveller and one of a listed person compare: name part, birth date, sex, nationality, number.

- Each comparison gives a grade and nothing else; the weight of a grade is in `weights`, its text in `reasons`. Unknown
  is no evidence, for or against.
- Name parts: symmetric, `token_similarity(a, b) == token_similarity(b, a)`.
- Birth dates: one class, the best over all listed dates. Clerks swap day and month, or get one part of a date wrong. On
  many passports and lists 1 January means "unknown", so the same date there proves less.
"""

from enum import IntEnum, StrEnum

from rapidfuzz.distance import OSA

from data.documents.code_tables import successor_states
from data.documents.number import clean_number
from data.persons.name_forms import NameForm, name_variants, romanisation_key, spelling_key
from data.persons.names import Token
from data.persons.person import HeldDocument, PartialDate, Sex
from data.screenings import Agreement


class TokenSimilarity(IntEnum):
    """Grades, best first."""

    SAME = 0
    SOUND = 1
    """Different spelling, same sound."""
    VOWELS = 2
    """Same consonants, one vowel apart."""
    SCRIPT = 3
    """Same consonants, and the listed script writes no vowels."""
    SLIP = 4
    """One letter added, dropped, changed or two swapped."""
    VARIANT = 5
    """The same name in two languages or customs: JOSEPH and YUSUF."""
    CONSONANTS = 6
    """Same consonants, different vowels."""
    ROMANISED = 7
    """May be the same East Asian syllables in another romanisation: GUN and KUN."""
    SLIPS = 8
    """Two slips in a long part, three in a very long one."""
    SCRIPT_SLIP = 9
    """One consonant apart, in a script without vowels."""
    SHORT_SLIP = 10
    """One letter off in so short a part that many names are; counts only where it is the whole name."""
    PREFIX = 11
    """The traveller's part was cut off and fits as far as it goes."""
    INITIAL = 12


LEAST_CONSONANTS = 4
"""Shorter skeletons are one consonant away from too many others."""

MOST_SLIPS = 3


def allowed_slips(length: int, other_length: int) -> int:
    """How many slips apart two sounds of these lengths may be and still be meant as the same name."""
    letters = length + other_length
    return 0 if letters < 7 else 1 if letters < 12 else 2 if letters < 18 else MOST_SLIPS


def allowed_short_slips(length: int, other_length: int) -> int:
    """Like `allowed_slips`, for names that are a single part."""
    return 1 if 3 < length + other_length and not allowed_slips(length, other_length) else 0


def token_similarity(token: Token, other: Token) -> TokenSimilarity | None:
    """The best grade over all spellings of two name parts, or None when they are not alike."""
    grades = [grade for a in token.forms for b in other.forms if (grade := form_similarity(a, b)) is not None]
    return min(grades, default=None)


def is_short_slip(token: Token, other: Token) -> bool:
    """Whether two parts that are too short for `allowed_slips` are one letter apart, by any spelling."""
    return any(_is_short_slip(spelling_key(a.latin), spelling_key(b.latin)) for a in token.forms for b in other.forms)


def _is_short_slip(a: str, b: str) -> bool:
    return allowed_short_slips(len(a), len(b)) > 0 and OSA.distance(a, b, score_cutoff=1) <= 1


def form_similarity(a: NameForm, b: NameForm) -> TokenSimilarity | None:
    """The grade of two spellings."""
    grades = [_spelling_similarity(a, b)]
    if not (a.vowelless or b.vowelless):
        if b.sound in name_variants(a.sound):
            grades.append(TokenSimilarity.VARIANT)
        if _is_one_letter_apart(spelling_key(a.latin), spelling_key(b.latin)):
            grades.append(TokenSimilarity.SLIP)
    if (key := romanisation_key(a.latin)) and key == romanisation_key(b.latin):
        grades.append(TokenSimilarity.ROMANISED)
    return min((grade for grade in grades if grade is not None), default=None)


def _is_one_letter_apart(a: str, b: str) -> bool:
    """Compared before folding: a slip may make or break a pair of letters that folding reads as one."""
    return allowed_slips(len(a), len(b)) > 0 and OSA.distance(a, b, score_cutoff=1) <= 1


def _spelling_similarity(a: NameForm, b: NameForm) -> TokenSimilarity | None:
    if a.latin == b.latin:
        return TokenSimilarity.SAME
    if a.sound == b.sound:
        return TokenSimilarity.SOUND
    if a.vowelless or b.vowelless:
        return _skeleton_similarity(a.skeleton, b.skeleton)
    if a.skeleton == b.skeleton and len(a.skeleton) > 1:
        return vowel_similarity(a.sound, b.sound)
    allowed = allowed_slips(len(a.sound), len(b.sound))
    return slip_similarity(int(OSA.distance(a.sound, b.sound, score_cutoff=allowed)), allowed) if allowed else None


def vowel_similarity(sound: str, other: str) -> TokenSimilarity:
    """The grade of two sounds with the same consonants."""
    return TokenSimilarity.VOWELS if OSA.distance(sound, other, score_cutoff=1) <= 1 else TokenSimilarity.CONSONANTS


def slip_similarity(apart: int, allowed: int) -> TokenSimilarity | None:
    """The grade of two sounds that are `apart` slips from each other."""
    if apart > allowed:
        return None
    return TokenSimilarity.SLIP if apart <= 1 else TokenSimilarity.SLIPS


def _skeleton_similarity(a: str, b: str) -> TokenSimilarity | None:
    if min(len(a), len(b)) < 2:
        return None
    if a == b:
        return TokenSimilarity.SCRIPT
    near = min(len(a), len(b)) >= LEAST_CONSONANTS and OSA.distance(a, b, score_cutoff=1) <= 1
    return TokenSimilarity.SCRIPT_SLIP if near else None


class BirthComparison(StrEnum):
    """Classes of comparison, best first."""

    SAME = "same"
    SAME_NEW_YEAR = "same_new_year"
    """Same year, both 1 January."""
    FLIPPED = "flipped"
    """Day and month swapped."""
    NEAR = "near"
    """Same year and month."""
    MONTH_FITS = "month_fits"
    """Year and month fit, the day is unknown."""
    MONTH = "month"
    """Same year and day, another month."""
    YEAR_SLIP = "year_slip"
    """Same day and month, one year off."""
    YEAR_FITS = "year_fits"
    SPAN_FITS = "span_fits"
    ABOUT_FITS = "about_fits"
    YEAR = "year"
    """The same year and nothing else."""
    ONE_YEAR_OFF = "one_year_off"
    NOT_LISTED = "not_listed"
    NOT_SHOWN = "not_shown"
    DIFFERENT = "different"


_BIRTH_ORDER = {kind: rank for rank, kind in enumerate(BirthComparison)}


def compare_births(
    traveller: PartialDate | None, listed: tuple[PartialDate, ...]
) -> tuple[BirthComparison, PartialDate | None]:
    """The best class, and the listed date that it came from; None where nothing was compared."""
    if traveller is None or traveller.year is None:
        return BirthComparison.NOT_SHOWN, None
    known = [birth for birth in listed if birth.year is not None]
    if not known:
        return BirthComparison.NOT_LISTED, None
    return min(((_compare_dates(traveller, birth), birth) for birth in known), key=lambda pair: _BIRTH_ORDER[pair[0]])


def _compare_dates(birth: PartialDate, other: PartialDate) -> BirthComparison:
    if birth.day and birth.month and other.day and other.month:
        return _compare_whole_dates(birth, other)
    return _compare_partial_dates(birth, other)


def _compare_whole_dates(birth: PartialDate, other: PartialDate) -> BirthComparison:
    assert birth.year is not None and other.year is not None  # noqa: S101  (whole dates have one)
    same_day, same_month = birth.day == other.day, birth.month == other.month
    if birth.year == other.year:
        if same_day and same_month:
            return BirthComparison.SAME_NEW_YEAR if (birth.day, birth.month) == (1, 1) else BirthComparison.SAME
        if (birth.day, birth.month) == (other.month, other.day):
            return BirthComparison.FLIPPED
        return BirthComparison.NEAR if same_month else BirthComparison.MONTH if same_day else BirthComparison.YEAR
    if abs(birth.year - other.year) == 1:
        return BirthComparison.YEAR_SLIP if same_day and same_month else BirthComparison.ONE_YEAR_OFF
    return BirthComparison.DIFFERENT


def _compare_partial_dates(birth: PartialDate, other: PartialDate) -> BirthComparison:
    if set(birth.years()).isdisjoint(other.years()):
        neighbours = {year + step for year in other.years() for step in (-1, 1)}
        return BirthComparison.DIFFERENT if neighbours.isdisjoint(birth.years()) else BirthComparison.ONE_YEAR_OFF
    if birth.until is not None or other.until is not None:
        return BirthComparison.SPAN_FITS
    if birth.about or other.about:
        return BirthComparison.ABOUT_FITS
    if birth.month is not None and other.month is not None:
        return BirthComparison.MONTH_FITS if birth.month == other.month else BirthComparison.YEAR
    return BirthComparison.YEAR_FITS


def compare_sex(traveller: Sex, listed: Sex) -> Agreement:
    """SAME, DIFFERS, or MISSING where either is unknown."""
    if Sex.UNKNOWN in (traveller, listed):
        return Agreement.MISSING
    return Agreement.SAME if traveller is listed else Agreement.DIFFERS


def compare_nationality(traveller: str, listed: tuple[str, ...]) -> Agreement:
    """SAME when one of the listed fits, CLOSE for a dissolved state and one of its successors."""
    if not traveller or not listed:
        return Agreement.MISSING
    if traveller in listed:
        return Agreement.SAME
    related = any(traveller in successor_states(code) or code in successor_states(traveller) for code in listed)
    return Agreement.CLOSE if related else Agreement.DIFFERS


def find_held_document(numbers: tuple[str, ...], documents: tuple[HeldDocument, ...]) -> HeldDocument | None:
    """The document of the listed person whose number the traveller presents, if any."""
    mine = {clean for number in numbers if (clean := comparable_number(number))}
    return next((document for document in documents if comparable_number(document.number) in mine), None)


SHORTEST_NUMBER = 5
"""Shorter numbers are not document numbers (docs/screening.md, "Document numbers")."""


def comparable_number(number: str) -> str:
    """A document number as lists compare it: A to Z and digits; empty when not read, or too short to mean anything."""
    text = clean_number(number)
    return text if len(text) >= SHORTEST_NUMBER else ""
