"""policy.json: what only the offline role may say, to every kit.

    {"format": 1,
     "lists": {"default": {"old_after_h": 48, "expired_after_h": 168}, "<list>": {…}, …},
     "erase_within_hours": 24,
     "kits": "<Ed25519 public key that signs envelopes, hexadecimal>"}

Ages are hours since headquarters took a list from its source; `default` stands for every list without an
entry of its own.
"""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from data.errors import TrustError
from data.plain import canonical

POLICY = "policy.json"
FORMAT = 1
_MOST_HOURS = 24 * 365 * 10


def policy_to_json(lists: dict[str, dict[str, float]], erase_within_hours: float, kits: Ed25519PublicKey) -> bytes:
    """The canonical JSON that is published."""
    return canonical(
        {"format": FORMAT, "lists": lists, "erase_within_hours": erase_within_hours, "kits": kits.public_bytes_raw()}
    )


def kits_key(policy: bytes) -> Ed25519PublicKey:
    """The key that signs envelopes; TrustError when the policy is none."""
    try:
        facts = json.loads(policy)
        _check(facts)
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(facts["kits"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TrustError(
            "The policy of headquarters cannot be used",
            means="The policy this kit has stays in force; its lists stay as they are.",
            do="Update Waypost on this machine if headquarters was updated; otherwise tell headquarters",
        ) from error


def _check(facts: dict[str, Any]) -> None:
    if facts["format"] != FORMAT or "default" not in facts["lists"]:
        raise ValueError("another format")
    _hours(facts["erase_within_hours"])
    for band in facts["lists"].values():
        if _hours(band["old_after_h"]) > _hours(band["expired_after_h"]):
            raise ValueError("a list cannot expire before it is old")


def _hours(value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value <= _MOST_HOURS:
        raise ValueError("hours out of bounds")
    return float(value)
