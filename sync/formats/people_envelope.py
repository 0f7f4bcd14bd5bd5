"""The people of one post, for one kit and nobody else: `signature ‖ length ‖ content ‖ zeros`, sealed to the kit.

    content: length of the head (4 bytes), head, roster (`data.people.roster`), compressed with zstd
    head:    {"kit": …, "incarnation": …, "serial": …}

Signed by the `kits` key (Ed25519), *then* sealed to the kit's age identity, as its envelope is. Zeros fill it up to a
step of 4 KiB: its size does not show how many people a small post has. Never in a file that another kit can open: a
hash of a six-digit PIN is cracked in days.
"""

import io
from dataclasses import dataclass

import pyrage
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from data.errors import Damaged, MalformedError, MismatchError, OversizeError, RollbackError, SignatureError, TrustError
from data.json_codec import decode, encode_canonical
from data.json_errors import JsonError
from data.people.roster import Roster, decode_roster, encode_roster
from data.text import Message, _
from sync.formats.sealed_file import ZstdFrame
from sync.limits import LIMITS, SyncLimits

_DOMAIN = b"waypost/people/v1\n"
_SIGNATURE_BYTES = 64
_LENGTH_BYTES = 4
_PAD_BYTES = 4096
_LEVEL = 12
_TITLE = _("The people of this post")
_STAYS = _("The kit keeps the people that it has.")


@dataclass(frozen=True, slots=True)
class PeopleEnvelope:
    """The roster of one kit, and for which enrolment of it."""

    kit: str
    enrolment_id: str
    roster: Roster


def people_path(folder: str) -> str:
    """Path of a kit's people in the published tree."""
    return f"kits/{folder}/people"


def seal_people(people: PeopleEnvelope, signer: Ed25519PrivateKey, recipient: str) -> bytes:
    """The people of one kit as they are published."""
    head = encode_canonical(_PeopleHead(people.kit, people.enrolment_id, people.roster.serial))
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(encode_roster(people.roster))
    content = _with_length(head) + packed
    signed = signer.sign(_DOMAIN + content) + _with_length(content)
    padded = signed.ljust(len(signed) + -len(signed) % _PAD_BYTES, b"\0")
    return bytes(pyrage.encrypt(padded, [pyrage.x25519.Recipient.from_str(recipient)]))


def unseal_people(
    sealed: bytes, identity: str, signer: Ed25519PublicKey, *, limits: SyncLimits = LIMITS
) -> PeopleEnvelope:
    """What headquarters says; not yet whether it is meant for this kit now (`check_recipient`).

    Raises:
        OversizeError: it is larger than any roster, sealed or unpacked.
        MismatchError: it is sealed to another kit, or was changed.
        SignatureError: headquarters did not sign it.
        MalformedError: it is signed, but this software cannot read it.
    """
    if len(sealed) > limits.people_bytes:
        raise _refusal(OversizeError, _("The people of this post are too large"))
    try:
        padded = bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        raise _refusal(
            MismatchError, _("The people of this post are sealed to another kit, or were changed")
        ) from error
    signature, (content, _zeros) = padded[:_SIGNATURE_BYTES], _cut(padded[_SIGNATURE_BYTES:])
    try:
        signer.verify(signature, _DOMAIN + content)
    except InvalidSignature as error:
        raise _refusal(SignatureError, _("Headquarters did not sign the people of this post")) from error
    head, packed = _cut(content)
    facts = decode(_PeopleHead, head, _unreadable)
    try:
        roster = decode_roster(_unpack(packed, limits))
    except Damaged as error:
        raise _make_unreadable() from error
    if roster.serial != facts.serial:
        raise _make_unreadable()
    return PeopleEnvelope(facts.kit, facts.incarnation, roster)


def check_recipient(people: PeopleEnvelope, kit: str, enrolment_id: str, serial: int) -> None:
    """The people are for this kit, and not older than those with `serial`.

    Raises:
        MismatchError: they are for another kit, or for another enrolment of this one.
        RollbackError: they are older than those before.
    """
    if (people.kit, people.enrolment_id) != (kit, enrolment_id):
        raise _refusal(
            MismatchError, _("The people of this post are meant for another kit, or for an earlier enrolment")
        )
    if people.roster.serial < serial:
        raise RollbackError(
            _(
                "Roster {serial} is older than roster {known}, which this kit already has",
                serial=people.roster.serial,
                known=serial,
            ),
            means=_STAYS,
        )


@dataclass(frozen=True, slots=True)
class _PeopleHead:
    kit: str
    incarnation: str
    serial: int


def _with_length(content: bytes) -> bytes:
    return len(content).to_bytes(_LENGTH_BYTES, "big") + content


def _cut(content: bytes) -> tuple[bytes, bytes]:
    """What has its length before it, and the rest."""
    end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
    return content[_LENGTH_BYTES:end], content[end:]


def _unpack(packed: bytes, limits: SyncLimits) -> bytes:
    frame = ZstdFrame(_TITLE)
    frame.passes(packed)
    frame.must_be_over()
    reader = zstandard.ZstdDecompressor(max_window_size=limits.window_bytes).stream_reader(io.BytesIO(packed))
    try:
        content = reader.read(limits.roster_bytes + 1)
    except zstandard.ZstdError as error:
        raise _make_unreadable() from error
    if len(content) > limits.roster_bytes:
        raise _refusal(OversizeError, _("The people of this post are too large"))
    return content


def _unreadable(_why: JsonError) -> TrustError:
    return _make_unreadable()


def _make_unreadable() -> TrustError:
    return _refusal(MalformedError, _("The people of this post cannot be read"))


def _refusal(kind: type[TrustError], what: Message) -> TrustError:
    return kind(what, means=_STAYS, do=_("Tell headquarters if it happens again"))
