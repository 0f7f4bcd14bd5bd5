"""A chain of roots, each signed by enough keys of the one before and by enough of its own.

A kit walks such a chain in python-tuf's client; a key holder and headquarters walk it here, without a network.
"""

from collections.abc import Sequence
from hashlib import sha256

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from data.errors import MalformedError, MismatchError, SignatureError

_MOST_ROOTS = 256


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
        raise MalformedError("There is no root, or too many")
    if known is not None and known not in roots:
        raise MismatchError(
            "This is another headquarters than the one known here",
            means="Its roots do not lead through the root on this medium. Nothing was signed.",
            do="Ask headquarters by another way what it sent",
        )
    chain = [_read(content) for content in roots]
    for before, (number, root) in zip([chain[0], *chain], enumerate(chain, 1), strict=False):
        if root.signed.version != number:
            raise MismatchError(f"Root {number} is missing from the chain")
        try:
            for judge in (before.signed, root.signed):
                judge.verify_delegate("root", root.signed_bytes, root.signatures)
        except (RepositoryError, ValueError) as error:
            raise SignatureError(f"Root {number} is not signed by enough keys") from error
    return chain[-1]


def fingerprint(root: bytes) -> str:
    """What two people compare by telephone."""
    digest = sha256(root).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def _read(content: bytes) -> Metadata[Root]:
    try:
        root = Metadata[Root].from_bytes(content)
    except (RepositoryError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise MalformedError("A root cannot be read") from error
    if not isinstance(root.signed, Root):
        raise MalformedError("A root is none")
    return root
