"""What a chip's word means when it is shown a key: the wrong one, a blocked one, or nothing about the key."""

from devices.chip.apdu import Command, Response
from devices.chip.card import Card
from devices.chip.errors import AccessCause, AccessRefused, ChipError, ChipRefused
from devices.chip.status import Status

_WRONG = frozenset({0x6300, 0x6982, 0x6988, 0x6A80})
_BLOCKED = frozenset({0x63C0, 0x6983, 0x6984})
_NO_SUCH_KEY = 0x6A88


def refused_key(status: Status, what: str) -> ChipError:
    """The error for a status word that came instead of access."""
    if status.word in _BLOCKED:
        return AccessRefused(AccessCause.BLOCKED, f"{what} is blocked", status)
    if status.word in _WRONG or status.tries_left is not None:
        return AccessRefused(AccessCause.WRONG_KEY, f"{what} does not open this chip", status)
    if status.word == _NO_SUCH_KEY:
        return AccessRefused(AccessCause.NOT_OFFERED, f"This chip is not opened by {what.lower()}", status)
    return ChipRefused(status, f"{what} could not be shown to the chip")


def show_key(card: Card, command: Command) -> Response:
    """The response to a command of a proof. A chip that keeps silent over it delays: it was shown wrong keys."""
    with card.patience.told_as(_delayed):
        return card.send(command)


def _delayed(_: str) -> AccessRefused:
    return AccessRefused(AccessCause.DELAYED, "The chip takes its time, as chips do after wrong keys")
