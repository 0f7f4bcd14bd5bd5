"""Collects the distinct name parts of a list and lays them out for `Vocabulary`."""

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.grouped import Grouped
from appliance.matching.spellings import Spellings
from appliance.matching.texts import Texts
from appliance.matching.vocabulary import PARTICLE, SPELLED, VOWELLESS, WITHOUT_VOWELS
from data.persons.latin import Form
from data.persons.names import Token
from data.persons.sound import skeleton

Arrays = dict[str, NDArray[Any]]


class VocabularyLayout:
    """Parts in the making; numbers given out here change once, when they are laid out."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._spelled: list[str] = []
        self._flags = array("B")

    def __len__(self) -> int:
        return len(self._spelled)

    def add(self, token: Token) -> int:
        """The number of a token, new or known."""
        number = self._numbers.get(token.text)
        if number is None:
            number = self._numbers[token.text] = len(self._spelled)
            spelled = " ".join((WITHOUT_VOWELS if form.vowelless else "") + form.latin for form in token.forms)
            self._spelled.append(spelled)
            bare = any(form.vowelless for form in token.forms)
            self._flags.append(PARTICLE * token.particle | SPELLED * (spelled != token.text) | VOWELLESS * bare)
        return number

    def lay_out(self) -> tuple[Arrays, NDArray[np.int32]]:
        """The arrays of a `Vocabulary`, and the final number of each number given out."""
        firsts = [spelled.split(" ", 1)[0].lstrip(WITHOUT_VOWELS) for spelled in self._spelled]
        order = sorted(range(len(firsts)), key=firsts.__getitem__)
        final = np.empty(len(order), np.int32)
        final[order] = np.arange(len(order), dtype=np.int32)
        texts = list(self._numbers)
        flags = np.frombuffer(self._flags, np.uint8)[order] if order else np.empty(0, np.uint8)
        arrays: Arrays = {"flags": flags, **_texts("text", Texts.of(texts[place] for place in order))}
        spelled = [self._spelled[place] for place in order]
        arrays |= self._own_spellings(spelled, flags) | _other_beginnings(spelled, flags)
        return arrays | _heard(spelled), final

    def _own_spellings(self, spelled: list[str], flags: NDArray[np.uint8]) -> Arrays:
        own = np.nonzero(flags & SPELLED)[0].astype(np.int32)
        return {"spelled.units": own, **_texts("spelled", Texts.of(spelled[unit] for unit in own))}


def _other_beginnings(spelled: list[str], flags: NDArray[np.uint8]) -> Arrays:
    """Second and further spellings, in order, with their units."""
    others = sorted(
        (latin.lstrip(WITHOUT_VOWELS), unit)
        for unit in np.nonzero(flags & SPELLED)[0].tolist()
        for latin in spelled[unit].split()[1:]
    )
    units = np.array([unit for _, unit in others], np.int32)
    return {"other.units": units, **_texts("other", Texts.of(latin for latin, _ in others))}


def _heard(spelled: list[str]) -> Arrays:
    """Sounds with their units and skeletons; skeletons of parts without vowels with theirs."""
    heard: list[tuple[str, int]] = []
    bare: list[tuple[str, int]] = []
    for unit, forms in enumerate(spelled):
        for latin in forms.split():
            form = Form.of(latin.lstrip(WITHOUT_VOWELS))
            heard.append((form.sound, unit))
            if latin[0] == WITHOUT_VOWELS and len(form.skeleton) > 1:
                bare.append((form.skeleton, unit))
    arrays, sounds = _grouped("sound", heard)
    more, _ = _grouped("bare", bare)
    bones = [skeleton(sounds[sound]) for sound in range(len(sounds))]
    skeletons = Spellings.of(bones)
    of_sound = np.array([skeletons.find(one) for one in bones], np.int32)
    by_skeleton = Grouped.of(of_sound, np.arange(len(of_sound)), len(skeletons))
    return {
        **arrays,
        **more,
        **_spellings("skeleton", skeletons),
        "sound.skeleton": of_sound,
        "skeleton.ends": by_skeleton.ends,
        "skeleton.sounds": by_skeleton.values,
    }


def _grouped(name: str, pairs: list[tuple[str, int]]) -> tuple[Arrays, Spellings]:
    spellings = Spellings.of(text for text, _ in pairs)
    number = {text: spellings.find(text) for text in {text for text, _ in pairs}}
    distinct = sorted({(unit, number[text]) for text, unit in pairs})
    groups = np.array([group for _, group in distinct], np.int64)
    grouped = Grouped.of(groups, np.array([unit for unit, _ in distinct], np.int64), len(spellings))
    return {**_spellings(name, spellings), f"{name}.ends": grouped.ends, f"{name}.units": grouped.values}, spellings


def _texts(name: str, texts: Texts) -> Arrays:
    return {f"{name}.letters": texts.letters, f"{name}.ends": texts.ends}


def _spellings(name: str, spellings: Spellings) -> Arrays:
    return {f"{name}.letters": spellings.letters, f"{name}.first": spellings.first, f"{name}.masks": spellings.masks}
