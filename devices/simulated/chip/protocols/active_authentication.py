"""Active authentication from the chip's side (Doc 9303-11, 6.1): INTERNAL AUTHENTICATE."""

import hashlib

from ecdsa.util import sigencode_string

from devices.simulated.chip.pki.signing_keys import EcSigningKey, RsaSigningKey, rsa_key
from devices.simulated.chip.protocols.apdu import (
    SHORT,
    SimulatedCommand,
    SimulatedRefusal,
    SimulatedResponse,
    SimulatedStatus,
)
from devices.simulated.chip.protocols.session import CurrentDirectory, SimulatedSession
from devices.simulated.chip.randomness import Randomness

_CHALLENGE = 8
_PARTIAL_RECOVERY = b"\x6a"
_TRAILERS = {"sha1": b"\xbc", "sha256": b"\x34\xcc", "sha384": b"\x36\xcc", "sha512": b"\x35\xcc"}


def internal_authenticate(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """A signature over the terminal's challenge by the key of DG15."""
    key = session.card.aa_key
    if key is None:
        raise SimulatedRefusal(SimulatedStatus.UNKNOWN_COMMAND)
    if not session.is_open or session.directory is not CurrentDirectory.APPLICATION:
        raise SimulatedRefusal(SimulatedStatus.NOT_ALLOWED)
    if len(command.data) != _CHALLENGE or command.le is None:
        raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)
    if isinstance(key, EcSigningKey):
        signature = plain_ecdsa(key, command.data)
    else:
        signature = recoverable_rsa(key, command.data, session.randomness)
    if session.card.profile.signs in ("always", _form(command, len(signature))):
        return SimulatedResponse(signature)
    return _answer_otherwise(session.card.profile.signs_otherwise, signature)


def _form(command: SimulatedCommand, size: int) -> str:
    """The form of a command that asks for a signature of `size` bytes."""
    if command.le == size:
        return "exact"
    return "extended" if command.le is not None and command.le > SHORT else "short"


def _answer_otherwise(kind: str, signature: bytes) -> SimulatedResponse:
    match kind:
        case "empty":
            return SimulatedResponse()
        case "cut_off":
            return SimulatedResponse(signature[:-25])
        case status:
            raise SimulatedRefusal(int(status, 16))


def plain_ecdsa(key: EcSigningKey, challenge: bytes) -> bytes:
    """R and s side by side (BSI TR-03111, 5.2.1)."""
    digest = hashlib.new(key.hash, challenge).digest()
    nonce_hash = getattr(hashlib, key.hash)
    signature = key.secret.sign_digest_deterministic(digest, nonce_hash, sigencode_string, allow_truncate=True)
    return bytes(signature)


def recoverable_rsa(key: RsaSigningKey, challenge: bytes, randomness: Randomness) -> bytes:
    """ISO/IEC 9796-2, scheme 1, with partial recovery: the chip's own nonce comes back out of the signature."""
    trailer = _TRAILERS[key.hash]
    size = key.bits // 8
    digest_bytes = hashlib.new(key.hash).digest_size
    ours = randomness(size - len(_PARTIAL_RECOVERY) - digest_bytes - len(trailer))
    digest = hashlib.new(key.hash, ours + challenge).digest()
    message = int.from_bytes(_PARTIAL_RECOVERY + ours + digest + trailer, "big")
    numbers = rsa_key(key.bits, key.seed).private_numbers()
    # By the Chinese remainder theorem (RFC 8017, 5.1.2), in a third of the time.
    first, second = pow(message, numbers.dmp1, numbers.p), pow(message, numbers.dmq1, numbers.q)
    power = second + (first - second) * numbers.iqmp % numbers.p * numbers.q
    return power.to_bytes(size, "big")
