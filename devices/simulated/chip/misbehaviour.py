"""Faults of how a chip answers: torn off, slow, endless, garbage. Commands are counted over the chip's life."""

from collections.abc import Callable
from dataclasses import replace

from devices.faults import DeviceFault, Reason
from devices.simulated.chip.answering.apdu import Answer
from devices.simulated.chip.answering.status import Status
from devices.simulated.chip.faults import Fault
from devices.simulated.chip.profile import Profile
from devices.simulated.chip.randomness import Randomness

_HUGE = 100_000


class Misbehaviour:
    """What goes wrong at which command."""

    def __init__(self, profile: Profile, randomness: Randomness, wait: Callable[[float], None]) -> None:
        self._profile = profile
        self._randomness = randomness
        self._wait = wait
        self._count = 0
        self._away = False

    def lay_down(self) -> None:
        """The chip is in the field again."""
        self._away = False

    def before(self) -> bytes | None:
        """Called for each command: the answer that comes instead of a right one. DeviceFault UNPLUGGED."""
        self._count += 1
        if self._now(Fault.TEAR_OFF):
            self._away = True
        if self._away:
            raise DeviceFault(Reason.UNPLUGGED, "The document left the reader", hint="Lay the document down again")
        if self._profile.has(Fault.SLOW) or self._now(Fault.STALL):
            self._wait(self._profile.delay_s)
        if self._since(Fault.ENDLESS_MORE):
            return Answer(b"\x00", 0x61FF).encode()
        if self._since(Fault.ENDLESS_LENGTH):
            return Answer(status=0x6C10).encode()
        if self._since(Fault.GARBAGE):
            return self._randomness(1 + self._randomness(1)[0])
        return None

    def after(self, answer: bytes) -> bytes:
        """The answer as it leaves the chip."""
        if self._now(Fault.SHORT_ANSWER):
            return answer[:1]
        if self._now(Fault.HUGE_ANSWER):
            return bytes(_HUGE) + Status.OK.to_bytes(2, "big")
        return answer

    def spoil_secure(self, answer: Answer) -> Answer:
        """A secure message whose last byte, of the MAC, is wrong."""
        if not self._since(Fault.WRONG_MAC):
            return answer
        return replace(answer, data=answer.data[:-1] + bytes([answer.data[-1] ^ 1]))

    def _now(self, fault: Fault) -> bool:
        return self._profile.has(fault) and self._count == self._profile.at

    def _since(self, fault: Fault) -> bool:
        return self._profile.has(fault) and self._count >= self._profile.at
