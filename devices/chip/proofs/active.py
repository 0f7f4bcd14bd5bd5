"""Active authentication: the chip signs a challenge with the key of DG15 (Doc 9303-11, 6.1)."""

from data.certificates.keys import EcKey, PublicKey, RsaKey
from data.certificates.malformed import Malformed
from data.certificates.signatures import Scheme, SignatureAlgorithm, holds
from devices.chip.apdu import SHORT_EXPECTED, Command
from devices.chip.authenticity import Answer, Check, Reason
from devices.chip.card import Card
from devices.chip.chance import FRESH, Chance
from devices.chip.crypto.recovery import recover
from devices.chip.lds.dg14 import Dg14
from devices.chip.lds.dg15 import Dg15
from devices.chip.lds.security_infos import ACTIVE_AUTHENTICATION

_NAME = "active"
_INTERNAL_AUTHENTICATE = 0x88
_CHALLENGE_BYTES = 8
_HASHES = ("sha256", "sha1", "sha384", "sha224", "sha512")
_PLAIN_ECDSA = "0.4.0.127.0.7.1.1.4.1."
_PLAIN_HASHES = {"1": "sha1", "2": "sha224", "3": "sha256", "4": "sha384", "5": "sha512"}


def prove_actively(card: Card, dg15: Dg15, dg14: Dg14 | None, chance: Chance = FRESH) -> Check:
    """Whether the chip holds the private key of DG15. Raises what `Card.send` raises."""
    try:
        key = dg15.key
    except Malformed as problem:
        return Check(_NAME, Answer.NOT_DONE, Reason.KEY_UNUSABLE, f"The chip's own key cannot be used: {problem.what}.")
    challenge = chance.random(_CHALLENGE_BYTES)
    response = card.send(Command(0, _INTERNAL_AUTHENTICATE, 0, 0, challenge, _room(card, key)))
    if not response.status.ok:
        says = f"The chip does not sign, though it was issued with a key for it: {response.status}."
        return Check(_NAME, Answer.FAIL, Reason.PROOF_WITHHELD, says)
    if _signed(key, _hashes(dg14), response.data, challenge):
        return Check(_NAME, Answer.PASS, Reason.PROVED, f"The chip holds its own key ({key}): it is no copy.")
    says = "The chip does not hold the key it was issued with: it is a copy."
    return Check(_NAME, Answer.FAIL, Reason.UNPROVED, says)


def _room(card: Card, key: PublicKey) -> int:
    """A long signature fits into no short response; a chip that knows no other gives it in pieces."""
    size = (key.modulus.bit_length() + 7) // 8 if isinstance(key, RsaKey) else 0
    return min(card.response_limit, 2 * size) if size > SHORT_EXPECTED // 2 else SHORT_EXPECTED


def _hashes(dg14: Dg14 | None) -> tuple[str, ...]:
    """The hash that DG14 names for ECDSA; any where it names none: which one was used does not weaken the proof."""
    for info in dg14.offers(ACTIVE_AUTHENTICATION) if dg14 else ():
        if info.algorithm.startswith(_PLAIN_ECDSA):
            named = _PLAIN_HASHES.get(info.algorithm.removeprefix(_PLAIN_ECDSA))
            return (named,) if named else ()
    return _HASHES


def _signed(key: PublicKey, hashes: tuple[str, ...], signature: bytes, challenge: bytes) -> bool:
    if isinstance(key, EcKey):
        schemes = (Scheme.ECDSA_PLAIN, Scheme.ECDSA)
        return any(
            holds(key, SignatureAlgorithm(scheme, name), signature, challenge) for scheme in schemes for name in hashes
        )
    return _opens(key, signature, challenge)


def _opens(key: RsaKey, signature: bytes, challenge: bytes) -> bool:
    """ISO/IEC 9796-2: the opened signature, or its complement, whichever ends in the nibble C."""
    number = int.from_bytes(signature, "big")
    if not 1 < number < key.modulus:
        return False
    opened = pow(number, key.exponent, key.modulus)
    whole = opened if opened % 16 == 12 else key.modulus - opened
    try:
        recovered = recover(whole.to_bytes((key.modulus.bit_length() + 7) // 8, "big"))
    except Malformed:
        return False
    return recovered.covers(challenge)
