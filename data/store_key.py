"""The one secret of a home, under its passphrase, and the keys that are derived from it.

- A home has one random 256-bit store key, wrapped by an argon2id passphrase in `keys.json`; everything else is HKDF of
  it, one key per purpose and file, so that no key serves twice (docs/threats.md, "Keys").
- The same wrapping protects the offline keys of headquarters (`wrap_secret`).
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from data.durable_files import write_durably
from data.errors import Damaged, InputError, NoHome, WrongPassphrase

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
