"""The name parts of a list, each once, and the search for those like a given one.

A letter mask and the length throw out nearly all sounds in one pass; rapidfuzz compares what is left.
"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from appliance.matching.likeness import (
    LEAST_CONSONANTS,
    MOST_SLIPS,
    Likeness,
    of_forms,
    of_slips,
    of_vowels,
    slips_allowed,
)
from data.persons.latin import Form
from data.persons.names import Token


def letter_mask(heard: str) -> int:
    """One bit for each letter that occurs, 32 in all."""
    mask = 0
    for letter in heard:
        mask |= 1 << (ord(letter) & 31)
    return mask


class Vocabulary:
    """Units (distinct tokens) numbered from 0, found by sound, by consonants, by beginning."""

    def __init__(self) -> None:
        self.units: list[Token] = []
        self._numbers: dict[str, int] = {}
        self._sounds: dict[str, list[int]] = {}
        self._skeletons: dict[str, list[str]] = defaultdict(list)
        self._written: list[tuple[str, int]] = []
        self._vowelless: list[tuple[str, int]] = []

    def add(self, token: Token) -> int:
        """The number of a token, new or known."""
        number = self._numbers.get(token.text)
        if number is None:
            number = self._numbers[token.text] = len(self.units)
            self.units.append(token)
            for form in token.forms:
                self._enter(form, number)
        return number

    def _enter(self, form: Form, number: int) -> None:
        if form.sound not in self._sounds:
            self._sounds[form.sound] = []
            self._skeletons[form.skeleton].append(form.sound)
        self._sounds[form.sound].append(number)
        self._written.append((form.latin, number))
        if form.vowelless:
            if len(form.skeleton) >= LEAST_CONSONANTS:
                self._vowelless.append((form.skeleton, number))

    def close(self) -> None:
        """Lay out the arrays; nothing is added afterwards."""
        self._heard = np.array(list(self._sounds), dtype=object)
        self._masks = np.array([letter_mask(heard) for heard in self._sounds], dtype=np.uint32)
        self._lengths = np.array([len(heard) for heard in self._sounds], dtype=np.int16)
        self._written.sort()
        self._beginnings = np.array([latin for latin, _ in self._written] or [""], dtype="S16")

    def like(self, token: Token) -> dict[int, Likeness]:
        """Every unit like `token`, with its grade."""
        found: dict[int, Likeness] = {}
        for form in token.forms:
            for heard, grade in self._sounds_like(form):
                for number in self._sounds[heard]:
                    better = self._refined(form, number, grade)
                    if better is not None and better < found.get(number, len(Likeness)):
                        found[number] = better
            for number in self._consonant_slips(form):
                found.setdefault(number, Likeness.SCRIPT_SLIP)
        return found

    def _refined(self, form: Form, number: int, grade: Likeness) -> Likeness | None:
        """A grade by sound, made exact where spelling or script decide."""
        forms = self.units[number].forms
        for other in forms:
            if other.latin == form.latin:
                return Likeness.SAME
        if grade is Likeness.SOUND or not (form.vowelless or forms[0].vowelless):
            return grade
        grades = [better for other in forms if (better := of_forms(form, other)) is not None]
        return min(grades, default=None)

    def _sounds_like(self, form: Form) -> Iterator[tuple[str, Likeness]]:
        if form.sound in self._sounds:
            yield form.sound, Likeness.SOUND
        if len(form.skeleton) > 1:
            for heard in self._skeletons.get(form.skeleton, ()):
                if heard != form.sound:
                    yield heard, of_vowels(heard, form.sound)
        if not form.vowelless:
            yield from self._slips(form)

    def _slips(self, form: Form) -> Iterator[tuple[str, Likeness]]:
        allowed = slips_allowed(len(form.sound), len(form.sound) + MOST_SLIPS)
        heard = self._possible(form.sound, allowed) if allowed else []
        if not heard:
            return
        same_consonants = self._skeletons.get(form.skeleton, ()) if len(form.skeleton) > 1 else ()
        distances = cdist([form.sound], heard, scorer=OSA.distance, score_cutoff=allowed, dtype=np.uint8)[0]
        for row in np.nonzero(distances <= allowed)[0]:
            other = heard[row]
            grade = of_slips(int(distances[row]), slips_allowed(len(form.sound), len(other)))
            if grade is not None and other != form.sound and other not in same_consonants:
                yield other, grade

    def _possible(self, heard: str, allowed: int) -> list[str]:
        """Sounds that so many slips can reach: each slip takes away one letter and brings one at most."""
        mask = np.uint32(letter_mask(heard))
        reach = np.abs(self._lengths - len(heard)) <= allowed
        reach &= np.bitwise_count(self._masks & ~mask) <= allowed
        reach &= np.bitwise_count(~self._masks & mask) <= allowed
        found: list[str] = self._heard[reach].tolist()
        return found

    def _consonant_slips(self, form: Form) -> list[int]:
        """Units written without vowels, one consonant from `form`."""
        if form.vowelless or len(form.skeleton) < LEAST_CONSONANTS or not self._vowelless:
            return []
        bare = [skeleton for skeleton, _ in self._vowelless]
        apart = cdist([form.skeleton], bare, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)[0]
        return [self._vowelless[row][1] for row in np.nonzero(apart <= 1)[0]]

    def beginning_with(self, latin: str) -> list[int]:
        """Units with a spelling that begins with `latin` (at most 16 letters count)."""
        key = latin[:16].encode()
        first = int(np.searchsorted(self._beginnings, key))
        last = int(np.searchsorted(self._beginnings, key + b"\x7f"[: 16 - len(key)], side="right"))
        return sorted({number for spelled, number in self._written[first:last] if spelled.startswith(latin)})
