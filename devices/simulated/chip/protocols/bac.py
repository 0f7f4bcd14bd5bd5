"""Basic access control (Doc 9303-11, 4.3 and appendix D.2): GET CHALLENGE and EXTERNAL AUTHENTICATE."""

from hmac import compare_digest

from devices.chip.crypto.ciphers import MAC_BYTES, CipherSuite, KeyUse, derive_key, derive_session_keys, pad
from devices.simulated.chip.protocols.apdu import SimulatedCommand, SimulatedRefusal, SimulatedResponse, SimulatedStatus
from devices.simulated.chip.protocols.secure_messaging import SimulatedSecureChannel
from devices.simulated.chip.protocols.session import CurrentDirectory, SimulatedSession

_RANDOM, _KEY = 8, 16
_TDES = CipherSuite.TDES


def get_challenge(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """Eight random bytes, good for one try."""
    if "bac" not in session.card.profile.access:
        raise SimulatedRefusal(SimulatedStatus.UNKNOWN_COMMAND)
    if session.directory is not CurrentDirectory.APPLICATION or session.is_open:
        raise SimulatedRefusal(SimulatedStatus.NOT_NOW)
    if command.le is None or command.data:
        raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)
    session.challenge = session.randomness(_RANDOM)
    return SimulatedResponse(session.challenge)


def external_authenticate(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """The terminal proves the password; the chip answers in kind and a channel begins."""
    challenge, session.challenge = session.challenge, b""
    if not challenge or session.is_open:
        raise SimulatedRefusal(SimulatedStatus.NOT_NOW)
    if len(command.data) != 2 * _RANDOM + _KEY + MAC_BYTES:
        raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)
    session.password_guard.check_allowed()
    seed = session.password_guard.seed()
    encryption, mac = derive_key(seed, KeyUse.ENCRYPTION, _TDES), derive_key(seed, KeyUse.MAC, _TDES)
    secret, proof = command.data[:-MAC_BYTES], command.data[-MAC_BYTES:]
    plain = _TDES.decrypt(encryption, secret)
    theirs, ours, their_key = plain[:_RANDOM], plain[_RANDOM : 2 * _RANDOM], plain[2 * _RANDOM :]
    if not compare_digest(_mac(mac, secret), proof) or not compare_digest(ours, challenge):
        raise session.password_guard.record_wrong()
    our_key = session.randomness(_KEY)
    answer = _TDES.encrypt(encryption, challenge + theirs + our_key)
    shared = bytes(their_byte ^ our_byte for their_byte, our_byte in zip(their_key, our_key, strict=True))
    counter = challenge[-4:] + theirs[-4:]
    session.open_with(SimulatedSecureChannel(derive_session_keys(shared, _TDES), counter))
    return SimulatedResponse(answer + _mac(mac, answer))


def _mac(key: bytes, message: bytes) -> bytes:
    return _TDES.mac(key, pad(message, _TDES.block_bytes))
