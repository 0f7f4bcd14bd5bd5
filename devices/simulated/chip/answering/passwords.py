"""The passwords that open a chip, and what it does about wrong ones (Doc 9303-11, 4.3.2 and 4.4.4)."""

from collections.abc import Callable
from enum import IntEnum
from hashlib import sha1

from devices.chip.crypto.keys import Use, kdf
from devices.chip.crypto.suite import Suite
from devices.simulated.chip.answering.status import Refusal, Status
from devices.simulated.chip.personal.card import Card

LONGEST_WAIT_S = 30.0


class Password(IntEnum):
    """References of MSE:Set AT."""

    MRZ = 1
    CAN = 2


class Doorman:
    """Counts wrong passwords over the life of a chip; a right one forgives all."""

    def __init__(self, card: Card, wait: Callable[[float], None]) -> None:
        self._card = card
        self._wait = wait
        self._wrong = 0

    def check_in(self) -> None:
        """Before a password is tried: waits, or refuses for good."""
        profile = self._card.profile
        if profile.blocked_after and self._wrong >= profile.blocked_after:
            raise Refusal(Status.BLOCKED)
        if self._wrong and profile.wrong_password_delay_s:
            self._wait(min(profile.wrong_password_delay_s * 2 ** min(self._wrong - 1, 10), LONGEST_WAIT_S))

    def wrong(self) -> Refusal:
        """One more wrong password; the refusal to raise."""
        self._wrong += 1
        return Refusal(Status.NOT_AUTHENTICATED)

    def right(self) -> None:
        """The password was right."""
        self._wrong = 0

    def seed(self) -> bytes:
        """What the keys of basic access control are derived from (Doc 9303-11, 4.3.2)."""
        return sha1(self._card.mrz_password, usedforsecurity=False).digest()[:16]

    def nonce_key(self, password: Password, suite: Suite) -> bytes:
        """The key that encrypts PACE's nonce; Refusal NO_SUCH_KEY where the chip has no such password."""
        if password is Password.MRZ:
            secret = sha1(self._card.mrz_password, usedforsecurity=False).digest()
        else:
            secret = self._card.profile.can.encode("ascii")
        if not secret:
            raise Refusal(Status.NO_SUCH_KEY)
        return kdf(secret, Use.PASSWORD, suite)
