"""What headquarters says to one kit and nobody else: `{kit, incarnation, serial, expires, body}`.

    body: {"lists": [{"name": …, "kind": …, "mandatory": …, "keys": {epoch: hexadecimal}}, …],
           "status": {"state": "in_force", "reason": "", "lease_until": null, "erase_after": null, "signed": time},
           "people": {"serial": …, "sha256": hexadecimal, "size": bytes}}

Signed and sealed (`sync.formats.sealed_message`). Headquarters pads all of them to one size, so that no size shows how
many lists a kit carries. A kit accepts an envelope only when signature, name and enrolment are right, it has not
expired, and its serial did not fall.

`people` names the file with the people of the kit's post (`sync.formats.people_envelope`); a kit that stands at no post
has none.

`status` says whether the kit may work, and for how long without word; a kit that may not gets no `lists`, locks what it
has, and hears nothing of people. What a kit does not know in a body it passes over, except a state: a word it does not
know is not `in_force`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AfterValidator, Field

from data.errors import (
    ExpiredError,
    MismatchError,
    RollbackError,
    TrustError,
)
from data.json_codec import Hexadecimal, ZonedTime, decode, encode_canonical
from data.json_errors import JsonError
from data.kit.headquarters_word import KitStatus, check_status
from data.lists.edition import ListName
from data.text import _
from sync.formats.sealed_message import MessageForm
from sync.limits import LIMITS, SyncLimits

_STAYS = _("The kit keeps the keys that it has.")
_FORM = MessageForm(
    domain=b"waypost/envelope/v1\n",
    pad_bytes=1024,
    means=_STAYS,
    too_large=_("The envelope for this kit is too large"),
    sealed_to_another=_("The envelope for this kit is sealed to another kit, or was changed"),
    not_signed=_("Headquarters did not sign the envelope for this kit"),
    unreadable=_("The envelope for this kit cannot be read"),
)
_KEY_BYTES = 32
_Key = Annotated[Hexadecimal, Field(min_length=_KEY_BYTES, max_length=_KEY_BYTES)]
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class ListKey:
    """A list that the kit carries, with its key of each epoch."""

    name: ListName
    kind: str
    mandatory: bool
    keys: Annotated[dict[int, _Key], Field(min_length=1)]
    """Epoch to 32 bytes."""


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """The file with the people of the kit's post, as it lies in the tree."""

    serial: int
    """Of the roster in it."""
    sha256: Annotated[Hexadecimal, Field(min_length=_HASH_BYTES, max_length=_HASH_BYTES)]
    """Of the sealed file."""
    size: int
    """The same, bytes."""


LONGEST_PEOPLE_FILE = PeopleFile(1 << 62, bytes(_HASH_BYTES), LIMITS.people_bytes)
"""No other one makes an envelope longer."""


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
    people: PeopleFile | None = None
    """None: the kit stands at no post; of a kit that is not in force it says nothing."""


def envelope_path(folder: str) -> str:
    """Path of a kit's envelope in the published tree."""
    return f"kits/{folder}/envelope"


def seal_envelope(envelope: Envelope, signer: Ed25519PrivateKey, recipient: str, *, room: int = 0) -> bytes:
    """The envelope as it is published; `room` is how many bytes of content its size pretends to have."""
    return _FORM.seal(signed_content(envelope), signer, recipient, room=room)


def signed_content(envelope: Envelope) -> bytes:
    """What is signed."""
    body: dict[str, Any] = {"status": envelope.status}
    if envelope.status.in_force:
        body["lists"] = envelope.lists
        if envelope.people is not None:
            body["people"] = envelope.people
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
    content = _FORM.unseal(sealed, identity, signer, most_bytes=limits.envelope_bytes)
    facts = decode(_EnvelopeFacts, content, _unreadable)
    body = _read_body(content, limits) if facts.body.status.in_force else _InForceBody(())
    return Envelope(
        kit=facts.kit,
        enrolment_id=facts.incarnation,
        serial=facts.serial,
        expires=facts.expires,
        lists=body.lists,
        status=facts.body.status,
        people=body.people,
    )


def check_recipient(envelope: Envelope, kit: str, enrolment_id: str, serial: int, now: datetime) -> None:
    """The envelope is for this kit, now, and not older than the one with `serial`.

    Raises:
        MismatchError: it is for another kit, or for another enrolment of this one.
        RollbackError: it is older than the envelope before.
        ExpiredError: its time is over.
    """
    if (envelope.kit, envelope.enrolment_id) != (kit, enrolment_id):
        raise _FORM.refusal(
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
class _InForceBody:
    lists: tuple[ListKey, ...]
    people: PeopleFile | None = None


@dataclass(frozen=True, slots=True)
class _InForceEnvelope:
    body: _InForceBody


def _read_body(content: bytes, limits: SyncLimits) -> _InForceBody:
    body = decode(_InForceEnvelope, content, _unreadable).body
    if len(body.lists) > limits.lists:
        raise _FORM.make_unreadable()
    return body


def _unreadable(_why: JsonError) -> TrustError:
    return _FORM.make_unreadable()
