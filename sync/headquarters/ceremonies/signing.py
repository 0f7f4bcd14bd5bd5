"""Signs a request with one key holder's key, and counts who has signed and who is missing.

- A holder's key signs whatever in the request its role is asked for. A new root needs enough keys of the root in force
  and enough of its own; targets need the targets key of the root to be.
- A holder whose medium knows a root signs for no other headquarters than the one that root leads to.
- The protocol of the ceremonies is a text file, appended to, that says who did what with which key and when.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import Key, Metadata, Root, Targets, VerificationResult

from data.durable_files import PUBLIC_MODE, open_regular, write_durably
from data.errors import InputError
from data.text import Message, _
from sync.headquarters.ceremonies.offline_key import OfflineKey, PublicKey, published_name
from sync.headquarters.ceremonies.signing_request import SigningRequest, newest_root

PROTOCOL_NAME = "ceremonies.txt"
"""In the home, and on each medium."""

SEEN_ROOT = "root.json"
"""On a medium: the newest root in force that its holder has seen."""


def record_act(file: Path, now: datetime, title: str, lines: Iterable[str]) -> None:
    """Append one act; it survives a power cut from here on. A link that a prepared medium has there is not followed."""
    text = f"{now:%Y-%m-%d %H:%M:%S} UTC  {title}\n" + "".join(f"    {line}\n" for line in lines)
    with os.fdopen(open_regular(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT), "a", encoding="utf-8") as protocol:
        protocol.write(text + "\n")
        protocol.flush()
        os.fsync(protocol.fileno())


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who has signed one document of a request for one role, and who could."""

    document: str
    """`root` or `targets`."""
    judge: Message
    """Whose keys count: `the current root` or `the new root`."""
    needed: int
    signed: tuple[str, ...]
    """Names of keys."""
    missing: tuple[str, ...]

    @property
    def enough(self) -> bool:
        """Whether the threshold is met."""
        return len(self.signed) >= self.needed


def count_signatures(request: SigningRequest) -> list[Signatures]:
    """Every threshold that the request has to meet, with how far it is."""
    counts = []
    if request.root is not None:
        for judge, words in ((request.root_in_force, _("the current root")), (request.root, _("the new root"))):
            counts.append(_count("root", words, judge.signed, request.root))
    if request.proposed_targets is not None:
        words = _("the current root") if request.root is None else _("the new root")
        counts.append(_count("targets", words, request.root_to_be.signed, request.proposed_targets))
    return counts


def sign_request(request: SigningRequest, key: OfflineKey) -> tuple[SigningRequest, tuple[str, ...]]:
    """The request with this key's signatures, and which documents it signed.

    Raises:
        InputError: nothing in the request asks for this key, or it has signed already.
    """
    names = _require_eligible(request, key.about)
    documents: dict[str, Metadata[Root] | Metadata[Targets] | None] = {
        "root": request.root,
        "targets": request.proposed_targets,
    }
    signed = {}
    for name in names:
        document = documents[name]
        if document is not None and key.about.key.keyid not in document.signatures:
            document.sign(key.signer, append=True)
            signed[name] = document.to_bytes()
    if not signed:
        raise InputError(
            _("{key} has already signed this request", key=key.about.name), do=_("Take the request to the next holder")
        )
    signed_request = replace(
        request,
        new_root=signed.get("root", request.new_root),
        new_targets=signed.get("targets", request.new_targets),
    )
    return signed_request, tuple(signed)


def may_sign(request: SigningRequest, about: PublicKey) -> bool:
    """Whether the request asks for this key and it has not signed yet."""
    documents = {"root": request.root, "targets": request.proposed_targets}
    eligible = [documents[name] for name in _eligible(request, about)]
    return any(document is not None and about.key.keyid not in document.signatures for document in eligible)


def must_be_ours(request: SigningRequest, medium: Path) -> bool:
    """Whether the medium knows a root at all; TrustError when the request's roots do not lead through it."""
    seen = medium / SEEN_ROOT
    known = seen.read_bytes() if seen.exists() else None
    newest_root(request.roots, known=known)
    return known is not None


def remember_root(request: SigningRequest, medium: Path) -> None:
    """The medium knows the root in force from now on."""
    write_durably(medium / SEEN_ROOT, request.roots[-1], mode=PUBLIC_MODE)


def must_be_complete(request: SigningRequest) -> None:
    """InputError unless every threshold is met."""
    for signatures in count_signatures(request):
        if not signatures.enough:
            raise InputError(
                _(
                    "The new {document} has {signed} of {needed} signatures by keys of {judge}",
                    document=signatures.document,
                    signed=len(signatures.signed),
                    needed=signatures.needed,
                    judge=signatures.judge,
                ),
                means=_("Nothing was changed."),
                do=_("Take the request to: {names}", names=", ".join(signatures.missing)),
            )


def key_name(key: Key) -> str:
    """What people call a key: the name its holder gave it, with the beginning of its id."""
    name = published_name(key)
    short = key.keyid[:8]
    return f"{name[:32]} ({short})" if name and name.isprintable() else short


def _eligible(request: SigningRequest, about: PublicKey) -> list[str]:
    key_id = about.key.keyid
    roots = {*request.root_in_force.signed.roles["root"].keyids, *request.root_to_be.signed.roles["root"].keyids}
    names = []
    if request.root is not None and key_id in roots:
        names.append("root")
    if request.proposed_targets is not None and key_id in request.root_to_be.signed.roles["targets"].keyids:
        names.append("targets")
    return names


def _require_eligible(request: SigningRequest, about: PublicKey) -> list[str]:
    names = _eligible(request, about)
    if not names:
        raise InputError(
            _("This request does not ask for {key}", key=about.name),
            means=_(
                "It is a key for {role}. Either the key is not in force, or the request needs other keys.",
                role=about.role,
            ),
            do=_("`waypost hq keys show` lists whose signatures are needed"),
        )
    return names


def _count(document: str, judge: Message, root: Root, metadata: Metadata[Root] | Metadata[Targets]) -> Signatures:
    result: VerificationResult = root.get_verification_result(document, metadata.signed_bytes, metadata.signatures)
    return Signatures(document, judge, result.threshold, _names(result.signed), _names(result.unsigned))


def _names(keys: dict[str, Key]) -> tuple[str, ...]:
    return tuple(sorted(map(key_name, keys.values())))
