"""What headquarters tells one kit and nobody else: `{kit, incarnation, serial, expires, body}`.

    body: {"lists": [{"name": …, "kind": …, "mandatory": …, "keys": {epoch: hexadecimal}}, …],
           "status": {"state": "in_force", "reason": "", "lease_until": null, "erase_after": null, "signed": time}}

Signed by the `kits` key (Ed25519), *then* sealed to the kit's age identity: age alone does not say who sent
it. Headquarters pads all of them to one size, so that none tells how many lists a kit carries. A kit takes an envelope
only when signature, name and enrolment are right, it has not expired, and its serial did not fall.

`status` says whether the kit may work, and for how long without word; a kit that may not gets no `lists`, and locks
what it has. What a kit does not know in a body it passes over, except a state: a word it does not know is not
`in_force`.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from data.errors import (
    ExpiredError,
    InputError,
    MalformedError,
    MismatchError,
    OversizeError,
    RollbackError,
    SignatureError,
    TrustError,
)
from data.json_codec import encode_canonical
from data.kit.headquarters_word import KitStatus, status_from_json
from data.lists.edition import check_list_name
from sync.limits import LIMITS, SyncLimits

_DOMAIN = b"waypost/envelope/v1\n"
_SIGNATURE_BYTES = 64
_PAD_BYTES = 1024
_STAYS = "The keys this kit has stay in use."


@dataclass(frozen=True, slots=True)
class ListKey:
    """A list that the kit carries, with its key of each epoch."""

    name: str
    kind: str
    mandatory: bool
    keys: dict[int, bytes]
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
    """Where the envelope of a kit lies in the published tree."""
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
        raise _refusal(OversizeError, "is too large")
    try:
        padded = bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        raise _refusal(MismatchError, "is sealed to another kit, or was changed") from error
    signature, length = padded[:_SIGNATURE_BYTES], padded[_SIGNATURE_BYTES : _SIGNATURE_BYTES + 4]
    content = padded[_SIGNATURE_BYTES + 4 :][: int.from_bytes(length, "big")]
    try:
        signer.verify(signature, _DOMAIN + content)
    except InvalidSignature as error:
        raise _refusal(SignatureError, "was not signed by headquarters") from error
    try:
        return _envelope(json.loads(content), limits)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise _refusal(MalformedError, "cannot be read") from error


def check_recipient(envelope: Envelope, kit: str, enrolment_id: str, serial: int, now: datetime) -> None:
    """The envelope is for this kit, now, and not older than the one with `serial`.

    Raises:
        MismatchError: it is for another kit, or for another enrolment of this one.
        RollbackError: it is older than what came before.
        ExpiredError: its time is over.
    """
    if (envelope.kit, envelope.enrolment_id) != (kit, enrolment_id):
        raise _refusal(MismatchError, "is meant for another kit")
    if envelope.serial < serial:
        raise RollbackError(f"Envelope {envelope.serial} is older than envelope {serial} here", means=_STAYS)
    if envelope.expires < now:
        raise ExpiredError(
            "The envelope for this kit has expired", means=_STAYS, do="Let headquarters run `waypost hq publish`"
        )


def _envelope(facts: dict[str, Any], limits: SyncLimits) -> Envelope:
    body = facts["body"]
    status = status_from_json(body["status"])
    lists = body["lists"] if status.in_force else []
    if not isinstance(lists, list) or len(lists) > limits.lists:
        raise ValueError("too many lists")
    expires = datetime.fromisoformat(facts["expires"])
    if expires.tzinfo is None:
        raise ValueError("a time without a zone")
    return Envelope(
        kit=str(facts["kit"]),
        enrolment_id=str(facts["incarnation"]),
        serial=int(facts["serial"]),
        expires=expires,
        lists=tuple(map(list_key_from_json, lists)),
        status=status,
    )


def list_key_from_json(facts: dict[str, Any]) -> ListKey:
    """A list with its keys, from JSON; ValueError, KeyError or TypeError when it is none."""
    keys = {int(epoch): bytes.fromhex(key) for epoch, key in facts["keys"].items()}
    if not keys or any(len(key) != 32 for key in keys.values()):
        raise ValueError("a key of another length")
    try:
        name = check_list_name(facts["name"])
    except InputError as error:
        raise ValueError("no name of a list") from error
    return ListKey(name, str(facts["kind"]), bool(facts["mandatory"]), keys)


def _refusal(kind: type[TrustError], why: str) -> TrustError:
    return kind(f"The envelope for this kit {why}", means=_STAYS, do="Tell headquarters if it comes again")
