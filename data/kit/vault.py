"""The secrets of a home: its store key, the keys derived from it, the secret of its lists, and the vault.

- A home has one random 256-bit store key, wrapped by an argon2id passphrase in `keys.json`; everything else is HKDF of
  it, one key per purpose and file, so that no key serves twice (security.md, Keys).
- The key of the lists is the store key and a secret together. That secret lies in one small file, sealed under the
  store key, that is overwritten in place before it goes: destroying it erases the lists, wherever copies of files are.
- The vault keeps small values under names: identities, list keys, serials, policy.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from threading import RLock
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from data import durable_files, store
from data.durable_files import write_durably
from data.errors import Damaged, InputError, NoHome, WrongPassphrase
from data.store import Schema, migrate

KEYS_FILE = "keys.json"
MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 4
_MAX_MEMORY_KIB = 1024 * 1024
_MAX_PASSES = 64
_STORE_KEY_LABEL = b"waypost store key v1"


@dataclass(frozen=True, slots=True)
class StoreKey:
    """The one secret of a home, in memory."""

    secret: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, e.g. `journal` or `list:sltd` (HKDF-SHA256, RFC 5869)."""
        return HKDF(SHA256(), 32, salt=None, info=b"waypost/" + purpose.encode()).derive(self.secret)


def create_store_key(home: Path, passphrase: str) -> StoreKey:
    """A new store key for `home`, wrapped by `passphrase`. Refuses to replace one that is there."""
    path = home / KEYS_FILE
    if path.exists():
        raise InputError(f"{home} already holds a home", do="Choose an empty folder")
    if not passphrase:
        raise InputError("A passphrase is needed", do="Give at least one character; a sentence is better")
    key = StoreKey(token_bytes(32))
    sheet = {"protection": "passphrase", **wrap_secret(key.secret, passphrase, _STORE_KEY_LABEL)}
    write_durably(path, json.dumps(sheet, indent=1).encode(), mode=0o600)
    return key


def unlock_store_key(home: Path, passphrase: str) -> StoreKey:
    """The store key of `home`.

    Raises:
        NoHome: there is no `keys.json`.
        Damaged: `keys.json` cannot be read.
        WrongPassphrase: the passphrase does not open it.
    """
    path = home / KEYS_FILE
    if not path.exists():
        raise NoHome(
            f"{home} is no kit and no headquarters",
            do="Check --home, or make one with `waypost kit init` or `waypost hq init`",
        )
    try:
        return StoreKey(unwrap_secret(json.loads(path.read_bytes()), passphrase, _STORE_KEY_LABEL))
    except InvalidTag:
        raise WrongPassphrase(
            "The passphrase does not open this home",
            means="Nothing was read and nothing was changed.",
            do="Try again; after a typing slip also look at WAYPOST_PASSPHRASE",
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged_keys_file(path) from error


def wrap_secret(secret: bytes, passphrase: str, label: bytes) -> dict[str, Any]:
    """`secret` under a passphrase (argon2id, AES-256-GCM), bound to `label`, as JSON-ready data."""
    salt, nonce = token_bytes(16), token_bytes(12)
    wrapping = _derive_wrapping_key(passphrase, salt, MEMORY_KIB, PASSES, LANES)
    return {
        "kdf": {"name": "argon2id", "salt": salt.hex(), "memory_kib": MEMORY_KIB, "passes": PASSES, "lanes": LANES},
        "nonce": nonce.hex(),
        "wrapped": AESGCM(wrapping).encrypt(nonce, secret, label).hex(),
    }


def unwrap_secret(sheet: dict[str, Any], passphrase: str, label: bytes) -> bytes:
    """The secret that `wrap_secret` wrapped.

    Raises:
        InvalidTag: another passphrase, another label, or a changed sheet.
        ValueError, KeyError, TypeError: it is no such sheet, or asks for more memory or time than it may.
    """
    kdf = sheet["kdf"]
    salt, nonce, wrapped = (bytes.fromhex(text) for text in (kdf["salt"], sheet["nonce"], sheet["wrapped"]))
    memory_kib, passes, lanes = (int(kdf[name]) for name in ("memory_kib", "passes", "lanes"))
    if not (1 <= lanes <= 64 and 8 * lanes <= memory_kib <= _MAX_MEMORY_KIB and 1 <= passes <= _MAX_PASSES):
        raise ValueError("a cost out of bounds")
    return AESGCM(_derive_wrapping_key(passphrase, salt, memory_kib, passes, lanes)).decrypt(nonce, wrapped, label)


def _derive_wrapping_key(passphrase: str, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, passes, memory_kib, lanes, 32, Type.ID)


def _damaged_keys_file(path: Path) -> Damaged:
    return Damaged(
        f"{path.name} cannot be read",
        means="Without it nothing in this home can be opened.",
        do="Put the file back from the technician's copy, or make the home anew",
    )


LIST_SECRET_FILE = "secret"  # noqa: S105  (a file name)
_LIST_SECRET_BYTES, _NONCE_BYTES = 32, 12


def load_lists_key(folder: Path, key: StoreKey) -> StoreKey:
    """The key of the lists in `folder`; a secret is made where there is none that can be read."""
    path = folder / LIST_SECRET_FILE
    secret = _read_list_secret(path, key)
    if secret is None:  # none yet, or one that nobody can read any more, nor any list under it
        secret = _make_list_secret(path, key)
    return StoreKey(sha256(b"waypost lists\n" + key.derive("lists") + secret).digest())


def destroy_list_secret(folder: Path) -> None:
    """Overwrite the secret, then remove it. Does nothing where there is none."""
    path = folder / LIST_SECRET_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    durable_files.sync_folder(folder)


def _read_list_secret(path: Path, key: StoreKey) -> bytes | None:
    try:
        content = path.read_bytes()
        return _list_secret_cipher(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], None)
    except (FileNotFoundError, InvalidTag, ValueError):
        return None


def _make_list_secret(path: Path, key: StoreKey) -> bytes:
    """Two processes may come at once: whoever links first has made it."""
    durable_files.make_folder(path.parent)
    nonce, secret = token_bytes(_NONCE_BYTES), token_bytes(_LIST_SECRET_BYTES)
    new = path.with_name(f".{LIST_SECRET_FILE}.{os.getpid()}.new")
    durable_files.write_durably(new, nonce + _list_secret_cipher(key).encrypt(nonce, secret, None), mode=0o600)
    if _read_list_secret(path, key) is None:
        path.unlink(missing_ok=True)
    try:
        path.hardlink_to(new)
    except FileExistsError:
        secret = _read_list_secret(path, key) or secret
    finally:
        new.unlink()
        durable_files.sync_folder(path.parent)
    return secret


def _list_secret_cipher(key: StoreKey) -> AESGCM:
    return AESGCM(key.derive("lists secret"))


def secrets(connection: store.Connection) -> None:
    """Name to value; names are the purposes of whoever keeps something here."""
    connection.execute("CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")


_VAULT_SCHEMA = Schema("vault", (secrets,))


class Vault:
    """Named values in one encrypted file; a call changes all it is given or nothing."""

    def __init__(self, path: Path, key: StoreKey) -> None:
        self._path = path
        self._lock = RLock()  # checks and the screen ask from threads of their own
        self._connection = store.connect(path, key.derive("vault"))
        migrate(self._connection, _VAULT_SCHEMA)

    def get(self, name: str) -> bytes | None:
        """The value kept under `name`."""
        with self._lock, store.translate_errors(self._path):
            row = self._connection.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else None

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep all `values`, replacing what was there."""
        with self._lock, store.translate_errors(self._path), store.transaction(self._connection):
            self._connection.executemany("INSERT OR REPLACE INTO secret VALUES (?, ?)", values.items())

    def change(self, name: str, changed: Callable[[bytes | None], bytes]) -> None:
        """Replace what is kept under `name` by what `changed` makes of it; no other process comes in between."""
        with self._lock, store.translate_errors(self._path), store.transaction(self._connection):
            row = self._connection.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
            value = changed(bytes(row[0]) if row else None)
            self._connection.execute("INSERT OR REPLACE INTO secret VALUES (?, ?)", (name, value))

    def destroy(self, values: Mapping[str, bytes]) -> None:
        """`put`, and what was there before leaves the disk as far as a file system lets it."""
        self.put(values)
        with self._lock, store.translate_errors(self._path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
