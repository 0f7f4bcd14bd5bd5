"""How much meeting a name part proves, in bits: −log2 of the share of people who carry it.

The share blends what this list shows with what is known of the world (`common_names`), so that a list of
ten records does not think MOHAMMED rare. Particles prove next to nothing.
"""

from math import log2

import numpy as np
from numpy.typing import NDArray

from appliance.matching.spellings import Spellings
from data.persons.sound import sound
from data.persons.tables.common_names import PER_10_000

WORLD = 4000
"""Weight of the world's figures: as if so many people had been counted beside the list's own."""
MOST_BITS = 12.5
PARTICLE_BITS = 0.4
INITIAL_BITS = 2.5
"""An initial fits one name in six or so."""

_WORLD_SHARE: dict[str, float] = {}
for _name, _carriers in PER_10_000.items():
    _WORLD_SHARE[sound(_name)] = max(_WORLD_SHARE.get(sound(_name), 0.0), _carriers / 10_000)
Floats = NDArray[np.float32]


def bits(share: float) -> float:
    """Evidence in a part that this share of people carry, 0 to `MOST_BITS`."""
    return min(MOST_BITS, max(0.0, -log2(max(share, 1e-9))))


def share(carriers: int, persons: int, heard: str) -> float:
    """Blended share of people with the sound `heard`, met on `carriers` of a list's `persons`."""
    return (carriers + 1 + WORLD * _WORLD_SHARE.get(heard, 0.0)) / (persons + WORLD)


class Rarity:
    """Bits of the sounds and skeletons of one list, from its own counts and those of another beside it."""

    def __init__(
        self,
        sounds: Spellings,
        carriers: NDArray[np.int32],
        bones: NDArray[np.int32],
        persons: int,
        beside: "Rarity | None" = None,
    ) -> None:
        self._sounds = sounds
        self._carriers = carriers
        self._beside = beside
        self._persons: int = persons + (beside._persons if beside else 0)
        self.sound_bits = _bits(self._all_carriers() + WORLD * self._known(), self._persons)
        """Of each sound of the list."""
        self.bones_bits = _bits(bones.astype(np.float64), self._persons)
        """Of each skeleton of the list."""

    def of_sound(self, heard: str) -> float:
        """Bits in meeting this sound, listed or not."""
        return bits(share(self._count(heard), self._persons, heard))

    def _count(self, heard: str) -> int:
        number = self._sounds.find(heard)
        own = int(self._carriers[number]) if number >= 0 else 0
        return own + (self._beside._count(heard) if self._beside else 0)

    def _all_carriers(self) -> NDArray[np.float64]:
        if self._beside is None:
            return self._carriers.astype(np.float64)
        return np.array([self._count(self._sounds[number]) for number in range(len(self._sounds))], np.float64)

    def _known(self) -> NDArray[np.float64]:
        """The world's share of each sound."""
        shares = np.zeros(len(self._sounds))
        for heard, part in _WORLD_SHARE.items():
            number = self._sounds.find(heard)
            if number >= 0:
                shares[number] = part
        return shares


def _bits(carriers: NDArray[np.float64], persons: int) -> Floats:
    return np.clip(-np.log2((carriers + 1) / (persons + WORLD)), 0.0, MOST_BITS).astype(np.float32)
