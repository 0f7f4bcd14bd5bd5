"""What a chip remembers while it is on the reader, and the passwords that open it.

Wrong passwords are counted for as long as the chip exists: they delay or block it. A right one resets the count (Doc
9303-11, 4.3.2 and 4.4.4).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from hashlib import sha1
from typing import Any

from devices.simulated.chip.crypto.cipher_suites import SimulatedCipherSuite, SimulatedSessionKeys
from devices.simulated.chip.personalisation.card import AgreementKey, SimulatedCard
from devices.simulated.chip.profile import SimulatedChipAuthenticationOffer, SimulatedPaceOffer
from devices.simulated.chip.protocols.apdu import SimulatedRefusal, SimulatedStatus
from devices.simulated.chip.protocols.secure_messaging import SimulatedSecureChannel
from devices.simulated.chip.randomness import Randomness

LONGEST_WAIT_S = 30.0

ChosenKey = tuple[SimulatedChipAuthenticationOffer, AgreementKey]
"""The offer and the key that MSE:Set AT chose for chip authentication."""


class SimulatedPassword(IntEnum):
    """References of MSE:Set AT."""

    MRZ = 1
    CAN = 2


class PasswordGuard:
    """Counts wrong passwords for as long as the chip exists; a right one resets the count."""

    def __init__(self, card: SimulatedCard, wait: Callable[[float], None]) -> None:
        self._card = card
        self._wait = wait
        self._wrong = 0

    def check_allowed(self) -> None:
        """Before a password is tried: waits, or refuses for good."""
        profile = self._card.profile
        if profile.blocked_after and self._wrong >= profile.blocked_after:
            raise SimulatedRefusal(SimulatedStatus.BLOCKED)
        if self._wrong and profile.wrong_password_delay_s:
            self._wait(min(profile.wrong_password_delay_s * 2 ** min(self._wrong - 1, 10), LONGEST_WAIT_S))

    def record_wrong(self) -> SimulatedRefusal:
        """One more wrong password; the refusal to raise."""
        self._wrong += 1
        return SimulatedRefusal(SimulatedStatus.NOT_AUTHENTICATED)

    def record_right(self) -> None:
        """The password was right."""
        self._wrong = 0

    def seed(self) -> bytes:
        """What the keys of basic access control are derived from (Doc 9303-11, 4.3.2)."""
        return sha1(self._card.mrz_password, usedforsecurity=False).digest()[:16]

    def nonce_key(self, password: SimulatedPassword, suite: SimulatedCipherSuite) -> bytes:
        """The key that encrypts PACE's nonce; SimulatedRefusal NO_SUCH_KEY where the chip has no such password."""
        if password is SimulatedPassword.MRZ:
            secret = sha1(self._card.mrz_password, usedforsecurity=False).digest()
        else:
            secret = self._card.profile.can.encode("ascii")
        if not secret:
            raise SimulatedRefusal(SimulatedStatus.NO_SUCH_KEY)
        return suite.password_key(secret)


class CurrentDirectory(Enum):
    """Where the terminal is in the chip."""

    MASTER = "master file"
    APPLICATION = "travel document"


@dataclass
class PaceRun:
    """One run of PACE, from MSE:Set AT to the tokens. Each step is taken once and in its order."""

    offer: SimulatedPaceOffer
    password_key: bytes = field(repr=False)
    step: int = 0
    nonce: bytes = field(default=b"", repr=False)
    group: Any = None
    """With the mapped generator, after the mapping."""
    mapping_private: int = field(default=0, repr=False)
    ours: Any = None
    theirs: Any = None
    """The public keys that the tokens are over."""
    keys: SimulatedSessionKeys | None = None


@dataclass
class SimulatedSession:
    """From power-on to power-off."""

    card: SimulatedCard
    password_guard: PasswordGuard
    randomness: Randomness
    directory: CurrentDirectory = CurrentDirectory.MASTER
    file: int | None = None
    """The elementary file that is selected, by identifier."""
    is_open: bool = False
    """Whether a password opened the chip, or it needs none; ends with the channel."""
    channel: SimulatedSecureChannel | None = None
    next_channel: SimulatedSecureChannel | None = None
    """Takes over once the answer under way has gone."""
    challenge: bytes = b""
    pace: PaceRun | None = field(default=None, repr=False)
    chosen_key: ChosenKey | None = None
    pending: bytes = b""
    """The rest of an answer that GET RESPONSE fetches."""

    def __post_init__(self) -> None:
        self.is_open = not self.card.profile.access

    def lose_channel(self) -> None:
        """Secure messaging was left: everything that was proved is forgotten."""
        self.channel = None
        self.is_open = not self.card.profile.access
        self.pace = None
        self.chosen_key = None
        self.file = None
        self.pending = b""

    def open_with(self, channel: SimulatedSecureChannel) -> None:
        """A password was right; the channel begins after this answer."""
        self.password_guard.record_right()
        self.next_channel = channel
        self.is_open = True
