"""policy.json: what only the offline role may say, to every kit.

    {"format": 1,
     "lists": {"default": {"old_after_h": 48, "expired_after_h": 168},
               "<list>": {"old_after_h": …, "expired_after_h": …, "erase_within_hours": …,
                          "bounds": {"adds": n, "removes": n, "adds_total": n, "removes_total": n,
                                     "baseline": {"version": n, "rows": n, "digest": hexadecimal}},
                          "approvals": [{"version": n, "digest": hexadecimal}, …]}, …},
     "erase_within_hours": 24,
     "kits": "<Ed25519 public key that signs envelopes, hexadecimal>"}

Ages are hours since headquarters took a list from its source; `default` stands for every list without an
entry of its own, and an entry stands alone: nothing of `default` shines through. What is absent is
generous. What a kit does not know in it is passed over, what it knows must be right to the letter.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from data.errors import InputError, TrustError
from data.lists.catalogue import checked_name
from data.plain import canonical
from sync.limits import LIMITS, Limits

POLICY = "policy.json"
DEFAULT = "default"
FORMAT = 1
_MOST_HOURS = 24 * 365 * 10
_DIGEST = re.compile(r"[0-9a-f]{1,64}")


@dataclass(frozen=True, slots=True)
class Baseline:
    """A version of a list that the offline role looked at: totals are counted from here."""

    version: int
    rows: int
    digest: str
    """Hexadecimal, as in the edition."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many rows may come and go without a second signature; None: not said; `sync.trust.bounds` has the number."""

    adds: int | None = None
    """In one version."""
    removes: int | None = None
    adds_total: int | None = None
    """Since the baseline."""
    removes_total: int | None = None
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A version that the offline role lets pass beyond the bounds."""

    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class ListPolicy:
    """What holds for one list."""

    old_after_h: float
    expired_after_h: float
    erase_within_hours: float | None = None
    """None: as for all lists."""
    bounds: Bounds = Bounds()
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy."""

    lists: Mapping[str, ListPolicy]
    erase_within_hours: float
    kits: str
    """Public key that signs envelopes, hexadecimal."""

    def of(self, name: str) -> ListPolicy:
        """What holds for the list `name`."""
        return self.lists.get(name) or self.lists[DEFAULT]

    def kits_key(self) -> Ed25519PublicKey:
        """The key that signs envelopes."""
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.kits))


def policy_to_json(policy: Policy) -> bytes:
    """The canonical JSON that is published."""
    lists = {name: _without_nothing(one) for name, one in policy.lists.items()}
    return canonical(
        {"format": FORMAT, "lists": lists, "erase_within_hours": policy.erase_within_hours, "kits": policy.kits}
    )


def policy_from_json(content: bytes, *, limits: Limits = LIMITS) -> Policy:
    """Read a policy that the offline role signed.

    Raises:
        TrustError: it is none, or says what cannot be.
    """
    try:
        if len(content) > limits.policy_bytes:
            raise ValueError("it is too large")
        return _policy(json.loads(content), limits)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InputError) as error:
        why = str(error) if isinstance(error, (ValueError, KeyError)) else "malformed"
        raise TrustError(
            f"The policy of headquarters cannot be used ({why[:80]})",
            means="The policy this kit has stays in force; its lists stay as they are.",
            do="Update Waypost on this machine if headquarters was updated; otherwise tell headquarters",
        ) from error


def _policy(facts: dict[str, Any], limits: Limits) -> Policy:
    if facts["format"] != FORMAT or DEFAULT not in facts["lists"]:
        raise ValueError("another format")
    if len(facts["lists"]) > limits.lists + 1:
        raise ValueError("too many lists")
    kits = facts["kits"]
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(kits))
    lists = {
        name if name == DEFAULT else checked_name(name): _list(one, limits) for name, one in facts["lists"].items()
    }
    return Policy(lists, _hours(facts["erase_within_hours"]), str(kits))


def _list(facts: dict[str, Any], limits: Limits) -> ListPolicy:
    old, expired = _hours(facts["old_after_h"]), _hours(facts["expired_after_h"])
    if old > expired:
        raise ValueError("a list cannot expire before it is old")
    erase = facts.get("erase_within_hours")
    approvals = facts.get("approvals", [])
    if not isinstance(approvals, list) or len(approvals) > limits.approvals:
        raise ValueError("too many approvals")
    return ListPolicy(
        old_after_h=old,
        expired_after_h=expired,
        erase_within_hours=None if erase is None else _hours(erase),
        bounds=_bounds(facts.get("bounds", {}), limits),
        approvals=tuple(Approval(_count(one["version"], limits), _digest(one["digest"])) for one in approvals),
    )


def _bounds(facts: dict[str, Any], limits: Limits) -> Bounds:
    counts = {
        field.name: None if facts.get(field.name) is None else _count(facts[field.name], limits)
        for field in fields(Bounds)
        if field.name != "baseline"
    }
    at = facts.get("baseline")
    baseline = at and Baseline(_count(at["version"], limits), _count(at["rows"], limits), _digest(at["digest"]))
    return Bounds(**counts, baseline=baseline or None)


def _hours(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 < value <= _MOST_HOURS:
        raise ValueError("hours out of bounds")
    return float(value)


def _count(value: Any, limits: Limits) -> int:
    if type(value) is not int or not 0 <= value <= limits.rows:
        raise ValueError("a number out of bounds")
    return value


def _digest(value: Any) -> str:
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise ValueError("a digest that is none")
    return value


def _without_nothing(one: ListPolicy) -> dict[str, Any]:
    """A list's entry without what is not said, so that software which does not know a word never meets it idle."""
    bounds = {field.name: getattr(one.bounds, field.name) for field in fields(Bounds)}
    said = {
        "old_after_h": one.old_after_h,
        "expired_after_h": one.expired_after_h,
        "erase_within_hours": one.erase_within_hours,
        "bounds": {name: value for name, value in bounds.items() if value is not None} or None,
        "approvals": one.approvals or None,
    }
    return {name: value for name, value in said.items() if value is not None}
