"""How much meeting a name part proves, in bits: −log2 of the share of people who carry it.

The share blends what this list shows with what is known of the world (`common_names`), so that a list of
ten records does not think MOHAMMED rare. Particles prove next to nothing.
"""

from collections.abc import Mapping
from math import log2

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


def bits(share: float) -> float:
    """Evidence in a part that this share of people carry, 0 to `MOST_BITS`."""
    return min(MOST_BITS, max(0.0, -log2(max(share, 1e-9))))


def share(carriers: int, persons: int, heard: str) -> float:
    """Blended share of people with the sound `heard`, met on `carriers` of a list's `persons`."""
    return (carriers + 1 + WORLD * _WORLD_SHARE.get(heard, 0.0)) / (persons + WORLD)


class Rarity:
    """Bits of a sound and of a skeleton, from one list's counts."""

    def __init__(self, sounds: Mapping[str, int], skeletons: Mapping[str, int], persons: int) -> None:
        self._sounds = sounds
        self._skeletons = dict(skeletons)
        self._persons = persons

    def of_sound(self, heard: str) -> float:
        """Bits in meeting this sound."""
        return bits(share(self._sounds.get(heard, 0), self._persons, heard))

    def of_skeleton(self, heard: str, consonants: str) -> float:
        """Bits in meeting these consonants, never more than the sound itself is worth."""
        carriers = max(self._skeletons.get(consonants, 0), self._sounds.get(heard, 0))
        return bits(share(carriers, self._persons, heard))
