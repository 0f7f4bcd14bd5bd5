"""What headquarters says to one kit and nobody else: `{kit, incarnation, serial, expires, body}`.

    body: {"lists": [{"name": …, "kind": …, "mandatory": …, "keys": {epoch: hexadecimal}}, …],
           "status": {"state": "in_force", "reason": "", "lease_until": null, "erase_after": null, "signed": time}}

Signed by the `kits` key (Ed25519), *then* sealed to the kit's age identity: age alone does not say who sent
it. Headquarters pads all of them to one size, so that no size shows how many lists a kit carries. A kit accepts an
envelope only when signature, name and enrolment are right, it has not expired, and its serial did not fall.

`status` says whether the kit may work, and for how long without word; a kit that may not gets no `lists`, and locks
what it has. What a kit does not know in a body it passes over, except a state: a word it does not know is not
`in_force`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AfterValidator, Field

from data.errors import (
    ExpiredError,
    MalformedError,
    MismatchError,
    OversizeError,
    RollbackError,
    SignatureError,
    TrustError,
)
from data.json_codec import Hexadecimal, ZonedTime, decode, encode_canonical
from data.json_errors import JsonError
from data.kit.headquarters_word import KitStatus, check_status
from data.lists.edition import ListName
from data.text import Message, _
from sync.limits import LIMITS, SyncLimits

_DOMAIN = b"waypost/envelope/v1\n"
_SIGNATURE_BYTES = 64
_PAD_BYTES = 1024
_STAYS = _("The kit keeps the keys that it has.")
_KEY_BYTES = 32
_Key = Annotated[Hexadecimal, Field(min_length=_KEY_BYTES, max_length=_KEY_BYTES)]


@dataclass(frozen=True, slots=True)
class ListKey:
    """A list that the kit carries, with its key of each epoch."""

    name: ListName
    kind: str
    mandatory: bool
    keys: Annotated[dict[int, _Key], Field(min_length=1)]
    """Epoch to 32 bytes."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message of headquarters to one kit."""

    kit: str
    enrolment_id: str
    """Which enrolment of the kit; another one must not read on."""
    serial: int
    expires: datetime
    lists: tuple[ListKey, ...]
    status: KitStatus


def envelope_path(folder: str) -> str:
    """Path of a kit's envelope in the published tree."""
    return f"kits/{folder}/envelope"


def seal_envelope(envelope: Envelope, signer: Ed25519PrivateKey, recipient: str, *, room: int = 0) -> bytes:
    """The envelope as it is published; `room` is how many bytes of content its size pretends to have."""
    content = signed_content(envelope)
    signed = signer.sign(_DOMAIN + content) + len(content).to_bytes(4, "big") + content
    whole = max(len(signed), _SIGNATURE_BYTES + 4 + room)
    padded = signed.ljust(whole + -whole % _PAD_BYTES, b"\0")
    return bytes(pyrage.encrypt(padded, [pyrage.x25519.Recipient.from_str(recipient)]))


def signed_content(envelope: Envelope) -> bytes:
    """What is signed."""
    body: dict[str, Any] = {"status": envelope.status}
    if envelope.status.in_force:
        body["lists"] = envelope.lists
    return encode_canonical(
        {
            "kit": envelope.kit,
            "incarnation": envelope.enrolment_id,
            "serial": envelope.serial,
            "expires": envelope.expires,
            "body": body,
        }
    )


def unseal_envelope(sealed: bytes, identity: str, signer: Ed25519PublicKey, *, limits: SyncLimits = LIMITS) -> Envelope:
    """What headquarters says; not yet whether it is meant for now (`check_recipient`).

    Raises:
        OversizeError: it is larger than any envelope.
        MismatchError: it is sealed to another kit, or was changed.
        SignatureError: headquarters did not sign it.
        MalformedError: it is signed, but this software cannot read it.
    """
    if len(sealed) > limits.envelope_bytes:
        raise _refusal(OversizeError, _("The envelope for this kit is too large"))
    try:
        padded = bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        raise _refusal(
            MismatchError, _("The envelope for this kit is sealed to another kit, or was changed")
        ) from error
    signature, length = padded[:_SIGNATURE_BYTES], padded[_SIGNATURE_BYTES : _SIGNATURE_BYTES + 4]
    content = padded[_SIGNATURE_BYTES + 4 :][: int.from_bytes(length, "big")]
    try:
        signer.verify(signature, _DOMAIN + content)
    except InvalidSignature as error:
        raise _refusal(SignatureError, _("Headquarters did not sign the envelope for this kit")) from error
    facts = decode(_EnvelopeFacts, content, _unreadable)
    return Envelope(
        kit=facts.kit,
        enrolment_id=facts.incarnation,
        serial=facts.serial,
        expires=facts.expires,
        lists=_read_lists(content, limits) if facts.body.status.in_force else (),
        status=facts.body.status,
    )


def check_recipient(envelope: Envelope, kit: str, enrolment_id: str, serial: int, now: datetime) -> None:
    """The envelope is for this kit, now, and not older than the one with `serial`.

    Raises:
        MismatchError: it is for another kit, or for another enrolment of this one.
        RollbackError: it is older than the envelope before.
        ExpiredError: its time is over.
    """
    if (envelope.kit, envelope.enrolment_id) != (kit, enrolment_id):
        raise _refusal(
            MismatchError, _("The envelope for this kit is meant for another kit, or for an earlier enrolment")
        )
    if envelope.serial < serial:
        raise RollbackError(
            _(
                "Envelope {serial} is older than envelope {known}, which this kit already has",
                serial=envelope.serial,
                known=serial,
            ),
            means=_STAYS,
        )
    if envelope.expires < now:
        raise ExpiredError(
            _("The envelope for this kit has expired"),
            means=_STAYS,
            do=_("Check this machine's clock; if it is right, ask headquarters to run `waypost hq publish`"),
        )


@dataclass(frozen=True, slots=True)
class _StatusBody:
    status: Annotated[KitStatus, AfterValidator(check_status)]


@dataclass(frozen=True, slots=True)
class _EnvelopeFacts:
    """An envelope as it is signed, but for its lists: where the kit may not work, nothing about them matters."""

    kit: str
    incarnation: str
    serial: int
    expires: ZonedTime
    body: _StatusBody


@dataclass(frozen=True, slots=True)
class _ListsBody:
    lists: tuple[ListKey, ...]


@dataclass(frozen=True, slots=True)
class _EnvelopeLists:
    body: _ListsBody


def _read_lists(content: bytes, limits: SyncLimits) -> tuple[ListKey, ...]:
    lists = decode(_EnvelopeLists, content, _unreadable).body.lists
    if len(lists) > limits.lists:
        raise _refusal(MalformedError, _("The envelope for this kit cannot be read"))
    return lists


def _unreadable(_why: JsonError) -> TrustError:
    return _refusal(MalformedError, _("The envelope for this kit cannot be read"))


def _refusal(kind: type[TrustError], what: Message) -> TrustError:
    return kind(what, means=_STAYS, do=_("Tell headquarters if it happens again"))
