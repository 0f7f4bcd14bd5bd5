"""How a PIN, a password or a program's credential is chosen, and what is kept of it: a hash that verifies it.

- A PIN or password is hashed with argon2id (64 MiB, 3 passes; RFC 9106) as a PHC string. Nothing else of it is stored,
  logged or sent.
- A program's credential has 256 random bits, which nobody can guess: SHA-256 verifies it, a thousand times as fast.
- A six-digit PIN is cracked in days by who has its hash: the hash is only kept encrypted, and a PIN never protects the
  key of the disk.
"""

import re
import secrets
from hashlib import sha256
from hmac import compare_digest
from itertools import pairwise
from unicodedata import normalize

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from data.errors import InputError
from data.store_key import ARGON2ID_LOCK
from data.text import THE_VALUE, _

MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 4
LEAST_DIGITS = 6
LEAST_CHARACTERS = 10
MOST_CHARACTERS = 128
DUMMY_HASH = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""To be verified where there is nothing to verify, so that it takes as long."""
_SALT_BYTES, _HASH_BYTES, _CREDENTIAL_BYTES = 16, 32, 32
_PHC = re.compile(rf"\$argon2id\$v=19\$m={MEMORY_KIB},t={PASSES},p={LANES}\$[A-Za-z0-9+/]{{22}}\$[A-Za-z0-9+/]{{43}}")
_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
_NOTHING_CHANGED = _("Nothing was changed.")


def normalize_new_secret(text: str) -> str:
    """A new PIN or password in the form in which it is used.

    Raises:
        InputError: it is too short, too long or too easily guessed.
    """
    secret = normalize("NFC", text)
    if secret.isascii() and secret.isdigit():
        _must_be_good_pin(secret)
    elif len(secret) < LEAST_CHARACTERS:
        raise InputError(
            _("The PIN or password has too few characters"),
            means=_NOTHING_CHANGED,
            do=_(
                "Choose a PIN of at least {digits} digits, or a password of at least {least} characters",
                digits=LEAST_DIGITS,
                least=LEAST_CHARACTERS,
            ),
        )
    if len(secret) > MOST_CHARACTERS or not secret.isprintable():
        raise InputError(
            _("The password is too long, or has characters that cannot be typed"),
            means=_NOTHING_CHANGED,
            do=_("Choose another one of at most {most} characters", most=MOST_CHARACTERS),
        )
    if len(set(secret)) < 4 and not secret.isdigit():
        raise too_easily_guessed()
    return secret


def _must_be_good_pin(pin: str) -> None:
    if len(pin) < LEAST_DIGITS:
        raise InputError(
            _("The PIN has fewer than {digits} digits", digits=LEAST_DIGITS),
            means=_NOTHING_CHANGED,
            do=_("Choose a longer one"),
        )
    steps = {(int(later) - int(earlier)) % 10 for earlier, later in pairwise(pin)}
    is_piece_repeated = any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, len(pin) // 2 + 1))
    if len(steps) == 1 or is_piece_repeated or len(set(pin)) < 3:
        raise too_easily_guessed()


def too_easily_guessed() -> InputError:
    """A PIN or password that others would try."""
    return InputError(
        _("This PIN or password is too easily guessed"),
        means=_NOTHING_CHANGED,
        do=_("Choose one without a row or a repetition"),
    )


def hash_secret(secret: str) -> str:
    """The PHC string of a PIN or password, with a salt of its own. It takes a tenth of a second and 64 MiB."""
    argon2id = Argon2id(
        salt=secrets.token_bytes(_SALT_BYTES),
        length=_HASH_BYTES,
        iterations=PASSES,
        lanes=LANES,
        memory_cost=MEMORY_KIB,
    )
    with ARGON2ID_LOCK:
        return argon2id.derive_phc_encoded(normalize("NFC", secret).encode("utf-8", "surrogatepass"))


def make_pin(digits: int = LEAST_DIGITS) -> str:
    """A random PIN that `normalize_new_secret` accepts."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _place in range(digits))
        try:
            return normalize_new_secret(pin)
        except InputError:  # one in a few thousand is too easily guessed
            continue


def make_program_credential() -> str:
    """A random credential of a program: 64 hexadecimal digits."""
    return secrets.token_hex(_CREDENTIAL_BYTES)


def hash_program_credential(credential: str) -> str:
    """What verifies a program's credential."""
    return f"sha256:{sha256(credential.strip().encode()).hexdigest()}"


def verify_secret(secret_hash: str, secret: str) -> bool:
    """Whether `secret` is the one behind the hash; never for an empty hash."""
    if _SHA256.fullmatch(secret_hash):
        return compare_digest(secret_hash, hash_program_credential(secret))
    if not _PHC.fullmatch(secret_hash):
        return False
    try:
        with ARGON2ID_LOCK:
            Argon2id.verify_phc_encoded(normalize("NFC", secret).encode("utf-8", "surrogatepass"), secret_hash)
    except InvalidKey:
        return False
    return True


def check_pin_hash(text: str) -> str:
    """`text` if it is a hash of a PIN or password; ValueError otherwise, for a fast hash as well: a PIN is guessed."""
    if not _PHC.fullmatch(text):
        raise ValueError(_("{field} must be a hash of a PIN or password", field=THE_VALUE))
    return text


def check_secret_hash(text: str) -> str:
    """`text` if it is a hash that this module makes; ValueError otherwise: no row may cost more memory or time."""
    if not (_PHC.fullmatch(text) or _SHA256.fullmatch(text)):
        raise ValueError(_("{field} must be a hash of a PIN or password", field=THE_VALUE))
    return text
