"""Proof that a person's card is here and unlocked: a fresh challenge, signed by the key that the roster names.

- A challenge is bound to this kit, one person, one purpose and the time, begins with a line of its own so that it is
  never something else that the card may sign, and has 32 random bytes.
- Only the key counts, by the SHA-256 of its SubjectPublicKeyInfo. Whatever a certificate on the card says (a name, an
  issuer, an expiry) is not looked at, true or false. Headquarters withdraws a card in the roster.
- Keys: RSA of 2048 to 8192 bits (PSS with SHA-256, else PKCS #1 v1.5 with SHA-256), ECDSA on P-256 and P-384.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from data.json_codec import encode_canonical

NONCE_BYTES = 32
CHALLENGE_LASTS = timedelta(minutes=2)
"""From the challenge to its proof: long enough for a slow card, too short to wait for another occasion."""
MOST_OPEN = 64
"""Challenges that wait for their proof at one time; the oldest goes."""
LEAST_RSA_BITS, MOST_RSA_BITS = 2048, 8192
MOST_KEY_BYTES = 2048
"""Of a public key's encoding, and of a signature."""
_DOMAIN = b"waypost/card-proof/v1\n"
_CURVES: dict[str, tuple[int, SHA256 | SHA384]] = {"secp256r1": (32, SHA256()), "secp384r1": (48, SHA384())}
"""By the curve's name: bytes of each half of a signature, and the hash."""
CardPublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class SignatureScheme(StrEnum):
    """How a card signs."""

    RSA_PSS = "rsa-pss"
    """With SHA-256, MGF1 with SHA-256, a salt of 32 bytes (RFC 8017, 8.1)."""
    RSA_PKCS1 = "rsa-pkcs1"
    """With SHA-256 (RFC 8017, 8.2)."""
    ECDSA = "ecdsa"
    """Both halves one after the other, as PKCS #11 gives them; SHA-256 on P-256, SHA-384 on P-384."""


@dataclass(frozen=True, slots=True)
class CardChallenge:
    """What a card is asked to sign."""

    kit: str
    number: str
    """Service number of the person whose card it must be."""
    purpose: str
    """What the proof is for: `sign-in`, or an action with its case, as `second/settle/…`."""
    at: datetime
    nonce: bytes

    def encode(self) -> bytes:
        """The bytes to be signed."""
        content = [self.kit, self.number, self.purpose, self.at.isoformat(), self.nonce.hex()]
        return _DOMAIN + encode_canonical(content)


@dataclass(frozen=True, slots=True)
class CardProof:
    """What a card answered to a challenge."""

    public_key: bytes
    """SubjectPublicKeyInfo, DER."""
    scheme: SignatureScheme
    signature: bytes


def load_card_key(public_key: bytes) -> CardPublicKey | None:
    """A public key that a card may have, from its SubjectPublicKeyInfo (DER); None for any other bytes or kind."""
    if len(public_key) > MOST_KEY_BYTES:
        return None
    try:
        key = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(key, rsa.RSAPublicKey) and LEAST_RSA_BITS <= key.key_size <= MOST_RSA_BITS:
        return key
    return key if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES else None


def compute_fingerprint(key: CardPublicKey) -> str:
    """SHA-256 of the key's SubjectPublicKeyInfo in DER, hexadecimal: `Credential.card` of the roster."""
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def digest_for_curve(key: ec.EllipticCurvePublicKey) -> SHA256 | SHA384:
    """The hash that goes with the key's curve."""
    return _CURVES[key.curve.name][1]


def verify_card_proof(challenge: CardChallenge, proof: CardProof, fingerprint: str) -> bool:
    """Whether the key with this fingerprint signed this very challenge; never for an empty fingerprint.

    It says nothing about whether the challenge was used before: `CardChallenges.accept` does.
    """
    key = load_card_key(proof.public_key)
    if key is None or not compare_digest(compute_fingerprint(key).encode(), fingerprint.encode()):
        return False
    try:
        return _verify(key, proof, challenge.encode())
    except InvalidSignature:
        return False


def _verify(key: CardPublicKey, proof: CardProof, content: bytes) -> bool:
    signature = proof.signature
    if isinstance(key, rsa.RSAPublicKey):
        if proof.scheme is SignatureScheme.RSA_PSS:
            key.verify(signature, content, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
        elif proof.scheme is SignatureScheme.RSA_PKCS1:
            key.verify(signature, content, padding.PKCS1v15(), SHA256())
        else:
            return False
        return True
    size, digest = _CURVES[key.curve.name]
    if proof.scheme is not SignatureScheme.ECDSA or len(signature) != 2 * size:
        return False
    halves = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    key.verify(encode_dss_signature(*halves), content, ec.ECDSA(digest))
    return True


@dataclass
class CardChallenges:
    """The challenges of one process that wait for their proof. Each serves once, whatever comes of it."""

    kit: str
    now: Callable[[], datetime]
    """Trusted time."""
    _open: dict[bytes, CardChallenge] = field(default_factory=dict)

    def issue(self, number: str, purpose: str) -> CardChallenge:
        """A fresh challenge for this person and purpose."""
        challenge = CardChallenge(self.kit, number, purpose, self.now(), secrets.token_bytes(NONCE_BYTES))
        while len(self._open) >= MOST_OPEN:
            del self._open[next(iter(self._open))]
        self._open[challenge.nonce] = challenge
        return challenge

    def accept(self, challenge: CardChallenge, proof: CardProof, fingerprint: str) -> bool:
        """Whether the proof is right, in time, and the first one for a challenge that was issued here."""
        issued = self._open.pop(challenge.nonce, None)
        if issued is None or issued != challenge:
            return False
        is_in_time = timedelta(0) <= self.now() - issued.at <= CHALLENGE_LASTS
        return is_in_time and verify_card_proof(issued, proof, fingerprint)
