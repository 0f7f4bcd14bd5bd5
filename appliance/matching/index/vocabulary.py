"""The name parts of a list, each once, and the search for parts similar to a given one.

Units (distinct parts) are numbered in the order of their first spelling, so those with the same beginning are
neighbours.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from string import ascii_uppercase
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from appliance.matching.comparison import LEAST_CONSONANTS, TokenSimilarity, allowed_short_slips, allowed_slips
from appliance.matching.index.arrays import GroupedArray, Numbers, Spellings, TextArray, first_at_least, sort_distinct
from data.documents.mrz.fields import split_at_fillers
from data.persons.name_forms import NameForm, name_variants, romanisation_key, sound_key, spelling_key
from data.persons.names import Token, split_anywhere

Bits = NDArray[np.float32]
PARTICLE, SPELLED, VOWELLESS, UNCUT = 1, 2, 4, 8
"""Bits of a unit's flags. SPELLED: it has other forms than its text. UNCUT: a word whose parts are units as well."""
WITHOUT_VOWELS = "~"
_MAX_TOKENS_CACHED = 20_000
_MAX_PARTS_CACHED = 2000
Graded = tuple[Numbers, TokenSimilarity | NDArray[np.uint8]]
Similar = tuple[Numbers, NDArray[np.uint8]]
"""Units, ascending, and the grade of each."""
NO_UNITS: Similar = np.empty(0, np.int64), np.empty(0, np.uint8)
_NO_UNITS = NO_UNITS[0]
GROUPS = ("sound", "bare", "unfolded", "romanised")
LEAST_SPLIT = 6
"""Letters of the sound of a part that may be two listed parts written together."""
LEAST_AT_FILLER = 2


T = TypeVar("T")


class PartCache(Generic[T]):
    """What was found for the last name parts: common names occur again and again."""

    def __init__(self) -> None:
        self._known: dict[Token, T] = {}

    def get(self, part: Token) -> "T | None":
        """What was found for this part; None if it is not in the cache."""
        return self._known.get(part)

    def keep(self, part: Token, result: T) -> T:
        """Add a part to the cache, and drop the oldest."""
        self._known[part] = result
        while len(self._known) > _MAX_PARTS_CACHED:
            self._known.pop(next(iter(self._known)), None)
        return result


class UnitPair(NamedTuple):
    """Units of two parts that one part of the traveller's may be."""

    firsts: Numbers
    seconds: Numbers
    similarity: TokenSimilarity


class UnitLookup(Protocol):
    """Finds the units that are like a name part: those of a `Vocabulary`, or of a part of a joined one."""

    def find_similar(self, token: Token) -> Similar:
        """Every unit like `token`, ascending, and the best grade of each."""

    def find_similar_alone(self, token: Token) -> Similar:
        """Like `find_similar`, for a name that has no other part: short parts may have a slip too."""

    def find_close(self, token: Token) -> Similar:
        """Like `find_similar`, but only by the same sound or the same consonants."""

    def find_pairs(self, token: Token) -> tuple[UnitPair, ...]:
        """The two parts that a part may be: cut anywhere, at a misread filler, between syllables."""

    def of_same_sound(self, latin: str) -> Numbers:
        """Units that sound like a word in Latin letters."""


class UnitSearch(ABC):
    """Finds units by sound, by consonants, by slips."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.flags: NDArray[np.uint8] = arrays["flags"]
        self.groups = {name: _grouped(name, arrays) for name in GROUPS}
        """Keys by which units are found, and the units of each."""
        self.sounds, self.of_sound = self.groups["sound"]
        self.skeletons = Spellings(*(arrays[f"skeleton.{part}"] for part in ("letters", "first", "masks")))
        self.of_skeleton = GroupedArray(arrays["skeleton.ends"], arrays["skeleton.sounds"])
        self.skeleton_of_sound: NDArray[np.int32] = arrays["sound.skeleton"]
        """Number of each sound's skeleton."""
        self._bare, self._of_bare = self.groups["bare"]
        self._unfolded, self._of_unfolded = self.groups["unfolded"]
        """Spellings whose sound is not a letter-by-letter copy of them."""
        self._is_copied = np.ones(len(self.flags), np.bool_)
        """Whether a unit has a spelling that its sound is a copy of."""
        self._is_copied[self._of_unfolded.values] = False
        self._is_copied |= (self.flags & SPELLED) != 0
        self._romanised, self._of_romanised = self.groups["romanised"]

    @abstractmethod
    def spellings_of(self, unit: int) -> list[str]:
        """The Latin spellings of a unit, `~` before one without vowels."""

    def of_same_sound(self, latin: str) -> Numbers:
        """See `UnitLookup`."""
        sound = self.sounds.find(sound_key(latin))
        return self.of_sound.members(sound).astype(np.int64) if sound >= 0 else _NO_UNITS

    def of_same_syllables(self, latin: str) -> Numbers:
        """Units that may be the same East Asian syllables as a word in Latin letters."""
        key = romanisation_key(latin)
        number = self._romanised.find(key) if key else -1
        return self._of_romanised.members(number).astype(np.int64) if number >= 0 else _NO_UNITS

    def find_similar(self, token: Token) -> Similar:
        """See `UnitLookup`."""
        graded = (units for form in token.forms for units in (*self._find_close(form), *self._find_slipped(form)))
        return _best_grades(graded)

    def find_similar_alone(self, token: Token) -> Similar:
        """See `UnitLookup`."""
        short = (units for form in token.forms for units in self._short_slips(form))
        return _best_grades((self.find_similar(token), *short))

    def find_close(self, token: Token) -> Similar:
        """See `UnitLookup`."""
        return _best_grades(units for form in token.forms for units in self._find_close(form))

    def find_pairs(self, token: Token) -> tuple[UnitPair, ...]:
        """See `UnitLookup`."""
        return tuple(self._find_pairs(token.forms[0]))

    def _find_pairs(self, form: NameForm) -> Iterator[UnitPair]:
        if form.vowelless:
            return
        pieces = list(split_at_fillers(form.latin, LEAST_AT_FILLER))
        if len(form.sound) >= LEAST_SPLIT:
            pieces += split_anywhere(form.latin)
        for first, second in dict.fromkeys(pieces):
            yield from _find_pair(self.of_same_sound, first, second, TokenSimilarity.SOUND)
        if len(form.latin) >= LEAST_SPLIT and romanisation_key(form.latin):
            for cut in range(LEAST_AT_FILLER, len(form.latin) - 1):
                first, second = form.latin[:cut], form.latin[cut:]
                yield from _find_pair(self.of_same_syllables, first, second, TokenSimilarity.ROMANISED)

    def _find_close(self, form: NameForm) -> Iterator[Graded]:
        sound = self.sounds.find(form.sound)
        if sound >= 0:
            yield from self._same_sound(form, sound)
        skeleton = self.skeletons.find(form.skeleton) if len(form.skeleton) > 1 else -1
        if skeleton >= 0:
            yield from self._same_skeleton(form, skeleton)
        yield self.of_same_syllables(form.latin), TokenSimilarity.ROMANISED
        vowelless_skeleton = self._bare.find(form.skeleton) if len(form.skeleton) > 1 else -1
        if vowelless_skeleton >= 0:
            yield self._of_bare.members(vowelless_skeleton), TokenSimilarity.SCRIPT

    def _find_slipped(self, form: NameForm) -> Iterator[Graded]:
        if not form.vowelless:
            yield from self._slips(form)
            yield from self._slips_before_folding(form)
            yield from self._variants(form)
        if len(form.skeleton) >= LEAST_CONSONANTS and len(self._bare):
            near, _ = self._bare.find_near(form.skeleton, _one_consonant)
            yield self._of_bare.members_with_places(near)[0], TokenSimilarity.SCRIPT_SLIP

    def _same_sound(self, form: NameForm, sound: int) -> Iterator[Graded]:
        units = self.of_sound.members(sound)
        same = [
            form.latin in (latin.lstrip(WITHOUT_VOWELS) for latin in self.spellings_of(unit)) for unit in units.tolist()
        ]
        yield units[np.array(same, bool)], TokenSimilarity.SAME
        yield units, TokenSimilarity.SOUND

    def _same_skeleton(self, form: NameForm, skeleton: int) -> Iterator[Graded]:
        sounds = self.of_skeleton.members(skeleton)
        if form.vowelless:
            yield self._units_with_vowels(sounds)[0], TokenSimilarity.SCRIPT
        elif len(sounds):
            sound_texts = self.sounds.texts_of(sounds)
            apart = cdist([form.sound.encode()], sound_texts, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)[0]
            units, which = self._units_with_vowels(sounds)
            yield (
                units,
                np.where(apart[which] <= 1, int(TokenSimilarity.VOWELS), int(TokenSimilarity.CONSONANTS)).astype(
                    np.uint8
                ),
            )

    def _slips_before_folding(self, form: NameForm) -> Iterator[Graded]:
        """Units one letter away as they are spelled; those whose sound is a copy of that are searched by it."""
        key = spelling_key(form.latin)
        near, _ = self._unfolded.find_near(key, _one_letter)
        yield self._of_unfolded.members_with_places(near)[0], TokenSimilarity.SLIP
        if key != form.sound:
            sounds, _ = self.sounds.find_near(key, _one_letter)
            yield self._copied_units(sounds), TokenSimilarity.SLIP

    def _short_slips(self, form: NameForm) -> Iterator[Graded]:
        key = spelling_key(form.latin)
        unfolded, _ = self._unfolded.find_near(key, allowed_short_slips)
        yield self._of_unfolded.members_with_places(unfolded)[0], TokenSimilarity.SHORT_SLIP
        sounds, _ = self.sounds.find_near(key, allowed_short_slips)
        yield self._copied_units(sounds), TokenSimilarity.SHORT_SLIP

    def _slips(self, form: NameForm) -> Iterator[Graded]:
        skeleton = self.skeletons.find(form.skeleton) if len(form.skeleton) > 1 else -1
        sounds, apart = self.sounds.find_near(form.sound, allowed_slips)
        other = self.skeleton_of_sound[sounds] != skeleton
        units, which = self._units_with_vowels(sounds[other])
        yield (
            units,
            np.where(apart[other][which] <= 1, int(TokenSimilarity.SLIP), int(TokenSimilarity.SLIPS)).astype(np.uint8),
        )

    def _variants(self, form: NameForm) -> Iterator[Graded]:
        known = [sound for variant in name_variants(form.sound) if (sound := self.sounds.find(variant)) >= 0]
        if known:
            yield self._units_with_vowels(np.array(sorted(known)))[0], TokenSimilarity.VARIANT

    def _copied_units(self, sounds: Numbers) -> Numbers:
        units = self._units_with_vowels(sounds)[0]
        return units[self._is_copied[units]]

    def _units_with_vowels(self, sounds: Numbers) -> tuple[Numbers, Numbers]:
        """Units of these sounds that are written with vowels, and the position in `sounds` that each came from."""
        units, which = self.of_sound.members_with_places(sounds)
        voiced = (self.flags[units] & VOWELLESS) == 0
        return units[voiced], which[voiced]


class Vocabulary(UnitSearch):
    """The units of one list, found also by their beginning. `layout.VocabularyLayout` makes its arrays."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        super().__init__(arrays)
        self.texts = TextArray(arrays["text.letters"], arrays["text.ends"])
        self._uncut: NDArray[np.int32] = arrays["uncut.units"]
        self._parts_of_uncut = GroupedArray(arrays["uncut.ends"], arrays["uncut.parts"])
        self._spelled: NDArray[np.int32] = arrays["spelled.units"]
        self._spellings = TextArray(arrays["spelled.letters"], arrays["spelled.ends"])
        self._others = TextArray(arrays["other.letters"], arrays["other.ends"])
        self._others_units: NDArray[np.int32] = arrays["other.units"]
        self._tokens: dict[int, Token] = {}
        self.initials = dict(self._initials())
        """Units that are a single letter, by that letter."""

    def __len__(self) -> int:
        return len(self.texts)

    def token(self, unit: int) -> Token:
        """A unit as the token it came from."""
        known = self._tokens.get(unit)
        if known is None:
            if len(self._tokens) > _MAX_TOKENS_CACHED:
                self._tokens.clear()
            known = Token(self.texts[unit], tuple(self._forms(unit)), bool(self.flags[unit] & PARTICLE))
            self._tokens[unit] = known
        return known

    def spellings_of(self, unit: int) -> list[str]:
        """The Latin spellings of a unit, `~` before one without vowels."""
        if not self.flags[unit] & SPELLED:
            return [self.texts[unit]]
        return self._spellings[int(np.searchsorted(self._spelled, unit))].split()

    def parts_of(self, unit: int) -> NDArray[np.int32]:
        """The units of the parts of an uncut word; none for a unit that is none."""
        if not self.flags[unit] & UNCUT:
            return self._uncut[:0]
        return self._parts_of_uncut.members(int(np.searchsorted(self._uncut, unit)))

    def sum_of_parts(self, amounts: Bits) -> tuple[NDArray[np.int32], Bits]:
        """The uncut words, and the sum of the amounts (one for each unit) of the parts of each."""
        sums = np.concatenate(([0.0], np.cumsum(amounts[self._parts_of_uncut.values], dtype=np.float64)))
        ends = self._parts_of_uncut.ends
        return self._uncut, (sums[ends[1:]] - sums[ends[:-1]]).astype(np.float32)

    def sum_by_sound(self, amounts: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The sum of the amounts (one for each unit) of the units of each sound, and of each skeleton."""
        places = np.flatnonzero(amounts[self.of_sound.values])
        some, sound = amounts[self.of_sound.values[places]], np.searchsorted(self.of_sound.ends, places, "right") - 1
        of_skeleton = np.bincount(self.skeleton_of_sound[sound], some, len(self.skeletons))
        return np.bincount(sound, some, len(self.sounds)).astype(np.int32), of_skeleton.astype(np.int32)

    def _forms(self, unit: int) -> Iterator[NameForm]:
        for latin in self.spellings_of(unit):
            form = NameForm.of(latin.lstrip(WITHOUT_VOWELS))
            yield NameForm(form.latin, form.sound, form.skeleton, vowelless=latin[0] == WITHOUT_VOWELS)

    def beginning_with(self, latin: str) -> Numbers:
        """Units with a spelling that begins with `latin`."""
        first = range(self._first_unit(latin), self._first_unit(latin + "\x7f"))
        others = self._others.beginning_with(latin)
        more = self._others_units[others.start : others.stop]
        return sort_distinct(np.concatenate((np.arange(first.start, first.stop), more)))

    def _initials(self) -> Iterator[tuple[str, int]]:
        for letter in ascii_uppercase:
            unit = self._first_unit(letter)
            if unit < len(self) and self.spellings_of(unit)[0] == letter:
                yield letter, unit

    def _first_unit(self, least: str) -> int:
        return first_at_least(lambda unit: self.spellings_of(unit)[0].lstrip(WITHOUT_VOWELS), len(self), least)


def _find_pair(find: Callable[[str], Numbers], first: str, second: str, grade: TokenSimilarity) -> Iterator[UnitPair]:
    if len(first) > len(second):  # the longer one is less likely to be listed
        firsts = find(first)
        seconds = find(second) if len(firsts) else firsts
    else:
        seconds = find(second)
        firsts = find(first) if len(seconds) else seconds
    if len(firsts) and len(seconds):
        yield UnitPair(firsts, seconds, grade)


def _grouped(name: str, arrays: Mapping[str, NDArray[Any]]) -> tuple[Spellings, GroupedArray]:
    spellings = Spellings(*(arrays[f"{name}.{part}"] for part in ("letters", "first", "masks")))
    return spellings, GroupedArray(arrays[f"{name}.ends"], arrays[f"{name}.units"])


def _one_letter(length: int, other_length: int) -> int:
    return min(1, allowed_slips(length, other_length))


def _one_consonant(length: int, other_length: int) -> int:
    return 1 if min(length, other_length) >= LEAST_CONSONANTS else 0


def _best_grades(graded: Iterable[Graded]) -> Similar:
    """Each unit once, with its best grade."""
    all_units: list[Numbers] = [_NO_UNITS]
    all_grades = [np.empty(0, np.uint8)]
    for units, grade in graded:
        all_units.append(units)
        all_grades.append(np.broadcast_to(np.asarray(grade, np.uint8), units.shape))
    both = np.concatenate(all_units).astype(np.int64) << 8 | np.concatenate(all_grades)
    both.sort()
    both = both[np.flatnonzero(np.diff(both >> 8, prepend=-1))]
    return both >> 8, (both & 255).astype(np.uint8)
