"""A message between headquarters and one kit: signed by the sender, *then* sealed to the receiver with age.

    age( public key of the sender (32) ‖ Ed25519 signature (64) ‖ content )

The signature covers a purpose, so that no message passes for one of another kind, and the content. age alone does
not say who sent a message; the sender's key stands first, so that nothing of it is parsed before it is verified.
"""

from collections.abc import Callable

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from data.errors import TrustError

_KEY_BYTES, _SIGNATURE_BYTES = 32, 64


def seal(purpose: bytes, content: bytes, signer: Ed25519PrivateKey, recipient: str) -> bytes:
    """`content`, signed for `purpose` and sealed to the age recipient."""
    public = signer.public_key().public_bytes_raw()
    box = public + signer.sign(purpose + content) + content
    return bytes(pyrage.encrypt(box, [pyrage.x25519.Recipient.from_str(recipient)]))


def unseal(
    purpose: bytes, sealed: bytes, identity: str, *, most_bytes: int, known: Callable[[bytes], bool], what: str
) -> tuple[bytes, bytes]:
    """The sender's public key and the verified content.

    `known` says whether a public key is one that may send; `what` names the message in an error.

    Raises:
        TrustError: it is too large, sealed to somebody else, from nobody known, or not signed by its sender.
    """
    if len(sealed) > most_bytes:
        raise TrustError(f"{what} is too large")
    try:
        box = bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        raise TrustError(f"{what} is sealed to somebody else, or was changed") from error
    public, signature = box[:_KEY_BYTES], box[_KEY_BYTES : _KEY_BYTES + _SIGNATURE_BYTES]
    content = box[_KEY_BYTES + _SIGNATURE_BYTES :]
    if not known(public):
        raise TrustError(f"{what} is from nobody known here")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, purpose + content)
    except (InvalidSignature, ValueError) as error:
        raise TrustError(f"{what} was not signed by its sender") from error
    return public, content
