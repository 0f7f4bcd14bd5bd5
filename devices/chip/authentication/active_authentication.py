"""Active authentication: the chip signs a challenge with the key of DG15 (Doc 9303-11, 6.1).

RSA signatures carry part of their message (ISO/IEC 9796-2, digital signature scheme 1). A representative consists of
`6A`, the recoverable part, the digest of the whole message and a trailer that names the hash.
"""

from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey, PublicKey, RsaKey
from data.certificates.signatures import Scheme, SignatureAlgorithm, digest, verify_signature
from data.text import _
from devices.chip.apdu import SHORT_EXPECTED, CommandApdu
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason
from devices.chip.card import Card
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.dg15 import Dg15
from devices.chip.lds.security_infos import ACTIVE_AUTHENTICATION
from devices.chip.random_source import SYSTEM_RANDOM, RandomSource

_HEADER = 0x6A
_SHORT_TRAILER = 0xBC
_LONG_TRAILER = 0xCC
_TRAILERS = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
"""Hash identifiers of ISO/IEC 10118-3 before the long trailer."""

_NAME = "active"
_INTERNAL_AUTHENTICATE = 0x88
_CHALLENGE_BYTES = 8
_HASHES = ("sha256", "sha1", "sha384", "sha224", "sha512")
_PLAIN_ECDSA = "0.4.0.127.0.7.1.1.4.1."
_PLAIN_HASHES = {"1": "sha1", "2": "sha224", "3": "sha256", "4": "sha384", "5": "sha512"}


@dataclass(frozen=True, slots=True)
class RecoveredMessage:
    """The contents of a representative."""

    message: bytes
    """The part of the message that the signature carries."""
    digest: bytes
    hash: str

    def covers(self, rest: bytes) -> bool:
        """Whether the digest is that of the recovered part and `rest` together."""
        return digest(self.hash, self.message + rest) == self.digest


def make_representative(recoverable: bytes, rest: bytes, hash_name: str, *, long_trailer: bool = True) -> bytes:
    """The representative of a message whose first part is recovered; it has the length of its parts."""
    number = next(number for number, name in _TRAILERS.items() if name == hash_name)
    trailer = bytes((number, _LONG_TRAILER)) if long_trailer else bytes((_SHORT_TRAILER,))
    return bytes((_HEADER,)) + recoverable + digest(hash_name, recoverable + rest) + trailer


def recover_message(representative: bytes) -> RecoveredMessage:
    """The contents of a representative; Malformed if it is not one. The short trailer stands for SHA-1."""
    if representative[:1] != bytes((_HEADER,)):
        raise Malformed(_("A signature does not contain what was signed"))
    body, name = representative[1:], "sha1"
    if body[-1:] == bytes((_SHORT_TRAILER,)):
        body = body[:-1]
    elif body[-1:] == bytes((_LONG_TRAILER,)) and body[-2:-1] and body[-2] in _TRAILERS:
        body, name = body[:-2], _TRAILERS[body[-2]]
    else:
        raise Malformed(_("A signature of this kind ends differently"))
    size = len(digest(name, b""))
    if len(body) <= size:
        raise Malformed(_("A signature is too short for its digest"))
    return RecoveredMessage(body[:-size], body[-size:], name)


def perform_active_authentication(
    card: Card, dg15: Dg15, dg14: Dg14 | None, random_source: RandomSource = SYSTEM_RANDOM
) -> AuthenticityCheck:
    """Whether the chip holds the private key of DG15. Raises what `Card.send` raises."""
    try:
        key = dg15.key
    except Malformed as problem:
        return AuthenticityCheck(
            _NAME,
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.KEY_UNUSABLE,
            _("The chip's own key cannot be used: {problem}", problem=problem.what),
        )
    challenge = random_source.random(_CHALLENGE_BYTES)
    response = card.send(CommandApdu(0, _INTERNAL_AUTHENTICATE, 0, 0, challenge, _room(card, key)))
    if not response.status.ok:
        says = _("The chip does not sign, although it was issued with a key: {status}", status=response.status.says)
        return AuthenticityCheck(_NAME, AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD, says)
    if _signature_holds(key, _hashes(dg14), response.data, challenge):
        return AuthenticityCheck(
            _NAME,
            AuthenticityAnswer.PASS,
            AuthenticityReason.PROVED,
            _("The chip has its own key ({key}): it is not a copy", key=str(key)),
        )
    says = _("The chip does not have the key that it was issued with: it is a copy")
    return AuthenticityCheck(_NAME, AuthenticityAnswer.FAIL, AuthenticityReason.UNPROVED, says)


def _room(card: Card, key: PublicKey) -> int:
    """Bytes to ask for: a long signature needs a long response, or comes in pieces from a chip without them."""
    size = (key.modulus.bit_length() + 7) // 8 if isinstance(key, RsaKey) else 0
    return min(card.response_limit, 2 * size) if size > SHORT_EXPECTED // 2 else SHORT_EXPECTED


def _hashes(dg14: Dg14 | None) -> tuple[str, ...]:
    """The hash that DG14 names for ECDSA, or all if it names none: the choice does not weaken the proof."""
    for info in dg14.offers(ACTIVE_AUTHENTICATION) if dg14 else ():
        if info.algorithm.startswith(_PLAIN_ECDSA):
            hash_name = _PLAIN_HASHES.get(info.algorithm.removeprefix(_PLAIN_ECDSA))
            return (hash_name,) if hash_name else ()
    return _HASHES


def _signature_holds(key: PublicKey, hashes: tuple[str, ...], signature: bytes, challenge: bytes) -> bool:
    if isinstance(key, EcKey):
        schemes = (Scheme.ECDSA_PLAIN, Scheme.ECDSA)
        return any(
            verify_signature(key, SignatureAlgorithm(scheme, name), signature, challenge)
            for scheme in schemes
            for name in hashes
        )
    return _rsa_signature_holds(key, signature, challenge)


def _rsa_signature_holds(key: RsaKey, signature: bytes, challenge: bytes) -> bool:
    """Check by ISO/IEC 9796-2: the opened signature, or its complement, whichever ends in the nibble C."""
    number = int.from_bytes(signature, "big")
    if not 1 < number < key.modulus:
        return False
    recovered_number = pow(number, key.exponent, key.modulus)
    whole = recovered_number if recovered_number % 16 == 12 else key.modulus - recovered_number
    try:
        recovered = recover_message(whole.to_bytes((key.modulus.bit_length() + 7) // 8, "big"))
    except Malformed:
        return False
    return recovered.covers(challenge)
