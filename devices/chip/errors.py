"""The errors of reading a chip, in one tree, by what the officer can do about them.

ChipError
├── ChipGone             the document was lifted: lay it on the reader again
├── ChipSlow             the chip did not finish in time
├── ReadingCancelled     somebody here ended the reading
├── ChipRefused          the chip said no; `status` is its word
├── AccessRefused        it did not accept the key; `cause` says whether the key is wrong, or the chip blocks or delays
├── ChipMalformed        the chip answered what no standard allows
└── ChannelBroken        what came through the encrypted channel was not what the chip sent, or the chip left it

`key_refusal` says what a chip's word means when it is shown a key: the wrong one, a blocked one, or nothing about the
key. Data of a file that cannot be read is `data.certificates.malformed.Malformed`, a fault of the file alone.
"""

from enum import StrEnum

from data.errors import DeviceError
from devices.chip.status import StatusWord

_MEANS = "The chip proves nothing; the print can still be checked"

_KEY_WRONG = frozenset({0x6300, 0x6982, 0x6988, 0x6A80})
_KEY_BLOCKED = frozenset({0x63C0, 0x6983, 0x6984})
_KEY_UNKNOWN = 0x6A88


class ChipError(DeviceError):
    """A chip was not read."""

    do = "Lay the document on the reader again and keep it still"

    def __init__(self, what: str, *, do: str = "") -> None:
        super().__init__(what, means=_MEANS, do=do or type(self).do)


class ChipGone(ChipError):
    """The document was lifted off the reader, or the reader went away."""

    def __init__(self, what: str = "The document was lifted before its chip was read") -> None:
        super().__init__(what)


class ChipSlow(ChipError):
    """The chip did not finish in time."""


class ReadingCancelled(ChipError):
    """Somebody here ended the reading."""

    do = "Read the chip again when you want to"

    def __init__(self) -> None:
        super().__init__("The reading of the chip was ended here")


class ChipRefused(ChipError):
    """The chip said no."""

    do = "Lay the document again; if the chip refuses again, look at the document as one whose chip is dead"

    def __init__(self, status: StatusWord, what: str, *, do: str = "") -> None:
        self.status = status
        super().__init__(f"{what}: {status}", do=do)


class AccessCause(StrEnum):
    """Why a chip did not accept a key."""

    WRONG_KEY = "wrong_key"
    BLOCKED = "blocked"
    """Too many wrong keys; the issuer alone can help."""
    DELAYED = "delayed"
    """The chip makes readers wait after wrong keys."""
    NOT_OFFERED = "not_offered"
    """The chip has no way of access that this kit knows, or none for this kind of key."""


_DO = {
    AccessCause.WRONG_KEY: "Compare the zone or the access number with the print, correct it, read again",
    AccessCause.BLOCKED: "Go on without the chip; the holder's authority can unblock it",
    AccessCause.DELAYED: "Leave the document on the reader for a minute, then read again",
    AccessCause.NOT_OFFERED: "Go on without the chip, or use the other key: the zone, or the access number",
}


class AccessRefused(ChipError):
    """The chip did not accept the key."""

    def __init__(self, cause: AccessCause, what: str, status: StatusWord | None = None) -> None:
        self.cause = cause
        self.status = status
        """The chip's word, where it gave one."""
        super().__init__(f"{what}: {status}" if status else what, do=_DO[cause])

    @property
    def tries_left(self) -> int | None:
        """How many more tries the chip allows, where it says so."""
        return self.status.tries_left if self.status else None


class ChipMalformed(ChipError):
    """The chip answered what no standard allows: it is broken, or it is not what it pretends to be."""

    do = "Lay the document again; if it stays so, look at the document closely"


class ChannelBroken(ChipError):
    """The encrypted channel does not hold: the chip left it, or somebody stands in between."""

    do = "Lay the document again; if it stays so, look at the document and at the reader closely"

    def __init__(self, what: str, status: StatusWord | None = None) -> None:
        self.status = status
        """What the chip said outside the channel, where it left it."""
        super().__init__(what)


def key_refusal(status: StatusWord, what: str) -> ChipError:
    """The error for a status word that came instead of access."""
    if status.word in _KEY_BLOCKED:
        return AccessRefused(AccessCause.BLOCKED, f"{what} is blocked", status)
    if status.word in _KEY_WRONG or status.tries_left is not None:
        return AccessRefused(AccessCause.WRONG_KEY, f"{what} does not open this chip", status)
    if status.word == _KEY_UNKNOWN:
        return AccessRefused(AccessCause.NOT_OFFERED, f"This chip is not opened by {what.lower()}", status)
    return ChipRefused(status, f"{what} could not be shown to the chip")
