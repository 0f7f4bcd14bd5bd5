"""The messages between a kit and the process that has the card maker's library: one JSON object a line, both ways.

To it: `{module}` first, then `{look}`, or `{fingerprint, challenge, pin}`, each after the answer to the one before.
From it, one answer each: `{}` for no card or a loaded module, `{card}`, `{proof}`, or `{problem}` (a code: the words
for people are made here). `log` is what went wrong there, for the error log. All of it is checked: the process runs
foreign code.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from data.json_codec import decode, decode_or_none
from data.log.error_origin import MOST_ORIGINS, ErrorElsewhere, ErrorOrigin
from data.people.card_proof import MOST_KEY_BYTES, CardProof, SignatureScheme
from data.untrusted_text import clean
from devices.isolation.messages import encode_message
from devices.staff_card.card_reader import (
    MOST_IN_A_LABEL,
    MOST_IN_A_PIN,
    MOST_KEYS,
    CardKey,
    CardPinState,
    CardProblem,
    InsertedCard,
    describe_card_key,
)

_STRICT = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
MOST_IN_A_CHALLENGE = 4096
_Hex = Annotated[str, Field(pattern="^([0-9a-f]{2})*$", max_length=2 * MOST_KEY_BYTES)]
_Label = Annotated[str, Field(max_length=4 * MOST_IN_A_LABEL)]


class KeyMessage(BaseModel):
    """A public key on a card."""

    model_config = _STRICT

    public_key: _Hex
    label: _Label


class CardMessage(BaseModel):
    """The inserted card."""

    model_config = _STRICT

    label: _Label
    serial: _Label
    pin_state: CardPinState
    keys: tuple[KeyMessage, ...] = Field((), max_length=MOST_KEYS)

    def to_card(self) -> InsertedCard:
        """The card, with the keys that Waypost verifies; fingerprints are computed here."""
        keys: dict[str, CardKey] = {}
        for message in self.keys:
            key = describe_card_key(bytes.fromhex(message.public_key), clean(message.label, MOST_IN_A_LABEL))
            if key is not None:
                keys.setdefault(key.fingerprint, key)
        label, serial = clean(self.label, MOST_IN_A_LABEL), clean(self.serial, MOST_IN_A_LABEL)
        return InsertedCard(label, serial, tuple(keys.values()), self.pin_state)


class ProofMessage(BaseModel):
    """A signature."""

    model_config = _STRICT

    public_key: _Hex
    scheme: SignatureScheme
    signature: _Hex

    def to_proof(self) -> CardProof:
        """The same, for the kit."""
        return CardProof(bytes.fromhex(self.public_key), self.scheme, bytes.fromhex(self.signature))


class CardAnswer(BaseModel):
    """A line from the process."""

    model_config = _STRICT

    card: CardMessage | None = None
    proof: ProofMessage | None = None
    problem: CardProblem | None = None
    log: tuple[ErrorOrigin, ...] = Field((), max_length=MOST_ORIGINS)

    def to_error(self) -> ErrorElsewhere | None:
        """What went wrong there, for the kit's log."""
        return ErrorElsewhere(self.log) if self.log else None


class CardRequest(BaseModel):
    """A line from the kit."""

    model_config = _STRICT

    module: str = Field("", max_length=4096)
    look: bool = False
    fingerprint: str = Field("", max_length=64)
    challenge: str = Field("", pattern="^([0-9a-f]{2})*$", max_length=2 * MOST_IN_A_CHALLENGE)
    pin: str = Field("", max_length=MOST_IN_A_PIN, repr=False)


def parse_answer(line: bytes) -> CardAnswer | None:
    """A line from the process; None if it is none."""
    return decode_or_none(CardAnswer, line)


def parse_card_request(line: bytes) -> CardRequest:
    """A line of the kit; JsonError, which shows no value, where it is none."""
    return decode(CardRequest, line)


def encode_card(card: CardMessage) -> dict[str, Any]:
    """The content of an answer with a card."""
    return {"card": card.model_dump(mode="json")}


def encode_proof(proof: CardProof) -> dict[str, Any]:
    """The content of an answer with a signature."""
    message = {"public_key": proof.public_key.hex(), "scheme": proof.scheme.value, "signature": proof.signature.hex()}
    return {"proof": message}


def encode_line(content: dict[str, Any]) -> bytes:
    """An answer as it is sent."""
    return encode_message(content)
