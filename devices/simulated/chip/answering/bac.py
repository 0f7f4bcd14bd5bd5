"""Basic access control (Doc 9303-11, 4.3 and appendix D.2): GET CHALLENGE and EXTERNAL AUTHENTICATE."""

from hmac import compare_digest

from devices.chip.crypto.keys import Use, kdf, session_keys
from devices.chip.crypto.padding import pad
from devices.chip.crypto.suite import MAC_BYTES, Suite
from devices.simulated.chip.answering.apdu import Answer, Command
from devices.simulated.chip.answering.channel import Channel
from devices.simulated.chip.answering.session import Place, Session
from devices.simulated.chip.answering.status import Refusal, Status

_RANDOM, _KEY = 8, 16
_TDES = Suite.TDES


def get_challenge(session: Session, command: Command) -> Answer:
    """Eight random bytes, good for one try."""
    if "bac" not in session.card.profile.access:
        raise Refusal(Status.UNKNOWN_COMMAND)
    if session.place is not Place.APPLICATION or session.opened:
        raise Refusal(Status.NOT_NOW)
    if command.le is None or command.data:
        raise Refusal(Status.WRONG_LENGTH)
    session.challenge = session.randomness(_RANDOM)
    return Answer(session.challenge)


def external_authenticate(session: Session, command: Command) -> Answer:
    """The terminal proves the password; the chip answers in kind and a channel begins."""
    challenge, session.challenge = session.challenge, b""
    if not challenge or session.opened:
        raise Refusal(Status.NOT_NOW)
    if len(command.data) != 2 * _RANDOM + _KEY + MAC_BYTES:
        raise Refusal(Status.WRONG_LENGTH)
    session.doorman.check_in()
    seed = session.doorman.seed()
    encryption, mac = kdf(seed, Use.ENCRYPTION, _TDES), kdf(seed, Use.MAC, _TDES)
    secret, proof = command.data[:-MAC_BYTES], command.data[-MAC_BYTES:]
    plain = _TDES.decrypt(encryption, secret)
    theirs, ours, their_key = plain[:_RANDOM], plain[_RANDOM : 2 * _RANDOM], plain[2 * _RANDOM :]
    if not compare_digest(_mac(mac, secret), proof) or not compare_digest(ours, challenge):
        raise session.doorman.wrong()
    our_key = session.randomness(_KEY)
    answer = _TDES.encrypt(encryption, challenge + theirs + our_key)
    shared = bytes(one ^ other for one, other in zip(their_key, our_key, strict=True))
    counter = challenge[-4:] + theirs[-4:]
    session.open_with(Channel(session_keys(shared, _TDES), counter))
    return Answer(answer + _mac(mac, answer))


def _mac(key: bytes, message: bytes) -> bytes:
    return _TDES.mac(key, pad(message, _TDES.block_bytes))
