"""Active authentication: the chip signs a challenge with the key of DG15 (Doc 9303-11, 6.1).

RSA signatures carry part of their message (ISO/IEC 9796-2, digital signature scheme 1). A representative consists of
`6A`, the recoverable part, the digest of the whole message and a trailer that names the hash.
"""

from dataclasses import dataclass
from enum import Enum

from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey, PublicKey, RsaKey
from data.certificates.signatures import Scheme, SignatureAlgorithm, digest, verify_signature
from data.certificates.tlv import elements, only
from data.text import _
from devices.chip.apdu import MOST_EXPECTED, SHORT_EXPECTED, CommandApdu, ResponseApdu
from devices.chip.authentication.proof_attempts import CardSource, ProofAttempts
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
    card_source: CardSource, dg15: Dg15, dg14: Dg14 | None, random_source: RandomSource = SYSTEM_RANDOM
) -> AuthenticityCheck:
    """Whether the chip holds the private key of DG15, asked in each form until one gives a whole signature.

    Raises:
        WrongMac, ChipGone, ChipSlow, ReadingCancelled.
    """
    try:
        key = dg15.key
    except Malformed as problem:
        return _unusable_check(problem.what)
    attempts = ProofAttempts(card_source)
    size = _signature_bytes(key)
    for form in _FORMS if isinstance(key, RsaKey) else _EC_FORMS:
        card = attempts.card()
        if card is None:
            continue
        challenge = random_source.random(_CHALLENGE_BYTES)
        response = attempts.send(card, form.command(card, challenge, size))
        if response is None:
            continue
        if not (response.status.ok or response.data):
            attempts.note_refusal(response.status)
            continue
        match _judge_response(response, key, dg14, challenge):
            case SignatureJudgement.HOLDS:
                says = _("The chip has its own key ({key}): it is not a copy", key=str(key))
                return AuthenticityCheck(_NAME, AuthenticityAnswer.PASS, AuthenticityReason.PROVED, says)
            case SignatureJudgement.FAILS:
                says = _("The chip does not have the key that it was issued with: it is a copy")
                return AuthenticityCheck(_NAME, AuthenticityAnswer.FAIL, AuthenticityReason.UNPROVED, says)
            case SignatureJudgement.UNKNOWN_HASH:
                return _unusable_check(_("it signs with a hash that this kit does not know"))
            case SignatureJudgement.INCOMPLETE:
                attempts.gaps.append(
                    _(
                        "it gave {bytes} bytes of a signature of {expected}",
                        bytes=len(response.data),
                        expected=size,
                    )
                )
    if attempts.every_form_refused:
        says = _("The chip does not sign, although it was issued with a key: {status}", status=attempts.first_refusal)
        return AuthenticityCheck(_NAME, AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD, says)
    return attempts.gap_check(_NAME)


class SignatureForm(Enum):
    """How much of a response INTERNAL AUTHENTICATE asks for."""

    EXACT = "exact"
    """As many bytes as the signature has, in short lengths if its response fits into them."""
    SHORT = "short"
    EXTENDED = "extended"

    def command(self, card: Card, challenge: bytes, size: int) -> CommandApdu:
        """The command in this form, for a signature of `size` bytes."""
        expected, long_form = {
            SignatureForm.EXACT: (size, size > card.room(SHORT_EXPECTED)),
            SignatureForm.SHORT: (SHORT_EXPECTED, False),
            SignatureForm.EXTENDED: (MOST_EXPECTED, True),
        }[self]
        return CommandApdu(0, _INTERNAL_AUTHENTICATE, 0, 0, challenge, expected, long_form)


_FORMS = (SignatureForm.EXACT, SignatureForm.SHORT, SignatureForm.EXTENDED)
_EC_FORMS = (SignatureForm.SHORT, SignatureForm.EXTENDED, SignatureForm.EXACT)
"""An ECDSA signature in DER is longer than one in the plain format, so the exact length comes last."""


class SignatureJudgement(Enum):
    """What an answer to the challenge shows."""

    HOLDS = "holds"
    FAILS = "fails"
    """It has its full length, and the key did not make it."""
    INCOMPLETE = "incomplete"
    UNKNOWN_HASH = "unknown_hash"


def _judge_response(response: ResponseApdu, key: PublicKey, dg14: Dg14 | None, challenge: bytes) -> SignatureJudgement:
    """What a response with data shows; data that the chip itself does not call complete never FAIL."""
    judgement = judge_signature(key, dg14, response.data, challenge)
    if judgement is SignatureJudgement.FAILS and not response.status.ok:
        return SignatureJudgement.INCOMPLETE
    return judgement


def judge_signature(key: PublicKey, dg14: Dg14 | None, signature: bytes, challenge: bytes) -> SignatureJudgement:
    """Whether `signature` over `challenge` is by `key`; FAILS only for one of full length."""
    if isinstance(key, RsaKey):
        if len(signature) != _signature_bytes(key):
            holds = _judge_rsa(key, signature, challenge) is SignatureJudgement.HOLDS
            return SignatureJudgement.HOLDS if holds else SignatureJudgement.INCOMPLETE
        return _judge_rsa(key, signature, challenge)
    hashes, knows_hash = _hashes(dg14)
    if _ecdsa_holds(key, hashes, signature, challenge):
        return SignatureJudgement.HOLDS
    if not _is_whole_ecdsa(key, signature):
        return SignatureJudgement.INCOMPLETE
    return SignatureJudgement.FAILS if knows_hash else SignatureJudgement.UNKNOWN_HASH


def _signature_bytes(key: PublicKey) -> int:
    """Of an ECDSA signature in the plain format: two numbers as long as the order (BSI TR-03111, 5.2.1)."""
    if isinstance(key, RsaKey):
        return (key.modulus.bit_length() + 7) // 8
    return 2 * ((key.curve.order.bit_length() + 7) // 8)


def _is_whole_ecdsa(key: EcKey, signature: bytes) -> bool:
    if len(signature) == _signature_bytes(key) and not _is_cut_off(signature):
        return True
    try:
        return [number.tag for number in elements(only(signature, 0x30, ""))] == [0x02, 0x02]
    except Malformed:
        return False


def _is_cut_off(signature: bytes) -> bool:
    """Whether it may be the beginning of a longer signature in DER."""
    return signature[:1] == b"\x30" and signature[1:2] > bytes((len(signature) - 2,)) and signature[2:3] == b"\x02"


def _unusable_check(problem: str) -> AuthenticityCheck:
    says = _("The chip's own key cannot be used: {problem}", problem=problem)
    return AuthenticityCheck(_NAME, AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE, says)


def _hashes(dg14: Dg14 | None) -> tuple[tuple[str, ...], bool]:
    """The hashes to try, the one that DG14 names first; and whether the named one is among them.

    The choice does not weaken the proof, and issuers name wrong ones.
    """
    for info in dg14.offers(ACTIVE_AUTHENTICATION) if dg14 else ():
        if info.algorithm.startswith(_PLAIN_ECDSA):
            named = _PLAIN_HASHES.get(info.algorithm.removeprefix(_PLAIN_ECDSA), "")
            return (named, *(other for other in _HASHES if other != named)) if named else _HASHES, bool(named)
    return _HASHES, True


def _ecdsa_holds(key: EcKey, hashes: tuple[str, ...], signature: bytes, challenge: bytes) -> bool:
    schemes = (Scheme.ECDSA_PLAIN, Scheme.ECDSA)
    return any(
        verify_signature(key, SignatureAlgorithm(scheme, name), signature, challenge)
        for scheme in schemes
        for name in hashes
    )


def _judge_rsa(key: RsaKey, signature: bytes, challenge: bytes) -> SignatureJudgement:
    """Check by ISO/IEC 9796-2: the opened signature, or its complement, whichever ends in the nibble C."""
    number = int.from_bytes(signature, "big")
    if not 1 < number < key.modulus:
        return SignatureJudgement.FAILS
    recovered_number = pow(number, key.exponent, key.modulus)
    whole = recovered_number if recovered_number % 16 == 12 else key.modulus - recovered_number
    representative = whole.to_bytes(_signature_bytes(key), "big")
    try:
        recovered = recover_message(representative)
    except Malformed:
        return SignatureJudgement.UNKNOWN_HASH if _has_unknown_hash(representative) else SignatureJudgement.FAILS
    return SignatureJudgement.HOLDS if recovered.covers(challenge) else SignatureJudgement.FAILS


def _has_unknown_hash(representative: bytes) -> bool:
    """Whether it is framed as the standard has it, with a hash that is not known here."""
    begins, ends = representative[0] == _HEADER, representative[-1] == _LONG_TRAILER
    return begins and ends and representative[-2] not in _TRAILERS
