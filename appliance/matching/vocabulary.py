"""The name parts of a list, each once, and the search for those like a given one; laid out in arrays.

Units (distinct parts) are numbered in the order of their first spelling, so those that begin alike are neighbours.
"""

from collections.abc import Iterable, Iterator, Mapping
from string import ascii_uppercase
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from appliance.matching.grouped import Grouped
from appliance.matching.likeness import LEAST_CONSONANTS, Likeness, slips_allowed
from appliance.matching.spellings import Numbers, Spellings
from appliance.matching.texts import Texts, first_at_least
from data.persons.latin import Form
from data.persons.names import Token
from data.persons.variants import variants

PARTICLE, SPELLED, VOWELLESS = 1, 2, 4
"""Bits of a unit's flags; SPELLED: its forms are not just its text."""
WITHOUT_VOWELS = "~"
_MOST_REMEMBERED = 20_000
Graded = tuple[Numbers, Likeness | NDArray[np.uint8]]
_NONE = np.empty(0, np.int64)


class Vocabulary:
    """Units found by sound, by consonants, by beginning. Built by `vocabulary_layout`."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.texts = Texts(arrays["text.letters"], arrays["text.ends"])
        self.flags: NDArray[np.uint8] = arrays["flags"]
        self.sounds = Spellings(*(arrays[f"sound.{part}"] for part in ("letters", "first", "masks")))
        self.of_sound = Grouped(arrays["sound.ends"], arrays["sound.units"])
        self.skeletons = Spellings(*(arrays[f"skeleton.{part}"] for part in ("letters", "first", "masks")))
        self.of_skeleton = Grouped(arrays["skeleton.ends"], arrays["skeleton.sounds"])
        self.bones: NDArray[np.int32] = arrays["sound.skeleton"]
        """Number of each sound's skeleton."""
        self._bare = Spellings(*(arrays[f"bare.{part}"] for part in ("letters", "first", "masks")))
        self._of_bare = Grouped(arrays["bare.ends"], arrays["bare.units"])
        self._spelled: NDArray[np.int32] = arrays["spelled.units"]
        self._spellings = Texts(arrays["spelled.letters"], arrays["spelled.ends"])
        self._others = Texts(arrays["other.letters"], arrays["other.ends"])
        self._others_units: NDArray[np.int32] = arrays["other.units"]
        self._remembered: dict[int, Token] = {}
        self.initials = dict(self._initials())
        """Units that are a single letter, by it."""

    def __len__(self) -> int:
        return len(self.texts)

    def token(self, unit: int) -> Token:
        """A unit as the token it came from."""
        known = self._remembered.get(unit)
        if known is None:
            if len(self._remembered) > _MOST_REMEMBERED:
                self._remembered.clear()
            known = Token(self.texts[unit], tuple(self._forms(unit)), bool(self.flags[unit] & PARTICLE))
            self._remembered[unit] = known
        return known

    def spelled(self, unit: int) -> list[str]:
        """The Latin spellings of a unit, `~` before one without vowels."""
        if not self.flags[unit] & SPELLED:
            return [self.texts[unit]]
        return self._spellings[int(np.searchsorted(self._spelled, unit))].split()

    def _forms(self, unit: int) -> Iterator[Form]:
        for latin in self.spelled(unit):
            form = Form.of(latin.lstrip(WITHOUT_VOWELS))
            yield Form(form.latin, form.sound, form.skeleton, vowelless=latin[0] == WITHOUT_VOWELS)

    def like(self, token: Token) -> tuple[Numbers, NDArray[np.uint8]]:
        """Every unit like `token`, ascending, and the best grade of each."""
        every = (found for form in token.forms for found in (*self._closely(form), *self._slipped(form)))
        return _best(every)

    def closely_like(self, token: Token) -> tuple[Numbers, NDArray[np.uint8]]:
        """`like`, only by the same sound or the same consonants."""
        return _best(found for form in token.forms for found in self._closely(form))

    def _closely(self, form: Form) -> Iterator[Graded]:
        heard = self.sounds.find(form.sound)
        if heard >= 0:
            yield from self._same_sound(form, heard)
        bones = self.skeletons.find(form.skeleton) if len(form.skeleton) > 1 else -1
        if bones >= 0:
            yield from self._same_skeleton(form, bones)
        bare = self._bare.find(form.skeleton) if len(form.skeleton) > 1 else -1
        if bare >= 0:
            yield self._of_bare.members(bare), Likeness.SCRIPT

    def _slipped(self, form: Form) -> Iterator[Graded]:
        if not form.vowelless:
            yield from self._slips(form)
            yield from self._variants(form)
        if len(form.skeleton) >= LEAST_CONSONANTS and len(self._bare):
            near, _ = self._bare.near(form.skeleton, _one_consonant)
            yield self._of_bare.all_of(near)[0], Likeness.SCRIPT_SLIP

    def _same_sound(self, form: Form, heard: int) -> Iterator[Graded]:
        units = self.of_sound.members(heard)
        same = [form.latin in (latin.lstrip(WITHOUT_VOWELS) for latin in self.spelled(unit)) for unit in units.tolist()]
        yield units[np.array(same, bool)], Likeness.SAME
        yield units, Likeness.SOUND

    def _same_skeleton(self, form: Form, bones: int) -> Iterator[Graded]:
        sounds = self.of_skeleton.members(bones)
        if form.vowelless:
            yield self._voiced(sounds)[0], Likeness.SCRIPT
        elif len(sounds):
            heard = self.sounds.written(sounds)
            apart = cdist([form.sound.encode()], heard, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)[0]
            units, which = self._voiced(sounds)
            yield units, np.where(apart[which] <= 1, int(Likeness.VOWELS), int(Likeness.CONSONANTS)).astype(np.uint8)

    def _slips(self, form: Form) -> Iterator[Graded]:
        bones = self.skeletons.find(form.skeleton) if len(form.skeleton) > 1 else -1
        sounds, apart = self.sounds.near(form.sound, slips_allowed)
        other = self.bones[sounds] != bones
        units, which = self._voiced(sounds[other])
        yield units, np.where(apart[other][which] <= 1, int(Likeness.SLIP), int(Likeness.SLIPS)).astype(np.uint8)

    def _variants(self, form: Form) -> Iterator[Graded]:
        known = [sound for heard in variants(form.sound) if (sound := self.sounds.find(heard)) >= 0]
        if known:
            yield self._voiced(np.array(sorted(known)))[0], Likeness.VARIANT

    def _voiced(self, sounds: Numbers) -> tuple[Numbers, Numbers]:
        """Units of these sounds that are written with vowels, and the place in `sounds` each came from."""
        units, which = self.of_sound.all_of(sounds)
        voiced = (self.flags[units] & VOWELLESS) == 0
        return units[voiced], which[voiced]

    def beginning_with(self, latin: str) -> Numbers:
        """Units with a spelling that begins with `latin`."""
        first = range(self._first_unit(latin), self._first_unit(latin + "\x7f"))
        others = self._others.beginning_with(latin)
        return np.union1d(np.arange(first.start, first.stop), self._others_units[others.start : others.stop])

    def _initials(self) -> Iterator[tuple[str, int]]:
        for letter in ascii_uppercase:
            unit = self._first_unit(letter)
            if unit < len(self) and self.spelled(unit)[0] == letter:
                yield letter, unit

    def _first_unit(self, least: str) -> int:
        return first_at_least(lambda unit: self.spelled(unit)[0].lstrip(WITHOUT_VOWELS), len(self), least)


def _one_consonant(one: int, other: int) -> int:
    return 1 if min(one, other) >= LEAST_CONSONANTS else 0


def _best(found: Iterable[Graded]) -> tuple[Numbers, NDArray[np.uint8]]:
    """Each unit once, with its best grade."""
    all_units: list[Numbers] = [_NONE]
    all_grades = [np.empty(0, np.uint8)]
    for some, grade in found:
        all_units.append(some)
        all_grades.append(np.broadcast_to(np.asarray(grade, np.uint8), some.shape))
    both = np.concatenate(all_units).astype(np.int64) << 8 | np.concatenate(all_grades)
    both.sort()
    both = both[np.flatnonzero(np.diff(both >> 8, prepend=-1))]
    return both >> 8, (both & 255).astype(np.uint8)
