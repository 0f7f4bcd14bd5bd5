"""Headquarters' online keys, each file encrypted under the store key: what it signs with, and what opens reports.

- Signing keys are Ed25519, by key id. Which of them is in force is not said here but by what the offline roles signed:
  the root for snapshot and timestamp, the targets for `lists`, the policy for `kits`. So a key that was only proposed
  signs nothing, and a stolen one can be taken out of force without this home's help.
- The mailbox is the age identity to which kits seal what they report. It signs nothing, so it has a file of its own:
  whoever takes in reports needs it, the `kits` key and no more.
- Offline keys are files of their own (`sync.headquarters.ceremonies.offline_key`).
"""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from data.errors import Damaged, NoHome
from data.store_key import StoreKey
from data.text import _
from sync.headquarters.store.database import HeadquartersStore
from sync.headquarters.store.migration import SECRETS
from sync.headquarters.store.secret_table import forget_secret, get_secret, put_secret

ONLINE = ("snapshot", "timestamp", "lists", "kits")

MAILBOX_FILE = "mailbox.db"
_IDENTITY = "identity"


class Keyring:
    """The online keys of one headquarters."""

    def __init__(self, folder: Path, key: StoreKey) -> None:
        self._folder = folder
        self._key = key

    @classmethod
    def create(cls, folder: Path, key: StoreKey) -> "Keyring":
        """An empty keyring in a new folder."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(folder, key)

    def make(self) -> Key:
        """A new key; its public half."""
        signer = CryptoSigner.generate_ed25519()
        with self._store.transaction() as connection:
            put_secret(connection, _entry_name(signer.public_key.keyid), signer.private_bytes)
        return signer.public_key

    def holds(self, key_id: str) -> bool:
        """Whether the private half of a key is here."""
        with self._store.reading() as connection:
            return get_secret(connection, _entry_name(key_id)) is not None

    def signer(self, key_ids: Iterable[str]) -> CryptoSigner:
        """The signer of a role whose keys are `key_ids`; Damaged when none of them is here."""
        return CryptoSigner(self._private(key_ids))

    def envelope_signer(self, public: str) -> Ed25519PrivateKey:
        """The `kits` key whose public half the policy has (hexadecimal); Damaged when it is not here."""
        return self._private([raw_key_id(public)])

    def forget(self, key_ids: Iterable[str]) -> None:
        """Keys that are out of force for good."""
        with self._store.transaction() as connection:
            for key_id in key_ids:
                forget_secret(connection, _entry_name(key_id))

    def close(self) -> None:
        """Let go of the file."""
        if "_store" in self.__dict__:
            self._store.close()

    @cached_property
    def _store(self) -> HeadquartersStore:
        return HeadquartersStore(self._folder / "online.db", self._key.derive("headquarters online keys"), SECRETS)

    def _private(self, key_ids: Iterable[str]) -> Ed25519PrivateKey:
        with self._store.reading() as connection:
            pems = [get_secret(connection, _entry_name(key_id)) for key_id in key_ids]
        for pem in filter(None, pems):
            private = load_pem_private_key(pem, None)
            if isinstance(private, Ed25519PrivateKey):
                return private
        raise Damaged(
            _("An online key that is in force is not in this home"),
            means=_("What it signs cannot be renewed; kits keep the lists that they have."),
            do=_("Restore the key files from the copy, or propose a new key with `waypost hq keys propose --new …`"),
        )


def raw_key_id(public: str) -> str:
    """The key id of a raw Ed25519 public key in hexadecimal."""
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))).keyid


class Mailbox:
    """Headquarters' mailbox."""

    def __init__(self, folder: Path, key: StoreKey) -> None:
        self._store = HeadquartersStore(folder / MAILBOX_FILE, key.derive("headquarters mailbox"), SECRETS)

    def recipient(self) -> str:
        """Whom kits seal to; made at the first enrolment."""
        with self._store.transaction() as connection:
            stored = get_secret(connection, _IDENTITY)
            identity = pyrage.x25519.Identity.from_str(stored.decode()) if stored else pyrage.x25519.Identity.generate()
            if stored is None:
                put_secret(connection, _IDENTITY, str(identity).encode())
        return str(identity.to_public())

    def identity(self) -> str:
        """What opens the reports; NoHome when no kit was enrolled that could report."""
        with self._store.reading() as connection:
            stored = get_secret(connection, _IDENTITY)
        if stored is None:
            raise NoHome(_("No kit of this headquarters can report yet"), do=_("Enrol kits with `waypost hq enrol`"))
        return stored.decode()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()


def _entry_name(key_id: str) -> str:
    return f"key:{key_id}"
