"""The people of one post, for one kit and nobody else: `signature ‖ length ‖ content ‖ zeros`, sealed to the kit.

    content: length of the head (4 bytes), head, roster (`data.people.roster`), compressed with zstd
    head:    {"kit": …, "incarnation": …, "serial": …}

Signed and sealed (`sync.formats.sealed_message`). Zeros fill it up to a step of 4 KiB: its size does not show how many
people a small post has. Never in a file that another kit can open: a hash of a six-digit PIN is cracked in days.
"""

import io
from dataclasses import dataclass

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from data.errors import Damaged, MismatchError, OversizeError, RollbackError, TrustError
from data.json_codec import decode, encode_canonical
from data.json_errors import JsonError
from data.people.roster import Roster, decode_roster, encode_roster
from data.text import _
from sync.formats.sealed_file import ZstdFrame
from sync.formats.sealed_message import MessageForm, cut_length, with_length
from sync.limits import LIMITS, SyncLimits

PEOPLE_NAME = "people"
"""Of the file, beside the kit's envelope."""
_LEVEL = 12
_TITLE = _("The people of this post")
_STAYS = _("The kit keeps the people that it has.")
_FORM = MessageForm(
    domain=b"waypost/people/v1\n",
    pad_bytes=4096,
    means=_STAYS,
    too_large=_("The people of this post are too large"),
    sealed_to_another=_("The people of this post are sealed to another kit, or were changed"),
    not_signed=_("Headquarters did not sign the people of this post"),
    unreadable=_("The people of this post cannot be read"),
)


@dataclass(frozen=True, slots=True)
class PeopleEnvelope:
    """The roster of one kit, and for which enrolment of it."""

    kit: str
    enrolment_id: str
    roster: Roster


def people_path(folder: str) -> str:
    """Path of a kit's people in the published tree."""
    return f"kits/{folder}/{PEOPLE_NAME}"


def seal_people(people: PeopleEnvelope, signer: Ed25519PrivateKey, recipient: str) -> bytes:
    """The people of one kit as they are published."""
    head = encode_canonical(_PeopleHead(people.kit, people.enrolment_id, people.roster.serial))
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(encode_roster(people.roster))
    content = with_length(head) + packed
    return _FORM.seal(content, signer, recipient)


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
    content = _FORM.unseal(sealed, identity, signer, most_bytes=limits.people_bytes)
    head, packed = cut_length(content)
    facts = decode(_PeopleHead, head, _unreadable)
    try:
        roster = decode_roster(_unpack(packed, limits))
    except Damaged as error:
        raise _FORM.make_unreadable() from error
    if roster.serial != facts.serial:
        raise _FORM.make_unreadable()
    return PeopleEnvelope(facts.kit, facts.incarnation, roster)


def check_recipient(people: PeopleEnvelope, kit: str, enrolment_id: str, serial: int) -> None:
    """The people are for this kit, and not older than those with `serial`.

    Raises:
        MismatchError: they are for another kit, or for another enrolment of this one.
        RollbackError: they are older than those before.
    """
    if (people.kit, people.enrolment_id) != (kit, enrolment_id):
        raise _FORM.refusal(
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


def _unpack(packed: bytes, limits: SyncLimits) -> bytes:
    frame = ZstdFrame(_TITLE)
    frame.passes(packed)
    frame.must_be_over()
    reader = zstandard.ZstdDecompressor(max_window_size=limits.window_bytes).stream_reader(io.BytesIO(packed))
    try:
        content = reader.read(limits.roster_bytes + 1)
    except zstandard.ZstdError as error:
        raise _FORM.make_unreadable() from error
    if len(content) > limits.roster_bytes:
        raise _FORM.refusal(OversizeError, _FORM.too_large)
    return content


def _unreadable(_why: JsonError) -> TrustError:
    return _FORM.make_unreadable()
