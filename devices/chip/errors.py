"""The errors of reading a chip, in one tree, by what the officer can do about them.

ChipError
├── ChipGone             the document was lifted: lay it on the reader again
├── ChipSlow             the chip did not finish in time
├── ReadingCancelled     somebody here ended the reading
├── ChipRefused          the chip said no; `status` is its answer, and says what to do
│   └── ReadingStopped   it had already given a part of the file
├── AccessRefused        it did not accept the key; `cause` says whether the key is wrong, or the chip blocks or delays
├── ChipMalformed        the chip answered something that no standard allows
│   ├── FileCut          a file ends before the length that it says
│   └── OfferUnusable    in PACE, before any key was shown to it: another offer may be tried
└── ChannelBroken        what came through the encrypted channel was not what the chip sent, or the chip left it
    └── WrongMac         the MAC of a whole response does not fit the keys

`key_refusal` explains a chip's answer to a key: the key is wrong, blocked or unknown, or the answer is about something
else. Data of a file that cannot be read is `data.certificates.malformed.Malformed`, a fault of that file alone.
"""

from enum import StrEnum

from data.errors import DeviceError
from data.text import EMPTY, Message, _
from devices.chip.access_keys import PasswordReference
from devices.chip.status import StatusWord

_MEANS = _("The chip proves nothing; the print can still be checked")

_KEY_WRONG = frozenset({0x6300, 0x6982, 0x6988, 0x6A80})
_KEY_BLOCKED = frozenset({0x63C0, 0x6983, 0x6984})
_KEY_UNKNOWN = 0x6A88
_BEYOND_END = 0x6B00


class ChipError(DeviceError):
    """A chip was not read."""

    what: Message
    do: Message = _("Place the document on the reader again and keep it still")

    def __init__(self, what: Message, *, do: Message = EMPTY) -> None:
        super().__init__(what, means=_MEANS, do=do or type(self).do)


class ChipGone(ChipError):
    """The document was lifted off the reader, or the reader went away."""

    def __init__(self) -> None:
        super().__init__(_("The document was lifted before its chip was read"))


class ChipSlow(ChipError):
    """The chip did not finish in time."""


class ReadingCancelled(ChipError):
    """Somebody here ended the reading."""

    do = _("Read the chip again if you wish")

    def __init__(self) -> None:
        super().__init__(_("Reading of the chip was stopped here"))


FORBIDDEN_DO = _(
    "Judge the document by its print: this chip answers only terminals that its issuer authorised, as many identity "
    "cards do; reading it again will not help"
)
_DO_BY_STATUS = {
    0x6982: FORBIDDEN_DO,
    0x6A82: _("Judge the document by its print: reading the chip again will not help"),
}
"""Where another try would end in the same way."""


class ChipRefused(ChipError):
    """The chip said no; what to do depends on its answer."""

    do = _("Place the document on the reader again; if the chip refuses again, treat it as a document with a dead chip")

    def __init__(self, status: StatusWord, what: Message, *, do: Message = EMPTY) -> None:
        self.status = status
        super().__init__(_with_status(what, status), do=do or _DO_BY_STATUS.get(status.word, EMPTY))

    @property
    def is_forbidden(self) -> bool:
        """Whether the chip opened, but gives this only to terminals that its issuer authorised."""
        return self.status.forbids_access

    @property
    def is_withheld(self) -> bool:
        """Whether the chip says that it does not have or give what was asked for, and not only that it failed."""
        return self.status.denies_file


class ReadingStopped(ChipRefused):
    """The chip gave the beginning of a file and refused the rest, so it does not withhold the file."""

    @property
    def is_withheld(self) -> bool:
        """False: a part was given."""
        return False

    @property
    def is_at_end(self) -> bool:
        """Whether the chip says that there is no more of the file."""
        return self.status.word == _BEYOND_END


class AccessCause(StrEnum):
    """Why a chip did not accept a key."""

    WRONG_KEY = "wrong_key"
    BLOCKED = "blocked"
    """Too many wrong keys; only the issuer can help."""
    DELAYED = "delayed"
    """The chip makes readers wait after wrong keys."""
    NOT_OFFERED = "not_offered"
    """The chip offers no protocol that this kit knows, or none for this kind of key."""


_DO = {
    AccessCause.WRONG_KEY: _("Compare the zone or the access number with the print, correct it and read again"),
    AccessCause.BLOCKED: _("Continue without the chip; the issuing authority can unblock it"),
    AccessCause.DELAYED: _("Leave the document on the reader for a minute, then read again"),
    AccessCause.NOT_OFFERED: _("Continue without the chip, or use the other key: the zone, or the access number"),
}


_DO_BEFORE_LAST_TRY = _(
    "One more wrong key blocks this chip: read again only if you can see what was misread, "
    "else continue without the chip"
)


class AccessRefused(ChipError):
    """The chip did not accept the key."""

    def __init__(self, cause: AccessCause, what: Message, status: StatusWord | None = None) -> None:
        self.cause = cause
        self.status = status
        """The chip's answer, if it gave one."""
        is_last_try = cause is AccessCause.WRONG_KEY and self.tries_left == 1
        do = _DO_BEFORE_LAST_TRY if is_last_try else _DO[cause]
        super().__init__(_with_status(what, status) if status else what, do=do)

    @property
    def tries_left(self) -> int | None:
        """How many more tries the chip allows; None if it does not say."""
        return self.status.tries_left if self.status else None


class ChipMalformed(ChipError):
    """The chip answered something that no standard allows: it is broken, or it is not what it claims to be."""

    do = _("Place the document on the reader again; if that does not help, look at the document closely")


class FileCut(ChipMalformed):
    """The chip says that a file ends before the length that the file itself says."""


class OfferUnusable(ChipMalformed):
    """A step of PACE before any key was shown to the chip is not as the standard has it."""


class ChannelBroken(ChipError):
    """The encrypted channel cannot be trusted: the chip left it, or somebody is in between."""

    do = _("Place the document on the reader again; if that does not help, look closely at the document and the reader")

    def __init__(self, what: Message, status: StatusWord | None = None) -> None:
        self.status = status
        """What the chip said outside the channel, if it left it."""
        super().__init__(what, do=FORBIDDEN_DO if self.is_forbidden else EMPTY)

    @property
    def is_forbidden(self) -> bool:
        """Whether the chip left the channel because only terminals that its issuer authorised may go on."""
        return self.status is not None and self.status.forbids_access


class WrongMac(ChannelBroken):
    """A whole response has a MAC that does not fit the keys: somebody changed it, or the chip has other keys."""


_BLOCKED = {
    PasswordReference.MRZ: _("The chip no longer takes its machine-readable zone as a key"),
    PasswordReference.CAN: _("The chip no longer takes its card access number as a key"),
}
_WRONG = {
    PasswordReference.MRZ: _("The machine-readable zone does not open this chip"),
    PasswordReference.CAN: _("The card access number does not open this chip"),
}
_UNKNOWN = {
    PasswordReference.MRZ: _("This chip does not offer access by its machine-readable zone"),
    PasswordReference.CAN: _("This chip does not offer access by a card access number"),
}
_NOT_TAKEN = {
    PasswordReference.MRZ: _("The machine-readable zone could not be presented to the chip"),
    PasswordReference.CAN: _("The card access number could not be presented to the chip"),
}


def key_refusal(status: StatusWord, key: PasswordReference) -> ChipError:
    """The error for a status word that came instead of access by this kind of key."""
    if status.word in _KEY_BLOCKED:
        return AccessRefused(AccessCause.BLOCKED, _BLOCKED[key], status)
    if status.word in _KEY_WRONG or status.tries_left is not None:
        return AccessRefused(AccessCause.WRONG_KEY, _WRONG[key], status)
    if status.word == _KEY_UNKNOWN:
        return AccessRefused(AccessCause.NOT_OFFERED, _UNKNOWN[key], status)
    return ChipRefused(status, _NOT_TAKEN[key])


def _with_status(what: Message, status: StatusWord) -> Message:
    return _("{problem}: {status}", problem=what, status=status.says)
