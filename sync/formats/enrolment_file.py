"""The secret file that a technician carries from headquarters to a new kit.

    {"format": 1, "kit": …, "source": …, "incarnation": hex, "identity": "AGE-SECRET-KEY-1…",
     "envelope": random folder name, "root": TUF root metadata, base64,
     "signing": Ed25519 secret, hex, "headquarters": "age1…"}

Whoever holds it can read the lists of that kit and report in its name; it is written for its owner only and can be
destroyed once the kit is made.
"""

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from data.errors import InputError
from data.json_codec import encode_canonical
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
_RANDOM = re.compile(r"[0-9a-f]{32}")
_NO_KEYS = (pyrage.IdentityError, pyrage.RecipientError)
_SECRET = re.compile(r"[0-9a-f]{64}")


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

    @property
    def signer(self) -> Ed25519PrivateKey:
        """The kit's signing key."""
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.signing))


def enrolment_to_json(enrolment: EnrolmentFile) -> bytes:
    """The content of the secret file."""
    facts = {key: getattr(enrolment, field) for field, key in _KEYS.items()}
    return encode_canonical({"format": FORMAT, **facts, "root": base64.b64encode(enrolment.root).decode()})


def enrolment_from_json(content: bytes, *, limits: SyncLimits = LIMITS) -> EnrolmentFile:
    """Read a secret file.

    Raises:
        InputError: it is none, or damaged.
    """
    try:
        if len(content) > limits.enrolment_bytes:
            raise ValueError("it is too large")
        return _enrolment(json.loads(content))
    except (ValueError, KeyError, TypeError, RecursionError, RepositoryError, *_NO_KEYS) as error:
        raise InputError(
            "This is no enrolment file, or it was damaged on its way",
            means="Nothing was made.",
            do="Ask headquarters for the file that `waypost hq enrol` wrote",
        ) from error


def _enrolment(facts: dict[str, Any]) -> EnrolmentFile:
    if facts["format"] != FORMAT:
        raise ValueError("another format")
    kit, enrolment_id, folder = str(facts["kit"]), facts["incarnation"], facts["envelope"]
    if not 0 < len(kit) <= 64 or not _RANDOM.fullmatch(enrolment_id) or not _RANDOM.fullmatch(folder):
        raise ValueError("a name is out of bounds")
    identity = str(facts["identity"])
    pyrage.x25519.Identity.from_str(identity)
    root = base64.b64decode(facts["root"], validate=True)
    if not isinstance(Metadata.from_bytes(root).signed, Root):
        raise ValueError("no root")
    signing, headquarters = str(facts["signing"]), str(facts["headquarters"])
    if not _SECRET.fullmatch(signing):
        raise ValueError("no signing key")
    pyrage.x25519.Recipient.from_str(headquarters)
    source = normalize_source(facts["source"])
    return EnrolmentFile(kit, source, enrolment_id, identity, folder, root, signing, headquarters)
