"""Gives the reader its fresh numbers: from the system, from worked examples, or from the seed of a recording."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Self

from devices.chip.crypto.groups import DhGroup, EcGroup

Private = Callable[[EcGroup | DhGroup], int]
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class RandomSource:
    """Fresh private keys and random bytes."""

    private: Private = field(default=lambda group: group.private())
    random: Random = token_bytes

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The same numbers for the same seed: to replay a recording, and never towards a chip in the field."""
        count = 0

        def random(size: int) -> bytes:
            nonlocal count
            octets = b""
            while len(octets) < size:
                count += 1
                octets += sha256(seed + count.to_bytes(8, "big")).digest()
            return octets[:size]

        def private(group: EcGroup | DhGroup) -> int:
            order = group.curve.order if isinstance(group, EcGroup) else group.order
            return 1 + int.from_bytes(random(order.bit_length() // 8 + 16), "big") % (order - 1)

        return cls(private, random)


SYSTEM_RANDOM = RandomSource()
