"""The port of cards that prove who works here: which card is inserted, which keys are on it, and its signature.

- `card` and `insertions` need no PIN. Only `sign` takes one, and tries it once: a card locks after a few wrong ones.
- A signature is whole or there is none: a card that is pulled out meanwhile is a `CardFault`.
- The PIN is in no argument, environment, exception, log or recording. A process that got it ends after its answer.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from data.people.card_proof import CardProof, compute_fingerprint, load_card_key
from data.text import Message, _
from devices.faults import DeviceFault, FaultReason
from devices.ports import Device

MOST_IN_A_LABEL = 64
MOST_KEYS = 16
"""Keys of one card that are looked at."""
MOST_IN_A_PIN = 64


class CardProblem(StrEnum):
    """Why a card does not prove anything."""

    NO_CARD = "no_card"
    PULLED_OUT = "pulled_out"
    SEVERAL_CARDS = "several_cards"
    NOT_SET_UP = "not_set_up"
    """The card was never initialised, or has no PIN yet."""
    NO_KEY = "no_key"
    OTHER_CARD = "other_card"
    """It has keys, but not the one that is asked for."""
    WRONG_PIN = "wrong_pin"
    LAST_TRY = "last_try"
    """The PIN was wrong, and the next wrong one locks the card."""
    PIN_LOCKED = "pin_locked"
    PIN_NOT_POSSIBLE = "pin_not_possible"
    """Too short, too long, or of characters that the card does not take. The card may count it as a try."""
    CARD_FAILED = "card_failed"
    MODULE_MISSING = "module_missing"
    MODULE_UNUSABLE = "module_unusable"
    MODULE_CRASHED = "module_crashed"
    MODULE_HANGS = "module_hangs"
    NO_EXTRA = "no_extra"
    """python-pkcs11 is not installed."""


_WORDS: dict[CardProblem, tuple[FaultReason, Message, Message]] = {
    CardProblem.NO_CARD: (
        FaultReason.UNPLUGGED,
        _("No card is inserted"),
        _("Insert your card, with the chip in front"),
    ),
    CardProblem.PULLED_OUT: (
        FaultReason.UNPLUGGED,
        _("The card was pulled out before it had answered"),
        _("Insert it again, and leave it there until you are signed in"),
    ),
    CardProblem.SEVERAL_CARDS: (
        FaultReason.BUSY,
        _("More than one card is inserted"),
        _("Leave only your own card there"),
    ),
    CardProblem.NOT_SET_UP: (
        FaultReason.SETUP,
        _("The card is not set up: it is empty, or has no PIN yet"),
        _("Take it to whoever issues the cards"),
    ),
    CardProblem.NO_KEY: (
        FaultReason.SETUP,
        _("The card has no key that Waypost can use"),
        _("It needs an RSA key of 2048 bits or more, or one on P-256 or P-384: take it to whoever issues the cards"),
    ),
    CardProblem.OTHER_CARD: (
        FaultReason.BAD_READ,
        _("This is not the card that headquarters has for this person"),
        _("Insert your own card; if it is new, headquarters must enter it first"),
    ),
    CardProblem.WRONG_PIN: (FaultReason.DENIED, _("The PIN of the card is wrong"), _("Type it again, with care")),
    CardProblem.LAST_TRY: (
        FaultReason.DENIED,
        _("The PIN of the card is wrong, and the next wrong one locks the card"),
        _("Do not guess: if you are not sure, ask whoever issues the cards"),
    ),
    CardProblem.PIN_LOCKED: (
        FaultReason.DENIED,
        _("The card is locked after too many wrong PINs"),
        _("Take it to whoever issues the cards"),
    ),
    CardProblem.PIN_NOT_POSSIBLE: (
        FaultReason.DENIED,
        _("This cannot be the PIN of the card: too short, too long, or with characters that the card does not take"),
        _("Type the PIN of the card, not another one"),
    ),
    CardProblem.CARD_FAILED: (
        FaultReason.BAD_READ,
        _("The card did not do what it was asked"),
        _("Take it out, wipe its contacts, insert it again; if that does not help, call the technician"),
    ),
    CardProblem.MODULE_MISSING: (
        FaultReason.SETUP,
        _("The card maker's library (PKCS #11 module) is not there"),
        _("Ask the technician to install it, or to correct its path under [card] in kit.toml"),
    ),
    CardProblem.MODULE_UNUSABLE: (
        FaultReason.NO_DRIVER,
        _("The card maker's library (PKCS #11 module) cannot be loaded"),
        _("Ask the technician for the one for this system; `pkcs11-tool --module FILE --show-info` says what is wrong"),
    ),
    CardProblem.MODULE_CRASHED: (
        FaultReason.PROTOCOL,
        _("The card maker's library has crashed"),
        _("It is started again automatically; if that happens again and again, tell the technician"),
    ),
    CardProblem.MODULE_HANGS: (
        FaultReason.TIMEOUT,
        _("The card maker's library does not answer"),
        _("It is started again automatically; if that happens again and again, tell the technician"),
    ),
}
_MEANS = _("Nobody was signed in")


class CardFault(DeviceFault):
    """A card, or what reads it, did not give a proof."""

    def __init__(self, problem: CardProblem) -> None:
        self.problem = problem
        reason, what, hint = _WORDS[problem]
        super().__init__(reason, what, hint=hint)
        self.means = _MEANS


class CardPinState(StrEnum):
    """What the card says of its PIN."""

    READY = "ready"
    LAST_TRY = "last_try"
    LOCKED = "locked"
    NOT_SET = "not_set"


@dataclass(frozen=True, slots=True)
class CardKey:
    """A public key on a card that `sign` can be asked for."""

    public_key: bytes
    """SubjectPublicKeyInfo, DER."""
    label: str
    fingerprint: str
    """As `Credential.card` of the roster has it."""
    kind: str
    """`RSA 2048`, `EC secp256r1`."""


@dataclass(frozen=True, slots=True)
class InsertedCard:
    """The card that is inserted."""

    label: str
    serial: str
    keys: tuple[CardKey, ...]
    """Those that are of a kind that Waypost verifies, without repetition."""
    pin_state: CardPinState = CardPinState.READY

    def has_key(self, fingerprint: str) -> bool:
        """Whether the key with this fingerprint is on it."""
        return any(key.fingerprint == fingerprint for key in self.keys)


CardPresence = InsertedCard | CardFault | None
"""The inserted card; why none can be used; None: no card."""


def describe_card_key(public_key: bytes, label: str) -> CardKey | None:
    """A key of a card, by its SubjectPublicKeyInfo (DER); None for a kind that Waypost does not verify."""
    key = load_card_key(public_key)
    if key is None:
        return None
    kind = f"EC {key.curve.name}" if hasattr(key, "curve") else f"RSA {key.key_size}"
    return CardKey(public_key, label, compute_fingerprint(key), kind)


class StaffCardReader(Device, Protocol):
    """What reads the cards of staff. Its state is READY also while no card is inserted."""

    def presence(self) -> CardPresence:
        """What is inserted, as it was seen last; never waits."""

    def insertions(self) -> AsyncGenerator[CardPresence, None]:
        """What is inserted now, then every change, until the reader is closed."""

    async def card(self, timeout_s: float) -> InsertedCard | None:
        """The inserted card; None if there is none within `timeout_s`.

        Raises:
            CardFault: what is inserted cannot be used, or the library fails. DeviceFault NOT_OPEN.
        """

    async def sign(self, fingerprint: str, challenge: bytes, pin: str, timeout_s: float) -> CardProof:
        """The signature of the key with this fingerprint over `challenge`. The PIN is tried at most once.

        Raises:
            CardFault: no whole signature, whatever the reason. DeviceFault NOT_OPEN; BUSY while another call signs.
        """
