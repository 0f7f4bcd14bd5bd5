"""A message of headquarters for one kit alone: `age(signature ‖ length ‖ content ‖ zeros)`.

Signed by the `kits` key (Ed25519) over the domain of its form and the content, *then* sealed to the kit's age identity:
age alone does not say who sent it. The domain keeps a signature for one form from serving for another; zeros hide the
length of the content.
"""

from dataclasses import dataclass

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from data.errors import MalformedError, MismatchError, OversizeError, SignatureError, TrustError
from data.text import Message, _

_SIGNATURE_BYTES = 64
_LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True)
class MessageForm:
    """One form of such messages, with the words in which a kit refuses one."""

    domain: bytes
    pad_bytes: int
    """The sealed bytes are a multiple of this."""
    means: Message
    """What stays as it was when a message is refused."""
    too_large: Message
    sealed_to_another: Message
    not_signed: Message
    unreadable: Message

    def seal(self, content: bytes, signer: Ed25519PrivateKey, recipient: str, *, room: int = 0) -> bytes:
        """The message as it is published; `room` is how many bytes of content its size pretends to have."""
        signed = signer.sign(self.domain + content) + with_length(content)
        whole = max(len(signed), _SIGNATURE_BYTES + _LENGTH_BYTES + room)
        padded = signed.ljust(whole + -whole % self.pad_bytes, b"\0")
        return bytes(pyrage.encrypt(padded, [pyrage.x25519.Recipient.from_str(recipient)]))

    def unseal(self, sealed: bytes, identity: str, signer: Ed25519PublicKey, *, most_bytes: int) -> bytes:
        """The content that headquarters signed.

        Raises:
            OversizeError: it is longer than `most_bytes`, sealed.
            MismatchError: it is sealed to another kit, or was changed.
            SignatureError: headquarters did not sign it.
        """
        if len(sealed) > most_bytes:
            raise self.refusal(OversizeError, self.too_large)
        try:
            padded = bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)]))
        except pyrage.DecryptError as error:
            raise self.refusal(MismatchError, self.sealed_to_another) from error
        signature, (content, _zeros) = padded[:_SIGNATURE_BYTES], cut_length(padded[_SIGNATURE_BYTES:])
        try:
            signer.verify(signature, self.domain + content)
        except InvalidSignature as error:
            raise self.refusal(SignatureError, self.not_signed) from error
        return content

    def refusal(self, kind: type[TrustError], what: Message) -> TrustError:
        """The error with which a kit refuses a message."""
        return kind(what, means=self.means, do=_("Tell headquarters if it happens again"))

    def make_unreadable(self) -> TrustError:
        """The error for what is signed, but cannot be read by this software."""
        return self.refusal(MalformedError, self.unreadable)


def with_length(content: bytes) -> bytes:
    """Content with its length before it, in four bytes."""
    return len(content).to_bytes(_LENGTH_BYTES, "big") + content


def cut_length(content: bytes) -> tuple[bytes, bytes]:
    """What has its length before it, and the rest."""
    end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
    return content[_LENGTH_BYTES:end], content[end:]
