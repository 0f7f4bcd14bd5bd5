"""Every error the product raises on purpose, in one tree, by what a person can do about it.

WaypostError
├── InputError               correct what was typed, scanned or put into a file, and try again
│   ├── RefusedFile          the whole file is not what it was said to be; nothing of it was taken
│   │   ├── IncompleteSource the files of a list seem cut off or lack something
│   │   └── UnvouchedSource  no root of headquarters' choice vouches for a list of certificates
│   └── SettingsError        kit.toml or an argument has a value that cannot be
├── DeviceError              look at the device; `devices.faults` gives the reasons
├── LinkError                the line is bad; nothing is lost, it is tried again
│   ├── NotOffered           the other end answers, but has no such file
│   ├── AskedToWait          the other end asks not to be contacted before a given time
│   ├── Postponed            this kit itself loads it later: outside its hours, or its budget is spent
│   └── Interrupted          we were asked to stop, or something better came; what came is kept
├── TrustError               what came is not what headquarters signed; the old list stays
│   ├── RollbackError        it is signed, but older than what is here: rolled back or replayed
│   ├── ExpiredError         it is signed but has expired: stale, or someone is holding newer files back
│   ├── OversizeError        it is longer than it may be
│   ├── MalformedError       it cannot be read
│   ├── SignatureError       too few of the keys that must sign it did
│   ├── MismatchError        it is not the file that was signed under this name: swapped or mixed
│   └── BoundsError          it is signed, but changes more than it may without a second signature
├── StoreError               the kit's or headquarters' own files
│   ├── NoHome               there is no kit or headquarters in this folder
│   ├── Damaged              a file here cannot be read or was changed
│   ├── UnusableList         a list here is of a form that this software does not read
│   └── Busy                 another process holds what this one needs
└── Denied                   the person or passphrase does not allow this
    ├── WrongPassphrase
    └── Locked               headquarters does not let this kit read its lists, or has not been heard of for too long
"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.text import EMPTY, Message, _, join


class WaypostError(Exception):
    """An error a person reads: what happened, what it means, what to do next."""

    def __init__(self, what: Message, *, means: Message = EMPTY, do: Message = EMPTY) -> None:
        self.what, self.means, self.do = what, means, do
        super().__init__(what)

    @property
    def message(self) -> Message:
        """All of it, in sentences."""
        return join(_sentence(part) for part in (self.what, self.means, self.do) if part)

    def __str__(self) -> str:
        return str(self.message)


_NO_REASON = _("no reason given")


def describe_os_error(error: BaseException, otherwise: Message = _NO_REASON) -> Message:
    """The system's own words for an error; `otherwise` where it has none, since not every OSError has."""
    words = error.strerror if isinstance(error, OSError) else None
    return join([words]) if words else otherwise


class InputError(WaypostError):
    """What was typed, scanned or put into a file cannot be used."""


class RefusedFile(InputError):
    """The whole file is not what it was said to be; nothing of it was taken."""


class IncompleteSource(RefusedFile):
    """The files of a list seem cut off or lack something; nothing of them was taken."""

    def __init__(self, signs: Sequence[Message], *, means: Message, do: Message, notes: Sequence[Message] = ()) -> None:
        self.signs = tuple(signs)
        """Each a clause."""
        self.notes = tuple(notes)
        """What of the files was refused or left out, and why: one line each."""
        super().__init__(_("The files seem to be incomplete: {signs}", signs=join(signs, "; ")), means=means, do=do)


class UnvouchedSource(RefusedFile):
    """No root of headquarters' choice vouches for a list of certificates; nothing of it was taken."""

    def __init__(self, lists: Sequence[Message], *, means: Message, do: Message) -> None:
        self.lists = tuple(lists)
        """Each a clause."""
        what = _("Nobody whom headquarters chose vouches for this: {lists}", lists=join(lists, "; "))
        super().__init__(what, means=means, do=do)


class SettingsError(InputError):
    """A setting or an argument has a value that cannot be."""


class DeviceError(WaypostError):
    """A device did not do what it was asked."""


class LinkError(WaypostError):
    """The line to headquarters is bad; nothing is lost."""


class NotOffered(LinkError):
    """The other end answers, but has no such file."""


class AskedToWait(LinkError):
    """The other end asks for no more requests for `wait_s` seconds."""

    def __init__(self, what: Message, wait_s: float, *, means: Message = EMPTY, do: Message = EMPTY) -> None:
        super().__init__(what, means=means, do=do)
        self.wait_s = wait_s


class Postponed(LinkError):
    """It may not load now, by the kit's own settings."""


class Interrupted(LinkError):
    """We were asked to stop on the way."""


class TrustError(WaypostError):
    """What came is not what headquarters signed; what was here stays."""


class RollbackError(TrustError):
    """What came is signed, but older than what is here."""


class BoundsError(TrustError):
    """What came is signed, but changes more of a list than it may without a second, offline signature."""


class ExpiredError(TrustError):
    """What came is signed but has expired."""


class OversizeError(TrustError):
    """What came is longer than it may be."""


class MalformedError(TrustError):
    """What came cannot be read."""


class SignatureError(TrustError):
    """Too few of the keys that must sign what came did."""


class MismatchError(TrustError):
    """What came is not the file that was signed under this name."""


class StoreError(WaypostError):
    """A file of the kit or of headquarters cannot be used."""


class NoHome(StoreError):
    """There is no kit or headquarters in this folder."""


class Damaged(StoreError):
    """A file cannot be read, or was changed behind our back."""


class UnusableList(StoreError):
    """A list is of a form that this software does not read; fetching it again would not help."""


class Busy(StoreError):
    """Another process holds what this one needs."""


class Denied(WaypostError):
    """The person or the passphrase does not allow this."""


class WrongPassphrase(Denied):
    """The passphrase is wrong for this folder."""


class Locked(Denied):
    """Nobody may read the lists of this kit now."""

    def __init__(self, what: Message, *, state: str, means: Message = EMPTY, do: Message = EMPTY) -> None:
        super().__init__(what, means=means, do=do)
        self.state = state
        """A `data.lease.access.AccessState` but `good`."""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else _("{sentence}.", sentence=text)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that did not work, in the words of its error."""

    what: Message
    means: Message
    do: Message

    @classmethod
    def of(cls, error: WaypostError) -> "Problem":
        """The words of `error`."""
        return cls(error.what, error.means, error.do)

    @property
    def message(self) -> Message:
        """All of it, in sentences."""
        return WaypostError(self.what, means=self.means, do=self.do).message
