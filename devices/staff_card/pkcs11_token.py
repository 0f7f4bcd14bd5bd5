"""Cards by the maker's own library (PKCS #11 2.40), called by python-pkcs11: what is inserted, and one signature.

- Only the process of `devices.staff_card.pkcs11_child` imports this: a library may crash, hang or leak.
- A PIN is given to the card once, and never again by itself: wrong ones lock it.
- Public keys come from public key objects and from certificates; the private key has the same CKA_ID. Nothing else of a
  certificate is looked at.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto.core import OctetString
from asn1crypto.keys import ECDomainParameters, PublicKeyAlgorithm, PublicKeyInfo, RSAPublicKey
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import Hash
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11.mechanisms import MGF

from data.log.error_log import log_error, suppress_logged
from data.people.card_proof import MOST_KEY_BYTES, CardProof, SignatureScheme, digest_for_curve, load_card_key
from devices.staff_card.card_messages import CardMessage, KeyMessage
from devices.staff_card.card_reader import (
    MOST_IN_A_LABEL,
    MOST_KEYS,
    CardFault,
    CardPinState,
    CardProblem,
    describe_card_key,
)

_SALT_BYTES = 32
_SHA256_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""What stands before a SHA-256 digest in PKCS #1 v1.5 (RFC 8017, 9.2, note 1)."""
_PSS = (Mechanism.SHA256, MGF.SHA256, _SALT_BYTES)
_GONE = (
    pkcs11.DeviceRemoved,
    pkcs11.TokenNotPresent,
    pkcs11.SessionHandleInvalid,
    pkcs11.SessionClosed,
    pkcs11.SlotIDInvalid,
)
_PROBLEMS: tuple[tuple[tuple[type[Exception], ...], CardProblem], ...] = (
    (_GONE, CardProblem.PULLED_OUT),
    ((pkcs11.PinLocked,), CardProblem.PIN_LOCKED),
    ((pkcs11.PinIncorrect,), CardProblem.WRONG_PIN),
    ((pkcs11.PinLenRange, pkcs11.PinInvalid), CardProblem.PIN_NOT_POSSIBLE),
    ((pkcs11.UserPinNotInitialized, pkcs11.PinExpired, pkcs11.TokenNotRecognised), CardProblem.NOT_SET_UP),
)


def problem_of(error: Exception) -> CardProblem:
    """What an error of the library means."""
    if isinstance(error, CardFault):
        return error.problem
    return next((problem for kinds, problem in _PROBLEMS if isinstance(error, kinds)), CardProblem.CARD_FAILED)


class CardModule:
    """A maker's library, loaded."""

    def __init__(self, path: str) -> None:
        """Load it. CardFault MODULE_MISSING, MODULE_UNUSABLE."""
        if not Path(path).is_file():
            raise CardFault(CardProblem.MODULE_MISSING)
        try:
            self._library = pkcs11.lib(path)
        except Exception as error:  # whatever the library or its loader does
            raise CardFault(CardProblem.MODULE_UNUSABLE) from error
        self._keys: dict[tuple[int, str, bytes], tuple[KeyMessage, ...]] = {}
        """Of the card that was there at the last look: reading them from a card takes seconds."""

    def look(self) -> CardMessage | None:
        """The inserted card; None if there is none. CardFault SEVERAL_CARDS, NOT_SET_UP, or the library's error."""
        token = self._token()
        if token is None:
            self._keys = {}
            return None
        identity = (token.slot.slot_id, token.label, token.serial)
        if identity not in self._keys:
            self._keys = {identity: _read_keys(token)}
        label, serial = token.label[:MOST_IN_A_LABEL], token.serial.decode("utf-8", "replace")[:MOST_IN_A_LABEL]
        return CardMessage(label=label, serial=serial, pin_state=_pin_state(token), keys=self._keys[identity])

    def sign(self, fingerprint: str, challenge: bytes, pin: str) -> CardProof:
        """The signature of the key with this fingerprint. The PIN is tried once, and only if that key is there.

        Raises:
            CardFault: NO_CARD, OTHER_CARD, NO_KEY, LAST_TRY, PIN_LOCKED …, or the library's error.
        """
        token = self._token()
        if token is None:
            raise CardFault(CardProblem.NO_CARD)
        if _pin_state(token) is CardPinState.LOCKED:
            raise CardFault(CardProblem.PIN_LOCKED)
        public_key, key_id = _find_key(token, fingerprint)
        try:
            session = token.open(user_pin=pin)
        except pkcs11.PinIncorrect:
            raise CardFault(_after_wrong_pin(token)) from None
        private_key = _private_key(session, key_id)
        needs_pin = False
        with suppress_logged(pkcs11.PKCS11Error, KeyError):  # an attribute that not every library knows
            needs_pin = bool(private_key[Attribute.ALWAYS_AUTHENTICATE])
        scheme, signature = _sign(private_key, public_key, challenge, pin if needs_pin else None)
        return CardProof(public_key, scheme, signature)

    def _token(self) -> pkcs11.Token | None:
        """The one card that is set up. A second one is refused: nobody could tell whose PIN would be tried on which."""
        tokens = []
        for slot in self._library.get_slots(token_present=True):
            with suppress_logged(*_GONE):  # pulled out since
                tokens.append(slot.get_token())
        ready = [token for token in tokens if token.flags & TokenFlag.TOKEN_INITIALIZED]
        if len(ready) > 1:
            raise CardFault(CardProblem.SEVERAL_CARDS)
        if tokens and not ready:
            raise CardFault(CardProblem.NOT_SET_UP)
        return ready[0] if ready else None


def _pin_state(token: pkcs11.Token) -> CardPinState:
    flags = token.flags
    if not flags & TokenFlag.USER_PIN_INITIALIZED:
        return CardPinState.NOT_SET
    if flags & TokenFlag.USER_PIN_LOCKED:
        return CardPinState.LOCKED
    return CardPinState.LAST_TRY if flags & TokenFlag.USER_PIN_FINAL_TRY else CardPinState.READY


def _after_wrong_pin(token: pkcs11.Token) -> CardProblem:
    """How bad it is now."""
    state = CardPinState.READY
    with suppress_logged(pkcs11.PKCS11Error):
        state = _pin_state(token.slot.get_token())
    states = {CardPinState.LOCKED: CardProblem.PIN_LOCKED, CardPinState.LAST_TRY: CardProblem.LAST_TRY}
    return states.get(state, CardProblem.WRONG_PIN)


def _read_keys(token: pkcs11.Token) -> tuple[KeyMessage, ...]:
    """Public keys of the kinds that Waypost verifies, without a PIN."""
    keys: dict[bytes, KeyMessage] = {}
    for public_key, label, _key_id in _public_keys(token):
        if len(keys) < MOST_KEYS and describe_card_key(public_key, label) is not None:
            keys.setdefault(public_key, KeyMessage(public_key=public_key.hex(), label=label[:MOST_IN_A_LABEL]))
    return tuple(keys.values())


def _find_key(token: pkcs11.Token, fingerprint: str) -> tuple[bytes, bytes]:
    """The public key with this fingerprint and its CKA_ID. CardFault NO_KEY, OTHER_CARD."""
    has_key = False
    for public_key, label, key_id in _public_keys(token):
        key = describe_card_key(public_key, label)
        if key is not None and key.fingerprint == fingerprint:
            return public_key, key_id
        has_key = has_key or key is not None
    raise CardFault(CardProblem.OTHER_CARD if has_key else CardProblem.NO_KEY)


def _public_keys(token: pkcs11.Token) -> Iterator[tuple[bytes, str, bytes]]:
    """SubjectPublicKeyInfo, label and CKA_ID of whatever has a public key; what cannot be read is passed over."""
    session = token.open()
    try:
        for kind, read in ((ObjectClass.PUBLIC_KEY, _of_public_key), (ObjectClass.CERTIFICATE, _of_certificate)):
            for stored in list(session.get_objects({Attribute.CLASS: kind})):
                try:
                    public_key = read(stored)
                    label, key_id = _text(stored), bytes(stored[Attribute.ID])
                except _GONE:
                    raise
                except Exception as error:  # an object that lacks something, or is malformed
                    log_error(error)
                    continue
                if 0 < len(public_key) <= MOST_KEY_BYTES:
                    yield public_key, label, key_id
    finally:
        with suppress_logged(pkcs11.PKCS11Error):
            session.close()


def _text(stored: pkcs11.Object) -> str:
    with suppress_logged(pkcs11.PKCS11Error, KeyError, UnicodeDecodeError):
        return str(stored[Attribute.LABEL])
    return ""


def _of_public_key(stored: pkcs11.Object) -> bytes:
    """The SubjectPublicKeyInfo of a public key object; nothing for a kind that is neither RSA nor EC."""
    if stored[Attribute.KEY_TYPE] == KeyType.RSA:
        numbers = {
            "modulus": int.from_bytes(stored[Attribute.MODULUS], "big"),
            "public_exponent": int.from_bytes(stored[Attribute.PUBLIC_EXPONENT], "big"),
        }
        return bytes(PublicKeyInfo.wrap(RSAPublicKey(numbers), "rsa").dump())
    if stored[Attribute.KEY_TYPE] == KeyType.EC:
        point = bytes(stored[Attribute.EC_POINT])
        if point[:1] == b"\x04" and len(point) != 2 + point[1]:
            point = OctetString(point).dump()  # some libraries give the point bare
        algorithm = {"algorithm": "ec", "parameters": ECDomainParameters.load(stored[Attribute.EC_PARAMS])}
        content = {"algorithm": PublicKeyAlgorithm(algorithm), "public_key": bytes(OctetString.load(point))}
        return bytes(PublicKeyInfo(content).dump())
    return b""


def _of_certificate(stored: pkcs11.Object) -> bytes:
    """The SubjectPublicKeyInfo of a certificate, whatever else it says."""
    certificate = Certificate.load(bytes(stored[Attribute.VALUE]))
    return bytes(certificate.public_key.dump())


def _private_key(session: pkcs11.Session, key_id: bytes) -> Any:
    attributes = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: key_id}
    for stored in list(session.get_objects(attributes)):
        return stored
    raise CardFault(CardProblem.NO_KEY)


def _sign(private_key: Any, public_key: bytes, content: bytes, pin: str | None) -> tuple[SignatureScheme, bytes]:
    """A signature by the best mechanism that the card has. CardFault CARD_FAILED where it has none."""
    key = load_card_key(public_key)
    mechanisms = private_key.session.token.slot.get_mechanisms()
    if isinstance(key, ec.EllipticCurvePublicKey):
        digest = Hash(digest_for_curve(key))
        digest.update(content)
        signature = private_key.sign(digest.finalize(), mechanism=Mechanism.ECDSA, pin=pin)
        return SignatureScheme.ECDSA, bytes(signature)
    hashed = sha256(content).digest()
    ways: tuple[tuple[Mechanism, SignatureScheme, bytes, object], ...] = (
        (Mechanism.SHA256_RSA_PKCS_PSS, SignatureScheme.RSA_PSS, content, _PSS),
        (Mechanism.RSA_PKCS_PSS, SignatureScheme.RSA_PSS, hashed, _PSS),
        (Mechanism.SHA256_RSA_PKCS, SignatureScheme.RSA_PKCS1, content, None),
        (Mechanism.RSA_PKCS, SignatureScheme.RSA_PKCS1, _SHA256_DIGEST_INFO + hashed, None),
    )
    for mechanism, scheme, given, parameter in ways:
        if mechanism in mechanisms:
            signature = private_key.sign(given, mechanism=mechanism, mechanism_param=parameter, pin=pin)
            return scheme, bytes(signature)
    raise CardFault(CardProblem.CARD_FAILED)
