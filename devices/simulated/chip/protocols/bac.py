"""Basic access control (Doc 9303-11, 4.3 and appendix D.2): GET CHALLENGE and EXTERNAL AUTHENTICATE."""

from hmac import compare_digest

from devices.simulated.chip.crypto.cipher_suites import MAC_SIZE, SimulatedCipherSuite, add_padding
from devices.simulated.chip.protocols.apdu import SimulatedCommand, SimulatedRefusal, SimulatedResponse, SimulatedStatus
from devices.simulated.chip.protocols.secure_messaging import SimulatedSecureChannel
from devices.simulated.chip.protocols.session import CurrentDirectory, SimulatedSession

_RANDOM, _KEY = 8, 16
_TDES = SimulatedCipherSuite.TDES


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
    if len(command.data) != 2 * _RANDOM + _KEY + MAC_SIZE:
        raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)
    session.password_guard.check_allowed()
    keys = _TDES.session_keys(session.password_guard.seed())
    secret, proof = command.data[:-MAC_SIZE], command.data[-MAC_SIZE:]
    plain = _TDES.decrypt(keys.encryption, secret)
    theirs, ours, their_key = plain[:_RANDOM], plain[_RANDOM : 2 * _RANDOM], plain[2 * _RANDOM :]
    if not compare_digest(_mac(keys.mac, secret), proof) or not compare_digest(ours, challenge):
        raise session.password_guard.record_wrong()
    our_key = session.randomness(_KEY)
    answer = _TDES.encrypt(keys.encryption, challenge + theirs + our_key)
    shared = bytes(their_byte ^ our_byte for their_byte, our_byte in zip(their_key, our_key, strict=True))
    counter = challenge[-4:] + theirs[-4:]
    session.open_with(SimulatedSecureChannel(_TDES.session_keys(shared), counter))
    return SimulatedResponse(answer + _mac(keys.mac, answer))


def _mac(key: bytes, message: bytes) -> bytes:
    return _TDES.mac(key, add_padding(message, _TDES.block_bytes))
