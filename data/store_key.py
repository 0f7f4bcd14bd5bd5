"""The one secret of a home, under its passphrase, and the keys that are derived from it.

- A home has one random 256-bit store key, wrapped by an argon2id passphrase in `keys.json`; everything else is HKDF of
  it, one key per purpose and file, so that no key serves twice (docs/threats.md, "Keys").
- The same wrapping protects the offline keys of headquarters (`wrap_secret`).
"""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from threading import Lock
from typing import Annotated, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import Field

from data.durable_files import hold_lock, read_regular, remove_unfinished, write_durably
from data.errors import Damaged, InputError, NoHome, WrongPassphrase, describe_os_error
from data.homes import HomeKind, find_home_kind
from data.json_codec import Hexadecimal, decode, to_json_value
from data.kit import home_files
from data.passphrase import normalize_new_passphrase, normalize_passphrase, passphrase_forms
from data.text import THE_VALUE, _

KEYS_FILE = home_files.STORE_KEY.path
MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 4
ARGON2ID_LOCK = Lock()
"""Held by whoever derives with argon2id in this process: two derivations of several lanes at once share OpenSSL's
threads, and wait for each other for ever (seen with OpenSSL 4.0.3).
"""
_MAX_MEMORY_KIB = 1024 * 1024
_MAX_PASSES = 64
_CHANGE_LOCK = home_files.KEYS_LOCK.path
_STORE_KEY_LABEL = b"waypost store key v1"
_SALT_BYTES, _NONCE_BYTES = 16, 12
_KEYS_FILE_MEANS = _("Without it, nothing in this folder can be opened.")
_KEYS_FILE_ADVICE = _(
    "Put back a copy of keys.json; the passphrase that it had then opens it. Remove nothing here: without that file "
    "only a new kit or headquarters in another folder remains, and what is stored here is lost"
)


@dataclass(frozen=True, slots=True)
class StoreKey:
    """The one secret of a home, in memory."""

    secret: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, e.g. `journal` or `list:sltd` (HKDF-SHA256, RFC 5869)."""
        return HKDF(SHA256(), 32, salt=None, info=b"waypost/" + purpose.encode()).derive(self.secret)


@dataclass(frozen=True, slots=True)
class PassphraseHash:
    """How a passphrase becomes a key: argon2id with its salt and cost."""

    name: Literal["argon2id"]
    salt: Annotated[Hexadecimal, Field(min_length=_SALT_BYTES, max_length=_SALT_BYTES)]
    memory_kib: int
    passes: int
    lanes: int

    def __post_init__(self) -> None:
        """A changed file must not make a kit use all its memory, or take an hour."""
        if not (
            1 <= self.lanes <= 64
            and 8 * self.lanes <= self.memory_kib <= _MAX_MEMORY_KIB
            and 1 <= self.passes <= _MAX_PASSES
        ):
            raise ValueError(_("{field} must not need too much memory or time", field=THE_VALUE))


@dataclass(frozen=True, slots=True)
class WrappedSecret:
    """A secret under a passphrase, as it lies in a file."""

    kdf: PassphraseHash
    nonce: Annotated[Hexadecimal, Field(min_length=_NONCE_BYTES, max_length=_NONCE_BYTES)]
    wrapped: Hexadecimal


def create_store_key(home: Path, passphrase: str) -> StoreKey:
    """A new store key for `home`, wrapped by `passphrase`.

    InputError where one is there already, or the passphrase cannot be (`data.passphrase`).
    """
    path = home / KEYS_FILE
    if path.exists():
        raise InputError(_("{home} already has a kit or a headquarters", home=home), do=_("Choose an empty folder"))
    key = StoreKey(token_bytes(32))
    write_durably(path, _keys_file(key, passphrase))
    return key


def change_passphrase(home: Path, old: str, new: str) -> None:
    """The store key of `home` under another passphrase, and no longer under the old one.

    A kill at any moment leaves one file that opens with `old` or with `new`. Then the bytes of the file that was
    replaced are overwritten, as far as the file system and the disk allow: whoever has `old` must not find them.

    Raises:
        NoHome, Damaged, WrongPassphrase: as `unlock_store_key`.
        InputError: `new` cannot be, or is `old`.
        Busy: another process is changing it.
    """
    path = _must_exist(home)
    if normalize_passphrase(old) == normalize_passphrase(new):
        raise InputError(
            _("The new passphrase is the old one"), means=_("Nothing was changed."), do=_("Choose another one")
        )
    with hold_lock(home / _CHANGE_LOCK, _("changing the passphrase of this folder")):
        content = _keys_file(unlock_store_key(home, old), new)
        with path.open("r+b") as replaced:
            remove_unfinished(path)
            write_durably(path, content)
            size = os.fstat(replaced.fileno()).st_size
            replaced.write(token_bytes(size))
            replaced.flush()
            os.fsync(replaced.fileno())


def _keys_file(key: StoreKey, passphrase: str) -> bytes:
    sheet = {"protection": "passphrase", **to_json_value(wrap_secret(key.secret, passphrase, _STORE_KEY_LABEL))}
    return json.dumps(sheet, indent=1).encode()


def unlock_store_key(home: Path, passphrase: str) -> StoreKey:
    """The store key of `home`.

    Raises:
        NoHome: it is no home.
        Damaged: it is a home whose `keys.json` is missing or cannot be read.
        WrongPassphrase: the passphrase does not open it.
    """
    return _unlock(_read_keys_file(home), passphrase)


def begin_unlocking(home: Path, passphrase: str) -> Callable[[], StoreKey]:
    """Like `unlock_store_key`, but the key is derived in a thread: it needs a processor core, and no lock of Python's.

    The call that is returned waits for the key, or raises WrongPassphrase. The thread imports nothing, so that the
    caller can.
    """
    sheet = _read_keys_file(home)
    threads = ThreadPoolExecutor(1, "unlock")
    unlocking = threads.submit(_unlock, sheet, passphrase)
    threads.shutdown(wait=False)
    return unlocking.result


def _read_keys_file(home: Path) -> WrappedSecret:
    path = _must_exist(home)
    try:
        content = read_regular(path)
    except OSError as error:
        raise Damaged(
            _("{name} cannot be read ({reason})", name=path.name, reason=describe_os_error(error)),
            means=_KEYS_FILE_MEANS,
            do=_KEYS_FILE_ADVICE,
        ) from error
    return decode(WrappedSecret, content, lambda _why: _damaged_keys_file(path))


def _unlock(sheet: WrappedSecret, passphrase: str) -> StoreKey:
    try:
        return StoreKey(unwrap_secret(sheet, passphrase, _STORE_KEY_LABEL))
    except InvalidTag:
        raise WrongPassphrase(
            _("The passphrase is wrong for this folder"),
            means=_("Nothing was read or changed."),
            do=_("Try again, and check WAYPOST_PASSPHRASE if it is set"),
        ) from None


def _must_exist(home: Path) -> Path:
    path = home / KEYS_FILE
    if not path.exists():
        _refuse_lost_keys_file(home)
        raise NoHome(
            _("{home} is neither a kit nor a headquarters", home=home),
            do=_("Check --home, or make one in an empty folder with `waypost kit init` or `waypost hq init`"),
        )
    return path


def _refuse_lost_keys_file(home: Path) -> None:
    """Damaged where the other files say that it is a home: only this file of it is gone."""
    kind = find_home_kind(home)
    if kind is None:
        return
    if kind is HomeKind.KIT:
        what = _("{folder} is a kit without {name}", folder=home, name=KEYS_FILE)
    else:
        what = _("{folder} is a headquarters without {name}", folder=home, name=KEYS_FILE)
    raise Damaged(what, means=_KEYS_FILE_MEANS, do=_KEYS_FILE_ADVICE)


def wrap_secret(secret: bytes, passphrase: str, label: bytes) -> WrappedSecret:
    """`secret` under a new passphrase (argon2id, AES-256-GCM), bound to `label`; InputError if it cannot be.

    Nothing is closed elsewhere, so that no passphrase escapes the rules of `data.passphrase`.
    """
    passphrase = normalize_new_passphrase(passphrase)
    kdf = PassphraseHash("argon2id", token_bytes(_SALT_BYTES), MEMORY_KIB, PASSES, LANES)
    nonce = token_bytes(_NONCE_BYTES)
    return WrappedSecret(kdf, nonce, AESGCM(_derive_wrapping_key(passphrase, kdf)).encrypt(nonce, secret, label))


def unwrap_secret(sheet: WrappedSecret, passphrase: str, label: bytes) -> bytes:
    """The secret that `wrap_secret` wrapped; InvalidTag over another passphrase, another label, or a changed sheet."""
    for form in passphrase_forms(passphrase):
        with suppress(InvalidTag):
            return AESGCM(_derive_wrapping_key(form, sheet.kdf)).decrypt(sheet.nonce, sheet.wrapped, label)
    raise InvalidTag


def _derive_wrapping_key(passphrase: str, kdf: PassphraseHash) -> bytes:
    argon2id = Argon2id(salt=kdf.salt, length=32, iterations=kdf.passes, lanes=kdf.lanes, memory_cost=kdf.memory_kib)
    with ARGON2ID_LOCK:
        return argon2id.derive(passphrase.encode())


def _damaged_keys_file(path: Path) -> Damaged:
    return Damaged(
        _("{name} cannot be read", name=path.name),
        means=_KEYS_FILE_MEANS,
        do=_KEYS_FILE_ADVICE,
    )
