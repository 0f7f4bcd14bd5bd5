"""The secret without which no list of a kit can be read; destroying it erases them, wherever copies of files are left.

The key of the lists is the store key and this secret together. It lies in one small file, sealed under the store key,
that is overwritten in place before it goes. Lists from before there was such a file are under the store key alone,
until they come anew.
"""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data import files
from data.keys import StoreKey

FILE = "secret"
_BYTES, _NONCE = 32, 12
_MADE_BY = "kind.json"


def key_of(folder: Path, key: StoreKey) -> StoreKey:
    """The key of the lists in `folder`; a secret is made where there are no lists yet."""
    path = folder / FILE
    if not path.exists() and any(folder.glob(f"*/{_MADE_BY}")):
        return key
    secret = _read(path, key)
    if secret is None:  # none yet, or one that nobody can read any more, nor any list under it
        secret = _make(path, key)
    return StoreKey(sha256(b"waypost lists\n" + key.derive("lists") + secret).digest())


def destroy(folder: Path) -> None:
    """Overwrite the secret, then remove it. Does nothing where there is none."""
    path = folder / FILE
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    files.sync_folder(folder)


def _read(path: Path, key: StoreKey) -> bytes | None:
    try:
        content = path.read_bytes()
        return _sealing(key).decrypt(content[:_NONCE], content[_NONCE:], None)
    except (FileNotFoundError, InvalidTag, ValueError):
        return None


def _make(path: Path, key: StoreKey) -> bytes:
    """Two processes may come at once: whoever links first has made it."""
    files.make_folder(path.parent)
    nonce, secret = secrets.token_bytes(_NONCE), secrets.token_bytes(_BYTES)
    beside = path.with_name(f".{FILE}.{os.getpid()}.new")
    files.write_durably(beside, nonce + _sealing(key).encrypt(nonce, secret, None), mode=0o600)
    if _read(path, key) is None:
        path.unlink(missing_ok=True)
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        secret = _read(path, key) or secret
    finally:
        beside.unlink()
        files.sync_folder(path.parent)
    return secret


def _sealing(key: StoreKey) -> AESGCM:
    return AESGCM(key.derive("lists secret"))
