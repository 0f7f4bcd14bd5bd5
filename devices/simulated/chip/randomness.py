"""Gives simulated chips and issuers their random bytes: from the system, or from a seed that always gives the same."""

import secrets
from collections.abc import Callable
from hashlib import sha256

Randomness = Callable[[int], bytes]
"""So many random bytes."""

SYSTEM_RANDOM: Randomness = secrets.token_bytes


def seeded_randomness(*seed: str | int) -> Randomness:
    """A stream of bytes that is the same for the same seed; for invented keys and people only."""
    key = sha256("\x1f".join(map(str, seed)).encode()).digest()
    counter = 0
    left = b""

    def take(count: int) -> bytes:
        nonlocal counter, left
        while len(left) < count:
            left += sha256(key + counter.to_bytes(8, "big")).digest()
            counter += 1
        chunk, left = left[:count], left[count:]
        return chunk

    return take


def number_below(limit: int, randomness: Randomness) -> int:
    """A number from 1 to `limit` - 1; the bias of the reduction is far below anything that shows."""
    return 1 + int.from_bytes(randomness((limit.bit_length() + 7) // 8 + 8), "big") % (limit - 1)
