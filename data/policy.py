"""The signed policy (policy.json): what only the offline role may say, to every kit. The only reader of it.

    {"format": 1,
     "lists": {"default": {"old_after_h": 48, "expired_after_h": 168},
               "<list>": {"old_after_h": …, "expired_after_h": …, "erase_within_hours": …,
                          "bounds": {"adds": n, "removes": n, "adds_total": n, "removes_total": n, "max_fall": share,
                                     "baseline": {"version": n, "rows": n, "digest": hexadecimal}},
                          "approvals": [{"version": n, "digest": hexadecimal}, …]}, …},
     "erase_within_hours": 24,
     "kits": "<Ed25519 public key that signs envelopes, hexadecimal>"}

- Ages are hours since headquarters took a list from its source.
- `default` stands for every list without an entry of its own, and an entry stands alone: nothing of `default` shines
  through.
- What is absent is generous. What a kit does not know in it is passed over, what it knows must be right to the letter.
- The bounds are values only; `sync.trust.bounds` holds changes against them.
- A kit keeps the policy that it verified last in its vault, as it was signed. Before the first there are built-in ages
  and bounds.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, get_args

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AfterValidator, Field

from data.errors import Damaged, TrustError
from data.json_codec import Hexadecimal, Refusal, decode, encode_canonical, exactly, within
from data.json_errors import JsonError
from data.kit.home import KitHome
from data.lists.edition import AgePolicy, Digest, Edition, ListName
from data.lists.kinds import load_kind
from data.text import THE_VALUE, _

POLICY_FILE = "policy.json"
DEFAULT_ENTRY = "default"
POLICY_FORMAT = 1
VAULT_POLICY = "policy"
"""Vault: the policy that this kit verified last, as it was signed."""

MAX_POLICY_BYTES = 64 * 1024
MAX_LISTS = 256
MAX_APPROVALS = 64
"""Versions of one list that the policy lets pass beyond its bounds; old ones leave with a new baseline."""
MAX_ROWS = 1 << 32
_MAX_HOURS = 24 * 365 * 10

_Count = Annotated[
    int, within(0, MAX_ROWS, _("{field} must be a number from 0 to {most}", most=MAX_ROWS, field=THE_VALUE))
]

Rule = Literal["adds", "removes", "adds_total", "removes_total"]
RULES: tuple[Rule, ...] = get_args(Rule)
DEFAULT_LIMITS: Mapping[Rule, int] = {
    "adds": 5_000_000,
    "removes": 1_000_000,
    "adds_total": 50_000_000,
    "removes_total": 10_000_000,
}
"""Changes, in rows, where the offline role has set no bounds."""
DEFAULT_MAX_FALL = 0.1
"""Share of a list's rows, names, dates of birth or document numbers that may go at once."""
DEFAULT_ERASE_WITHIN_H = 14 * 24.0
"""Twice the week of a stick, so that neither it nor the one after it comes too late (ADR 24)."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A version that the offline role looked at: totals are counted from here."""

    version: _Count
    rows: _Count
    digest: Digest
    """As in the edition."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A version that the offline role lets pass beyond the bounds."""

    version: _Count
    digest: Digest


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many rows of one list may come and go without a second signature; None: not said, see `limit`."""

    adds: int | None = None
    """In one version."""
    removes: int | None = None
    adds_total: int | None = None
    """Since the baseline."""
    removes_total: int | None = None
    baseline: Baseline | None = None
    approvals: tuple[Approval, ...] = ()
    max_fall: float | None = None
    """Share of its rows, names, dates of birth or document numbers that a list may lose at once."""

    @property
    def share(self) -> float:
        """`max_fall`: what the offline role says, else Waypost's own."""
        return DEFAULT_MAX_FALL if self.max_fall is None else self.max_fall

    def approves(self, version: int, rows: int, digest: int) -> bool:
        """Whether the offline role looked at this very version: it approved it, or made it the baseline."""
        approval, baseline = Approval(version, digest), Baseline(version, rows, digest)
        return approval in self.approvals or baseline == self.baseline

    def limit(self, rule: Rule) -> int:
        """Rows that `rule` allows: what the offline role says, else Waypost's own generous number."""
        signed: int | None = getattr(self, rule)
        return DEFAULT_LIMITS[rule] if signed is None else signed


DEFAULT_BOUNDS = Bounds()
"""Of a list of which the offline role says nothing."""


@dataclass(frozen=True, slots=True)
class ListPolicy:
    """What holds for one list."""

    old_after_h: float
    expired_after_h: float
    erase_within_hours: float | None = None
    """None: as for all lists."""
    bounds: Bounds = DEFAULT_BOUNDS

    @property
    def ages(self) -> AgePolicy:
        """Its age bands."""
        return AgePolicy(self.old_after_h, self.expired_after_h)


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy."""

    lists: Mapping[str, ListPolicy]
    erase_within_hours: float
    kits: str
    """Public key that signs envelopes, hexadecimal."""

    def of(self, name: str) -> ListPolicy:
        """What holds for the list `name`."""
        return self.lists.get(name) or self.lists[DEFAULT_ENTRY]

    def kits_key(self) -> Ed25519PublicKey:
        """The key that signs envelopes."""
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.kits))


def policy_to_json(policy: Policy) -> bytes:
    """The canonical JSON that is published."""
    lists = {name: _entry_to_json(entry) for name, entry in policy.lists.items()}
    return encode_canonical(
        {"format": POLICY_FORMAT, "lists": lists, "erase_within_hours": policy.erase_within_hours, "kits": policy.kits}
    )


def policy_from_json(content: bytes, refusal: Refusal | None = None) -> Policy:
    """Read a policy that the offline role signed.

    Raises:
        TrustError: it is not a policy, or is contradictory. With `refusal`, the error that this makes of the reason.
    """
    return decode(_PolicyFile, content, refusal or _unusable, build=_to_policy, most_bytes=MAX_POLICY_BYTES)


def save_policy(home: KitHome, content: bytes) -> None:
    """Keep a verified policy, as it was signed."""
    if home.vault.get(VAULT_POLICY) != content:
        home.vault.put({VAULT_POLICY: content})


def read_policy(home: KitHome) -> Policy | None:
    """The policy that a kit verified last; None before the first sync, Damaged where it cannot be read."""
    content = home.vault.get(VAULT_POLICY)
    try:
        return None if content is None else policy_from_json(content)
    except TrustError as error:
        raise Damaged(_("The policy in the vault cannot be read"), do=_("Run `waypost courier run`")) from error


def read_bounds(home: KitHome, list_name: str) -> Bounds:
    """The bounds of a list; generous ones where the policy, or the kit as yet, has none."""
    policy = read_policy(home)
    return DEFAULT_BOUNDS if policy is None else policy.of(list_name).bounds


def needs_approval(bounds: Bounds, edition: Edition) -> bool:
    """Whether nobody may be looked up in this version before the offline role has approved it.

    So it is with a list that has no row: whoever emptied it, by mistake or with the online keys, would let everybody
    pass. What was withdrawn has left the kit all the same.
    """
    if edition.count or load_kind(edition.kind).MAY_BE_EMPTY:
        return False
    return not bounds.approves(edition.version, edition.count, edition.digest)


def read_erase_within_h(home: KitHome, list_name: str) -> float:
    """Hours within which what headquarters took off a list leaves this kit; built-in ones before its policy came."""
    policy = read_policy(home)
    if policy is None:
        return DEFAULT_ERASE_WITHIN_H
    return policy.of(list_name).erase_within_hours or policy.erase_within_hours


def read_age_policy(home: KitHome, list_name: str) -> AgePolicy:
    """The age bands headquarters gave a list; the built-in ones before its policy arrived."""
    policy = read_policy(home)
    if policy is None:
        return AgePolicy()
    return policy.of(list_name).ages


def _unusable(why: JsonError) -> TrustError:
    return TrustError(
        _("The policy of headquarters cannot be used ({why})", why=why.says),
        means=_("The policy this kit has stays in force; its lists stay as they are."),
        do=_("Update Waypost on this machine if headquarters was updated; otherwise tell headquarters"),
    )


def _check_hours(hours: float) -> float:
    if not 0 < hours <= _MAX_HOURS:
        raise ValueError(_("{field} must be more than 0 and at most {most} hours", most=_MAX_HOURS, field=THE_VALUE))
    return hours


def _check_key(key: bytes) -> bytes:
    Ed25519PublicKey.from_public_bytes(key)
    return key


def _check_share(share: float) -> float:
    if not 0 <= share <= 1:
        raise ValueError(_("{field} must be a share from 0 to 1", field=THE_VALUE))
    return share


_Hours = Annotated[float, AfterValidator(_check_hours)]
_Share = Annotated[float, AfterValidator(_check_share)]


@dataclass(frozen=True, slots=True)
class _BoundsEntry:
    """Bounds as policy.json has them: approvals stand beside them there."""

    adds: _Count | None = None
    removes: _Count | None = None
    adds_total: _Count | None = None
    removes_total: _Count | None = None
    baseline: Baseline | None = None
    max_fall: _Share | None = None


@dataclass(frozen=True, slots=True)
class _ListEntry:
    old_after_h: _Hours
    expired_after_h: _Hours
    erase_within_hours: _Hours | None = None
    bounds: _BoundsEntry = _BoundsEntry()
    approvals: Annotated[tuple[Approval, ...], Field(max_length=MAX_APPROVALS)] = ()


@dataclass(frozen=True, slots=True)
class _PolicyFile:
    format: Annotated[int, exactly(POLICY_FORMAT)]
    lists: Annotated[dict[ListName, _ListEntry], Field(max_length=MAX_LISTS + 1)]
    erase_within_hours: _Hours
    kits: Annotated[Hexadecimal, AfterValidator(_check_key)]


def _to_policy(file: _PolicyFile) -> Policy:
    if DEFAULT_ENTRY not in file.lists:
        raise ValueError(_("lists has no entry {name}", name=DEFAULT_ENTRY))
    lists = {name: _to_list_policy(entry) for name, entry in file.lists.items()}
    return Policy(lists, file.erase_within_hours, file.kits.hex())


def _to_list_policy(entry: _ListEntry) -> ListPolicy:
    if entry.old_after_h > entry.expired_after_h:
        raise ValueError(_("a list cannot expire before it is old"))
    limits = {rule: getattr(entry.bounds, rule) for rule in RULES}
    bounds = Bounds(**limits, baseline=entry.bounds.baseline, approvals=entry.approvals, max_fall=entry.bounds.max_fall)
    return ListPolicy(entry.old_after_h, entry.expired_after_h, entry.erase_within_hours, bounds)


def _entry_to_json(entry: ListPolicy) -> dict[str, Any]:
    """A list's entry without what is not said, so that software which does not know a word never meets it idle."""
    baseline = entry.bounds.baseline
    bounds = {rule: getattr(entry.bounds, rule) for rule in RULES} | {
        "baseline": baseline and _version_to_json(baseline),
        "max_fall": entry.bounds.max_fall,
    }
    facts = {
        "old_after_h": entry.old_after_h,
        "expired_after_h": entry.expired_after_h,
        "erase_within_hours": entry.erase_within_hours,
        "bounds": {name: value for name, value in bounds.items() if value is not None} or None,
        "approvals": [_version_to_json(approval) for approval in entry.bounds.approvals] or None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _version_to_json(version: Baseline | Approval) -> dict[str, Any]:
    """A version as policy.json names it: its digest is hexadecimal there."""
    return asdict(version) | {"digest": f"{version.digest:x}"}
