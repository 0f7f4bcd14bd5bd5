"""An acknowledgement: up to where headquarters holds each stream of one kit without a gap.

    {"format": 1, "kit": …, "enrolment": …, "incarnation": …, "heads": {stream: {"seq", "hash"}, …},
     "signed": …, "expires": …}

in a signed box (`sync.formats.signed_box`) from the `kits` key to the kit. A stream of this incarnation that
headquarters never heard of is not named, so each acknowledgement shows whatever headquarters may have lost. It binds
the enrolment, the journal's incarnation and the hashes of its chains, so that none passes for another kit's or another
history's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from data.errors import TrustError
from data.journal.acknowledged import Told
from data.journal.outbox import Position, Stream
from data.plain import canonical
from sync.formats.enrolment_file import EnrolmentFile
from sync.formats.signed_box import seal, unseal
from sync.limits import LIMITS, Limits
from sync.uplink.segment import position_from

PURPOSE = b"waypost/acknowledgement/v1\n"
FORMAT = 1
_WHAT = "The acknowledgement"
_STAYS = "Everything stays on this kit until headquarters has it."


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What headquarters holds of one life of one kit's journal."""

    kit: str
    enrolment: str
    incarnation: str
    heads: Mapping[Stream, Position]
    signed: datetime
    expires: datetime


def sealed_acknowledgement(said: Acknowledgement, signer: Ed25519PrivateKey, recipient: str) -> bytes:
    """The acknowledgement as it travels."""
    return seal(PURPOSE, canonical({"format": FORMAT, **_facts(said)}), signer, recipient)


def told(
    sealed: bytes, enrolment: EnrolmentFile, signer: Ed25519PublicKey, now: datetime, *, limits: Limits = LIMITS
) -> Told:
    """What a sealed acknowledgement says to this kit now.

    Raises:
        TrustError: headquarters did not sign it, it is meant for another kit, or it has expired.
    """
    try:
        _, content = unseal(
            PURPOSE,
            sealed,
            enrolment.identity,
            most_bytes=limits.acknowledgement_bytes,
            known=lambda public: public == signer.public_bytes_raw(),
            what=_WHAT,
        )
        said = _acknowledgement(json.loads(content))
    except TrustError as error:
        raise TrustError(error.what, means=_STAYS, do="Tell headquarters if it comes again") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TrustError(f"{_WHAT} cannot be read", means=_STAYS, do="Tell headquarters") from error
    if (said.kit, said.enrolment) != (enrolment.kit, enrolment.incarnation):
        raise TrustError(f"{_WHAT} is meant for another kit", means=_STAYS)
    if said.expires < now:
        raise TrustError(f"{_WHAT} has expired", means=_STAYS, do="Report again, over a link or a stick")
    return Told(said.incarnation, said.heads, said.signed)


def _facts(said: Acknowledgement) -> dict[str, Any]:
    return {name: getattr(said, name) for name in Acknowledgement.__dataclass_fields__}


def _acknowledgement(facts: dict[str, Any]) -> Acknowledgement:
    if facts["format"] != FORMAT:
        raise ValueError("another format")
    signed, expires = (datetime.fromisoformat(facts[name]) for name in ("signed", "expires"))
    if signed.tzinfo is None or expires.tzinfo is None:
        raise ValueError("a time without a zone")
    return Acknowledgement(
        kit=str(facts["kit"]),
        enrolment=str(facts["enrolment"]),
        incarnation=str(facts["incarnation"]),
        heads={Stream(name): position_from(head) for name, head in facts["heads"].items()},
        signed=signed,
        expires=expires,
    )
