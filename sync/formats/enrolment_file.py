"""The secret file that a technician carries from headquarters to a new kit.

    {"format": 1, "kit": …, "source": …, "incarnation": hex, "identity": "AGE-SECRET-KEY-1…",
     "envelope": random folder name, "root": TUF root metadata, base64,
     "signing": Ed25519 secret, hex, "headquarters": "age1…",
     "technician": {"number": …, "name": …, "secret": hash of a one-time code}}

`technician` may be absent: who may sign in on the kit before it has the people of its post.

Whoever holds it can read the lists of that kit and report in its name; it is written for its owner only and can be
destroyed once the kit is made.
"""

import base64
from dataclasses import dataclass, field
from typing import Annotated

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AfterValidator, Field
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from data.errors import InputError
from data.json_codec import Base64, decode, encode_canonical, exactly
from data.people.secret_hash import check_secret_hash
from data.people.staff import check_name
from data.text import THE_VALUE, _
from sync.limits import LIMITS, SyncLimits
from sync.link import normalize_source

FORMAT = 1
_KEYS = {
    "kit": "kit",
    "source": "source",
    "enrolment_id": "incarnation",
    "identity": "identity",
    "folder": "envelope",
    "signing": "signing",
    "headquarters": "headquarters",
}
"""Field to its key in the file; the root is apart, since it is no text."""


@dataclass(frozen=True, slots=True)
class EnrolledTechnician:
    """Who sets the kit up, before it has the people of its post."""

    number: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,15}$")]
    name: Annotated[str, AfterValidator(check_name)]
    secret: Annotated[str, AfterValidator(check_secret_hash)] = field(repr=False)
    """Hash of the code that headquarters gave them, to be changed at once."""


@dataclass(frozen=True, slots=True)
class EnrolmentFile:
    """What a kit knows of its headquarters at first."""

    kit: str
    source: str
    """A folder or an http(s) URL."""
    enrolment_id: str
    """Which enrolment this is."""
    identity: str = field(repr=False)
    """age X25519 secret key; opens the kit's envelope."""
    folder: str
    """The kit's folder in the published tree, which is its public name."""
    root: bytes
    """TUF root metadata: whom the kit trusts."""
    signing: str = field(repr=False)
    """Ed25519 secret, hexadecimal; signs what the kit reports."""
    headquarters: str
    """age recipient of headquarters; what the kit reports is sealed to it."""
    technician: EnrolledTechnician | None = None
    """None: nobody signs in before the kit has the people of its post."""

    @property
    def signer(self) -> Ed25519PrivateKey:
        """The kit's signing key."""
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.signing))


def enrolment_to_json(enrolment: EnrolmentFile) -> bytes:
    """The content of the secret file."""
    facts = {key: getattr(enrolment, field) for field, key in _KEYS.items()}
    if enrolment.technician is not None:
        facts["technician"] = enrolment.technician
    return encode_canonical({"format": FORMAT, **facts, "root": base64.b64encode(enrolment.root).decode()})


def enrolment_from_json(content: bytes, *, limits: SyncLimits = LIMITS) -> EnrolmentFile:
    """Read a secret file.

    Raises:
        InputError: it is not an enrolment file, or damaged.
    """
    return decode(
        _EnrolmentFacts,
        content,
        lambda _why: InputError(
            _("This is not an enrolment file, or it was damaged on the way"),
            means=_("No kit was made."),
            do=_("Ask headquarters for the file that `waypost hq enrol` wrote"),
        ),
        build=_to_enrolment,
        most_bytes=limits.enrolment_bytes,
    )


def _check_source(text: str) -> str:
    try:
        return normalize_source(text)
    except InputError:
        raise ValueError(_("{field} must be a source of lists", field=THE_VALUE)) from None


def _check_identity(text: str) -> str:
    try:
        pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        raise ValueError(_("{field} must be an age identity", field=THE_VALUE)) from None
    return text


def _check_recipient(text: str) -> str:
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise ValueError(_("{field} must be an age recipient", field=THE_VALUE)) from None
    return text


def _check_root(content: bytes) -> bytes:
    try:
        root = Metadata.from_bytes(content).signed
    except RepositoryError:
        raise ValueError(_("{field} must be root metadata", field=THE_VALUE)) from None
    if not isinstance(root, Root):
        raise ValueError(_("{field} must be root metadata", field=THE_VALUE))
    return content


_Random = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class _EnrolmentFacts:
    """The file as it is written."""

    format: Annotated[int, exactly(FORMAT)]
    kit: Annotated[str, Field(min_length=1, max_length=64)]
    source: Annotated[str, AfterValidator(_check_source)]
    incarnation: _Random
    identity: Annotated[str, AfterValidator(_check_identity)]
    envelope: _Random
    root: Annotated[Base64, AfterValidator(_check_root)]
    signing: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    headquarters: Annotated[str, AfterValidator(_check_recipient)]
    technician: EnrolledTechnician | None = None


def _to_enrolment(facts: _EnrolmentFacts) -> EnrolmentFile:
    return EnrolmentFile(
        kit=facts.kit,
        source=facts.source,
        enrolment_id=facts.incarnation,
        identity=facts.identity,
        folder=facts.envelope,
        root=facts.root,
        signing=facts.signing,
        headquarters=facts.headquarters,
        technician=facts.technician,
    )
