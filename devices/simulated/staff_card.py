"""Staff cards that a TOML file describes. Who edits `inserted` inserts and removes cards, also while a reader is open.

```toml
[desk-card]
kind = "staff card"
inserted = ["amina"]                  # [] when no card is there; two are one too many

[desk-card.cards.amina]
label = "A. Karim"
serial = "0001"
seed = "any text"                     # its P-256 key is made of this; leave it out for a card without a key
pin = "493817"
tries = 3                             # wrong PINs until it locks
# fault = "pulled_out"                # when it is to sign; devices.staff_card.card_reader.CardProblem has every one
# is_empty = true                     # a card that was never set up
```
"""

import asyncio
from contextlib import suppress
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import BaseModel, ConfigDict, Field

from data.log.error_log import log_error
from data.people.card_proof import CardProof, SignatureScheme
from data.text import _
from devices.device_state import release_device, take_device
from devices.faults import DeviceFault
from devices.ports import CLOSED, CONNECTING, READY, DeviceHealth, DeviceInfo, DeviceState
from devices.simulated.kit_file import read_tables, validate_tables
from devices.staff_card.card_presence import PresentCardReader
from devices.staff_card.card_reader import (
    CardFault,
    CardKey,
    CardPinState,
    CardPresence,
    CardProblem,
    InsertedCard,
    describe_card_key,
)

STAFF_CARD_KIND = "staff card"
LOOK_S = 0.05
_WRONG_TRIES: dict[str, int] = {}
"""Wrong PINs since the last right one, by file and card: a card remembers them when it is pulled out."""
_STRICT = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SimulatedStaffCard(BaseModel):
    """One card."""

    model_config = _STRICT

    label: str = Field("Simulated card", max_length=64)
    serial: str = Field("0001", max_length=64)
    seed: str = Field("", repr=False)
    pin: str = Field("", repr=False)
    tries: int = Field(3, ge=1, le=15)
    fault: CardProblem | None = None
    is_empty: bool = False

    def make_key(self) -> ec.EllipticCurvePrivateKey:
        """Its key: the same for the same seed. Not secret, like everything of a simulated card."""
        return ec.derive_private_key(
            int.from_bytes(sha256(self.seed.encode()).digest(), "big") >> 1 | 1, ec.SECP256R1()
        )


class StaffCardScript(BaseModel):
    """A simulated reader of staff cards."""

    model_config = _STRICT

    kind: Literal["staff card"]
    title: str = _("Simulated card reader")
    inserted: tuple[str, ...] = ()
    cards: dict[str, SimulatedStaffCard] = Field(default_factory=dict)


def load_staff_cards(path: Path) -> dict[str, StaffCardScript]:
    """Every reader of staff cards of a simulated kit, by name of its table; DeviceFault SETUP says what is wrong."""
    chosen = {
        name: table
        for name, table in read_tables(path).items()
        if isinstance(table, dict) and table.get("kind") == STAFF_CARD_KIND
    }
    return validate_tables(path, chosen, StaffCardScript)


class SimulatedCardReader(PresentCardReader):
    """The reader at `simulated://kit.toml#desk-card`."""

    def __init__(self, info: DeviceInfo, path: Path, part: str) -> None:
        super().__init__(info)
        self._path = path
        self._part = part
        self._device = f"{path.resolve()} {info.id}"
        self._card: SimulatedStaffCard | None = None
        self._watching: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Take the device; DeviceFault BUSY if it is taken, SETUP for a file that is wrong."""
        take_device(self._device, self.info.title)
        self._is_open = True
        self._events.change(CONNECTING)
        try:
            self._look()
        except BaseException:
            self._let_go()
            raise
        self._events.change(READY)
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Release everything."""
        watching, self._watching = self._watching, None
        if watching is None:
            return
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        self._let_go()
        self._events.end()

    def _let_go(self) -> None:
        self._is_open, self._presence, self._card = False, None, None
        release_device(self._device)
        self._wake()
        self._events.change(CLOSED)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                self._look()
            except DeviceFault as fault:
                log_error(fault, device=self.info.driver)
                self._events.change(DeviceState(DeviceHealth.FAULTED, fault.reason, fault.hint))
            else:
                if not self._is_signing:
                    self._events.change(READY)

    def _look(self) -> None:
        script = load_staff_cards(self._path).get(self._part)
        names = script.inserted if script is not None else ()
        cards = [script.cards[name] for name in names if name in script.cards] if script is not None else []
        self._card = cards[0] if len(cards) == 1 and not cards[0].is_empty else None
        self._see(self._presence_of(cards))

    def _presence_of(self, cards: list[SimulatedStaffCard]) -> CardPresence:
        if not cards:
            return None
        if len(cards) > 1:
            return CardFault(CardProblem.SEVERAL_CARDS)
        (card,) = cards
        if card.is_empty:
            return CardFault(CardProblem.NOT_SET_UP)
        key = _key_of(card)
        return InsertedCard(card.label, card.serial, () if key is None else (key,), self._pin_state(card))

    def _memory(self, card: SimulatedStaffCard) -> str:
        return f"{self._device} {card.serial}"

    def _pin_state(self, card: SimulatedStaffCard) -> CardPinState:
        left = card.tries - _WRONG_TRIES.get(self._memory(card), 0)
        if not card.pin:
            return CardPinState.NOT_SET
        if left <= 0:
            return CardPinState.LOCKED
        return CardPinState.LAST_TRY if left == 1 else CardPinState.READY

    async def _sign(self, fingerprint: str, challenge: bytes, pin: str) -> CardProof:
        self._look()
        if isinstance(self._presence, CardFault):
            raise CardFault(self._presence.problem)
        if (card := self._card) is None:
            raise CardFault(CardProblem.NO_CARD)
        if (key := _key_of(card)) is None:
            raise CardFault(CardProblem.NO_KEY)
        if key.fingerprint != fingerprint:
            raise CardFault(CardProblem.OTHER_CARD)
        self._try_pin(card, pin)
        if card.fault is CardProblem.MODULE_HANGS:
            await asyncio.Event().wait()
        if card.fault is not None:
            raise CardFault(card.fault)
        halves = decode_dss_signature(card.make_key().sign(challenge, ec.ECDSA(SHA256())))
        signature = b"".join(half.to_bytes(32, "big") for half in halves)
        return CardProof(key.public_key, SignatureScheme.ECDSA, signature)

    def _try_pin(self, card: SimulatedStaffCard, pin: str) -> None:
        memory = self._memory(card)
        if self._pin_state(card) is CardPinState.NOT_SET:
            raise CardFault(CardProblem.NOT_SET_UP)
        if self._pin_state(card) is CardPinState.LOCKED:
            raise CardFault(CardProblem.PIN_LOCKED)
        if compare_digest(pin.encode(), card.pin.encode()):
            _WRONG_TRIES.pop(memory, None)
            return
        _WRONG_TRIES[memory] = _WRONG_TRIES.get(memory, 0) + 1
        states = {CardPinState.LOCKED: CardProblem.PIN_LOCKED, CardPinState.LAST_TRY: CardProblem.LAST_TRY}
        raise CardFault(states.get(self._pin_state(card), CardProblem.WRONG_PIN))


def _key_of(card: SimulatedStaffCard) -> CardKey | None:
    if not card.seed:
        return None
    public_key = card.make_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return describe_card_key(public_key, "sign")
