"""A signing request: the file that travels from headquarters to one key holder after the other, and back.

    {"format": 1, "made": …, "says": what headquarters says of it, "roots": [every root in force, base64, …],
     "targets": …, "policy": …, what is in force, base64
     "new": {"root": … or null, "targets": … or null, "policy": … or null}}

- It is public and carries no secret: whoever changes it gets no signature from a holder who reads, and nothing that
  headquarters or a kit accepts. Whatever is read from one is bounded and checked before it is shown.
- Its roots are a chain, each signed by enough keys of the one before and by enough of its own. A kit walks such a chain
  in python-tuf's client; a key holder and headquarters walk it here, without a network.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from data.durable_files import PUBLIC_MODE, write_durably
from data.errors import InputError, MalformedError, MismatchError, SignatureError, TrustError
from data.json_codec import Base64, ZonedTime, decode, encode_canonical, exactly
from data.json_errors import explain_refusal
from data.policy import POLICY_FILE, Policy, policy_from_json
from data.text import EMPTY, Message, _, join
from sync.limits import LIMITS, SyncLimits

_MOST_ROOTS = 256

FORMAT = 1
_MOST_WORDS = 2000


def newest_root(roots: Sequence[bytes], *, known: bytes | None = None) -> Metadata[Root]:
    """The last root of a chain that begins with version 1.

    Args:
        roots: signed metadata, the first first.
        known: a root that somebody trusts already: the chain must lead through it.

    Raises:
        SignatureError: one is not signed by enough keys of the one before it, or of its own.
        MismatchError: the chain does not lead through `known`, or a version is missing.
        MalformedError: one cannot be read.
    """
    if not 0 < len(roots) <= _MOST_ROOTS:
        raise MalformedError(_("There is no root, or there are too many"))
    if known is not None and known not in roots:
        raise MismatchError(
            _("This is not the headquarters that is known here"),
            means=_("Its roots do not include the root on this medium. Nothing was signed."),
            do=_("Ask headquarters, over another channel, what it sent"),
        )
    chain = [_read_root(content) for content in roots]
    for before, (number, root) in zip([chain[0], *chain], enumerate(chain, 1), strict=False):
        if root.signed.version != number:
            raise MismatchError(_("Root {number} is missing from the chain", number=number))
        try:
            for judge in (before.signed, root.signed):
                judge.verify_delegate("root", root.signed_bytes, root.signatures)
        except (RepositoryError, ValueError) as error:
            raise SignatureError(_("Root {number} is not signed by enough keys", number=number)) from error
    return chain[-1]


def fingerprint(root: bytes) -> str:
    """What two people compare by telephone."""
    digest = sha256(root).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


@dataclass(frozen=True)
class SigningRequest:
    """What is to be signed, together with what is in force."""

    made_at: datetime
    says: Message
    """Headquarters' remark, which nobody has verified."""
    roots: tuple[bytes, ...]
    """In force, the first first."""
    targets: bytes
    policy: bytes
    new_root: bytes | None
    new_targets: bytes | None
    new_policy: bytes | None

    @cached_property
    def root_in_force(self) -> Metadata[Root]:
        """The newest root in force."""
        return Metadata[Root].from_bytes(self.roots[-1])

    @cached_property
    def targets_in_force(self) -> Metadata[Targets]:
        """The targets in force."""
        return Metadata[Targets].from_bytes(self.targets)

    @cached_property
    def policy_in_force(self) -> Policy:
        """The policy in force."""
        return policy_from_json(self.policy)

    @cached_property
    def root(self) -> Metadata[Root] | None:
        """The root that is proposed, with the signatures it has so far."""
        return None if self.new_root is None else Metadata[Root].from_bytes(self.new_root)

    @cached_property
    def proposed_targets(self) -> Metadata[Targets] | None:
        """The targets that are proposed, with the signatures they have so far."""
        return None if self.new_targets is None else Metadata[Targets].from_bytes(self.new_targets)

    @cached_property
    def proposed_policy(self) -> Policy | None:
        """The policy that is proposed."""
        return None if self.new_policy is None else policy_from_json(self.new_policy)

    @property
    def root_to_be(self) -> Metadata[Root]:
        """The root in force once this is accepted."""
        return self.root or self.root_in_force


def read_request(path: Path, *, limits: SyncLimits = LIMITS) -> SigningRequest:
    """The request in a file.

    Raises:
        InputError: it is not a signing request, or contradicts itself.
    """
    try:
        with path.open("rb") as file:
            content = file.read(limits.request_file_bytes + 1)
    except OSError as error:
        raise _unusable(path, EMPTY) from error
    request = decode(
        _RequestFile,
        content,
        lambda why: _unusable(path, why.says),
        build=_to_request,
        most_bytes=limits.request_file_bytes,
    )
    try:
        _must_fit(request)
    except TrustError as error:
        raise _unusable(path, error.message) from error
    except ValueError as error:
        raise _unusable(path, explain_refusal(error)) from error
    except (RepositoryError, LookupError, TypeError, AttributeError) as error:  # metadata of another role, or cut
        raise _unusable(path, EMPTY) from error
    return request


def write_request(request: SigningRequest, path: Path) -> None:
    """Write it where it will be carried from."""
    new = {"root": request.new_root, "targets": request.new_targets, "policy": request.new_policy}
    facts = {
        "format": FORMAT,
        "made": request.made_at,
        "says": request.says,
        "roots": [_text(root) for root in request.roots],
        "targets": _text(request.targets),
        "policy": _text(request.policy),
        "new": {name: None if content is None else _text(content) for name, content in new.items()},
    }
    write_durably(path, encode_canonical(facts), mode=PUBLIC_MODE)


def _read_root(content: bytes) -> Metadata[Root]:
    try:
        root = Metadata[Root].from_bytes(content)
    except RepositoryError as error:
        raise MalformedError(_("A root cannot be read")) from error
    if not isinstance(root.signed, Root):
        raise MalformedError(_("A file that should be a root is not a root"))
    return root


def _unusable(path: Path, why: Message) -> InputError:
    what = _("{path} cannot be used as a signing request", path=path)
    return InputError(
        _("{path} cannot be used as a signing request ({why})", path=path, why=why) if why else what,
        means=_("Nothing was signed and nothing was changed."),
        do=_("Ask headquarters for a new proposal"),
    )


@dataclass(frozen=True, slots=True)
class _NewDocuments:
    root: Base64 | None
    targets: Base64 | None
    policy: Base64 | None


@dataclass(frozen=True, slots=True)
class _RequestFile:
    """The file as it is written."""

    format: Annotated[int, exactly(FORMAT)]
    made: ZonedTime
    says: Message
    roots: tuple[Base64, ...]
    targets: Base64
    policy: Base64
    new: _NewDocuments


def _to_request(file: _RequestFile) -> SigningRequest:
    return SigningRequest(
        made_at=file.made,
        says=file.says if len(file.says) <= _MOST_WORDS else join([file.says[:_MOST_WORDS]]),
        roots=file.roots,
        targets=file.targets,
        policy=file.policy,
        new_root=file.new.root,
        new_targets=file.new.targets,
        new_policy=file.new.policy,
    )


def _must_fit(request: SigningRequest) -> None:
    """What is in force is signed as it says, and what is proposed is the next version of it."""
    newest_root(request.roots)
    root, targets = request.root, request.proposed_targets
    if root is None and targets is None:
        raise ValueError(_("it proposes nothing"))
    in_force = request.targets_in_force
    request.root_in_force.signed.verify_delegate("targets", in_force.signed_bytes, in_force.signatures)
    _must_name(request.targets_in_force, request.policy)
    if root is not None and root.signed.version != request.root_in_force.signed.version + 1:
        raise ValueError(_("its root is not the next version"))
    if (targets is None) != (request.new_policy is None):
        raise ValueError(_("it changes the targets or the policy without the other"))
    if targets is not None and request.new_policy is not None:
        if targets.signed.version != request.targets_in_force.signed.version + 1:
            raise ValueError(_("its targets are not the next version"))
        policy_from_json(request.new_policy)
        _must_name(targets, request.new_policy)
    _must_change_no_more_than_is_shown(request)


def _must_change_no_more_than_is_shown(request: SigningRequest) -> None:
    """Beyond keys, thresholds, lives and the policy a ceremony changes nothing: not who may sign what."""
    pairs: tuple[
        tuple[Metadata[Root] | Metadata[Targets], Metadata[Root] | Metadata[Targets] | None, timedelta], ...
    ] = (
        (request.root_in_force, request.root, LIMITS.root_life),
        (request.targets_in_force, request.proposed_targets, LIMITS.targets_life),
    )
    for old, new, life in pairs:
        if new is None:
            continue
        if new.signed.expires > request.made_at + life:
            raise ValueError(_("it would stay valid for longer than is allowed"))
        if _fixed_facts(old.signed.to_dict()) != _fixed_facts(new.signed.to_dict()):
            raise ValueError(_("it would change more than keys, expiry dates and the policy"))


def _fixed_facts(signed: dict[str, Any]) -> dict[str, Any]:
    """What no ceremony changes."""
    fixed = {name: value for name, value in signed.items() if name not in ("version", "expires", "keys", "targets")}
    if "roles" in fixed:
        fixed["roles"] = {name: _without_keys(role) for name, role in fixed["roles"].items()}
    if "delegations" in fixed:
        fixed["delegations"] = [_without_keys(role) for role in fixed["delegations"]["roles"]]
    return fixed


def _without_keys(role: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in role.items() if name != "keyids"}


def _must_name(targets: Metadata[Targets], policy: bytes) -> None:
    if set(targets.signed.targets) != {POLICY_FILE}:
        raise ValueError(_("its targets name something other than the policy"))
    targets.signed.targets[POLICY_FILE].verify_length_and_hashes(policy)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
