"""What a chip remembers while it lies on the reader."""

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from devices.simulated.chip.answering.passwords import Doorman
from devices.simulated.chip.personal.card import Card
from devices.simulated.chip.randomness import Randomness

if TYPE_CHECKING:
    from devices.simulated.chip.answering.channel import Channel
    from devices.simulated.chip.answering.chip_authentication import ChosenKey
    from devices.simulated.chip.answering.pace import PaceRun


class Place(Enum):
    """Where the terminal is in the chip."""

    MASTER = "master file"
    APPLICATION = "travel document"


@dataclass
class Session:
    """From power-on to power-off."""

    card: Card
    doorman: Doorman
    randomness: Randomness
    place: Place = Place.MASTER
    file: int | None = None
    """The elementary file that is selected, by identifier."""
    opened: bool = False
    """Whether a password opened the chip, or it asks for none; falls with the channel."""
    channel: "Channel | None" = None
    next_channel: "Channel | None" = None
    """Takes over once the answer under way has gone."""
    challenge: bytes = b""
    pace: "PaceRun | None" = field(default=None, repr=False)
    chosen_key: "ChosenKey | None" = None
    pending: bytes = b""
    """The rest of an answer that GET RESPONSE fetches."""

    def __post_init__(self) -> None:
        self.opened = not self.card.profile.access

    def lose_channel(self) -> None:
        """Secure messaging was left: everything that was proved is forgotten."""
        self.channel = None
        self.opened = not self.card.profile.access
        self.pace = None
        self.chosen_key = None
        self.file = None
        self.pending = b""

    def open_with(self, channel: "Channel") -> None:
        """A password was right; the channel begins after this answer."""
        self.doorman.right()
        self.next_channel = channel
        self.opened = True
