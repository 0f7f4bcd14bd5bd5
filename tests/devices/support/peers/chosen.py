"""A chip whose last number in PACE with DH is chosen by what was agreed until then.

OpenPACE derives its keys from a secret without its leading zeros (PKCS #3, 8.3 keeps them): one run in some 150 fails
by that alone. The chip speaks last, so its number can always be one that OpenPACE's fault does not touch.
"""

from enum import Enum

from devices.chip.crypto.groups import DhGroup
from devices.simulated.chip.personalisation.card import SimulatedCard
from devices.simulated.chip.protocols.apdu import read_command, read_template
from devices.simulated.chip.randomness import SYSTEM_RANDOM, number_below
from devices.simulated.chip.simulated_chip import SimulatedChip

_GENERAL_AUTHENTICATE = 0x86
_NONCE, _MAPPING = 0, 1


class Own(Enum):
    """How the chip's own number is to look."""

    WHOLE = "as long as the prime"
    SHORT = "begins with zeros"


class ChosenChip:
    """A simulated chip on the line that agrees on secrets as long as the prime, and nothing else."""

    def __init__(self, card: SimulatedCard, group: DhGroup, own: Own = Own.WHOLE) -> None:
        self._group, self._own = group, own
        self._drawn: list[bytes] = []
        self._heard: dict[int, int] = {}
        self._chip = SimulatedChip(card, self._draw, wait=lambda seconds: None)

    def transmit(self, command: bytes) -> bytes:
        """What the chip answers."""
        if command[1] == _GENERAL_AUTHENTICATE:
            sent = read_template(read_command(command).data, 0x7C)
            self._heard |= {tag: int.from_bytes(value, "big") for tag, value in sent.items()}
        return self._chip.transmit(command)

    def _draw(self, count: int) -> bytes:
        while True:
            drawn = SYSTEM_RANDOM(count)
            if len(self._drawn) <= _MAPPING or self._fits(drawn):
                self._drawn.append(drawn)
                return drawn

    def _fits(self, drawn: bytes) -> bool:
        prime, key = self._group.prime, self._private(drawn)
        agreed = pow(self._heard[0x81], self._private(self._drawn[_MAPPING]), prime)
        mapped = pow(self._group.generator, int.from_bytes(self._drawn[_NONCE], "big"), prime) * agreed % prime
        own = Own.WHOLE if self._is_whole(pow(mapped, key, prime)) else Own.SHORT
        return own is self._own and self._is_whole(pow(self._heard[0x83], key, prime))

    def _private(self, drawn: bytes) -> int:
        return number_below(self._group.order, lambda count: drawn)

    def _is_whole(self, number: int) -> bool:
        return number.bit_length() > self._group.prime.bit_length() - 8
