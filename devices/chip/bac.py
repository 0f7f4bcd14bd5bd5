"""Basic access control: a channel from the machine-readable zone (Doc 9303-11, 4.3)."""

from hmac import compare_digest

from data.text import _
from devices.chip.access_keys import MrzKey
from devices.chip.apdu import SHORT_EXPECTED, CommandApdu, ResponseApdu
from devices.chip.card import Card, show_key
from devices.chip.crypto.ciphers import MAC_BYTES, CipherSuite, SessionKeys, derive_session_keys, pad
from devices.chip.errors import ChannelBroken, ChipMalformed, ChipRefused, key_refusal
from devices.chip.random_source import SYSTEM_RANDOM, RandomSource
from devices.chip.secure_messaging import SecureChannel

_GET_CHALLENGE, _EXTERNAL_AUTHENTICATE = 0x84, 0x82
_NONCE_BYTES, _KEY_BYTES, _SEED_BYTES = 8, 16, 16
_ANSWER_BYTES = 2 * _NONCE_BYTES + _KEY_BYTES + MAC_BYTES


def establish_bac(card: Card, key: MrzKey, random_source: RandomSource = SYSTEM_RANDOM) -> SecureChannel:
    """Prove the zone to the chip and have it prove it back; the application must be selected.

    Raises:
        AccessRefused; ChipRefused if the chip offers no basic access control; ChipMalformed; ChannelBroken if it
        does not prove that it knows the zone; what `Card.send` raises.
    """
    keys = derive_session_keys(key.secret[:_SEED_BYTES], CipherSuite.TDES)
    theirs = _challenge(card)
    ours, part = random_source.random(_NONCE_BYTES), random_source.random(_KEY_BYTES)
    response = _show_proof(card, keys, ours + theirs + part, _ANSWER_BYTES)
    if _needs_other_length(response, _ANSWER_BYTES):
        theirs = _challenge(card)
        response = _show_proof(card, keys, ours + theirs + part, SHORT_EXPECTED)
    if not response.status.ok:
        raise key_refusal(response.status, key.reference)
    if len(response.data) != _ANSWER_BYTES:
        raise ChipMalformed(_("The chip's proof has the wrong length"))
    their_part = _their_part(keys, response.data, ours, theirs)
    seed = bytes(our_byte ^ their_byte for our_byte, their_byte in zip(part, their_part, strict=True))
    counter = int.from_bytes(theirs[-4:] + ours[-4:], "big")
    return SecureChannel(derive_session_keys(seed, CipherSuite.TDES), counter)


def _challenge(card: Card) -> bytes:
    response = show_key(card, CommandApdu(0, _GET_CHALLENGE, 0, 0, expected=_NONCE_BYTES))
    if _needs_other_length(response, _NONCE_BYTES):
        response = show_key(card, CommandApdu(0, _GET_CHALLENGE, 0, 0, expected=SHORT_EXPECTED))
    if not response.status.ok:
        do = _("Type the card access number under F7 if one is printed, else judge the document by its print")
        raise ChipRefused(response.status, _("The chip offers no basic access control"), do=do)
    if len(response.data) != _NONCE_BYTES:
        raise ChipMalformed(_("The chip's challenge has the wrong length"))
    return response.data


def _show_proof(card: Card, keys: SessionKeys, message: bytes, expected: int) -> ResponseApdu:
    secret = CipherSuite.TDES.encrypt(keys.encryption, message)
    return show_key(card, CommandApdu(0, _EXTERNAL_AUTHENTICATE, 0, 0, secret + _mac(keys, secret), expected))


def _needs_other_length(response: ResponseApdu, exact: int) -> bool:
    """Whether the chip refused the exact length, or did not give all that it should: then the usual one is tried."""
    return response.status.refuses_length or (response.status.ok and len(response.data) != exact)


def _mac(keys: SessionKeys, secret: bytes) -> bytes:
    return keys.suite.mac(keys.mac, pad(secret, keys.suite.block_bytes))


def _their_part(keys: SessionKeys, answer: bytes, ours: bytes, theirs: bytes) -> bytes:
    """The chip's part of the new key, after checking that the chip sent it."""
    secret, mac = answer[:-MAC_BYTES], answer[-MAC_BYTES:]
    if not compare_digest(_mac(keys, secret), mac):
        raise ChannelBroken(_("The chip did not prove that it knows the machine-readable zone"))
    plain = keys.suite.decrypt(keys.encryption, secret)
    if not compare_digest(plain[: 2 * _NONCE_BYTES], theirs + ours):
        raise ChannelBroken(_("The chip's proof does not answer this reader's challenge"))
    return plain[2 * _NONCE_BYTES :]
